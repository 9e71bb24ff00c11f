"""Numbers and dates with the words that bound them: "about", "more than", "by the end of"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from app.answering.text.quantities import (
    PERIODS,
    CalendarDate,
    amounts_in,
    dates_in,
)
from app.answering.text.terms import REMEMBERED_TEXTS, fold


class Bound(StrEnum):
    """How exactly a number is meant."""

    EXACT = "exactly"
    PLAIN = ""
    ABOUT = "about"
    NEARLY = "nearly"
    ABOVE = "more than"
    BELOW = "at most"
    OVER = "over"
    """Of a time: "over three years" is more than three years, or in the course of them."""


_BOUNDS = (
    (Bound.BELOW, r"(?:no|not) (?:more|greater|higher|longer) than|at most|up to|as (?:much|many|"
     r"high|long) as|(?:an? )?maximum (?:of )?|fewer than|less than|under|below|within|capped at"),
    (Bound.ABOVE, r"(?:no|not) (?:less|fewer) than|more than|at least|above|exceed(?:s|ed|ing)?|"
     r"upwards? of|in excess of|beyond|(?:an? )?minimum (?:of )?|greater than|"
     r"(?:start(?:s|ed|ing)?|rang(?:es?|ed|ing)) (?:at|from)"),
    (Bound.OVER, r"over"),
    (Bound.NEARLY, r"nearly|almost|close to|just under"),
    (Bound.ABOUT, r"about|around|roughly|approximately|approx\.?|some|circa|ca\.?|an? estimated|"
     r"estimated|in the region of|or so|~|≈"),
    (Bound.EXACT, r"exactly|precisely"),
)  # fmt: skip
_BEFORE = tuple(
    (bound, re.compile(rf"(?:^|(?<=[\s(-]))(?:{words})(?: (?:a|an|the|its))?\s*$", re.IGNORECASE))
    for bound, words in _BOUNDS
)
_AFTER_ABOVE = re.compile(r"\+|,? or (?:more|above|longer)\b|,? and (?:more|above)\b", re.I)
_AFTER_BELOW = re.compile(r",? or (?:less|fewer|below)\b| at (?:the )?most\b", re.I)
REACH = 28
"""Characters in front of a number in which the words that bound it stand."""

_FRACTION = re.compile(
    r"\b(?:(?P<count>an?|one|two|three|four|the other|the|its|their|each) )?"
    r"(?P<part>half|halves|thirds?|quarters?|fifths?|tenths?)\b(?! (?:of )?(?:19|20)\d\d)",
    re.IGNORECASE,
)
_PARTS = {"hal": 1 / 2, "thi": 1 / 3, "qua": 1 / 4, "fif": 1 / 5, "ten": 1 / 10}
_COUNTS = {"two": 2, "three": 3, "four": 4}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1
    )
}
_ORDINAL = re.compile(
    r"\b(?:(?P<word>" + "|".join(_ORDINALS) + r")|(?P<digits>\d+)(?:st|nd|rd|th))\b", re.I
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it stands in a text."""

    value: float
    unit: str
    bound: Bound
    start: int
    end: int
    is_compound: bool
    """Part of one word with its unit: "seven-year"."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.bound.value, f"{self.value:,g}", self.unit)))

    def is_said_by(self, other: Amount) -> bool:
        """Whether it is the other number, whatever bounds either."""
        if self.unit in {"percent", "part"} and other.unit in {"percent", "part"}:
            mine, its = (a.value / 100 if a.unit == "percent" else a.value for a in (self, other))
            return abs(mine - its) < 0.005 * (self.unit != other.unit) + 1e-9
        same = abs(self.value - other.value) <= 1e-9 * abs(self.value)
        if self.unit:
            return same and self.unit == other.unit
        return same and other.unit in PERIODS


@lru_cache(maxsize=REMEMBERED_TEXTS)
def amounts(text: str) -> tuple[Amount, ...]:
    """The numbers of a text in order, without dates and years.

    Words of scale are in the value: "$7.15 billion" is 7.15e9 with the unit "usd".
    """
    folded = fold(text)
    found = [
        Amount(value, unit, _bound(folded, start, end), start, end, compound)
        for value, unit, start, end, compound in _numbers(folded)
    ]
    return tuple(sorted(found, key=lambda amount: amount.start))


def _numbers(folded: str) -> Iterator[tuple[float, str, int, int, bool]]:
    taken = [(start, end) for _, start, end in dates_in(folded)]
    for match in _FRACTION.finditer(folded):
        count, part = (match["count"] or "").lower(), match["part"].lower()
        if part.startswith("hal"):
            before = folded[: match.start()].lower().rstrip()
            if before.endswith(("first", "second")):
                continue
        elif not (part.endswith("s") or count in {"a", "an", "one"}):
            continue  # the third is an ordinal
        elif part.startswith("qua") and not count:
            continue
        yield _PARTS[part[:3]] * _COUNTS.get(count, 1), "part", match.start(), match.end(), False
        taken.append(match.span())
    for match in _ORDINAL.finditer(folded):
        if not _is_taken(match.start(), taken):
            ordinal = _ORDINALS.get((match["word"] or "").lower()) or int(match["digits"] or 0)
            yield float(ordinal), "th", match.start(), match.end(), False
            taken.append(match.span())
    for value, unit, start, end, compound in amounts_in(folded):
        if (
            not _is_pronoun(folded, start, end)
            and not _is_taken(start, taken)
            and not _is_taken(end - 1, taken)
        ):
            yield value, unit, start, end, compound


_STANDS_ALONE = re.compile(
    r"\s*(?:$|[.,;:)]|(?:companies|partners|firms|sides|parties|of|in|and|or|is|are|was|were|has|have|"
    r"had|will|would|could|can|may|each|together|bought|sold|hold|held|own|began|share|work|compete|plan|say|said|\w+ed)\b)",
    re.IGNORECASE,
)


def _is_pronoun(folded: str, start: int, end: int) -> bool:
    """Whether a number word stands for those named before: "one of them", "the two"."""
    word = folded[start:end].lower()
    if word == "one":
        return not re.match(r" [a-z]+\b", folded[end:]) or folded[end:].startswith((" of", " who"))
    return (
        word in {"two", "three", "four", "five"}
        and folded[max(0, start - 4) : start].lower() == "the "
        and _STANDS_ALONE.match(folded[end:]) is not None
    )


def _is_taken(position: int, taken: list[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in taken)


def _bound(folded: str, start: int, end: int) -> Bound:
    before = folded[max(0, start - REACH) : start]
    after = folded[end : end + REACH]
    if _AFTER_ABOVE.match(after):
        return Bound.ABOVE
    if _AFTER_BELOW.match(after):
        return Bound.BELOW
    return next((bound for bound, pattern in _BEFORE if pattern.search(before)), Bound.PLAIN)


_PART_OF = re.compile(
    r"\b(?:(?P<end>end|close)|(?P<middle>middle|mid)|(?P<start>start|beginning|early)|(?P<late>late))"
    r"(?:-| of |\s)(?:the )?(?:of )?(?:(?:its|their|the) )?(?:(?:financial|fiscal) year )?$",
    re.IGNORECASE,
)
_SIDE = re.compile(
    r"\b(?:(?P<since>since)|(?P<until>until|till)|(?P<by>by|before)|(?P<after>after))"
    r"(?: the (?:end|start|middle|beginning) of)?(?: its| their)?(?: (?:financial|fiscal) year)? $",
    re.IGNORECASE,
)
AGAINST = {
    "since": {"until", "by"},
    "until": {"since", "after"},
    "by": {"since", "after"},
    "after": {"by", "until"},
    "": set[str](),
}
"""Sides of a date that deny one another."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or year as it stands in a text."""

    date: CalendarDate
    part: str
    """Which part of it: end, middle, start, late; empty where none is named."""
    side: str
    """since, until, by, after; empty where none is named."""
    start: int
    end: int

    def __str__(self) -> str:
        return " ".join(filter(None, (self.side, self.part, str(self.date))))

    def is_said_by(self, other: Moment) -> bool:
        """Whether the other is this date or lies in it, on the same side and in the same part."""
        return (
            self.date.is_in(other.date)
            and (not self.part or self.part == other.part or self._lies_in_part(other))
            and other.side not in AGAINST[self.side]
        )

    def _lies_in_part(self, other: Moment) -> bool:
        return self.part in {"end", "late"} and other.part in {"end", "late"}


@lru_cache(maxsize=REMEMBERED_TEXTS)
def moments(text: str) -> tuple[Moment, ...]:
    """The dates and years of a text in order: "14 May 1997", "May 1997", "1997"."""
    folded = fold(text)
    return tuple(
        Moment(date, _named(_PART_OF, folded, start), _named(_SIDE, folded, start), start, end)
        for date, start, end in sorted(dates_in(folded), key=lambda found: found[1])
    )


def _named(pattern: re.Pattern[str], folded: str, at: int) -> str:
    match = pattern.search(folded[max(0, at - REACH - 12) : at])
    return (match.lastgroup or "") if match else ""
