"""Slips of the pen: which word of the sources a question's misspelt word must be. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from app.answering.terms import fold

MIN_LETTERS = 5
"""Of shorter words too many are one letter apart."""


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """In lower case, without accents and without a genitive: "Nestlé's" is "nestle"."""
    parts = unicodedata.normalize("NFKD", fold(word).lower().removesuffix("'s"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word that a misspelt one stands for; None if there is none, or the word is known.

    Written alike but for accents, else one slip away: a letter too many, too few, wrong, or two
    that have changed places. The first letter is never taken for a slip ("million", "billion").

    Args:
        word: As it was typed.
        known: Words of the sources, as they stand there.
    """
    typed = plain(word)
    words = list(known)
    alike = [each for each in words if plain(each) == typed]
    if any(each.lower() == word.lower() for each in alike):
        return None
    if not alike and len(typed) >= MIN_LETTERS:
        alike = [each for each in words if is_one_slip(typed, plain(each))]
    return min(alike, default=None)


def is_one_slip(first: str, second: str) -> bool:
    """Whether one slip beyond the first letter makes one word of the other."""
    if first[:1] != second[:1]:
        return False
    shorter, longer = sorted((first, second), key=len)
    if len(longer) - len(shorter) > 1 or not shorter or first == second:
        return False
    start = next(
        (n for n, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter)
    )
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    rest, other = shorter[start:], longer[start:]
    return rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])
