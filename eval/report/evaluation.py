"""A run with its scores, the basis of reports, comparisons and the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.errors import RunError
from eval.metrics.lexical_support import LexicalSupport
from eval.metrics.scoring import MEASURES, Measure, score
from eval.metrics.summary import RUN_MEASURES, summarise
from eval.report.run_arrays import run_arrays
from eval.runs import Run, RunHeader, read_run
from eval.statistics import Interval, mean_interval, statistic_intervals
from eval.types import Answerability, Case, Dataset, Record, Scores, SupportChecker

ALL_MEASURES: Mapping[str, Measure] = {**MEASURES, **RUN_MEASURES}

_LEADING = (
    ("facts", "key_points", "rouge_l", "token_f1"),
    ("refusal_balanced_accuracy", "refusal"),
    ("support", "evidence_recall", "quotes_exact"),
    ("ndcg@10", "evidence_recall@5"),
)
"""What a reader asks first: is the answer right, was refusing right, is it cited, was it found.

Of each the first that the run has."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, how sure it is, and of how many cases."""

    value: float
    interval: Interval | None
    count: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A run of a dataset, scored. A case without a record is there, and counts as worst."""

    header: RunHeader
    cases: tuple[Case, ...]
    records: Mapping[str, Record]
    scores: Mapping[str, Scores]
    """By case; of every case."""
    figures: Mapping[str, Figure]
    """Of the whole run, in the order of `ALL_MEASURES`; without what applies to no case."""
    tags: Mapping[str, Mapping[str, Figure]]
    """Means by tag, then measure. The kind of question (answerable …) is a tag as well."""

    @property
    def leading(self) -> tuple[str, ...]:
        """The few measures to show first."""
        found = (next((n for n in names if n in self.figures), None) for names in _LEADING)
        return tuple(name for name in found if name is not None)

    @property
    def leading_by_case(self) -> tuple[str, ...]:
        """The same, with measures that single cases have."""
        names = ("refusal" if name in RUN_MEASURES else name for name in self.leading)
        return tuple(name for name in names if name in self.figures)


def evaluate(run: Run, dataset: Dataset, *, checker: SupportChecker | None = None) -> Evaluation:
    """Score every case of `dataset`, whether or not the run has a record of it.

    Args:
        run: What was said.
        dataset: What was asked.
        checker: Says whether quotes support sentences; None takes `LexicalSupport`.
    """
    checker = checker or LexicalSupport()
    cases = dataset.cases
    records = {case.id: run.records[case.id] for case in cases if case.id in run.records}
    scores = {case.id: score(case, records.get(case.id), checker=checker) for case in cases}
    return Evaluation(
        header=run.header,
        cases=cases,
        records=records,
        scores=scores,
        figures=_figures(cases, records, scores),
        tags={
            tag: means([scores[case.id] for case in tagged])
            for tag, tagged in by_tag(cases).items()
        },
    )


def open_run(path: Path, dataset_name: str | None = None) -> tuple[Run, Dataset]:
    """A run and the dataset it was made on.

    Args:
        path: Of the run.
        dataset_name: Where the dataset lies now; None takes the name that the run has.

    Raises:
        RunError: If the dataset is no longer what was asked.
        DatasetError: If the dataset cannot be read.
    """
    from eval.datasets.open import fingerprint, open_dataset

    run = read_run(path)
    limit = run.header.settings.get("limit")
    dataset = open_dataset(dataset_name or run.header.dataset, limit=limit)
    if fingerprint(dataset) != run.header.dataset_fingerprint:
        raise RunError(
            f"{path} was made on other cases than {dataset.name!r} has now. "
            "Run it again, or name the dataset as it was with --dataset."
        )
    return run, dataset


def by_tag(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """Cases by tag, tags in order of name, with the kinds of question in front."""
    kinds: dict[str, list[Case]] = {}
    tags: dict[str, list[Case]] = {}
    for case in cases:
        if case.answerability is not Answerability.UNKNOWN:
            kinds.setdefault(case.answerability.value, []).append(case)
        for tag in dict.fromkeys(case.tags):
            tags.setdefault(tag, []).append(case)
    order = [kind.value for kind in Answerability]
    first = {kind: kinds[kind] for kind in sorted(kinds, key=order.index)}
    return first | {tag: tags[tag] for tag in sorted(tags) if tag not in first}


def means(scores: Sequence[Scores]) -> dict[str, Figure]:
    """Mean of each measure over the cases to which it applies."""
    found: dict[str, Figure] = {}
    for name in MEASURES:
        values = [value for each in scores if (value := each.get(name)) is not None]
        if values:
            found[name] = Figure(sum(values) / len(values), mean_interval(values), len(values))
    return found


def is_timing(measure: Measure) -> bool:
    """Whether a value differs each time that the same is run again."""
    return measure.unit == "s"


def is_quality(measure: Measure) -> bool:
    """Whether a value says how good an answer is; others only describe it."""
    return measure.worst is not None


def quality(scores: Scores) -> float | None:
    """One number of a case, to sort by: the mean of what applies to it, 1 is best."""
    values = [
        value if MEASURES[name].higher_is_better else 1 - value
        for name, value in scores.items()
        if value is not None and name in MEASURES and is_quality(MEASURES[name])
    ]
    return sum(values) / len(values) if values else None


def _figures(
    cases: Sequence[Case], records: Mapping[str, Record], scores: Mapping[str, Scores]
) -> dict[str, Figure]:
    summary = summarise(cases, records, scores)
    found = means([scores[case.id] for case in cases])
    arrays = run_arrays(cases, records, scores)
    intervals = statistic_intervals(lambda drawn: arrays.drawn(drawn).figures(), len(cases))
    for name in RUN_MEASURES:
        value = summary.get(name)
        if value is not None:
            found[name] = Figure(value, intervals.get(name), len(cases))
    return found
