"""Measures of a ranking, computed by ir-measures (trec_eval's code behind it)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, R, nDCG

from eval.types import FoundPassage

NDCG_CUTOFF = 10
"""What BEIR and MTRAG report."""
RECALL_CUTOFFS = (5, 10)
"""5 is what MTRAG reports and what a composer reads at the least; 10 goes with nDCG@10."""

_MEASURES = {
    f"ndcg@{NDCG_CUTOFF}": nDCG @ NDCG_CUTOFF,
    **{f"recall@{k}": R @ k for k in RECALL_CUTOFFS},
    "rr": RR,
    "ap": AP,
}
NAMES = tuple(_MEASURES)
_BY_MEASURE = {str(measure): name for name, measure in _MEASURES.items()}


def ranking_of(passages: Iterable[FoundPassage]) -> tuple[str, ...]:
    """Ids of the passages' sources, each where it came first.

    A passage of no source in the dataset keeps its rank under a name that no qrels know: what a
    system brings from elsewhere is not relevant, and pushes the rest down.
    """
    named = (each.source or f"\0{n}" for n, each in enumerate(passages))
    return tuple(dict.fromkeys(named))


def is_judged(relevant: Mapping[str, int]) -> bool:
    """Whether anything is judged relevant: without it no measure of ranking means anything."""
    return any(grade > 0 for grade in relevant.values())


def score_runs(
    qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """nDCG@10, Recall@k, RR and AP of each judged query.

    A judged query without results scores 0; a query without a relevant document is left out.
    nDCG: gain is the grade, discount log2(rank + 1), normalised by the ideal ranking (Järvelin &
    Kekäläinen, TOIS 20(4), 2002, in trec_eval's linear form). Recall@k: share of the relevant
    documents among the first k. RR: one over the rank of the first relevant one, 0 without
    (Voorhees, TREC-8, 1999). AP: mean over the relevant documents of the precision at the rank of
    each, 0 for those not found (Buckley & Voorhees, SIGIR 2000).

    Args:
        qrels: Grade by document by query; above 0 is relevant.
        run: Documents by query, best first; a repeated document counts where it came first.

    Returns:
        Value by measure (`NAMES`) by query.
    """
    judged = {query: grades for query, grades in qrels.items() if is_judged(grades)}
    if not judged:
        return {}
    scores: dict[str, dict[str, float]] = {query: dict.fromkeys(NAMES, 0.0) for query in judged}
    numbered = {str(number): query for number, query in enumerate(judged)}
    grades_of, ranks_of = {}, {}
    for number, query in numbered.items():
        grades_of[number], ranks_of[number] = _plain(judged[query], run.get(query, ()))
    for metric in ir_measures.pytrec_eval.iter_calc(_MEASURES.values(), grades_of, ranks_of):
        scores[numbered[metric.query_id]][_BY_MEASURE[str(metric.measure)]] = float(metric.value)
    return scores


def score_ranking(relevant: Mapping[str, int], ranking: Sequence[str]) -> dict[str, float] | None:
    """The measures of `score_runs` for one query; None if nothing is judged relevant."""
    return score_runs({"": relevant}, {"": ranking}).get("")


def _plain(
    relevant: Mapping[str, int], ranking: Sequence[str]
) -> tuple[dict[str, int], dict[str, float]]:
    """Grades and scores under names that C can read: it ends a name at the first zero byte.

    trec_eval sorts by score, so that strictly falling ones keep our order.
    """
    distinct = tuple(dict.fromkeys(ranking))
    names = {
        each: f"d{number}" for number, each in enumerate({**relevant, **dict.fromkeys(distinct)})
    }
    grades = {names[each]: grade for each, grade in relevant.items()}
    return grades, {names[each]: float(-rank) for rank, each in enumerate(distinct)}
