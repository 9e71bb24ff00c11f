"""Stretches of time as people write them: "2019", "May 2020", "since Monday", "last week"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MONTH = r"(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?\\.?" for name in MONTHS) + r"|sept\.?)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_UNIT = r"(?:day|week|month|quarter|year)"
STRETCH = (
    rf"(?:(?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?)?{_MONTH}"
    rf"(?: \d{{1,2}}(?:st|nd|rd|th)?)?"
    rf",?(?: ?(?:of )?\d{{4}})?|\d{{4}}-\d\d(?:-\d\d)?|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|"
    rf"(?:the year )?(?:19|20)\d\d|(?:the )?(?:19|20)?\d0s|today|yesterday|"
    rf"(?:last |this )?{_WEEKDAY}|"
    rf"(?:the )?(?:last|past|this|previous|current) (?:\d+ |two |three |four |six )?{_UNIT}s?|"
    rf"(?:\d+|an?|one|two|three|four|six) {_UNIT}s? ago|the \d{{1,2}}(?:st|nd|rd|th))"
)
"""Matches a stretch of time in a folded, lower-case text."""
_WORDS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days from the first to the last, both in it."""

    first: date
    last: date


def stretch(text: str, today: date) -> Stretch | None:
    """The stretch of time that a text names; None if it names none.

    Args:
        text: As `STRETCH` matches it, in any case.
        today: What "this month" and "Monday" count from.
    """
    said = " ".join(text.lower().replace(",", " ").split()).removeprefix("the ")
    if found := re.fullmatch(r"(?:year )?((?:19|20)\d\d)", said):
        return Stretch(date(int(found[1]), 1, 1), date(int(found[1]), 12, 31))
    if found := re.fullmatch(r"((?:19|20)?\d0)s", said):
        first = (
            int(found[1])
            if len(found[1]) == 4
            else (2000 if found[1] < "30" else 1900) + int(found[1])
        )  # noqa: PLR2004, E501
        return Stretch(date(first, 1, 1), date(first + 9, 12, 31))
    return _month_or_day(said, today) or _reckoned(said, today)


def _month_or_day(said: str, today: date) -> Stretch | None:
    found = re.search(r"\b([a-z]{3})[a-z]*\.?", said)
    month = next((n for n, name in enumerate(MONTHS, 1) if found and name[:3] == found[1]), None)
    if re.search(_WEEKDAY, said) or (month is None and not re.search(r"\d[-./]\d", said)):
        return None
    year = re.search(r"(?:19|20)\d\d", said)
    try:
        if month is None:
            numbers = [int(each) for each in re.findall(r"\d+", said)]
            if len(str(numbers[0])) == 4:  # noqa: PLR2004 - an ISO date
                numbers.reverse()
            *day, month, in_year = numbers
        else:
            in_year = int(year.group()) if year else today.year
            day = [int(each) for each in re.findall(r"(?<!\d)\d{1,2}(?!\d)", said)]
        if day:
            one = date(in_year, month, day[0])
            if not year and one > today:
                one = one.replace(year=one.year - 1)
            return Stretch(one, one)
        if not year and date(in_year, month, 1) > today:
            in_year -= 1
        return Stretch(date(in_year, month, 1), date(in_year, month, monthrange(in_year, month)[1]))
    except ValueError:
        return None


def _reckoned(said: str, today: date) -> Stretch | None:
    if said == "today":
        return Stretch(today, today)
    if said == "yesterday":
        return Stretch(today - timedelta(1), today - timedelta(1))
    if found := re.search(_WEEKDAY, said):
        names = [f"{datetime(2024, 1, n):%A}".lower() for n in range(1, 8)]
        back = (today.weekday() - names.index(found.group())) % 7 or 7
        return Stretch(today - timedelta(back), today - timedelta(back))
    if found := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", said):
        return _day_of_month(int(found[1]), today)
    count, unit = _counted(said)
    if unit is None:
        return None
    if said.endswith("ago"):
        day = today - timedelta(count * _DAYS[unit])
        return Stretch(day, day)
    if said.startswith(("this", "current")):
        return Stretch(_begin(unit, today), today)
    if count == 1 and not said.startswith("past"):
        last = _begin(unit, today) - timedelta(1)
        return Stretch(_begin(unit, last), last)
    return Stretch(today - timedelta(count * _DAYS[unit]), today)


def _counted(said: str) -> tuple[int, str | None]:
    unit = re.search(r"\b(day|week|month|quarter|year)s?\b", said)
    number = re.search(r"\b(\d+|an?|one|two|three|four|six)\b", said)
    word = number[1] if number else "one"
    return (int(word) if word.isdigit() else _WORDS[word]), unit[1] if unit else None


def _begin(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1) if unit == "year" else day


def _day_of_month(number: int, today: date) -> Stretch | None:
    """The last day of that number: in this month, or in the one before."""
    month = today if number <= today.day else today.replace(day=1) - timedelta(1)
    try:
        day = month.replace(day=number)
    except ValueError:
        return None
    return Stretch(day, day)
