"""Figures of a whole run, computed on arrays: fast enough to be drawn a thousand times.

The definitions are those of `eval.metrics`, which a test holds this to; scikit-learn behind them
takes milliseconds where an interval may spend microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from eval.metrics.latency import PERCENTILES
from eval.metrics.summary import decisions, risk_curve
from eval.statistics import BoolArray, FloatArray, IndexArray
from eval.types import Case, Record, Scores


@dataclass(frozen=True, slots=True)
class RunArrays:
    """What the figures of a run are made of, case by case; NaN where a case has no part in one."""

    to_refuse: FloatArray
    """1 for a question to refuse, 0 for one to answer."""
    refused: FloatArray
    sureness: FloatArray
    """The answerability score, over the cases that have `to_refuse`."""
    risked: FloatArray
    """The answerability score, over the cases that have `loss`."""
    loss: FloatArray
    seconds: FloatArray

    def drawn(self, indices: IndexArray) -> RunArrays:
        """The cases at these positions, some of them several times."""
        return RunArrays(*(column[indices] for column in self._columns()))

    def swapped(self, other: RunArrays, marks: BoolArray) -> RunArrays:
        """These cases, but those of another run where a mark says so."""
        pairs = zip(self._columns(), other._columns(), strict=True)  # noqa: SLF001 - its own kind
        return RunArrays(*(np.where(marks, theirs, ours) for ours, theirs in pairs))

    def figures(self) -> dict[str, float | None]:
        """By the names of `eval.metrics.summary.RUN_MEASURES`."""
        return {
            **_refusal(self.to_refuse, self.refused),
            "refusal_auroc": _auroc(self.to_refuse, self.sureness),
            "aurc": _aurc(self.risked, self.loss),
            **_percentiles(self.seconds),
        }

    def _columns(self) -> tuple[FloatArray, ...]:
        return (
            self.to_refuse,
            self.refused,
            self.sureness,
            self.risked,
            self.loss,
            self.seconds,
        )


def run_arrays(
    cases: Sequence[Case], records: Mapping[str, Record], scores: Mapping[str, Scores]
) -> RunArrays:
    """The arrays of a run; position n belongs to `cases[n]`."""
    rows = np.full((len(cases), 6), np.nan)
    # With any record that has a score beside it, a case is judged as in the whole run, where a
    # missing answer has the worst score instead of none.
    scored = next((each for each in records.values() if _has_score(each)), None)
    for n, case in enumerate(cases):
        beside = {} if scored is None else {"": scored}
        if case.id in records:
            beside[case.id] = records[case.id]
        made = decisions([case], beside)
        if made.unanswerable:
            rows[n, 0], rows[n, 1] = made.unanswerable[0], made.refused[0]
        if made.answerability:
            rows[n, 2] = made.answerability[0]
        for point in risk_curve([case], beside, {case.id: scores[case.id]}):
            rows[n, 3], rows[n, 4] = point.threshold, point.risk
        seconds = scores[case.id].get("seconds")
        rows[n, 5] = np.nan if seconds is None else seconds
    return RunArrays(*rows.T)


def _has_score(record: Record) -> bool:
    return record.said is not None and record.said.answerability is not None


def _refusal(to_refuse: FloatArray, refused: FloatArray) -> dict[str, float | None]:
    judged = ~np.isnan(to_refuse)
    wanted, made = to_refuse[judged] == 1, refused[judged] == 1
    hits, num_wanted, num_made = int((wanted & made).sum()), int(wanted.sum()), int(made.sum())
    num_answerable = wanted.size - num_wanted
    recall = hits / num_wanted if num_wanted else None
    balanced = None
    if recall is not None and num_answerable:
        balanced = (recall + 1 - (num_made - hits) / num_answerable) / 2
    return {
        "refusal_precision": hits / num_made if num_made else None,
        "refusal_recall": recall,
        "refusal_f1": 2 * hits / (num_made + num_wanted) if num_made + num_wanted else None,
        "refusal_balanced_accuracy": balanced,
    }


def _auroc(to_refuse: FloatArray, sureness: FloatArray) -> float | None:
    """By ranks (Mann & Whitney): the mean rank of the answerable, less what they have anyway."""
    known = ~np.isnan(sureness)
    answerable = to_refuse[known] == 0
    positive = int(answerable.sum())
    negative = answerable.size - positive
    if not positive or not negative:
        return None
    ranks = stats.rankdata(sureness[known])
    above = ranks[answerable].sum() - positive * (positive + 1) / 2
    return float(above / (positive * negative))


def _aurc(risked: FloatArray, loss: FloatArray) -> float | None:
    known = ~np.isnan(loss) & ~np.isnan(risked)
    if not known.any():
        return None
    # Ties count with their mean: the expected risk over their random orders.
    _, group, sizes = np.unique(-risked[known], return_inverse=True, return_counts=True)
    evened = np.repeat(np.bincount(group, weights=loss[known]) / sizes, sizes)
    return float((np.cumsum(evened) / np.arange(1, evened.size + 1)).mean())


def _percentiles(seconds: FloatArray) -> dict[str, float | None]:
    known = seconds[~np.isnan(seconds)]
    names = [f"seconds_p{p}" for p in PERCENTILES]
    if not known.size:
        return dict.fromkeys(names)
    values = np.quantile(known, [p / 100 for p in PERCENTILES], method="inverted_cdf")
    return dict(zip(names, values.tolist(), strict=True))
