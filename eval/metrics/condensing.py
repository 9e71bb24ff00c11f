"""The benefit of condensing follow-ups: the same search with other queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from eval.metrics.retrieval import NDCG_CUTOFF, score_runs

NDCG = f"ndcg@{NDCG_CUTOFF}"
Run = Mapping[str, Sequence[str]]
"""Source ids by case, best first."""


@dataclass(frozen=True, slots=True)
class Condensing:
    """Mean nDCG@10 of the same questions, searched with different queries."""

    num_questions: int
    own: float
    """With the query that the product makes of the conversation."""
    last: float
    """With the last turn alone."""
    joined: float
    """With the turn before and the last one joined."""
    better_of_both: float
    """With whichever of the two is better for each question: what an oracle could choose."""
    own_by_case: Mapping[str, float]
    last_by_case: Mapping[str, float]
    joined_by_case: Mapping[str, float]


def compare_condensing(
    qrels: Mapping[str, Mapping[str, int]], *, own: Run, last: Run, joined: Run
) -> Condensing | None:
    """nDCG@10 of our own query against the last turn and against the turn before + last.

    The comparison that MTRAG (Katsis et al., TACL 2025) makes between "last turn" and "query
    rewrite". Questions without a relevant source are left out; without results one scores 0.
    None if nothing is judged.
    """
    scored = [
        {case: values[NDCG] for case, values in score_runs(qrels, run).items()}
        for run in (own, last, joined)
    ]
    ours, alone, both = scored
    if not ours:
        return None
    return Condensing(
        num_questions=len(ours),
        own=fmean(ours.values()),
        last=fmean(alone.values()),
        joined=fmean(both.values()),
        better_of_both=fmean(max(alone[case], both[case]) for case in ours),
        own_by_case=ours,
        last_by_case=alone,
        joined_by_case=both,
    )
