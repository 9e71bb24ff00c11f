"""Makes an untrue pair of a supported claim: one thing changed, in the claim or in its evidence.

A small model takes words that stand near each other for a statement. Who did it to whom, whether it
happened at all, and which of two numbers belongs to which name it learns from pairs that differ in
just that. As often the evidence is changed as the claim, so that no word gives a wrong claim away.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from eval.corruptions import with_names_exchanged, with_negation
from eval.metrics.words import names_of
from eval.training.examples import Pair

Change = Callable[[str, Sequence[str], random.Random], str | None]
"""A sentence, the sentences around it -> the sentence untrue; None where it cannot be."""

_MUTUAL = re.compile(r"\b(?:with|and|or|both|between|together|each|jointly|merge\w*|met)\b", re.I)
_NEGATION = re.compile(
    r"(?P<verb>\b(?:is|are|was|were|has|have|had|will|would|can|could|did|does|do|may|must|should))"
    r" (?:not|never)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_OPPOSITES = (
    "rose fell",
    "rise fall",
    "rises falls",
    "increased decreased",
    "increase decrease",
    "grew shrank",
    "gained lost",
    "won lost",
    "more less",
    "more fewer",
    "most least",
    "higher lower",
    "highest lowest",
    "larger smaller",
    "largest smallest",
    "bigger smaller",
    "before after",
    "earlier later",
    "first last",
    "above below",
    "faster slower",
    "longer shorter",
    "better worse",
    "started ended",
    "began ended",
    "opened closed",
    "accepted rejected",
    "approved rejected",
    "supported opposed",
    "supports opposes",
    "allowed forbade",
    "allows forbids",
    "succeeded failed",
    "bought sold",
    "buy sell",
    "buyer seller",
    "buys sells",
    "paid received",
    "pays receives",
    "lent borrowed",
    "hired dismissed",
    "cheaper dearer",
    "always never",
    "with without",
    "minority majority",
    "maximum minimum",
    "temporary permanent",
    "mandatory optional",
    "required optional",
    "public private",
    "successful unsuccessful",
    "able unable",
    "possible impossible",
    "likely unlikely",
)
_OPPOSITE = {
    word: other for pair in _OPPOSITES for word, other in (pair.split(), reversed(pair.split()))
}
_WORD = re.compile(r"[A-Za-z]+")
_CLAUSES = re.compile(r"[;:,–—(]")
FEW_WORDS = 14
"""A longer sentence says more than one thing, and the claim may rest on another."""
HALF = 0.5


def untrue(pair: Pair, chance: random.Random) -> Pair | None:
    """A pair that does not hold, made of a supported claim; None where nothing can be changed.

    Args:
        pair: A supported claim of which the sentences that support it are known, or few.
        chance: Chooses what is changed.
    """
    if pair.task != "claim" or not pair.holds:
        return None
    changes = list(_CHANGES)
    chance.shuffle(changes)
    telling = [n for n, label in enumerate(pair.labels or ()) if label == 1]
    for change in changes:
        if len(telling) == 1 and change in _OF_EVIDENCE and chance.random() < HALF:
            place = telling[0]
            told = pair.sentences[place]
            turned = change(told, [], chance) if _bears(change, told, pair.asked) else None
            if turned is not None:
                sentences = (*pair.sentences[:place], turned, *pair.sentences[place + 1 :])
                return replace(pair, sentences=sentences, labels=None, holds=False)
            continue
        around = [pair.sentences[n] for n in telling] or list(pair.sentences)
        turned = change(pair.asked, around, chance)
        if turned is not None:
            return replace(pair, asked=turned, labels=None, holds=False)
    return None


def _bears(change: Change, told: str, claim: str) -> bool:
    """Whether what is changed in the evidence is what the claim rests on."""
    if change is _negated:
        return len(told.split()) <= FEW_WORDS and not _CLAUSES.search(told)
    words = {word.lower() for word in _WORD.findall(claim)}
    if change is _opposite:
        turned = [w for w in map(str.lower, _WORD.findall(told)) if w in _OPPOSITE]
        return bool(turned) and words.issuperset(turned)
    return all(words.issuperset(map(str.lower, _WORD.findall(name))) for name in names_of(told))


def _exchanged(sentence: str, around: Sequence[str], chance: random.Random) -> str | None:
    """Who did it to whom turned round; None where both did the same."""
    del around, chance
    return None if _MUTUAL.search(sentence) else with_names_exchanged(sentence)


def _negated(sentence: str, around: Sequence[str], chance: random.Random) -> str | None:
    del around, chance
    if _NEGATION.search(sentence):
        return _NEGATION.sub(lambda match: match["verb"], sentence, count=1)
    return with_negation(sentence)


def _opposite(sentence: str, around: Sequence[str], chance: random.Random) -> str | None:
    """With one word turned into its opposite: "fell" for "rose"."""
    del around
    places = [m for m in _WORD.finditer(sentence) if m.group().lower() in _OPPOSITE]
    if not places:
        return None
    match = chance.choice(places)
    other = _OPPOSITE[match.group().lower()]
    if match.group()[0].isupper():
        other = other.capitalize()
    return sentence[: match.start()] + other + sentence[match.end() :]


def _other_name(sentence: str, around: Sequence[str], chance: random.Random) -> str | None:
    """With another name of the evidence in the place of one that the evidence has, too."""
    held = [name.removesuffix("'s") for name in names_of(" ".join(around))]
    own = [name.removesuffix("'s") for name in names_of(sentence)]
    known = [name for name in own if name in held and sentence.count(name) == 1]
    others = [
        name
        for name in dict.fromkeys(held)
        if not any(name in one or one in name or _shares(name, one) for one in own)
    ]
    if not known or not others or _MUTUAL.search(sentence):
        return None
    return sentence.replace(chance.choice(known), chance.choice(others))


def _shares(first: str, second: str) -> bool:
    return bool(set(first.lower().split()) & set(second.lower().split()))


def _other_number(sentence: str, around: Sequence[str], chance: random.Random) -> str | None:
    """With another number of the evidence, of about as many digits, in the place of one."""
    own = _NUMBER.findall(sentence)
    held = list(dict.fromkeys(_NUMBER.findall(" ".join(around))))
    known = [number for number in own if number in held]
    if not known:
        return None
    number = chance.choice(known)
    others = [n for n in held if n not in own and abs(len(n) - len(number)) <= 1]
    if not others:
        return None
    return re.sub(
        rf"(?<![\d.,]){re.escape(number)}(?![\d])", chance.choice(others), sentence, count=1
    )


_CHANGES: tuple[Change, ...] = (
    _exchanged,
    _exchanged,
    _negated,
    _opposite,
    _other_name,
    _other_number,
)
_OF_EVIDENCE: tuple[Change, ...] = (_exchanged, _negated, _opposite)
"""Those that make a claim untrue when they are made to what it rests on."""
