"""What a parser gives back: light Markdown and the metadata that the file states about itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from urllib.parse import urlsplit

from ingest.cleaning.characters import normalise_characters
from ingest.months import MONTHS
from vectorstore.group_names import NOBODY, group_names

FieldValue = str | list[str]
Fields = dict[str, tuple[FieldValue, str]]
"""Name of a metadata field to its value and where the value came from."""

FIELD_NAMES = (
    "title",
    "authors",
    "publisher",
    "published",
    "url",
    "language",
    "created",
    "groups",
)

MAX_FIELD_CHARACTERS = 500
MAX_AUTHORS = 50


@dataclass(frozen=True, slots=True)
class Parsed:
    """Text of one file as light Markdown, and what the file says about itself."""

    text: str
    fields: Fields = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    """Sentences for the run's report: what could not be read, or was read with doubt."""


_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[t ].*)?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:t?\d{4,6}z?)?")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?:[t ].*)?")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,?\s.*)?")
_WEEKDAY = r"(?:[^\W\d]+\.?,?\s+(?:den\s+|the\s+)?)?"
_TIME = r"(?:,?\s+(?:at\s+|um\s+|à\s+|a\s+las\s+|[|•·–-]\s+)?\d.*)?"
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}([^\W\d]+)\.?\s+(?:(\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(\d{{4}}){_TIME}"
)
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th|er|º|°|\.)?\s+(?:of\s+|de\s+)?([^\W\d]+)\.?,?\s+"
    rf"(?:de\s+|del\s+)?(\d{{4}}){_TIME}"
)


def iso_date(value: object) -> str | None:
    """A stated date as "YYYY-MM-DD", "YYYY-MM" or "YYYY"; None if it is not plainly one.

    Dates such as 01/02/2019, which two countries read differently, stay unknown.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = " ".join(str(value).split()).lower()
    for pattern in (_ISO, _SLASHED, _COMPACT):
        if match := pattern.fullmatch(text):
            return _checked(*match.groups())
    if match := _NUMERIC.fullmatch(text):
        return _numeric(*match.groups())
    if match := _MONTH_FIRST.fullmatch(text):
        month, day, year = match.groups()
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
    else:
        return None
    return _checked(year, str(MONTHS[month]), day) if month in MONTHS else None


def _numeric(first: str, sign: str, second: str, year: str) -> str | None:
    """Dots are written day first; with other signs a day above 12 tells which is which."""
    if sign == "." or int(first) > 12:
        return _checked(year, second, first)
    return _checked(year, first, second) if int(second) > 12 else None


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


_DATED_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:/|-|$)")

_WRITTEN = (
    r"(?:(?:ein )?(?:artikel|beitrag|bericht)|eingestellt|geschrieben|verfasst|veröffentlicht"
    r"|gepostet|erstellt|publié|écrit|rédigé|posté|escrito|publicado|postado|redactado|scritto"
    r"|pubblicato|inviato|geschreven|geplaatst|gepubliceerd)"
)
_BY = re.compile(
    r"\s*(?:(?i:(?:(?:written|posted|submitted|published|reported|words|text|story)\s+)?by\b\s*:?\s+"
    r"|(?:authors?|auteurs?|autor(?:es|in)?)\b\s*:?\s+"
    rf"|{_WRITTEN}\s+(?:von|par|por|da|di|door)\b\s*:?\s*|(?:von|par|por|da|di|door|text[eo]?|testo|tekst)\s*:\s*)"
    # A name may begin with "von" or "di": only before a whole name they say who wrote.
    r"|(?:[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Dd]oor)\s+(?=[A-ZÀ-Þ][^\s,]+\s+[A-ZÀ-Þ]))"
)
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_BETWEEN_NAMES = re.compile(r"\s*;\s*|\s+(?:and|&|und|et|y|e|en)\s+(?=[^\W\d_a-zß-ÿ])")
_ADDRESS = re.compile(r"\s*<?[\w.+-]+@[\w-]+\.[\w.-]+>?|https?://\S+")


def people(value: object) -> list[str]:
    """Names of authors from a list or from one string ("By Ann Lee and Bo Chan", "Lee; Chan").

    An entry may be a name, a wiki link around one, or a mapping that has it under `name`.
    """
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, str):
        parts: Iterable[object] = _names_in(value)
    elif isinstance(value, Iterable):
        # "[[Ann Lee]]" without quotes is a list within a list.
        flat = (one for each in value for one in (each if isinstance(each, list) else [each]))
        entries = (each.get("name") if isinstance(each, Mapping) else each for each in flat)
        parts = (_without_links(each) for each in entries if isinstance(each, str))
    else:
        return []
    cleaned = (one_line(_ADDRESS.sub("", str(part))).strip(" ,") for part in parts)
    return list(dict.fromkeys(name for name in cleaned if name))[:MAX_AUTHORS]


def _without_links(text: str) -> str:
    bare = _WIKI_LINK.sub(r"\1", text)
    by = _BY.match(bare)
    return bare[by.end() :] if by else bare


def _names_in(text: str) -> list[str]:
    text = _without_links(text)
    parts = _BETWEEN_NAMES.split(text)
    if ";" in text:
        return parts
    # "A, B and C", "Ann Lee, Bo Chan": commas part names too, where each part is a whole one.
    listed = [name.strip() for part in parts for name in part.split(",")]
    if len(parts) > 1 or all(len(name.split()) > 1 for name in listed):
        return listed
    return parts


def one_line(value: object) -> str:
    """A metadata value as a short single line, of characters as the text has them."""
    shown = normalise_characters(str(value))
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", shown).strip()[:MAX_FIELD_CHARACTERS]


def groups_in(value: object) -> list[str]:
    """Groups that may see a document: from a list, or from one text that parts them by commas.

    What is stated and cannot be read is for nobody: a slip must open nothing.
    """
    if isinstance(value, str):
        value = [part for part in re.split(r"[,;]", value) if part.strip()]
    stated = value if isinstance(value, list) else [] if value is None else [value]
    is_plain = all(isinstance(one, str | int) and not isinstance(one, bool) for one in stated)
    try:
        return list(group_names(map(str, stated))) if is_plain else [NOBODY]
    except ValueError:
        return [NOBODY]


def to_field(name: str, value: object) -> FieldValue | None:
    """Bring a stated value into the form that its field has; None if it says nothing usable."""
    if name == "groups":
        return groups_in(value)
    if name == "authors":
        return people(value) or None
    if value is None or isinstance(value, bool | Mapping):
        return None
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


def day_in_address(fields: Mapping[str, tuple[FieldValue, str]]) -> str | None:
    """The day in an address such as /2024/06/03/name, which is that of publication."""
    value = fields.get("url", ("", ""))[0]
    match = _DATED_PATH.search(urlsplit(value).path) if isinstance(value, str) else None
    return iso_date("-".join(match.groups())) if match else None


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
