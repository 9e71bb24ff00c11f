"""Whether two names of a sentence have changed places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.answering.terms import names_of, terms

PAIR = 2

_LISTING = re.compile(r"\W*(?:(?:and|or|with|as well as)\W+)?", re.IGNORECASE)
_PASSIVE = re.compile(r"\bby\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it first stands in a text."""

    keys: frozenset[str]
    start: int
    end: int


def turned_round(claim: str, quotes: Sequence[str]) -> bool:
    """Whether two names have changed places: "A bought B" where the quotes say that B bought A.

    True if the claim names two parties and every quote with both has them in the other order. A
    list has no order that matters, and a passive on one side turns it rightly.
    """
    known = _known_names([claim, *quotes])
    named = mentions(claim, known)
    if len(named) != PAIR or _is_list(claim, *named):
        return False
    pair = {mention.keys for mention in named}
    verdicts: list[bool] = []
    for quote in quotes:
        held = [mention for mention in mentions(quote, known) if mention.keys in pair]
        if len(held) == PAIR:
            verdicts.append(
                held[0].keys == named[1].keys
                and not _is_list(quote, *held)
                and bool(_PASSIVE.search(quote)) == bool(_PASSIVE.search(claim))
            )
    return bool(verdicts) and all(verdicts)


def mentions(text: str, known: Iterable[frozenset[str]]) -> list[Mention]:
    """The known names that a text holds, by where each stands first."""
    words = terms(text)
    found: list[Mention] = []
    for name in known:
        here = [n for n, term in enumerate(words) if term.key in name and term.text[:1].isupper()]
        if here:
            last = here[0]
            while last + 1 in here:
                last += 1
            found.append(Mention(name, words[here[0]].start, words[last].end))
    return sorted(found, key=lambda mention: mention.start)


def _known_names(texts: Iterable[str]) -> list[frozenset[str]]:
    """Names in any of the texts; of two that overlap, the longer stands for both."""
    found = sorted({name.keys for text in texts for name in names_of(text)}, key=_by_length)
    kept: list[frozenset[str]] = []
    for name in found:
        if not any(name & other for other in kept):
            kept.append(name)
    return kept


def _by_length(name: frozenset[str]) -> tuple[int, list[str]]:
    return -len(name), sorted(name)


def _is_list(text: str, first: Mention, second: Mention) -> bool:
    between = text[first.end : second.start]
    return " with " in between or _LISTING.fullmatch(between) is not None
