"""YAML front matter at the top of a text: read for metadata, taken off the text."""

from __future__ import annotations

import re
from typing import Any

from ingest.loaders.parsed import Fields, fields_from

PROVENANCE = "front matter"

MAX_CHARACTERS = 20_000
"""Of the head; a longer one is no metadata, and aliases in it could grow without end."""

ALIASES: dict[str, str] = {
    "title": "title",
    "author": "authors",
    "authors": "authors",
    "by": "authors",
    "byline": "authors",
    "publisher": "publisher",
    "publication": "publisher",
    "site": "publisher",
    "site_name": "publisher",
    "published": "published",
    "publication_date": "published",
    "date": "published",
    "url": "url",
    "link": "url",
    "canonical_url": "url",
    "source_url": "url",
    "language": "language",
    "lang": "language",
}
"""Spelling in the wild to the name of the field; the first that is present wins."""

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_PLAIN_LINE = re.compile(r"([A-Za-z][\w -]*):[ \t]+(\S.*)")


def split_front_matter(text: str) -> tuple[Fields, str]:
    """Metadata and the text below it.

    A text that merely begins with a rule (`---`) is given back as it is. Where the YAML is broken
    by an unquoted colon or the like, its `key: value` lines are read as plain strings.
    """
    match = _BLOCK.match(text[: MAX_CHARACTERS + 16])
    if match is None:
        return {}, text
    values = _read(match[1])
    if values is None:
        return {}, text
    named: dict[str, Any] = {}
    lowered = {str(key).strip().lower(): value for key, value in values.items()}
    for alias, name in ALIASES.items():
        if alias in lowered:
            named.setdefault(name, lowered[alias])
    return fields_from(named, PROVENANCE), text[match.end() :]


def _read(block: str) -> dict[Any, Any] | None:
    import yaml  # type: ignore[import-untyped]

    try:
        values = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError):
        return _read_plainly(block)
    return values if isinstance(values, dict) else None


def _read_plainly(block: str) -> dict[Any, Any] | None:
    lines = [line for line in block.splitlines() if line.strip()]
    pairs = [match.groups() for line in lines if (match := _PLAIN_LINE.fullmatch(line.rstrip()))]
    if not pairs or len(pairs) * 2 < len(lines):
        return None
    return {key: value.strip("\"'") for key, value in pairs}
