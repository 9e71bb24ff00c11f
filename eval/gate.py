"""The gate: the golden set against a committed baseline, measure by measure and case by case.

A baseline holds values and margins of the run and scores of its cases, and nothing that differs
between two runs of the same program: no times, no texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter

from eval.baselines import (
    CASES_SHOWN,
    DIGITS,
    FORMAT,
    SCORE_MARGIN,
    Level,
    one_case,
    read_baseline_file,
    write_baseline_file,
)
from eval.datasets.golden import GOLDEN
from eval.errors import EvalError
from eval.metrics.summary import RUN_MEASURES
from eval.report.evaluation import ALL_MEASURES, Evaluation, evaluate, is_quality
from eval.report.wording import counted, title_of, value_of
from eval.runs import RunHeader, RunWriter, read_run
from eval.systems.protocol import System
from eval.types import Answerability, Case, Dataset, Record

GRADED_MARGIN = 0.03
"""The most of a measure in degrees: with few cases it could otherwise fall far unseen."""
LEAST_CHANGE = 0.005
"""Of a case's score, to be shown; what is below is rounding."""

ANSWERABILITY = "answerability"
"""Kept for each case beside its measures: it explains areas under curves."""
_CURVES = frozenset({"refusal_auroc", "refusal_best_balanced_accuracy", "aurc"})


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the golden set scored when somebody last looked and found it right."""

    dataset: str
    fingerprint: str
    system: str
    measures: Mapping[str, Level]
    cases: Mapping[str, Mapping[str, float]]
    """Scores by case, then measure; without what does not apply."""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class CaseFall:
    """A case that scores lower than in the baseline."""

    case: Case
    before: float
    after: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A measure that is not what it was."""

    measure: str
    before: float
    after: float | None
    """None where it applies to no case any more, which counts as its worst."""
    margin: float
    cases: tuple[CaseFall, ...] = ()
    """That fell, the deepest first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found."""

    falls: tuple[Move, ...]
    """By more than the margin: the gate is shut."""
    slips: tuple[Move, ...]
    """Within the margin."""
    gains: tuple[Move, ...]
    new: tuple[str, ...] = ()
    """Measures of which the baseline knows nothing."""
    count: int = field(default=0)
    """Measures compared."""

    @property
    def is_open(self) -> bool:
        """Whether no measure fell by more than its margin."""
        return not self.falls


UPDATE = "accord eval gate --update"
"""The command that writes the committed baseline."""

_BASELINE = TypeAdapter(Baseline)


def baseline_path() -> Path:
    """Where the committed baseline lies."""
    return Path(str(resources.files("eval.datasets"))) / GOLDEN / "baseline.json"


def ask_and_score(dataset: Dataset, system: System) -> Evaluation:
    """Ask every case and score what is said, as `accord eval run` does, keeping no file.

    Raises:
        SystemUnusableError: If the system cannot be asked.
    """
    from eval.datasets.open import fingerprint
    from eval.harness import ask_all

    header = RunHeader(dataset.name, fingerprint(dataset), system.name, dict(system.settings))
    with TemporaryDirectory(prefix="accord-gate-") as folder:
        path = Path(folder) / "run.jsonl"
        with RunWriter(path, header) as writer:
            ask_all(dataset.cases, system, writer)
        return evaluate(read_run(path), dataset)


def read_baseline(path: Path, *, update: str = UPDATE) -> Baseline:
    """The baseline of a file.

    Args:
        path: Of the file.
        update: The command that writes one, for errors.

    Raises:
        EvalError: If there is none, or it is none.
    """
    return read_baseline_file(path, _BASELINE, name="baseline", update=update)


def baseline_of(evaluation: Evaluation, margins: Mapping[str, float] | None = None) -> Baseline:
    """A baseline at what a run scores.

    Args:
        evaluation: The run.
        margins: Margins to keep, by measure; what is missing gets `default_margin`.
    """
    kept = margins or {}
    return Baseline(
        dataset=evaluation.header.dataset,
        fingerprint=evaluation.header.dataset_fingerprint,
        system=evaluation.header.system,
        measures={
            name: Level(
                round(figure.value, DIGITS), kept.get(name, default_margin(name, evaluation))
            )
            for name, figure in evaluation.figures.items()
            if is_quality(ALL_MEASURES[name])
        },
        cases={case.id: _kept_scores(evaluation, case) for case in evaluation.cases},
    )


