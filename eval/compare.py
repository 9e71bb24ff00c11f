"""Two runs of the same cases: what changed by each measure, and in which answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from eval.errors import RunError
from eval.metrics.scoring import MEASURES, Measure
from eval.metrics.summary import RUN_MEASURES
from eval.report.evaluation import Evaluation, by_tag, is_quality, is_timing
from eval.report.run_arrays import run_arrays
from eval.runs import RunHeader
from eval.statistics import (
    BoolArray,
    IndexArray,
    Interval,
    Paired,
    holm,
    paired,
    statistic_intervals,
    swap_p_values,
)
from eval.types import Case, Record, Scores

SIGNIFICANT = 0.05
"""Of p after Holm's correction: what is called better or worse then is so in 19 of 20 reports."""
MIN_TAGGED = 5
"""Cases of a tag that are compared: with fewer, no test can reach `SIGNIFICANT` (2/2⁵ = 0.06)."""
MIN_CHANGE = 0.005
"""Of a case's mean score; less is not shown as a change of the case."""


class Judgement(StrEnum):
    """What a difference comes to."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "no clear difference"
    SAME = "the same"
    DESCRIBED = ""
    """The measure is neither good nor bad."""


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in both runs; differences are second less first."""

    measure: Measure
    tag: str | None
    """None for all cases."""
    count: int
    """Cases to which the measure applies in both."""
    before: float
    after: float
    difference: float
    interval: Interval | None
    wins: int | None
    """Cases where the second run is better; None for a figure that only a whole run has."""
    losses: int | None
    ties: int | None
    p: float
    p_adjusted: float | None = None
    """After Holm's correction over the measures compared; None for what only describes."""

    @property
    def judgement(self) -> Judgement:
        """In words; "better" and "worse" only where chance is unlikely to do as much."""
        if self.p_adjusted is None:
            return Judgement.DESCRIBED
        if self.difference == 0 and not self.wins and not self.losses:
            return Judgement.SAME
        if self.p_adjusted >= SIGNIFICANT:
            return Judgement.UNCLEAR
        risen = self.difference > 0
        return Judgement.BETTER if risen == self.measure.higher_is_better else Judgement.WORSE


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that was answered better or worse, and both answers."""

    case: Case
    before: Record | None
    after: Record | None
    gain: float
    """Mean over the measures that apply in both runs; above 0 the second run is better."""
    scores: tuple[tuple[str, float, float], ...]
    """Measures that changed: name, before, after."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of one dataset. A case that one of them lacks counts as worst there."""

    before: Evaluation
    after: Evaluation
    changes: tuple[Change, ...]
    """Over all cases, in the order of the measures."""
    tagged: tuple[Change, ...]
    """By tag, of measures of quality."""
    better: tuple[CaseChange, ...]
    """The largest gain first."""
    worse: tuple[CaseChange, ...]
    """The largest loss first."""


def compare(before: Evaluation, after: Evaluation) -> Comparison:
    """Compare two runs case by case.

    Raises:
        RunError: If they were not made on the same dataset.
    """
    refuse_other_cases(before.header, after.header)
    changes = [*_case_measures(before, after, before.cases), *_run_measures(before, after)]
    changed = list(_changed_cases(before, after))
    return Comparison(
        before=before,
        after=after,
        changes=_adjusted(changes),
        tagged=_adjusted(list(_by_tag(before, after))),
        better=tuple(sorted((c for c in changed if c.gain > 0), key=lambda c: -c.gain)),
        worse=tuple(sorted((c for c in changed if c.gain < 0), key=lambda c: c.gain)),
    )


def refuse_other_cases(before: RunHeader, after: RunHeader) -> None:
    """Two runs compare only where they were asked the same of the same sources.

    Raises:
        RunError: If they were not.
    """
    if before.dataset_fingerprint != after.dataset_fingerprint:
        raise RunError(
            f"The runs are of different cases ({before.dataset!r} and {after.dataset!r}, or one "
            "name at different times). Run both on one dataset."
        )


