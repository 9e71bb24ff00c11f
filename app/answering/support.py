"""How surely evidence says what a claim says, as one number. Works without a language model.

Where `verify` looks for one reason to refuse an answer of our own, this weighs how much of any
claim, in whatever words, a text bears out: most claims that are wrong are right in part.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher

from app.answering.alignment import Alignment, align
from app.answering.likeness import WordLikeness
from app.answering.parties import turned_round
from app.answering.quantities import dates, holds, quantities
from app.answering.terms import content_terms, terms
from app.answering.verify import Check, is_run_of, verify

NEAR = 3
"""Words of a claim that stand within this many words of each other belong together."""
PAIR = 2
MIN_PART = 2
"""A part of a claim with fewer content words states nothing of its own."""
MIN_CREDIT = 0.5
"""From here on a word counts as said."""

NEAR_COPY = 0.75
"""A sentence that has this much of a claim word for word is its source: the rest was changed."""
REORDERED = 0.9
"""A claim made of a sentence's words in another order; who did what to whom then decides."""
REFUSED = 0.25
"""The most that a claim gets that was copied and changed. Well below 0.5."""
DECISIVE = frozenset({Check.NUMBERS, Check.NAMES})
"""Refuse a near copy if no chosen sentence bears the number or name out."""
DECISIVE_IN_SOURCE = frozenset({Check.ROLES, Check.NEGATION, Check.EXTENT})
"""Refuse it if its own source does not: other sentences speak of other things."""
NEGATIONS = frozenset({"not", "no", "never", "cannot", "neither", "nor"})

