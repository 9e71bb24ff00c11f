"""Finds the day on which a text was published, if the text states it plainly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.months import MONTH_PATTERN, MONTHS

MAX_DATELINE = 140
"""Characters of a line that may be a dateline or byline."""

NUM_HEAD_BLOCKS = 12
"""Blocks at the beginning of a text among which a dateline stands."""

EARLIEST_YEAR = 1900

MAX_YEARS_BACK = 60
"""No text on file that gives a date without a year is older."""

_MONTH = rf"(?P<month>{MONTH_PATTERN})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FULL_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b",
        rf"\b{_DAY}\s+(?:of\s+|de\s+)?{_MONTH},?\s+(?:de\s+|del\s+)?{_YEAR}\b",
        r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)",
    )
)
_MONTH_DATE = re.compile(rf"(?<!\d\s)(?<!\d\.\s)\b{_MONTH},?\s+{_YEAR}\b", re.IGNORECASE)
_SAYS_PUBLISHED = re.compile(
    r"\b(?:published|posted|issued|released|updated|dated|date|veröffentlicht|publié|publicado)\b",
    re.IGNORECASE,
)
# "BOSTON, March 3, 2020 (GLOBE NEWSWIRE) –": the place in capitals makes it a dateline.
_PRESS_DATELINE = re.compile(r"[A-Z][A-Z .,'’-]{2,40}(?:,\s*[A-Za-z. ]{2,20})?[,–—-]\s*")
# "Dover, 17 January 2024. Ogden and Pryce …": a town and a day, then the first sentence.
_TOWN = re.compile(
    r"[A-ZÀ-Þ][^\W\d_]+(?:[ '’-][^\W\d_]+){0,3}(?:,\s[A-ZÀ-Þ][^\W\d_]+)?,\s+"
    r"(?:[A-Z][a-z]+day,?\s+)?"
)
_AFTER_TOWN = re.compile(r"\s*(?:[.:–—-]|\()\s*\S")
_IN_SENTENCE = re.compile(r"(?:\W*\b(?:on|in|since|from|by|of|at)\b)|[A-Z][a-z]+ [a-z]+ ")
_UPDATED = re.compile(
    r"\b(?:updated|modified|revised|aktualisiert|mis à jour|actualizado|aggiornato|bijgewerkt"
    r"|atualizado)\b[^\n|•·;]{0,24}\Z",
    re.IGNORECASE,
)
"""Before a date: it is that of a change, not of publication."""

_FROM = re.compile(r"\d\.?\s*(?:[-–—]|\b(?:to|bis|au|al|and|und|et|y|e|tot)\b)\s*\Z", re.IGNORECASE)
_TO = re.compile(
    r"\s*(?:[-–—]|\b(?:to|bis|au|al|until|till|tot)\b)\s*\d{1,2}\b(?![:.h]\d)", re.IGNORECASE
)
"""Before and after a date that begins or ends a span of days: a week, a fair, a season."""

SPAN_OF_HOURS = re.compile(
    r"[\s,|•·–—-]*(?:(?:from|von|de|dalle|das|van)\s)?\d{1,2}(?:[:.h]\d\d)?\s?(?:[ap]\.?m\.?|uhr|uur|h)?"
    r"\s?(?:[–—-]|to|bis|à|a|alle|às|tot|until)\s?\d{1,2}(?:[:.h]\d\d)?"
    r"(?:\s?(?:[ap]\.?m\b|uhr|uur|h)\b|(?<=\d\d[:.h]\d\d)|(?<=\d[:.h]\d\d))",
    re.IGNORECASE,
)
"""Behind a day that is that of an event: "14 May 2024, 10am – 4pm"."""

_IN_MONTH = re.compile(
    r"\b(?:in|im|en|em|nel|à|of|for|für|from|since|seit|ab|until|bis)\s+\Z", re.IGNORECASE
)
"""Before a month that a headline is about: "Unemployment in January 2022"."""

_NOT_PUBLICATION = re.compile(
    r"\b(?:accessed|retrieved|received|accepted|born|founded|since|until|between|by the end"
    r"|admission|record time)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"([A-Z][\w /]{1,30}?)\s*:")
_DATE_LABEL = re.compile(
    r"(?:date|dated|published|posted|issued|released|(?:last )?updated|(?:publication|release) date"
    r"|authors?|by|for immediate release)$",
    re.IGNORECASE,
)
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAY_AND_DAY = re.compile(
    rf"\b(?P<weekday>{'|'.join(_WEEKDAYS)})(?:\s+\w+)?,?\s+\(?\s*{_MONTH}\s+{_DAY}\b(?!,?\s+(?:19|20)\d\d)",
    re.IGNORECASE,
)
_ANY_YEAR = re.compile(r"(?<![\d$€£,.])\b(?:19|20)\d\d\b(?![\d,.]\d|%)")
# A year that lies ahead of the text says nothing about when it was written.
_LIES_AHEAD = re.compile(
    r"\b(?:by|until|through|beyond|toward|towards|will|would|expect|forecast|project|plan|target|predict)\w*\b[^.]{0,60}$",
    re.IGNORECASE,
)

# Year from which a name is in use: a text that has the name is no older.
_IN_USE_SINCE = {
    "Facebook": 2004, "YouTube": 2005, "Twitter": 2006, "iPhone": 2007, "Airbnb": 2008,
    "Bitcoin": 2009, "WhatsApp": 2009, "Affordable Care Act": 2010, "Instagram": 2010,
    "iPad": 2010, "Brexit": 2012, "Microsoft Azure": 2014, "Microsoft 365": 2017,
    "Covid-19": 2020, "COVID-19": 2020, "ChatGPT": 2022,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dating:
    """A day of publication, how much of it is known, and why we think so."""

    published: date
    precision: str
    provenance: str


def find_date(texts: Sequence[str], *, today: date) -> Dating | None:
    """Date of a text from its paragraphs in order; None unless it is plain.

    Never later than `today`.
    """
    for number, text in enumerate(texts):
        short = len(text) <= MAX_DATELINE
        head = number < NUM_HEAD_BLOCKS
        says = _SAYS_PUBLISHED.search(text) if short else None
        if not (head or says or number >= len(texts) - 3):
            continue
        found = _in_line(text, today, short=short, head=head, says=bool(says))
        if found is not None:
            return found
    return _by_weekday("\n".join(texts), today)


def _in_line(text: str, today: date, *, short: bool, head: bool, says: bool) -> Dating | None:
    label = _LABEL.match(text)
    if _NOT_PUBLICATION.search(text[:MAX_DATELINE]) or (label and not _DATE_LABEL.match(label[1])):
        return None
    if head and (day := _town_dateline(text, today)):
        return Dating(day[0], "day", f"inferred from the text: “{day[1]}”")
    dateline = _PRESS_DATELINE.match(text) if head else None
    if dateline and short and (_is_mostly_date(text) or _IN_SENTENCE.match(text, dateline.end())):
        dateline = None
    if not (short and (head or says)) and dateline is None:
        return None
    scope = text[: dateline.end() + 24] if dateline else text if short else ""
    day = next(_full_dates(scope, today), None)
    if day is not None:
        stated = says or dateline is not None or _is_mostly_date(scope)
        return Dating(day[0], "day", f"inferred from the text: “{day[1]}”") if stated else None
    month = _MONTH_DATE.search(scope)
    if month is None or not (says or _is_mostly_date(scope)):
        return None
    if not says and _IN_MONTH.search(scope, 0, month.start()):
        return None
    first = date(int(month["year"]), MONTHS[month["month"].lower()], 1)
    return (
        Dating(first, "month", f"inferred from the text: “{month[0]}”") if first <= today else None
    )


def _town_dateline(text: str, today: date) -> tuple[date, str] | None:
    town = _TOWN.match(text)
    if town is None:
        return None
    for day, words in _full_dates(text[: town.end() + 24], today):
        end = town.end() + len(words)
        if text[town.end() : end] == words and _AFTER_TOWN.match(text, end):
            return day, words
    return None


def _full_dates(text: str, today: date) -> Iterator[tuple[date, str]]:
    for pattern in _FULL_DATES:
        for match in pattern.finditer(text):
            month = match["month"].lower()
            day = _date(int(match["year"]), MONTHS.get(month) or int(month), int(match["day"]))
            if _UPDATED.search(text, 0, match.start()) or SPAN_OF_HOURS.match(text, match.end()):
                continue
            if _FROM.search(text, 0, match.start()) or _TO.match(text, match.end()):
                continue
            if day is not None and day.year >= EARLIEST_YEAR and day <= today:
                yield day, match[0]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _is_mostly_date(line: str) -> bool:
    """A line such as "By Jane Doe | May 4, 2020": few words, and no sentence."""
    return len(line.split()) <= 14 and not line.rstrip().endswith((".", "!", "?", ";", ":"))


def _by_weekday(text: str, today: date) -> Dating | None:
    """The year of "Tuesday (Jan. 15)", where only one fits the weekday and the text's age."""
    match = _WEEKDAY_AND_DAY.search(text)
    if match is None:
        return None
    earliest, evidence = _earliest_year(text, today)
    if earliest is None:
        return None
    weekday = _WEEKDAYS.index(match["weekday"].lower())
    month, day = MONTHS[match["month"].lower()], int(match["day"])
    fitting = [
        candidate
        for year in range(earliest, today.year + 1)
        if (candidate := _date(year, month, day)) is not None
        and candidate.weekday() == weekday
        and candidate <= today
    ]
    if len(fitting) != 1:
        return None
    reason = (
        f"inferred from the text: “{_closed(match[0])}” without a year; {fitting[0].year} is the"
        f" only year from {earliest} to {today.year} in which that day was a"
        f" {match['weekday'].capitalize()}, and {evidence}"
    )
    return Dating(fitting[0], "day", reason)


def _closed(quote: str) -> str:
    return quote + ")" if "(" in quote else quote


def _earliest_year(text: str, today: date) -> tuple[int | None, str]:
    """The year before which the text cannot have been written, and what shows it."""
    bounds: list[tuple[int, str]] = []
    years = [
        int(match[0])
        for match in _ANY_YEAR.finditer(text)
        if not _LIES_AHEAD.search(text, max(0, match.start() - 80), match.start())
    ]
    past = [year for year in years if today.year - MAX_YEARS_BACK <= year <= today.year]
    if past:
        bounds.append((max(past), f"the text names the year {max(past)}"))
    for name, year in _IN_USE_SINCE.items():
        if name in text:
            bounds.append((year, f"the text names {name}, in use since {year}"))
    return max(bounds) if bounds else (None, "")
