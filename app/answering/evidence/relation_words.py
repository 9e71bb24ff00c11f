"""Words by which questions and sources tell who did what to whom, by families. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.answering.text.doers import NOUN
from app.answering.text.lexicon import IRREGULAR
from app.answering.text.terms import key_of

_WORDS = {
    "found": "found founder establish create form launch start set begin build open initiate",
    "buy": "buy bought acquire purchase takeover take merger merge buyout swallow absorb",
    "merge": "merge merger combine fuse unite amalgamate",
    "sell": "sell sold divest spin sale buy buyer acquire",
    "leave": "leave quit exit withdraw depart departure end",
    "join": "join enter member membership accede",
    "pay": "pay paid spend cost price worth invest cash fee receive",
    "invest": "invest investment stake put fund finance share capital",
    "own": "own owner hold stake share shareholder belong parent subsidiary control buy acquire",
    "sue": "sue lawsuit court suit claim complaint charge",
    "license": "license licence royalty right grant",
}
_LOOSE = "deal transaction agreement"
"""They speak of a purchase or a merger without its verb."""
_LOOSELY = frozenset({"buy", "merge", "sell", "invest", "own"})
MUTUAL = frozenset({"merge", "join"})
"""Each does it with the other: no roles to reverse."""
_ASKED = {
    "found": "found established founded co-founded cofounded",
    "buy": "buy bought acquire purchase",
    "merge": "merge",
    "sell": "sell sold",
    "leave": "leave left quit exit",
    "join": "join joined",
    "pay": "pay paid",
    "invest": "invest",
    "own": "own owns owned",
    "sue": "sue sued",
    "license": "license licensed",
}
"""By which words a question asks for each."""

ROLES = {
    role + plural: family
    for role, family in {
        "founder": "found",
        "creator": "found",
        "owner": "own",
        "buyer": "buy",
        "acquirer": "buy",
        "investor": "invest",
    }.items()
    for plural in ("", "s")
}
"""Nouns for who does it: "the founder of Haven"."""


def _forms(words: str) -> Iterator[str]:
    for word in words.split():
        yield word
        yield from (form for form, base in IRREGULAR.items() if base == word and " " not in form)
        stem = word.removesuffix("e")
        yield from (f"{stem}ed", f"{word}s")  # not "against Orlena buying Sorrel"


ASKED_WORDS = {family: frozenset(_forms(words)) for family, words in _ASKED.items()}
KEYS = {family: frozenset(map(key_of, words.split())) for family, words in _WORDS.items()}
"""Of all words by which sources tell of each family."""
VAGUE = frozenset(map(key_of, "start begin build open set take end put charge share cost".split()))
"""They tell of a family only beside something surer."""
_LOOSE_KEYS = frozenset(map(key_of, _LOOSE.split()))


def known_words(family: str) -> frozenset[str]:
    """Keys of the words that tell of a family, those of deals included."""
    return KEYS[family] | (_LOOSE_KEYS if family in _LOOSELY else frozenset())


def past(verb: str) -> str:
    """From "buy" to "bought" and "merge" to "merged"; a form that is past already stays."""
    lower = verb.lower()
    if lower in IRREGULAR or lower.endswith("ed"):
        return lower
    base = lower
    irregular = [form for form, known in IRREGULAR.items() if known == base]
    if irregular and not NOUN.search(irregular[0]) and not irregular[0].endswith(("s", "ing")):
        return irregular[0]
    if base.endswith("e"):
        return f"{base}d"
    return f"{base}ed"
