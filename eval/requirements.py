"""Requirements for a run of own cases: limits of measures, no fall below a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from eval.errors import EvalError
from eval.gate import Baseline, Move, Verdict, check
from eval.report.evaluation import ALL_MEASURES, Evaluation

UPDATE = "accord eval check RUN --baseline FILE --update"
"""The command that writes a team's own baseline."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A value that a measure has to reach, or must not pass."""

    measure: str
    value: float
    is_least: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One demand, and what the run has."""

    name: str
    """"facts at least 0.9", "facts not below the baseline"."""
    measure: str
    found: float | None
    """None where the measure applies to no case of the run."""
    wanted: float
    is_met: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """A run beside what is demanded of it."""

    evaluation: Evaluation
    demands: tuple[Checked, ...]
    verdict: Verdict | None
    """Beside the baseline, if there is one."""

    @property
    def is_met(self) -> bool:
        """Whether every demand is."""
        return all(each.is_met for each in self.demands)

    def complaint(self, case_id: str) -> str | None:
        """What is wrong with one case: it has no answer, or it fell with a measure that fell."""
        record = self.evaluation.records.get(case_id)
        if record is None or record.said is None:
            return f"no answer: {record.error if record else 'it was not asked'}"
        falls = [
            f"{move.measure} {fall.before:.2f} -> {fall.after:.2f}"
            for move in (self.verdict.falls if self.verdict else ())
            for fall in move.cases
            if fall.case.id == case_id
        ]
        return "; ".join(falls) or None


def limit_of(text: str, *, is_least: bool) -> Limit:
    """A limit as people write it: "facts=0.9", or "facts=90%".

    Raises:
        EvalError: If it is none, or there is no such measure.
    """
    name, equals, number = (part.strip() for part in text.partition("="))
    if name not in ALL_MEASURES:
        near = get_close_matches(name, ALL_MEASURES, 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise EvalError(
            f"There is no measure {name!r}.{meant} `accord eval report RUN --json` lists those of "
            "a run by name."
        )
    try:
        value = float(number[:-1]) / 100 if number.endswith("%") else float(number)
    except ValueError:
        raise EvalError(
            f"{text!r} is not a limit: write {name}=0.9{'' if equals else ' with an equals sign'}."
        ) from None
    return Limit(name, value, is_least)


def findings(
    evaluation: Evaluation, limits: Sequence[Limit], baseline: Baseline | None = None
) -> Findings:
    """Check a run against limits and a baseline.

    Raises:
        EvalError: If the baseline is of other cases.
    """
    verdict = None if baseline is None else check(evaluation, baseline, update=UPDATE)
    demands = [_limited(evaluation, limit) for limit in limits]
    if baseline is not None and verdict is not None:
        fallen = {move.measure: move for move in verdict.falls}
        demands += [
            _kept(name, evaluation, level.value, level.margin, fallen.get(name))
            for name, level in baseline.measures.items()
        ]
    return Findings(evaluation, tuple(demands), verdict)


def _limited(evaluation: Evaluation, limit: Limit) -> Checked:
    figure = evaluation.figures.get(limit.measure)
    found = None if figure is None else figure.value
    is_met = found is not None and (
        found >= limit.value if limit.is_least else found <= limit.value
    )
    name = f"{limit.measure} at {'least' if limit.is_least else 'most'} {limit.value:g}"
    return Checked(name, limit.measure, found, limit.value, is_met)


def _kept(
    name: str, evaluation: Evaluation, before: float, margin: float, fall: Move | None
) -> Checked:
    figure = evaluation.figures.get(name)
    worse = "below" if ALL_MEASURES[name].higher_is_better else "above"
    return Checked(
        f"{name} not {worse} the baseline ({before:g}, margin {margin:g})",
        name,
        None if figure is None else figure.value,
        before,
        fall is None,
    )
