"""Every measure of a whole run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from eval.metrics.latency import PERCENTILES, percentile, total
from eval.metrics.refusal import (
    RiskPoint,
    answerability_auroc,
    aurc,
    best_threshold,
    refusal_quality,
    risk_coverage,
)
from eval.metrics.scoring import MEASURES, Measure, score
from eval.types import Answerability, Case, Record, Said, Scores

_QUALITY = ("facts", "key_points", "completeness", "rouge_l", "token_f1")
"""What an answer is worth for the risk-coverage curve: the first of these that its case has."""

_TOTALS = ("input_tokens", "output_tokens", "cost_usd")


def _run_measures() -> list[Measure]:
    share = [
        ("refusal_precision", "Refused questions that had to be refused"),
        ("refusal_recall", "Questions to refuse that were refused"),
        ("refusal_f1", "Harmonic mean of the two"),
        ("refusal_balanced_accuracy", "Mean of rightly refused and rightly answered"),
        ("refusal_auroc", "How well the answerability score tells the two kinds apart"),
        ("refusal_best_balanced_accuracy", "With the threshold chosen on these very questions"),
    ]
    return [
        *[Measure(name, text, "share", True, 0.0) for name, text in share],
        Measure("refusal_best_threshold", "That threshold", "score", True, None),
        Measure("aurc", "Area under the risk-coverage curve", "share", False, 1.0),
        *[
            Measure(f"seconds_p{p}", f"Time of an answer, {p}th percentile", "s", False, None)
            for p in PERCENTILES
        ],
        *[
            Measure(f"{name}_total", "Of the whole run", MEASURES[name].unit, False, None)
            for name in _TOTALS
        ],
        Measure("num_cases", "Questions asked", "questions", True, None),
        Measure(
            "num_missing",
            "Questions without an answer: each counts as worst",
            "questions",
            False,
            None,
        ),
        Measure("num_refused", "Questions refused", "questions", False, None),
    ]


RUN_MEASURES: Mapping[str, Measure] = {measure.name: measure for measure in _run_measures()}
"""What exists only for a run."""


def summarise(
    cases: Sequence[Case], records: Mapping[str, Record], scores: Mapping[str, Scores]
) -> dict[str, float | None]:
    """Means of `MEASURES` over the cases to which each applies, and `RUN_MEASURES`.

    None where a measure applies to no case. A case without scores is scored as one without an
    answer.

    Args:
        cases: All that were to be asked.
        records: By case.
        scores: By case, from `scoring.score`.
    """
    by_case = _completed(cases, records, scores)
    summary: dict[str, float | None] = {
        name: _mean(each.get(name) for each in by_case) for name in MEASURES
    }
    summary |= _refusal_measures(decisions(cases, records))
    summary["aurc"] = aurc(*_risked(cases, records, scores))
    seconds = [value for each in by_case if (value := each.get("seconds")) is not None]
    summary |= {f"seconds_p{p}": percentile(seconds, p) for p in PERCENTILES}
    summary |= {f"{name}_total": total(each.get(name) for each in by_case) for name in _TOTALS}
    said = [each for case in cases if (each := _said(case, records))]
    return summary | {
        "num_cases": len(cases),
        "num_missing": len(cases) - len(said),
        "num_refused": sum(each.abstained for each in said),
    }


@dataclass(frozen=True, slots=True)
class Decisions:
    """Who was refused and who had to be, over the cases of which the dataset says it."""

    refused: tuple[bool, ...]
    unanswerable: tuple[bool, ...]
    answerability: tuple[float, ...]
    """The system's score; empty if it gives none."""


def decisions(cases: Sequence[Case], records: Mapping[str, Record]) -> Decisions:
    """The decisions of a run. No answer is the wrong decision, made with the worst score."""
    refused: list[bool] = []
    unanswerable: list[bool] = []
    answerability: list[float] = []
    has_scores = _has_scores(records)
    for case in cases:
        if case.answerability is Answerability.UNKNOWN:
            continue
        refuse = case.answerability is Answerability.UNANSWERABLE
        said = _said(case, records)
        unanswerable.append(refuse)
        refused.append(said.abstained if said else not refuse)
        if has_scores:
            sure = said.answerability if said else None
            answerability.append(float(refuse) if sure is None else sure)
    return Decisions(tuple(refused), tuple(unanswerable), tuple(answerability))


def risk_curve(
    cases: Sequence[Case], records: Mapping[str, Record], scores: Mapping[str, Scores]
) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve over the answerability score; empty if the system gives none.

    The loss of a case is 1 less its first measure of facts, key points, completeness, ROUGE-L and
    word F1, and 1 for a case to refuse, which no answer does justice. A refusal of an answerable
    case has lost 1, since nobody knows what its answer would have been; so has a missing answer,
    with the highest score.
    """
    return risk_coverage(*_risked(cases, records, scores))


def _risked(
    cases: Sequence[Case], records: Mapping[str, Record], scores: Mapping[str, Scores]
) -> tuple[list[float], list[float]]:
    """Score and loss of each case that has a loss."""
    sureness: list[float] = []
    losses: list[float] = []
    if not _has_scores(records):
        return sureness, losses
    for case, values in zip(cases, _completed(cases, records, scores), strict=True):
        quality = _quality(case, values)
        if quality is None:
            continue
        said = _said(case, records)
        sure = said.answerability if said else None
        sureness.append(1.0 if sure is None else sure)
        losses.append(1.0 - quality)
    return sureness, losses


def _quality(case: Case, values: Scores) -> float | None:
    if case.answerability is Answerability.UNANSWERABLE:
        return 0.0
    return next((value for name in _QUALITY if (value := values.get(name)) is not None), None)


class _Unasked:
    """Stands for the run's checker where there is no claim to check."""

    def support(self, claim: str, evidence: tuple[str, ...]) -> float:
        return 0.0


def _completed(
    cases: Sequence[Case], records: Mapping[str, Record], scores: Mapping[str, Scores]
) -> list[Scores]:
    """The scores of every case; those that are missing at their worst."""
    is_checked = any(each.get("support") is not None for each in scores.values())
    checker = _Unasked() if is_checked else None
    return [
        scores[case.id] if case.id in scores else score(case, None, checker=checker)
        for case in cases
    ]


def _refusal_measures(made: Decisions) -> dict[str, float | None]:
    quality = refusal_quality(made.refused, made.unanswerable)
    best = auroc = None
    if made.answerability:
        auroc = answerability_auroc(made.answerability, made.unanswerable)
        best = best_threshold(made.answerability, made.unanswerable)
    return {
        "refusal_precision": quality.precision,
        "refusal_recall": quality.recall,
        "refusal_f1": quality.f1,
        "refusal_balanced_accuracy": quality.balanced_accuracy,
        "refusal_auroc": auroc,
        "refusal_best_balanced_accuracy": best.balanced_accuracy if best else None,
        "refusal_best_threshold": best.value if best else None,
    }


def _has_scores(records: Mapping[str, Record]) -> bool:
    return any(each.said and each.said.answerability is not None for each in records.values())


def _said(case: Case, records: Mapping[str, Record]) -> Said | None:
    record = records.get(case.id)
    return record.said if record else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
