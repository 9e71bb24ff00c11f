"""The amount that a sentence gives for a measure: "net profit stood at $5 million". Pure."""

from __future__ import annotations

import re

from app.answering.text.amounts import Amount, amounts
from app.answering.text.terms import key_of, terms

BEHIND = 60
"""Characters behind a measure's name within which its amount stands;"""
BEFORE = 14
"""and in front of it: "a $5 million net profit"."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ENDS = re.compile(
    r"[;:]|\.\s|, (?:and|but|while|with|up|down|from)\b| (?:and|while|but|than|from) "
)


def measure_told(text: str, measure: str) -> Amount | None:
    """The amount of a measure, as a sum, a share or a plain number; None if none is given.

    The measure's words must stand together, and nothing of another measure between them and the
    amount: the next clause, "and total assets".
    """
    words = terms(text)
    wanted = [key_of(word) for word in measure.split()]
    places = [
        (words[at].start, words[at + len(wanted) - 1].end)
        for at in range(len(words) - len(wanted) + 1)
        if [key_of(word.text) for word in words[at : at + len(wanted)]] == wanted
    ]
    found = [one for one in amounts(text) if not _YEAR.fullmatch(text[one.start : one.end])]
    for start, end in places:
        for one in found:
            between = text[end : one.start]
            if 0 <= one.start - end <= BEHIND and not _ENDS.search(between):
                return one
        for one in found:
            if 0 <= start - one.end <= BEFORE and not _ENDS.search(text[one.end : start]):
                return one
    return None


def may_be_of_year(text: str, year: str) -> bool:
    """Whether a sentence names a year, or none at all: then its document tells."""
    years = set(_YEAR.findall(text))
    return not years or year in years
