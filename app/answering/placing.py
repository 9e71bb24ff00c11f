"""Which word a number counts and which one a date belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.answering.amounts import Amount, Moment
from app.answering.terms import terms
from app.answering.verbs import is_content

BESIDE = 4
"""Words within which the one that a number counts stands."""


_OR = re.compile(r"(?:,| \() ?or [\w ]*$|\($")


_APPROXIMATE = frozenset("roughly nearly almost approximately estimated exactly precisely".split())


def bound_words(text: str, numbers: Iterable[Amount]) -> set[tuple[str, Amount]]:
    """Content words right beside a number, with the side and the number."""
    found: set[tuple[str, Amount]] = set()
    words = terms(text)
    before_it: set[tuple[str, Amount]] = set()
    previous: Amount | None = None
    for amount in numbers:
        if amount.unit == "th":
            continue
        # "$212 a share, or roughly $70 billion": one thing in two measures.
        if previous and _OR.search(text[previous.end : amount.start]):
            found |= {(word, amount) for word, _ in before_it if word[0] == "<"}
        before_it, previous = set(), amount
        before = [word for word in words if word.end <= amount.start]
        after = [word for word in words if word.start >= amount.end]
        for side, row in (("<", before[::-1]), (">", after)):
            for word in row[:BESIDE]:
                between = (
                    text[word.end : amount.start] if side == "<" else text[amount.end : word.start]
                )
                if word.is_number or re.search(r"[,;:]", between):
                    break
                lower = word.text.lower()
                if (is_content(word) and lower not in _APPROXIMATE) or lower == "more":
                    before_it.add((side + word.key, amount))
                    break
        found |= before_it
    return found


def bound_times(text: str, found: Sequence[Moment]) -> list[tuple[str, Moment]]:
    """Content words right in front of a date."""
    words = terms(text)
    pairs: list[tuple[str, Moment]] = []
    for moment in found:
        row = [word for word in words if word.end <= moment.start][::-1][:BESIDE]
        for word in row:
            if word.is_number or "," in text[word.end : moment.start]:
                break
            if is_content(word):
                pairs.append((word.key, moment))
                break
    return pairs
