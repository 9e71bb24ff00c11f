"""Do the sources answer the question? One chance, one threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.answering.asking import Asked
from app.answering.evidence import Evidence

THRESHOLD = 0.4
"""Below this chance an answer is withheld. Where as many questions are answerable as not, this one
refuses most of the second and fewest of the first (docs/answering.md)."""
PASSAGE, SENTENCES, CONSTANT = 0.76, 0.59, -0.07
"""What the logit of the likeliest passage counts, and the logarithm of the sentences' chances added
up: fitted on documents that the reader was not trained on, to the chance that the answer is there
and is cited (docs/reader.md)."""
SURE = 1e-4
"""No chance is taken for nearer to 0 or 1."""


@dataclass(frozen=True, slots=True)
class Answerability:
    """How surely the evidence answers."""

    score: float
    """In [0, 1]."""
    threshold: float = THRESHOLD

    @property
    def is_enough(self) -> bool:
        """Whether to answer."""
        return self.score >= self.threshold


def judge(
    asked: Asked, evidence: Sequence[Evidence], *, threshold: float = THRESHOLD
) -> Answerability:
    """The chance that the evidence answers the question.

    Args:
        asked: The question.
        evidence: All that was read, each sentence once.
        threshold: From which chance on to answer.
    """
    if not evidence or asked.is_request:
        return Answerability(0.0, threshold)
    passage = max(item.answers for item in evidence)
    sentences = sum(item.relevance for item in evidence)
    logit = CONSTANT + PASSAGE * _logit(passage) + SENTENCES * math.log(sentences + SURE)
    return Answerability(1.0 / (1.0 + math.exp(-logit)), threshold)


def _logit(chance: float) -> float:
    chance = min(1 - SURE, max(SURE, chance))
    return math.log(chance / (1 - chance))
