"""Do the chosen sentences answer the question? Calibrated, deterministic, no model beyond the embedder."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.answering.asking import Asked
from app.answering.evidence import Evidence, Rarity, covered, weights_of

THRESHOLD = 0.5
"""Below this an answer is withheld."""


@dataclass(frozen=True, slots=True)
class Answerability:
    """How surely the evidence answers, and what speaks against it."""

    score: float
    """In [0, 1]."""
    missing: tuple[str, ...]
    """Words of the question that the evidence does not hold, rarest first."""
    missing_share: float = 1.0
    """Their share of the question's words, weighted by rarity."""

    @property
    def is_enough(self) -> bool:
        """Whether to answer."""
        return self.score >= THRESHOLD


def judge(
    asked: Asked, chosen: Sequence[Evidence], best_cosine: float, rarity: Rarity
) -> Answerability:
    """Weigh what the chosen sentences hold of the question.

    A sentence near in meaning is not enough: "Walgreens' revenue in 2018" is near to all that is said of
    Walgreens. So the share of the question's words that the chosen sentences hold together counts, most of
    all its rarest word, its names and its numbers. The weights are round numbers near a logistic fit on
    public sets of answerable and unanswerable questions (docs/answering.md).

    Args:
        asked: The question.
        chosen: The sentences that would be shown.
        best_cosine: Similarity of the nearest passage.
        rarity: Weighs words.
    """
    weights = weights_of(asked, rarity)
    if not chosen or not weights or asked.is_request:
        return Answerability(0.0, tuple(term.text for term in asked.terms))
    held = frozenset[str]().union(*(item.keys for item in chosen))
    missing = frozenset.intersection(*(item.missing for item in chosen)) & weights.keys()
    logit = (
        4.0 * max(item.features.cosine for item in chosen)
        + 3.5 * best_cosine
        + 3.0 * covered(weights, held)
        - 1.0 * max((weights[key] for key in missing), default=0.0) / max(weights.values())
        - 2.0 * _share(missing, {term.key for term in asked.names})
        - 2.0 * _share(missing, {term.key for term in asked.terms if term.is_number})
        - 4.8
    )
    lacking = sum(weights[key] for key in missing) / sum(weights.values())
    return Answerability(1.0 / (1.0 + math.exp(-logit)), _words(asked, missing, weights), lacking)


def _share(missing: frozenset[str], wanted: set[str]) -> float:
    return len(missing & wanted) / len(wanted) if wanted else 0.0


def _words(asked: Asked, missing: frozenset[str], weights: Mapping[str, float]) -> tuple[str, ...]:
    lacking = [term for term in asked.terms if term.key in missing]
    return tuple(term.text for term in sorted(lacking, key=lambda term: -weights[term.key]))
