"""What a parser gives back: light Markdown and the metadata that the file states about itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

FieldValue = str | list[str]
Fields = dict[str, tuple[FieldValue, str]]
"""Name of a metadata field to its value and where the value came from."""

FIELD_NAMES = ("title", "authors", "publisher", "published", "url", "language", "created")

MAX_FIELD_CHARACTERS = 500
MAX_AUTHORS = 50


@dataclass(frozen=True, slots=True)
class Parsed:
    """Text of one file as light Markdown, and what the file says about itself."""

    text: str
    fields: Fields = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """Sentences for the run's report: what could not be read, or was read with doubt."""


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[t ].*)?")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_MONTH_FIRST = re.compile(
    r"(?:[a-z]+,\s*)?([a-z]+)\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})"
)
_DAY_FIRST = re.compile(
    r"(?:[a-z]+,\s*)?(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]+)\.?,?\s+(\d{4})(?:\s+\d.*)?"
)


def iso_date(value: object) -> str | None:
    """A stated date as "YYYY-MM-DD", "YYYY-MM" or "YYYY"; None if it is not plainly one.

    Dates such as 01/02/2019, which two countries read differently, stay unknown.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip().lower()
    if match := (_ISO.fullmatch(text) or _SLASHED.fullmatch(text)):
        return _checked(*match.groups())
    if match := _MONTH_FIRST.fullmatch(text):
        month, day, year = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    return _checked(year, str(_MONTHS[month]), day) if month in _MONTHS else None


def _checked(year: str, month: str | None, day: str | None) -> str | None:
    try:
        checked = date(int(year), int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    if checked < "1400":  # before printing: a number that is no year
        return None
    if month is None:
        return checked[:4]
    return checked if day else checked[:7]


def people(value: object) -> list[str]:
    """Names of authors from a list or from one string ("By Ann Lee and Bo Chan", "Lee; Chan")."""
    if isinstance(value, str):
        text = re.sub(r"^\s*by\s+", "", value, flags=re.IGNORECASE)
        parts: Iterable[object] = re.split(r"\s*;\s*|\s+(?:and|&)\s+", text)
        if ";" not in text and " and " in text:  # "A, B and C": the commas part names as well
            parts = [name for part in parts for name in re.split(r",\s*", str(part))]
    elif isinstance(value, Iterable) and not isinstance(value, Mapping):
        parts = value
    else:
        return []
    cleaned = (one_line(part) for part in parts if isinstance(part, str))
    return list(dict.fromkeys(name for name in cleaned if name))[:MAX_AUTHORS]


def one_line(value: object) -> str:
    """A metadata value as a short single line."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", str(value)).strip()[:MAX_FIELD_CHARACTERS]


def to_field(name: str, value: object) -> FieldValue | None:
    """Bring a stated value into the form that its field has; None if it says nothing usable."""
    if value is None or isinstance(value, bool | Mapping):
        return None
    if name == "authors":
        return people(value) or None
    if name in ("published", "created"):
        return iso_date(value)
    if not isinstance(value, str | int | float):
        return None
    text = one_line(value)
    if name == "url":
        return text if re.match(r"https?://[^\s/]", text, re.IGNORECASE) else None
    if name == "language":
        return (
            text.replace("_", "-").lower()
            if re.fullmatch(r"[A-Za-z]{2,3}([-_]\w+)*", text)
            else None
        )
    return text or None


def fields_from(values: Mapping[str, object], provenance: str) -> Fields:
    """The usable ones among stated values, each marked with where they were stated."""
    usable = ((name, to_field(name, value)) for name, value in values.items())
    return {name: (value, provenance) for name, value in usable if value is not None}


def merge(*layers: Mapping[str, tuple[FieldValue, str]]) -> Fields:
    """Join layers of metadata; the first that knows a field wins."""
    merged: Fields = {}
    for layer in layers:
        for name, stated in layer.items():
            merged.setdefault(name, stated)
    return merged
