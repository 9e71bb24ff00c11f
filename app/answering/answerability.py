"""Do the chosen sentences answer the question? Deterministic, no model beyond the embedder."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields

from app.answering.asking import TYPED, Asked
from app.answering.evidence import Evidence, Rarity, credits_of, weights_of
from app.answering.lexicon import DECISIVE
from app.answering.likeness import WordLikeness
from app.answering.terms import content_terms

THRESHOLD = 0.5
"""Below this an answer is withheld. The fit counts a question refused wrongly 2.5 times."""
HELD = 0.3
"""A word with at least this credit counts as held when the reader is told what is missing."""


@dataclass(frozen=True, slots=True)
class Answerability:
    """How surely the evidence answers, and what speaks against it."""

    score: float
    """In [0, 1]."""
    missing: tuple[str, ...]
    """Words of the question that the evidence does not hold, rarest first."""
    missing_share: float = 1.0
    """Their share of the question's words, weighted by rarity."""
    signs: AnswerSigns | None = None
    """What the score is made of; None where there is nothing to weigh."""

    @property
    def is_enough(self) -> bool:
        """Whether to answer."""
        return self.score >= THRESHOLD


@dataclass(frozen=True, slots=True)
class AnswerSigns:
    """What speaks for the chosen sentences as an answer, and what against them."""

    nearest: float
    """Cosine of the question and the nearest of them."""
    passage: float
    """The same of the nearest passage of the search."""
    held: float
    """Share of the question's words that they hold together, rare ones counting more."""
    lacking: float
    """How much of its rarest word, or of another near to that, they lack."""
    names: float
    """Share of the question's names that they lack."""
    numbers: float
    decisive: float
    """Share that they lack of the words that are the point of a question ("revenue")."""
    kind: float
    """How far the amount or date asked for stands from the question's words; 0 if none is."""
    titled: float
    """Cosine of the nearest of them when read alone behind its title."""


WEIGHTS = AnswerSigns(
    nearest=5.39,
    passage=0.24,
    held=1.94,
    lacking=-1.42,
    names=-0.04,
    numbers=-1.15,
    decisive=-1.64,
    kind=-0.68,
    titled=0.62,
)
CONSTANT = -3.02


def judge(
    asked: Asked,
    chosen: Sequence[Evidence],
    best_cosine: float,
    rarity: Rarity,
    likeness: WordLikeness,
) -> Answerability:
    """Weigh what the chosen sentences hold of the question.

    A sentence near in meaning is not enough: "Walgreens' revenue in 2018" is near to all that is
    said of Walgreens. So the share counts that the sentences hold together of the question's words,
    by themselves, by a synonym or by a word near in meaning; and what must not be missing: its
    rarest word, its names, its numbers, the words that are the point of it ("revenue", "cancel"),
    and, where it asks for an amount or a date, one. The weights are what `accord eval fit-refusal`
    prints (docs/answering.md).

    Args:
        asked: The question.
        chosen: The sentences that would be shown.
        best_cosine: Similarity of the nearest passage.
        rarity: Weighs words.
        likeness: Compares words that differ.
    """
    weights = weights_of(asked, rarity)
    if not chosen or not weights or asked.is_request:
        return Answerability(0.0, tuple(term.text for term in asked.terms))
    exact, soft = _credits(asked, chosen, weights, likeness)
    signs = _signs(asked, chosen, best_cosine, weights, exact, soft)
    logit = CONSTANT + sum(
        getattr(WEIGHTS, field.name) * getattr(signs, field.name) for field in fields(signs)
    )
    missing = {key for key, credit in soft.items() if credit < HELD}
    lacking = [term for term in asked.terms if term.key in missing]
    return Answerability(
        score=1.0 / (1.0 + math.exp(-logit)),
        missing=tuple(t.text for t in sorted(lacking, key=lambda term: -weights[term.key])),
        missing_share=sum(weights[key] for key in missing) / sum(weights.values()),
        signs=signs,
    )


def _signs(
    asked: Asked,
    chosen: Sequence[Evidence],
    best_cosine: float,
    weights: Mapping[str, float],
    exact: Mapping[str, float],
    soft: Mapping[str, float],
) -> AnswerSigns:
    unsaid = {key for key in weights if not exact[key]}
    names = chosen[0].names | {term.key for term in asked.names}
    return AnswerSigns(
        nearest=max(item.features.cosine for item in chosen),
        passage=best_cosine,
        held=sum(weights[key] * soft[key] for key in weights) / sum(weights.values()),
        lacking=max(weights[key] * (1 - soft[key]) for key in weights) / max(weights.values()),
        names=_share(unsaid, names),
        numbers=_share(unsaid, {term.key for term in asked.terms if term.is_number}),
        decisive=_share(unsaid, {t.key for t in asked.terms if t.text.lower() in DECISIVE}),
        kind=_kind_missing(asked, chosen),
        titled=max(item.titled or 0.0 for item in chosen),
    )


def _credits(
    asked: Asked,
    chosen: Sequence[Evidence],
    weights: Mapping[str, float],
    likeness: WordLikeness,
) -> tuple[dict[str, float], dict[str, float]]:
    """How well the evidence stands for each word of the question: without likeness, and with it."""
    own = frozenset[str]().union(*(item.keys for item in chosen))
    around = weights.keys() - frozenset.intersection(*(item.missing for item in chosen))
    exact = credits_of(weights, own, frozenset(around))
    words = {
        term.text
        for item in chosen
        for term in content_terms(item.text)
        if not term.is_name and not term.is_number
    }
    open_terms = [
        term
        for term in asked.terms
        if term.key not in own and not term.is_name and not term.is_number
    ]
    near = likeness.credit([term.text for term in open_terms], words)
    soft = dict(exact)
    for term, credit in zip(open_terms, near, strict=True):
        soft[term.key] = max(exact[term.key], credit)
    return exact, soft


def _share(missing: Collection[str], wanted: Collection[str]) -> float:
    return sum(key in missing for key in wanted) / len(wanted) if wanted else 0.0


def _kind_missing(asked: Asked, chosen: Sequence[Evidence]) -> float:
    """How far the kind of thing asked for is from the sentences that hold the question's words."""
    if asked.expects not in TYPED:
        return 0.0
    most = max(item.features.coverage for item in chosen) or 1.0
    held = max(
        item.features.shape * (item.features.coverage + item.features.window) / 2 for item in chosen
    )
    return max(0.0, 1.0 - held / most)
