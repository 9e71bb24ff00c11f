"""Front matter at the top of a text (YAML, TOML, JSON): read as metadata and removed."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from ingest.loaders.parsed import Fields, fields_from, to_field

PROVENANCE = "front matter"

MAX_CHARACTERS = 20_000
"""Of the head; a longer one is no metadata, and aliases in it could grow without end."""

ALIASES: dict[str, str] = {
    "title": "title",
    "author": "authors",
    "authors": "authors",
    "by": "authors",
    "byline": "authors",
    "creator": "authors",
    "publisher": "publisher",
    "publication": "publisher",
    "site": "publisher",
    "site_name": "publisher",
    "sitename": "publisher",
    "website": "publisher",
    "published": "published",
    "date_published": "published",
    "datepublished": "published",
    "publication_date": "published",
    "publish_date": "published",
    "pubdate": "published",
    "date": "published",
    "url": "url",
    "link": "url",
    "canonical_url": "url",
    "source_url": "url",
    "language": "language",
    "lang": "language",
    "groups": "groups",
    "group": "groups",
    "created": "created",
    "clipped": "created",
    **dict.fromkeys(("titel", "titre", "título", "titulo", "titolo"), "title"),
    **dict.fromkeys(
        (
            "auteur",
            "auteurs",
            "autor",
            "autora",
            "autores",
            "autoren",
            "autorin",
            "autore",
            "autori",
        ),
        "authors",
    ),
    **dict.fromkeys(
        ("veröffentlicht", "publié", "publicado", "pubblicato", "gepubliceerd", "datum", "fecha"),
        "published",
    ),
    "data": "published",
    **dict.fromkeys(("sprache", "langue", "idioma", "lingua", "taal"), "language"),
}
"""Spelling in the wild to the name of the field; the first that can be used wins."""

_YAML = re.compile(
    r"\A\s*---[ \t]*\n(?P<block>.*?)\n?^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.M
)
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\n(?P<block>.*?)\n?^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.M)
_UNCLOSED = re.compile(
    r"\A\s*---[ \t]*\n(?P<block>(?:title|author|authors|date|published)[ \t]*:[^\n]*\n"
    r"(?:(?:[A-Za-z][\w -]*:|[ \t]+|- )[^\n]*\n)+)[ \t]*\n",
    re.IGNORECASE,
)
"""Of which the closing line was forgotten: keys down to the first blank line."""

_BELOW_TITLE = re.compile(
    r"\A(?P<title>\s*# [^\n]+\n\s*)---[ \t]*\n(?P<block>(?:[ \t]*(?:[A-Za-z][\w -]*:|- )[^\n]*\n)+)"
    r"---[ \t]*(?:\n|\Z)"
)
"""Nothing but keys between two rules, which somebody put below the title."""

_KEY = re.compile(
    r"(?P<indent>\s*(?:- )?)(?P<key>[A-Za-z][\w -]*(?:\(s\))?):{1,2}[ \t]+(?P<value>\S.*)"
)
_LINK = re.compile(r"\[[^\[\]]*\]\((https?://[^\s()]+)\)")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_ENTRY = re.compile(r"\s*(?:[A-Za-z][\w -]*:(?:\s|$)|- |#|\s{2,}\S)")


def split_front_matter(text: str) -> tuple[Fields, str]:
    """Metadata and the text below it.

    A text that merely begins with a rule (`---`) is given back as it is. Where the YAML is broken
    by an unquoted colon or the like, its values are read as plain strings.
    """
    head = text[: MAX_CHARACTERS + 16]
    if match := _TOML.match(head):
        values = _read_toml(match["block"])
    elif match := _YAML.match(head) or _UNCLOSED.match(head):
        values = _read_yaml(match["block"])
    elif match := _BELOW_TITLE.match(head):
        fields = named_fields(_read_yaml(match["block"]) or {}, PROVENANCE)
        return (fields, match["title"] + text[match.end() :]) if fields else ({}, text)
    else:
        return _split_json(text)
    if values is None:
        return {}, text
    return named_fields(values, PROVENANCE), text[match.end() :].lstrip("\n")


def _split_json(text: str) -> tuple[Fields, str]:
    """Front matter as an object in JSON, which must have a title and text below it."""
    start = len(text) - len(text.lstrip())
    if not text.startswith("{", start):
        return {}, text
    try:
        values, end = json.JSONDecoder().raw_decode(text[: MAX_CHARACTERS + start], start)
    except (ValueError, RecursionError):
        return {}, text
    rest = text[end:].lstrip()
    if not isinstance(values, dict) or "title" not in map(str.lower, values) or not rest:
        return {}, text
    return named_fields(values, PROVENANCE), rest


def named_fields(values: dict[Any, Any], provenance: str) -> Fields:
    """The fields that stated keys name, in any of their spellings."""
    named: dict[str, Any] = {}
    lowered = {
        re.sub(r"[\s-]+", "_", str(key).strip(" :").lower().replace("(s)", "s")): _unlinked(value)
        for key, value in values.items()
    }
    # Hugo keeps what its themes add in a table of their own.
    if isinstance(params := lowered.get("params"), dict):
        lowered = {**{str(key).lower(): value for key, value in params.items()}, **lowered}
    # A clipping's source is an address; elsewhere it is the paper that printed the text.
    source = lowered.get("source")
    if isinstance(source, str):
        lowered.setdefault("url" if to_field("url", source.strip()) else "publisher", source)
    for alias, name in ALIASES.items():
        if alias in lowered and name not in named and to_field(name, lowered[alias]) is not None:
            named[name] = lowered[alias]
    return fields_from(named, provenance)


def _unlinked(value: Any) -> Any:
    """The address of a Markdown link; the words of wiki links, a list where there are several."""
    if not isinstance(value, str):
        return value
    if link := _LINK.fullmatch(value.strip()):
        return link[1]
    names = _WIKI_LINK.findall(value)
    if not names or _WIKI_LINK.sub("", value).strip(" ,;"):
        return value
    return names if len(names) > 1 else names[0]


def _read_toml(block: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError):
        pairs = re.findall(r"^\s*([A-Za-z]\w*)\s*=\s*(.*?)\s*$", block, re.M)
        return {key: _plain_value(value) for key, value in pairs} or None


def _plain_value(value: str) -> str | list[str]:
    """A value of broken TOML: a list of quoted texts, or a text without its quotes."""
    if value[:1] == "[" and value[-1:] == "]":
        return [one or other for one, other in re.findall(r"\"([^\"]+)\"|'([^']+)'", value)]
    return value.strip("\"'")


def _read_yaml(block: str) -> dict[Any, Any] | None:
    import yaml  # type: ignore[import-untyped]

    for attempt in (block, _with_values_quoted(block)):
        try:
            values = yaml.safe_load(attempt)
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        if values is None and _is_only_comments(block):
            return {}
        return values if isinstance(values, dict) else None
    return _read_plainly(block)


def _is_only_comments(block: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in block.splitlines())


def _with_values_quoted(block: str) -> str:
    """The same with quotes around each plain value, so that a colon or sign in one is text."""
    return "\n".join(_quoted(line.rstrip()) for line in block.replace("\t", "  ").splitlines())


def _quoted(line: str) -> str:
    match = _KEY.fullmatch(line)
    if match is None:
        item = re.fullmatch(r"(\s*- )([^\"'\[{&*!|>].*)", line)
        if item and ": " in item[2]:
            return f"{item[1]}'{_escaped(item[2])}'"
        return line
    value = match["value"]
    if value[0] in "|>" or (value[0] in "[{" and value[-1] in "]}"):
        return line
    if value[0] in "\"'" and value[-1] == value[0] and value.count(value[0]) == 2:
        return line
    return f"{match['indent']}{match['key']}: '{_escaped(value)}'"


def _escaped(value: str) -> str:
    if len(value) > 1 and value[0] in "\"'" and value[-1] == value[0]:
        value = value[1:-1]
    if (
        value[:1] in "[{" and value[-1:] not in "]}" and not _LINK.fullmatch(value)
    ):  # a list that was not closed
        value = value[1:]
    return value.replace("'", "''")


def _read_plainly(block: str) -> dict[Any, Any] | None:
    """Its `key: value` lines alone; None if most lines are of no such kind."""
    lines = [line for line in block.splitlines() if line.strip()]
    entries = [line for line in lines if _ENTRY.match(line)]
    if not entries or len(entries) * 2 < len(lines):
        return None
    values: dict[Any, Any] = {}
    is_whole = False
    for line in lines:
        pair = _KEY.fullmatch(line.rstrip())
        # An indented key below a value belongs to nothing: it was indented by mistake.
        if pair and (not pair["indent"] or (is_whole and not pair["indent"].strip())):
            values[pair["key"]] = pair["value"].strip("\"'[]")
        is_whole = pair is not None and (not pair["indent"] or is_whole)
    return values
