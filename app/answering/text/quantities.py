"""Numbers and dates of a text, with their units, as two texts can be compared by them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.answering.text.local_notation import (
    LOCAL_CURRENCIES,
    LOCAL_PERIODS,
    OF_UNIT,
    PERCENT_PATTERN,
    PERIOD_PATTERN,
    SCALE_PATTERN,
    SCALES,
    local_dates,
    local_number,
)
from app.answering.text.terms import plain_number

_UNITS = {
    word: value
    for value, word in enumerate(
        """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen
        """.split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
NUMBER_WORDS = _UNITS | _TENS | {"dozen": 12, "hundred": 100}
_SCALE = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "mln": 1e6,
    "mio": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "bln": 1e9,
    "mrd": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
}
_SCALED = (
    r"hundred|thousand|million|billion|trillion|bln|mln|bn|mn|tn|(?:mrd|mio)(?![a-z])\.?|"
    r"[kmb](?![a-z])"
)
_QUANTITY = re.compile(
    r"(?:(?P<sign>(?:(?<![a-z])(?:us|u\.s\.|ca?|au?) ?)?[$€£¥])|\b(?P<code>usd|eur|gbp|jpy|chf)\b)?"
    r"\s?(?P<digits>(?<!\d)\d{1,3}(?: \d{3}\b)+(?!,?\d)|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?(?![\d.])"
    r"|\d[\d,]*(?:\.\d+)?"
    r"|\b(?:(?:"
    + "|".join(_TENS)
    + r")-(?:"
    + "|".join(_UNITS)
    + r")|"
    + "|".join(NUMBER_WORDS)
    + r")\b|\ba(?= (?:hundred|thousand|million|billion|trillion|dozen)\b))"
    rf"(?:\s?(?P<local>{SCALE_PATTERN})|[\s-]?(?P<scale>{_SCALED}))?"
    rf"\s?(?:(?:us|u\.s\.|american|swiss) )?{OF_UNIT}"
    rf"(?P<unit>%|€(?! ?\d)|(?:{PERCENT_PATTERN}|{'|'.join(LOCAL_CURRENCIES)})\b|"
    r"percentage[- ]points?\b|per ?cent\b|dollars?\b|euros?\b|pounds?\b|yen\b|francs?\b|"
    r"yuan\b|rupees?\b|usd\b|eur\b|gbp\b|jpy\b|chf\b)?"
    rf"(?:[\s-]?(?P<period>years?|months?|weeks?|days?|hours?|minutes?|{PERIOD_PATTERN})\b)?",
    re.IGNORECASE,
)
_CURRENCY = {
    "$": "usd",
    "dollar": "usd",
    "usd": "usd",
    "€": "eur",
    "euro": "eur",
    "eur": "eur",
    "£": "gbp",
    "pound": "gbp",
    "gbp": "gbp",
    "¥": "jpy",
    "yen": "jpy",
    "jpy": "jpy",
    "franc": "chf",
    "chf": "chf",
    "yuan": "cny",
    "rupee": "inr",
}
_PERCENT = re.compile(PERCENT_PATTERN)
_LOCAL_WORDS = frozenset(LOCAL_CURRENCIES)
PERIODS = frozenset({"", "year", "month", "week", "day", "hour", "minute"})
"""Units of a number of which a text may leave the unit out."""
# With its capital: "may" and "march" are words, too.
_DATE = re.compile(
    r"\b(?:(?P<before>\d{1,2})(?:st|nd|rd|th)? (?:of )?)?"
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
    r"(?: (?P<after>\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:,? (?:of )?(?P<year>\d{4})\b)?"
)
_ISO_DATE = re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?!\d)")
_DOTTED_DATE = re.compile(
    r"(?<![\d.,])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>(?:1[6-9]|20)\d\d)(?![\d.]\d|\d)"
)
_SLASHED_DATE = re.compile(
    r"(?<![\d/.])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>(?:1[6-9]|20)\d\d)(?![\d/])"
)
LAST_DAY = 31
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEAR = re.compile(
    r"(?<![\d.,$€£¥])(?:FY ?)?(?P<year>(?:1[6-9]|20)\d\d)(?!\d|,\d|\.\d|\s?%|"
    r" (?:per ?cent|hundred|thousand|million|billion|people|employees|stores|dollars|euros))"
)


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """As much of a date as a text gives."""

    day: int | None
    month: str
    """Its first three letters; empty where the text gives the year alone."""
    year: int | None

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.day, self.month, self.year) if part)

    def is_in(self, other: CalendarDate) -> bool:
        """Whether the other date is this one, or a day or month within it."""
        return (
            self.month in {"", other.month}
            and self.day in {None, other.day}
            and self.year in {None, other.year}
        )


def dates_in(folded: str) -> list[tuple[CalendarDate, int, int]]:
    """Dates and single years of a folded text, with where each starts and ends."""
    found = [
        (CalendarDate(day, month, year), start, end)
        for day, month, year, start, end in local_dates(folded)
    ]
    own = [(start, end) for _, start, end in found]
    found += [
        (date, *match.span())
        for date, match in _dated(folded)
        if not any(start < match.end() and match.start() < end for start, end in own)
    ]
    for match in _YEAR.finditer(folded):
        if not any(start <= match.end() - 1 < end for _, start, end in found):
            found.append((CalendarDate(None, "", int(match["year"])), *match.span()))
    return found


def amounts_in(folded: str) -> Iterator[tuple[float, str, int, int, bool]]:
    """Numbers of a folded text: value, unit, start, end, whether "seven-year" is one word."""
    for match in _QUANTITY.finditer(folded):
        period = match["period"]
        compound = bool(period) and folded[match.start("period") - 1] == "-"
        start = match.start() + match.group()[:1].isspace()
        end = match.start() + len(match.group().rstrip(" ,"))
        yield _value(match), _unit(match), start, end, compound


def _dated(folded: str) -> Iterator[tuple[CalendarDate, re.Match[str]]]:
    for match in _DATE.finditer(folded):
        yield (
            CalendarDate(
                day=int(day) if (day := match["before"] or match["after"]) else None,
                month=match["month"][:3].lower(),
                year=int(match["year"]) if match["year"] else None,
            ),
            match,
        )
    for match in _ISO_DATE.finditer(folded):
        if 1 <= int(match["month"]) <= len(_MONTHS):
            month = _MONTHS[int(match["month"]) - 1]
            yield CalendarDate(int(match["day"]), month, int(match["year"])), match
    for match in _DOTTED_DATE.finditer(folded):
        if date := _numbered(match["day"], match["month"], match["year"]):
            yield date, match
    for match in _SLASHED_DATE.finditer(folded):
        # 14/5 and 5/14 are one day; 4/5 is left alone, for half the world reads it the other way.
        one, other = int(match["first"]), int(match["second"])
        if (one > len(_MONTHS)) != (other > len(_MONTHS)) or one == other:
            number, in_year = (one, other) if one > len(_MONTHS) else (other, one)
            if date := _numbered(number, in_year, match["year"]):
                yield date, match


def _numbered(day: int | str, month: int | str, year: int | str) -> CalendarDate | None:
    if not (1 <= int(day) <= LAST_DAY and 1 <= int(month) <= len(_MONTHS)):
        return None
    return CalendarDate(int(day), _MONTHS[int(month) - 1], int(year))


def _value(match: re.Match[str]) -> float:
    digits = match["digits"].lower()
    if digits == "a":
        value = 1.0
    elif digits[0].isdigit():
        is_local = match["local"] or (match["unit"] or "").lower() in _LOCAL_WORDS
        value = local_number(digits) if is_local else float(plain_number(digits))
    else:
        value = float(sum(NUMBER_WORDS[part] for part in digits.split("-")))
    if match["local"]:
        return value * SCALES[match["local"].lower()]
    return value * _SCALE[match["scale"].lower().rstrip(".")] if match["scale"] else value


def _unit(match: re.Match[str]) -> str:
    unit = (match["unit"] or "").lower()
    if unit.startswith("percentage"):
        return "points"
    if unit == "%" or unit.startswith("per") or _PERCENT.fullmatch(unit):
        return "percent"
    sign = (match["sign"] or match["code"] or "").lower().split(" ")[-1]
    currency = _CURRENCY.get(sign[-1:]) or _CURRENCY.get(sign) or _CURRENCY.get(unit.rstrip("s"))
    if currency := currency or LOCAL_CURRENCIES.get(unit):
        return currency
    period = (match["period"] or "").lower()
    return LOCAL_PERIODS.get(period) or period.rstrip("s")
