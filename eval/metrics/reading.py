"""Measures of reading: which sentences were cited, what was refused, which claims were accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from eval.metrics.calibration import calibration_error, reliability
from eval.metrics.refusal import answerability_auroc, refusal_quality

Place = tuple[str, int]
"""Name of a document and index of a sentence in it."""
LEAST_PRECISION = 0.5
"""A right answer cites no more sentences that do not answer than ones that do."""


@dataclass(frozen=True, slots=True)
class QuestionOutcome:
    """A question with its labels, and what a system cited."""

    kind: str
    answer: frozenset[Place]
    """Sentences that answer; empty where the documents do not."""
    refused: bool
    context: frozenset[Place] = frozenset()
    """Sentences that explain an answer sentence: to cite them is neither right nor wrong."""
    cited: frozenset[Place] = frozenset()
    num_stray: int = 0
    """Citations of something else than a labelled sentence."""
    num_sentences: int = 0
    """Of the answer."""
    chance: float | None = None
    """The system's own chance that it answers, in [0, 1]; None if it gives none."""
    failed: bool = False
    """There was no answer at all: whatever is right here was not done."""

    @property
    def is_answerable(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.answer)

    @property
    def has_refused(self) -> bool:
        """Whether it counts as refused; no answer at all is the wrong decision."""
        return self.is_answerable if self.failed else self.refused

    @property
    def hit(self) -> bool:
        """Whether an answer sentence is cited."""
        return bool(self.answer & self.cited)

    @property
    def recall(self) -> float:
        """Share of the answer sentences that are cited; 0 without any."""
        return len(self.answer & self.cited) / len(self.answer) if self.answer else 0.0

    @property
    def precision(self) -> float:
        """Share of the cited sentences that answer, the context left out; 0 if none is cited."""
        counted = len(self.cited - (self.context - self.answer)) + self.num_stray
        return len(self.answer & self.cited) / counted if counted else 0.0

    @property
    def right(self) -> bool:
        """Answerable: a hit, and at least half of what is cited answers. Else: refused."""
        if self.is_answerable:
            return self.hit and self.precision >= LEAST_PRECISION
        return self.has_refused


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """A claim with its label, and whether a verifier let it pass."""

    kind: str
    supported: bool
    accepted: bool


def question_figures(outcomes: Sequence[QuestionOutcome]) -> dict[str, Any]:
    """Every measure of some questions; None where one is not defined.

    `hit`, `recall` and `refused_answerable` are means over the answerable questions (a refusal hits
    nothing), `precision`, over those of them that were answered, `right` over all.
    """
    answerable = [each for each in outcomes if each.is_answerable]
    unanswerable = [each for each in outcomes if not each.is_answerable]
    answered = [each for each in outcomes if not each.has_refused and not each.failed]
    quality = refusal_quality(
        [each.has_refused for each in outcomes], [not each.is_answerable for each in outcomes]
    )
    sure = [(each.chance, each) for each in outcomes if each.chance is not None]
    chances = [chance for chance, _ in sure]
    table = reliability(chances, [each.hit for _, each in sure])
    return {
        "balanced_accuracy": quality.balanced_accuracy,
        "count": len(outcomes),
        "answerable": len(answerable),
        "unanswerable": len(unanswerable),
        "failed": sum(each.failed for each in outcomes),
        "right": mean(each.right for each in outcomes),
        "hit": mean(each.hit for each in answerable),
        "recall": mean(each.recall for each in answerable),
        "precision": mean(each.precision for each in answered if each.is_answerable),
        "refused_unanswerable": mean(each.has_refused for each in unanswerable),
        "refused_answerable": mean(each.has_refused for each in answerable),
        "sentences_per_answer": mean(each.num_sentences for each in answered),
        "cited_per_answer": mean(len(each.cited) + each.num_stray for each in answered),
        "auroc": answerability_auroc(chances, [not each.is_answerable for _, each in sure]),
        "calibration_error": calibration_error(table),
        "reliability": [asdict(each) for each in table],
    }


def claim_figures(outcomes: Sequence[ClaimOutcome]) -> dict[str, Any]:
    """Every measure of some claims; None where one is not defined."""
    supported = [each for each in outcomes if each.supported]
    unsupported = [each for each in outcomes if not each.supported]
    accepted = mean(each.accepted for each in supported)
    caught = mean(not each.accepted for each in unsupported)
    return {
        "balanced_accuracy": (
            None if accepted is None or caught is None else (accepted + caught) / 2
        ),
        "count": len(outcomes),
        "supported": len(supported),
        "unsupported": len(unsupported),
        "supported_accepted": accepted,
        "unsupported_caught": caught,
    }


def claims_by_kind(outcomes: Iterable[ClaimOutcome]) -> dict[str, dict[str, Any]]:
    """Of supported and of unsupported claims, by kind: how many, and the share judged rightly."""
    found: dict[str, dict[str, list[bool]]] = {"supported": {}, "unsupported": {}}
    for each in outcomes:
        side = found["supported" if each.supported else "unsupported"]
        side.setdefault(each.kind, []).append(each.accepted is each.supported)
    return {
        side: {kind: {"count": len(right), "right": fmean(right)} for kind, right in kinds.items()}
        for side, kinds in found.items()
    }


def by_kind(outcomes: Iterable[QuestionOutcome]) -> dict[str, dict[str, Any]]:
    """`question_figures` of each kind, without the table; kinds in order of name."""
    groups: dict[str, list[QuestionOutcome]] = {}
    for each in outcomes:
        groups.setdefault(each.kind, []).append(each)
    return {kind: without_table(question_figures(groups[kind])) for kind in sorted(groups)}


def without_table(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Figures of a part: too few questions for a table."""
    return {name: value for name, value in figures.items() if name != "reliability"}


def mean(values: Iterable[float]) -> float | None:
    """Of booleans a share; None of nothing."""
    known = list(values)
    return fmean(known) if known else None
