"""Numbers and dates of a text, with their units, as two texts can be compared by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.answering.terms import fold, is_function_word, key_of

FIRST_YEAR, LAST_YEAR = 1500, 2100
"""A bare number between them is a year."""

_NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen twenty
        """.split()
    )
} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "dozen": 12,
}
_SCALE = {
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
}
_QUANTITY = re.compile(
    r"(?P<sign>[$€£¥])?\s?(?P<digits>\d[\d,]*(?:\.\d+)?|\b(?:" + "|".join(_NUMBER_WORDS) + r")\b)"
    r"(?:[\s-]?(?P<scale>thousand|million|billion|trillion|bn|mn|[kmb](?![a-z])))?"
    r"\s?(?P<unit>%|per ?cent\b|percentage points?\b|dollars\b|euros\b|pounds\b|usd\b|eur\b)?"
    r"(?:[\s-]?(?P<period>years?|months?|weeks?|days?|hours?)\b)?",
    re.IGNORECASE,
)
_CURRENCY = {
    "$": "usd",
    "dollars": "usd",
    "usd": "usd",
    "€": "eur",
    "euros": "eur",
    "eur": "eur",
    "£": "gbp",
    "pounds": "gbp",
    "¥": "jpy",
}
_PERIODS = frozenset({"", "year", "month", "week", "day", "hour"})
# With its capital: "may" and "march" are words, too.
_DATE = re.compile(
    r"\b(?:(?P<before>\d{1,2})(?:st|nd|rd|th)? (?:of )?)?"
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
    r"(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:,? (?P<year>\d{4})\b)?"
)
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_BREAK = re.compile(r"[.,;:!?](?=\s|$)|\d")


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """As much of a date as a text gives."""

    day: int | None
    month: str
    """Its first three letters."""
    year: int | None

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.day, self.month, self.year) if part)

    def is_in(self, other: CalendarDate) -> bool:
        """Whether the other date is this one, or a day or month within it."""
        return (
            self.month == other.month
            and self.day in {None, other.day}
            and self.year in {None, other.year}
        )


def dates(text: str) -> set[CalendarDate]:
    """Every date of a text that names its month."""
    return {
        CalendarDate(
            day=int(day) if (day := match["before"] or match["after"]) else None,
            month=match["month"][:3].lower(),
            year=int(match["year"]) if match["year"] else None,
        )
        for match in _DATE.finditer(fold(text))
    }


def without_dates(text: str) -> str:
    """The text with a gap for each date: May the month is not "may"."""
    return _DATE.sub(" ", fold(text))


def quantities(text: str) -> set[tuple[float, str]]:
    """Numbers of a text with their units: "seven-year" is (7, "year"), "$70 bn" (7e10, "usd")."""
    return {(_value(match), _unit(match)) for match in _QUANTITY.finditer(fold(text))}


def holds(held: set[tuple[float, str]], value: float, unit: str) -> bool:
    """Whether a number stands among those held, with its unit.

    "Seven" is held by "seven years"; "36.8" is not by "36.8 %", nor "7 years" by "7".
    """
    if unit:
        return (value, unit) in held
    return any(known == value and of in _PERIODS for known, of in held)


def bindings(text: str) -> dict[str, set[float]]:
    """Words that stand right beside a number, in front or behind, with these numbers.

    In "14 industries and 65 professions" industries are 14. Dates and years are left out, and so
    are words that carry no subject.
    """
    plain = without_dates(text)
    found: dict[str, set[float]] = {}
    for match in _QUANTITY.finditer(plain):
        value, unit = _value(match), _unit(match)
        if unit == "" and FIRST_YEAR <= value <= LAST_YEAR:
            continue
        for side, word in _beside(plain, match):
            found.setdefault(f"{side}{key_of(word)}", set()).add(value)
    return found


def _beside(text: str, match: re.Match[str]) -> Iterator[tuple[str, str]]:
    before = _BREAK.split(text[: match.start()])[-1]
    after = _BREAK.split(text[match.end() :])[0]
    for side, words in (("<", reversed(_WORD.findall(before))), (">", _WORD.findall(after))):
        word = next((each for each in words if each == "more" or not is_function_word(each)), None)
        if word:
            yield side, word


def _value(match: re.Match[str]) -> float:
    digits = match["digits"].lower()
    number = _NUMBER_WORDS.get(digits)
    value = float(digits.replace(",", "")) if number is None else float(number)
    return value * _SCALE[match["scale"].lower()] if match["scale"] else value


def _unit(match: re.Match[str]) -> str:
    unit = (match["unit"] or "").lower()
    if unit == "%" or unit.startswith("per"):
        return "percent"
    currency = _CURRENCY.get(match["sign"] or unit)
    if currency:
        return currency
    return (match["period"] or "").lower().rstrip("s")
