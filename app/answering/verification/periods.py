"""Decades and centuries of a text: "the early 1990s", "the 19th century"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

_PART = r"(?:(?P<part>early|mid(?:dle)?|late|beginning|start|end)(?: of the|-| )\s*)?"
_PERIOD = re.compile(
    rf"\b{_PART}(?:(?P<decade>(?:1[0-9]|20)\d0)'?s\b"
    r"|(?:(?P<digits>\d{1,2})(?:st|nd|rd|th)|(?P<word>"
    + "|".join(words := "seventeenth eighteenth nineteenth twentieth twenty-first".split())
    + r"))[ -]century\b)",
    re.IGNORECASE,
)
_CENTURIES = {word: number for number, word in enumerate(words, start=17)}
DECADE, CENTURY = 10, 100
PARTS = {
    "ear": (0.0, 0.45), "beg": (0.0, 0.45), "sta": (0.0, 0.45), "mid": (0.25, 0.8),
    "lat": (0.5, 1.0), "end": (0.5, 1.0),
}  # fmt: skip
"""Of which share of a period one speaks so."""


@dataclass(frozen=True, slots=True)
class Period:
    """A decade or a century."""

    first: int
    """Its first year."""
    length: int
    part: str
    """The first letters of which part of it; empty where none is named."""
    text: str

    def __str__(self) -> str:
        return self.text

    def is_said_by(self, others: Sequence[Period], years: Collection[int | None]) -> bool:
        """Whether the evidence has the period, a shorter one within it, or a year of it."""
        start, end = self._span()
        return any(year is not None and start <= year <= end for year in years) or any(
            other.part in {self.part, ""} and other.first == self.first
            if other.length == self.length
            else start <= other.first and other.first + other.length - 1 <= end
            for other in others
        )

    def _span(self) -> tuple[float, float]:
        start, end = PARTS.get(self.part, (0.0, 1.0))
        years = self.length - 1
        return self.first + start * years, self.first + end * years


def periods(text: str) -> Iterator[Period]:
    """The decades and centuries of a folded text, in order."""
    for match in _PERIOD.finditer(text):
        part = (match["part"] or "")[:3].lower()
        if match["decade"]:
            yield Period(int(match["decade"]), DECADE, part, match.group())
        else:
            number = int(match["digits"] or _CENTURIES[(match["word"] or "").lower()])
            yield Period((number - 1) * CENTURY, CENTURY, part, match.group())


def without_periods(text: str) -> str:
    """The text with them blanked: neither the 1930s nor the 19th century is a year or a count."""
    return _PERIOD.sub(lambda match: " " * len(match.group()), text)
