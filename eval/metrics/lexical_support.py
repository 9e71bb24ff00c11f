"""How probably evidence supports a claim, by its words, as one number.

A yardstick of its own: it shares neither words nor rules with what writes and verifies answers. It
needs no model, and gives the same number each time.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher

from eval.metrics.words import (
    Word,
    content_words,
    fold,
    keys,
    missing_numbers,
    names_of,
    words_of,
)

MAX_SENTENCES = 6
"""People who marked the evidence of a claim needed two sentences, rarely more than five."""
REPEAT_VALUES = (1.0, 0.25, 0.1)
"""What a word is worth that no sentence, one, or more chosen before hold already."""
SPECIFIC_WEIGHT, PLAIN_WEIGHT, SHORT_WEIGHT = 1.3, 1.0, 0.7
"""Names and numbers, with which a claim stands and falls; other words; those of few letters."""
SHORT_LETTERS = 5

NEAR = 3
"""Words of a claim that are within this many words of each other belong together."""
PAIR = 2
MIN_PART = 2
"""A part of a claim with fewer content words states nothing of its own."""
NEAR_COPY = 0.75
"""A sentence that has this much of a claim word for word is its source: the rest was changed."""
REORDERED = 0.9
"""A claim made of a sentence's words in another order; who did what to whom then decides."""
REFUSED = 0.25
"""The most that a claim gets that was copied and changed. Well below 0.5."""
TURNING = frozenset(
    """
    not no never cannot neither nor without none nobody nothing hardly barely all every most some
    few only nearly almost about may might could would if
    """.split()
)
"""Put into a copy, or left out of it, they change what it says."""