def default_margin(measure: str, evaluation: Evaluation) -> float:
    """What one case is worth, so that one alone, tipped by another processor, does not shut it."""
    if measure in _CURVES:
        return SCORE_MARGIN
    if measure in RUN_MEASURES:  # decisions about questions to refuse: these are the fewer
        kinds = [case.answerability for case in evaluation.cases]
        return one_case(kinds.count(Answerability.UNANSWERABLE) or len(kinds))
    margin = one_case(evaluation.figures[measure].count)
    values = {scores.get(measure) for scores in evaluation.scores.values()}
    return margin if values <= {0.0, 1.0, None} else min(margin, GRADED_MARGIN)


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write it so that a change of one case is a change of one line.

    Raises:
        EvalError: If the file cannot be written.
    """
    head = {
        "format": baseline.format,
        "dataset": baseline.dataset,
        "fingerprint": baseline.fingerprint,
        "system": baseline.system,
    }
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    measures = {
        name: {"value": level.value, "margin": level.margin}
        for name, level in baseline.measures.items()
    }
    text = "\n".join(
        [
            "{",
            *lines,
            '  "measures": {',
            ",\n".join(_entries(measures)),
            "  },",
            '  "cases": {',
            ",\n".join(_entries(baseline.cases)),
            "  }",
            "}",
        ]
    )
    write_baseline_file(path, text)


def check(evaluation: Evaluation, baseline: Baseline, *, update: str = UPDATE) -> Verdict:
    """Compare a run with a baseline.

    Args:
        evaluation: The run.
        baseline: What it has to keep.
        update: The command that writes a new baseline, for errors.

    Raises:
        EvalError: If the baseline is of other cases.
    """
    if baseline.fingerprint != evaluation.header.dataset_fingerprint:
        raise EvalError(
            f"The cases or sources of {evaluation.header.dataset!r} have changed since the "
            "baseline was written. Look at the figures of the run, then write them down: "
            f"`{update}`."
        )
    falls: list[Move] = []
    slips: list[Move] = []
    gains: list[Move] = []
    for name, level in baseline.measures.items():
        if name not in ALL_MEASURES:
            raise EvalError(
                f"The baseline has a measure {name!r} that there is not. "
                f"`{update}` writes a new one."
            )
        figure = evaluation.figures.get(name)
        after = None if figure is None else round(figure.value, DIGITS)
        fallen = _fallen(name, level.value, after)
        cases = tuple(_case_falls(name, evaluation, baseline))
        move = Move(name, level.value, after, level.margin, cases)
        if level.is_broken_by(fallen):
            falls.append(move)
        elif fallen < 0:
            gains.append(move)
        elif fallen > 0 or cases:
            slips.append(move)
    known = [name for name in evaluation.figures if is_quality(ALL_MEASURES[name])]
    return Verdict(
        falls=tuple(falls),
        slips=tuple(slips),
        gains=tuple(gains),
        new=tuple(name for name in known if name not in baseline.measures),
        count=len(baseline.measures),
    )


def verdict_text(verdict: Verdict, *, update: str = UPDATE) -> str:
    """What the gate found, for people who read the log of a build."""
    parts: list[str] = []
    for title, moves in (
        ("FELL", verdict.falls),
        ("Within the margin", verdict.slips),
        ("Better", verdict.gains),
    ):
        for move in moves:
            parts.append(f"{title}: {_move_text(move)}")
            # Also of a measure that rose: what it cost should be seen.
            parts += [f"    {line}" for line in _case_lines(move)]
    if verdict.new:
        parts.append(f"Not in the baseline: {', '.join(map(title_of, verdict.new))}.")
    measures = counted(verdict.count, "measure")
    if verdict.is_open:
        parts.append(f"Gate open: {measures}, none below its margin.")
    else:
        parts.append(f"Gate shut: {len(verdict.falls)} of {measures} fell by more than the margin.")
    if verdict.falls or verdict.gains or verdict.new:
        parts.append(f"If this is as it should be: {update}, and commit the file.")
    return "\n".join(parts)


def _entries(values: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    for name, each in values.items():
        yield f"    {json.dumps(name)}: {json.dumps(dict(each))}"


def _kept_scores(evaluation: Evaluation, case: Case) -> dict[str, float]:
    scores = {
        name: round(value, DIGITS)
        for name, value in evaluation.scores[case.id].items()
        if value is not None and is_quality(ALL_MEASURES[name])
    }
    sureness = _sureness(evaluation.records.get(case.id))
    return scores if sureness is None else {**scores, ANSWERABILITY: sureness}


def _sureness(record: Record | None) -> float | None:
    if record is None or record.said is None or record.said.answerability is None:
        return None
    return round(record.said.answerability, DIGITS)


def _fallen(name: str, before: float, after: float | None) -> float:
    """By how much a measure got worse; below 0 if it got better."""
    measure = ALL_MEASURES[name]
    if after is None:
        after = measure.worst or 0.0
    return before - after if measure.higher_is_better else after - before


def _case_falls(name: str, evaluation: Evaluation, baseline: Baseline) -> list[CaseFall]:
    source = _source_of(name)
    falls = []
    for case in evaluation.cases:
        before = baseline.cases.get(case.id, {}).get(source)
        if before is None:
            continue
        record = evaluation.records.get(case.id)
        worst = 1.0 if source == ANSWERABILITY and _to_refuse(case) else 0.0
        after = _kept_scores(evaluation, case).get(source)
        if after is None and source != ANSWERABILITY and record is not None and record.said:
            continue  # applies to no refusal, say: another measure tells
        now = worst if after is None else after
        fallen = now - before if source == ANSWERABILITY and _to_refuse(case) else before - now
        if fallen >= LEAST_CHANGE:
            error = "no record" if record is None else record.error
            falls.append(CaseFall(case, before, now, error))
    return sorted(falls, key=lambda fall: -abs(fall.before - fall.after))


def _source_of(name: str) -> str:
    """The score of single cases that a measure is made of."""
    if name in _CURVES:
        return ANSWERABILITY
    return "refusal" if name in RUN_MEASURES else name


def _to_refuse(case: Case) -> bool:
    return case.answerability is Answerability.UNANSWERABLE


def _move_text(move: Move) -> str:
    unit = ALL_MEASURES[move.measure].unit
    before, after = value_of(move.before, unit), value_of(move.after, unit)
    margin = f"{100 * move.margin:.1f} points" if unit == "share" else str(move.margin)
    return f"{title_of(move.measure)} {before} -> {after} (margin {margin})"


def _case_lines(move: Move) -> Iterable[str]:
    for fall in move.cases[:CASES_SHOWN]:
        error = f"  [{fall.error}]" if fall.error else ""
        yield f"{fall.before:.2f} -> {fall.after:.2f}  {fall.case.id}: {fall.case.question}{error}"
    if len(move.cases) > CASES_SHOWN:
        yield f"and {len(move.cases) - CASES_SHOWN} more"