def _case_measures(
    before: Evaluation, after: Evaluation, cases: Sequence[Case], tag: str | None = None
) -> Iterator[Change]:
    for name, measure in MEASURES.items():
        pairs = [
            (first, second)
            for case in cases
            if (first := before.scores[case.id].get(name)) is not None
            and (second := after.scores[case.id].get(name)) is not None
        ]
        result = paired([first for first, _ in pairs], [second for _, second in pairs])
        if result is not None:
            yield _from_pairs(measure, tag, result)


def _from_pairs(measure: Measure, tag: str | None, result: Paired) -> Change:
    up, down = result.wins, result.losses
    wins, losses = (up, down) if measure.higher_is_better else (down, up)
    return Change(
        measure=measure,
        tag=tag,
        count=result.pairs,
        before=result.before,
        after=result.after,
        difference=result.difference,
        interval=result.interval,
        wins=wins,
        losses=losses,
        ties=result.ties,
        p=result.p,
    )


def _by_tag(before: Evaluation, after: Evaluation) -> Iterator[Change]:
    for tag, cases in by_tag(before.cases).items():
        if len(cases) < MIN_TAGGED:
            continue
        for change in _case_measures(before, after, cases, tag):
            if is_quality(change.measure) and change.count >= MIN_TAGGED:
                yield change


def _run_measures(before: Evaluation, after: Evaluation) -> Iterator[Change]:
    cases = before.cases
    first = run_arrays(cases, before.records, before.scores)
    second = run_arrays(cases, after.records, after.scores)

    def drawn(indices: IndexArray) -> dict[str, float | None]:
        return _differences(first.drawn(indices).figures(), second.drawn(indices).figures())

    def swapped(marks: BoolArray) -> dict[str, float | None]:
        return _differences(
            first.swapped(second, marks).figures(), second.swapped(first, marks).figures()
        )

    intervals = statistic_intervals(drawn, len(cases))
    p_values = swap_p_values(swapped, len(cases))
    for name, p in p_values.items():
        one, other = before.figures.get(name), after.figures.get(name)
        if one is not None and other is not None:
            yield Change(
                measure=RUN_MEASURES[name],
                tag=None,
                count=len(cases),
                before=one.value,
                after=other.value,
                difference=other.value - one.value,
                interval=intervals.get(name),
                wins=None,
                losses=None,
                ties=None,
                p=p,
            )


def _differences(
    before: Mapping[str, float | None], after: Mapping[str, float | None]
) -> dict[str, float | None]:
    return {
        name: None if first is None or (second := after.get(name)) is None else second - first
        for name, first in before.items()
    }


def _adjusted(changes: Sequence[Change]) -> tuple[Change, ...]:
    judged = {
        n: change.p
        for n, change in enumerate(changes)
        if is_quality(change.measure) and not is_timing(change.measure)
    }
    adjusted = holm(judged)
    return tuple(replace(change, p_adjusted=adjusted.get(n)) for n, change in enumerate(changes))


def _changed_cases(before: Evaluation, after: Evaluation) -> Iterator[CaseChange]:
    for case in before.cases:
        pairs = list(_quality_pairs(before.scores[case.id], after.scores[case.id]))
        if not pairs:
            continue
        gain = sum(
            (second - first) * (1 if MEASURES[name].higher_is_better else -1)
            for name, first, second in pairs
        ) / len(pairs)
        if abs(gain) >= MIN_CHANGE:
            yield CaseChange(
                case=case,
                before=before.records.get(case.id),
                after=after.records.get(case.id),
                gain=gain,
                scores=tuple(pair for pair in pairs if pair[1] != pair[2]),
            )


def _quality_pairs(before: Scores, after: Scores) -> Iterator[tuple[str, float, float]]:
    for name, measure in MEASURES.items():
        first, second = before.get(name), after.get(name)
        if is_quality(measure) and first is not None and second is not None:
            yield name, first, second