_PART = re.compile(
    r"[,;:()–—]|\b(?:and|but|which|who|where|while|when|after|before|with)\b"  # noqa: RUF001
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a claim and against it."""

    missing: float
    """Log of 1 + the weight of the claim's words that the evidence lacks."""
    two_sentences: float
    """Share of its weight that the best two sentences hold."""
    together: float
    """Share of its neighbouring words that stand together in a sentence of the evidence."""
    missing_names: float
    """Log of 1 + how many words of names are missing."""
    missing_numbers: float
    """Log of 1 + how many numbers and dates are missing."""
    weakest_part: float
    """Share of the part of the claim (by comma, "and", "which" …) that is borne out least."""


WEIGHTS = Signs(
    missing=-0.27,
    two_sentences=2.49,
    together=0.17,
    missing_names=-0.56,
    missing_numbers=-0.93,
    weakest_part=0.71,
)
"""Logistic regression, fitted by `accord eval support FOLDER --fit` (docs/support-checker.md)."""
INTERCEPT = -0.95


class EvidenceSupport:
    """Scores claims against evidence. Deterministic; safe to use from many threads.

    Args:
        likeness: Lets words stand for words that mean about the same. It costs an embedding of
            every new word and was found to change little; see docs/support-checker.md.
    """

    def __init__(self, likeness: WordLikeness | None = None) -> None:
        self._likeness = likeness

    def support(self, claim: str, evidence: tuple[str, ...]) -> float:
        """How surely the evidence says what the claim says, in [0, 1]; from 0.5 on it does.

        Args:
            claim: A sentence.
            evidence: Sentences or longer texts, up to whole pages. Without any, 0.
        """
        found = examine(claim, evidence, self._likeness)
        if found is None:
            return 0.0
        return found.decide(weigh(found.signs))


@dataclass(frozen=True, slots=True)
class Examined:
    """A claim and its evidence, before it is decided how much each sign counts."""

    signs: Signs
    is_copy: bool
    """A run of words of the evidence that says what it says there."""
    is_changed_copy: bool

    def decide(self, weighed: float) -> float:
        """The score, given what the signs make together."""
        if self.is_copy:
            return 1.0
        return min(weighed, REFUSED) if self.is_changed_copy else weighed


def examine(
    claim: str, evidence: Sequence[str], likeness: WordLikeness | None = None
) -> Examined | None:
    """Read a claim beside its evidence; None if that does not have a single word of it."""
    texts = [text for text in evidence if text.strip()]
    alignment = align(claim, texts, likeness)
    if not alignment.sentences:
        return None
    is_copy = any(is_run_of(claim, text) for text in texts)
    return Examined(
        signs(claim, alignment), is_copy, not is_copy and is_changed_copy(claim, alignment)
    )


def weigh(found: Signs) -> float:
    """The learned part of the score, in (0, 1)."""
    total = INTERCEPT + sum(
        getattr(WEIGHTS, field.name) * getattr(found, field.name) for field in fields(Signs)
    )
    return 1 / (1 + math.exp(-total))


def signs(claim: str, alignment: Alignment) -> Signs:
    """What speaks for a claim and against it, once it is laid beside its evidence."""
    lacking = sum(
        weight * (1 - alignment.credits[key]) for key, weight in alignment.weights.items()
    )
    best = frozenset[str]().union(*alignment.held[:PAIR])
    names = {word.key for word in alignment.words if word.is_name}
    return Signs(
        missing=math.log1p(lacking),
        two_sentences=alignment.weight_in(best) / alignment.total,
        together=_together(alignment),
        missing_names=math.log1p(sum(alignment.credits[name] < MIN_CREDIT for name in names)),
        missing_numbers=math.log1p(_missing_numbers(claim, alignment.sentences)),
        weakest_part=_weakest_part(claim, alignment),
    )


def is_changed_copy(claim: str, alignment: Alignment) -> bool:
    """Whether a claim is a sentence of its evidence but for a number, name, role or negation."""
    copies = [_Copy.of(claim, sentence) for sentence in alignment.sentences]
    source = max(range(len(copies)), key=lambda place: (copies[place].share, -place))
    copy, sentence = copies[source], alignment.sentences[source]
    if copy.share < NEAR_COPY:
        return copy.same_words >= REORDERED and turned_round(claim, [sentence])
    in_all = {failure.check for failure in verify(claim, alignment.sentences)}
    in_source = {failure.check for failure in verify(claim, [sentence])}
    return copy.turns or bool(in_all & DECISIVE or in_source & DECISIVE_IN_SOURCE)


@dataclass(frozen=True, slots=True)
class _Copy:
    """How a claim reads as a copy of a sentence."""

    share: float
    """Of the claim's words, of all kinds, that stand in the sentence in the same order."""
    same_words: float
    """The same in any order."""
    turns: bool
    """A negation was put in, or left out between words that were kept."""

    @classmethod
    def of(cls, claim: str, sentence: str) -> _Copy:
        said = [term.text.lower() for term in terms(claim)]
        held = [term.text.lower() for term in terms(sentence)]
        matcher = SequenceMatcher(None, said, held, autojunk=False)
        *blocks, _ = matcher.get_matching_blocks()
        if not blocks:
            return cls(0.0, same_words=0.0, turns=False)
        kept = {place for block in blocks for place in range(block.a, block.a + block.size)}
        used = {place for block in blocks for place in range(block.b, block.b + block.size)}
        put_in = [word for place, word in enumerate(said) if place not in kept]
        inside = range(blocks[0].b, blocks[-1].b + blocks[-1].size)
        left_out = [held[place] for place in inside if place not in used]
        return cls(
            share=len(kept) / len(said),
            same_words=(Counter(said) & Counter(held)).total() / len(said),
            turns=any(word in NEGATIONS or word.endswith("n't") for word in put_in + left_out),
        )


def _together(alignment: Alignment) -> float:
    order = [word.key for word in alignment.words]
    pairs = [
        (first, second)
        for place, first in enumerate(order)
        for second in order[place + 1 : place + 1 + NEAR]
        if first != second
    ]
    met = sum(any(a in held and b in held for held in alignment.held) for a, b in pairs)
    # Half a pair more on top, a whole one below: a claim of one or two words says little.
    return (met + 0.5) / (len(pairs) + 1)


def _missing_numbers(claim: str, sentences: Sequence[str]) -> int:
    evidence = " ".join(sentences)
    held, dated = quantities(evidence), dates(evidence)
    unknown = sum(not holds(held, *each) for each in quantities(claim))
    return unknown + sum(not any(map(date.is_in, dated)) for date in dates(claim))


def _weakest_part(claim: str, alignment: Alignment) -> float:
    """In [0, 1]; of the whole claim where it has no parts."""
    said = {key: weight * alignment.credits[key] for key, weight in alignment.weights.items()}
    shares = [sum(said.values()) / alignment.total]
    for part in _PART.split(claim):
        found = {term.key: None for term in content_terms(part) if term.key in said}
        if len(found) >= MIN_PART:
            whole = sum(alignment.weights[key] for key in found)
            shares.append(sum(said[key] for key in found) / whole)
    return min(shares)
