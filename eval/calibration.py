"""Compares judges with people: answers that three people rated (MTRAG's human evaluation)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from eval.agreement import Agreement, Rating, agreement
from eval.datasets.mtrag import RatedAnswer
from eval.judgements import JudgementRecord
from eval.judges import Judge, Material
from eval.judging import Key
from eval.types import Answerability
from prompts.phrases import UNANSWERABLE

LOWEST, HIGHEST = 1.0, 4.0
"""The scale of MTRAG's raters; stored is the mean of three."""
RATED_LEVELS = 4

HUMAN = "reference"
"""The system whose answer is the reference itself. It is left out: judges of correctness and
measures of overlap would compare it with itself."""

ASPECTS: Mapping[str, tuple[str, ...]] = {
    "correctness": ("completeness", "faithfulness"),
    "faithfulness": ("faithfulness",),
    "helpfulness": ("appropriateness", "completeness"),
}
"""What people rated that a judge should agree with, by judge. Nobody rated correctness as such."""

YARDSTICKS = ("RougeL", "rb_llm")
"""Measures that the authors stored with each answer: word overlap, and their own LLM judge."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A judge, or a stored measure, beside one thing that people rated."""

    judge: str
    aspect: str
    agreement: Agreement


def of_systems(rated: Sequence[RatedAnswer]) -> tuple[RatedAnswer, ...]:
    """The answers that are calibrated on."""
    return tuple(answer for answer in rated if answer.system != HUMAN)


def material_of_rated(answer: RatedAnswer) -> Material:
    """What judges are shown of a stored answer: the passages that its system was given."""
    unanswerable = answer.answerability is Answerability.UNANSWERABLE
    references = (UNANSWERABLE,) if unanswerable else (answer.reference,)
    return Material(
        id_of(answer),
        answer.question,
        answer.response,
        answer.history,
        references=references,
        passages=answer.passages,
    )


def calibrated(
    rated: Sequence[RatedAnswer],
    judges: Sequence[Judge],
    results: Mapping[Key, JudgementRecord],
) -> list[Calibrated]:
    """Each judge beside what it should agree with."""
    found = []
    for judge in judges:
        levels = min(RATED_LEVELS, len(set(judge.values.values())))
        for aspect in ASPECTS[judge.name]:
            ratings = [
                Rating(_value(results, answer, judge), _share(answer, aspect), answer.task_id)
                for answer in rated
            ]
            found.append(Calibrated(judge.name, aspect, agreement(ratings, levels=levels)))
    return found


def yardsticks(rated: Sequence[RatedAnswer]) -> list[Calibrated]:
    """How far the authors' stored measures agree with people."""
    found = []
    for name in YARDSTICKS:
        for aspect in ("faithfulness", "appropriateness", "completeness"):
            ratings = [
                Rating(answer.measures[name], _share(answer, aspect), answer.task_id)
                for answer in rated
            ]
            figures = agreement(ratings, levels=RATED_LEVELS)
            found.append(Calibrated(f"{name} (stored)", aspect, figures))
    return found


def id_of(answer: RatedAnswer) -> str:
    """Of one answer of one system."""
    return f"{answer.task_id}/{answer.system}"


def rated_fingerprint(rated: Sequence[RatedAnswer]) -> str:
    """SHA-256 (hex) of all that is judged and rated."""
    digest = hashlib.sha256()
    for answer in rated:
        digest.update(json.dumps(asdict(answer), sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def _share(answer: RatedAnswer, aspect: str) -> float:
    """People's mean as a share of the scale, in [0, 1]."""
    return (answer.ratings[aspect] - LOWEST) / (HIGHEST - LOWEST)


def _value(
    results: Mapping[Key, JudgementRecord], answer: RatedAnswer, judge: Judge
) -> float | None:
    record = results.get((id_of(answer), judge.name))
    return record.verdict.value if record and record.verdict else None
