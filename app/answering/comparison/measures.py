"""The amount that a sentence gives for a measure: "net profit stood at $5 million". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.evidence.evidence import Evidence
from app.answering.text.amounts import Amount, amounts
from app.answering.text.terms import key_of, terms
from vectorstore.types import DocumentId

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


def of_year(year: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that may be of a year: they name it, or none in a document that may be of it.

    A document is of no year that it does not name where it names others: "net profit stood at $5
    million" is that of 2019 in a report on 2019. A report may come out the year after.
    """
    known: dict[DocumentId, set[str]] = {}
    for item in evidence:
        years = known.setdefault(item.document_id, set())
        years.update(_YEAR.findall(f"{item.metadata.title} {item.text}"))
        if item.metadata.published is not None:
            years |= {str(item.metadata.published.year - late) for late in (0, 1)}
    return [
        item
        for item in evidence
        if year in (set(_YEAR.findall(item.text)) or known[item.document_id] or {year})
    ]