_PART = re.compile(r"[,;:()-]+\s|\b(?:and|but|which|who|where|while|when|after|before|with)\b")
# Not after "Ms.", "J." or "2.": a short word with a stop is more often an abbreviation.
_SENTENCE_END = re.compile(
    r"(?:(?<=[a-z]{3}[.!?])|(?<=\d\d[.!?])|(?<=[)%][.!?]))[\"')\]]*\s+(?=[\"'(\[]*[A-Z])"
)
_LISTING = re.compile(r"\W*(?:(?:and|or|with|as well as)\W+)?", re.IGNORECASE)
_PASSIVE = re.compile(r"\bby\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim laid beside the sentences of its evidence that hold most of it."""

    words: tuple[Word, ...]
    """Content words of the claim in order, repeats included."""
    weights: Mapping[str, float]
    """What each word, by key, is worth."""
    sentences: tuple[str, ...]
    """Chosen one after the other by what each adds; none without a word of the claim."""
    held: tuple[frozenset[str], ...]
    """Keys in each of these sentences."""

    @property
    def total(self) -> float:
        """Weight of the whole claim."""
        return sum(self.weights.values())

    def weight_in(self, held: frozenset[str]) -> float:
        """Weight of the claim's words that are among these."""
        return sum(weight for key, weight in self.weights.items() if key in held)


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
    """Log of 1 + how many numbers are missing."""
    weakest_part: float
    """Share of the part of the claim (by comma, "and", "which" …) that is supported least."""


WEIGHTS = Signs(
    missing=-0.24,
    two_sentences=2.17,
    together=0.39,
    missing_names=-0.66,
    missing_numbers=-1.39,
    weakest_part=0.6,
)
"""Logistic regression, fitted by `accord eval support FOLDER --fit` (docs/support-checker.md)."""
INTERCEPT = -0.77


class LexicalSupport:
    """Scores claims against evidence; implements `SupportChecker`."""

    def support(self, claim: str, evidence: tuple[str, ...]) -> float:
        """How surely the evidence says what the claim says, in [0, 1]; from 0.5 on it does.

        Args:
            claim: A sentence.
            evidence: Sentences or longer texts, up to whole pages. Without any, 0.
        """
        found = examine(claim, evidence)
        return 0.0 if found is None else found.decide(weigh(found.signs))


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


def examine(claim: str, evidence: Sequence[str]) -> Examined | None:
    """Read a claim beside its evidence; None if that does not have a single word of it."""
    alignment = align(claim, evidence)
    if not alignment.sentences:
        return None
    is_copy = any(_is_run(claim, text) for text in (*alignment.sentences, *evidence))
    is_changed = not is_copy and is_changed_copy(claim, alignment)
    return Examined(signs(claim, alignment), is_copy, is_changed)


def weigh(found: Signs) -> float:
    """The learned part of the score, in (0, 1)."""
    total = INTERCEPT + sum(
        getattr(WEIGHTS, field.name) * getattr(found, field.name) for field in fields(Signs)
    )
    return 1 / (1 + math.exp(-total))


def align(claim: str, evidence: Sequence[str]) -> Alignment:
    """Lay a claim beside the sentences of its evidence that together hold most of its words."""
    words = tuple(content_words(claim))
    weights = {word.key: _weight(word) for word in words}
    sentences = [part for text in evidence for part in _SENTENCE_END.split(text) if part.strip()]
    held = [keys(words_of(sentence)) for sentence in sentences]
    chosen = _choose(weights, held)
    return Alignment(
        words=words,
        weights=weights,
        sentences=tuple(sentences[each] for each in chosen),
        held=tuple(held[each] for each in chosen),
    )


def _weight(word: Word) -> float:
    if word.is_number or word.is_name:
        return SPECIFIC_WEIGHT
    return SHORT_WEIGHT if len(word.text) <= SHORT_LETTERS else PLAIN_WEIGHT


def _choose(weights: Mapping[str, float], held: Sequence[frozenset[str]]) -> list[int]:
    """Sentences that add most, the first of equals; none that holds no word of the claim."""
    # In the claim's order: a sum of floats must not hang on the order of a set.
    wanted = [[key for key in weights if key in each] for each in held]
    left = [place for place, each in enumerate(wanted) if each]
    seen: Counter[str] = Counter()
    chosen: list[int] = []
    while left and len(chosen) < MAX_SENTENCES:
        gains = {
            place: sum(weights[key] * REPEAT_VALUES[min(seen[key], PAIR)] for key in wanted[place])
            for place in left
        }
        best = max(left, key=lambda place: (gains[place], -place))
        chosen.append(best)
        left.remove(best)
        seen.update(wanted[best])
    return chosen


def signs(claim: str, alignment: Alignment) -> Signs:
    """What speaks for a claim and against it, once it is laid beside its evidence."""
    held = frozenset[str]().union(*alignment.held)
    best = frozenset[str]().union(*alignment.held[:PAIR])
    names = {word.key for word in alignment.words if word.is_name}
    return Signs(
        missing=math.log1p(sum(w for key, w in alignment.weights.items() if key not in held)),
        two_sentences=alignment.weight_in(best) / alignment.total,
        together=_together(alignment),
        missing_names=math.log1p(len(names - held)),
        missing_numbers=math.log1p(len(missing_numbers(claim, " ".join(alignment.sentences)))),
        weakest_part=_weakest_part(claim, alignment, held),
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


def _weakest_part(claim: str, alignment: Alignment, held: frozenset[str]) -> float:
    """In [0, 1]; of the whole claim where it has no parts."""
    shares = [alignment.weight_in(held) / alignment.total]
    for part in _PART.split(fold(claim)):
        inside = {word.key: alignment.weights.get(word.key, 0.0) for word in content_words(part)}
        if len(inside) >= MIN_PART and any(inside.values()):
            said = sum(weight for key, weight in inside.items() if key in held)
            shares.append(said / sum(inside.values()))
    return min(shares)


def _is_run(claim: str, text: str) -> bool:
    """Whether a claim is a run of a text's words, and none that is left out turns its sense."""
    said, whole = ([word.text.lower() for word in words_of(each)] for each in (claim, text))
    for start in range(len(whole) - len(said) + 1):
        if said and whole[start : start + len(said)] == said:
            left_out = whole[:start] + whole[start + len(said) :]
            return not any(map(_turns, left_out))
    return False


def is_changed_copy(claim: str, alignment: Alignment) -> bool:
    """Whether a claim is a sentence of its evidence but for a number, name, role or negation."""
    said = words_of(claim)
    copies = []
    for sentence in alignment.sentences:
        told = words_of(sentence)
        matcher = SequenceMatcher(None, _plain(said), _plain(told), autojunk=False)
        *blocks, _ = matcher.get_matching_blocks()
        copies.append((sum(block.size for block in blocks), told, blocks))
    place = max(range(len(copies)), key=lambda each: (copies[each][0], -each))
    num_kept, told, blocks = copies[place]
    source = alignment.sentences[place]
    if num_kept < NEAR_COPY * len(said):
        same = (Counter(_plain(said)) & Counter(_plain(told))).total()
        return same >= REORDERED * len(said) and exchanged(claim, source)
    kept = {at for block in blocks for at in range(block.a, block.a + block.size)}
    used = {at for block in blocks for at in range(block.b, block.b + block.size)}
    held = frozenset[str]().union(*alignment.held)
    new = [word for at, word in enumerate(said) if at not in kept]
    old = [word for at, word in enumerate(told) if at not in used and blocks[0].b <= at < max(used)]
    # The first word of a claim is known for a name by what it stands in the place of.
    opens_with_name = said[0] in new and said[0].key not in held and told[0].text[0].isupper()
    return (
        any(_turns(word.text.lower()) for word in new + old)
        or bool(missing_numbers(claim, " ".join(alignment.sentences)))
        or any(word.is_name and word.key not in held for word in alignment.words)
        or (opens_with_name and 0 not in used and said[0].is_content)
        or exchanged(claim, source)
    )


def _plain(words: Sequence[Word]) -> list[str]:
    return [word.text.lower() for word in words]


def _turns(word: str) -> bool:
    return word in TURNING or word.endswith("n't")


def exchanged(claim: str, source: str) -> bool:
    """Whether two names have changed places: "A bought B" where the source says that B bought A.

    Only of claims with two names: a list has no order that matters, and a passive on one side turns
    it rightly.
    """
    said, told = fold(claim), fold(source)
    # The first word of one of them may be known for a name from the other.
    found = {name.removesuffix("'s") for text in (source, claim) for name in names_of(text)}
    whole = [name for name in found if not any(name in other for other in found - {name})]
    names = sorted((name for name in whole if name in said), key=said.find)
    if len(names) != PAIR or not all(name in told for name in names):
        return False
    return (
        told.find(names[0]) > told.find(names[1])
        and not _is_list(said, *names)
        and not _is_list(told, *names[::-1])
        and bool(_PASSIVE.search(told)) == bool(_PASSIVE.search(said))
    )


def _is_list(text: str, first: str, second: str) -> bool:
    between = text[text.find(first) + len(first) : text.find(second)]
    return " with " in between or _LISTING.fullmatch(between) is not None
