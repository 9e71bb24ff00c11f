"""What Markdown files have besides Markdown: HTML tables and lists, definitions, Obsidian's own."""

from __future__ import annotations

import re

from ingest.loaders.light_markdown import SECTION_MARK
from ingest.loaders.limits import LoadLimits

MAX_DEFINITION = 240
"""Characters; a longer definition, or one of several sentences, is a section under its term."""

_FENCED = re.compile(r"^(```|~~~)(?P<name>[^\n]*)\n.*?(?:^\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_QUERIES = re.compile(r"(?:dataview(?:js)?|query|tasks|button)\b.*", re.IGNORECASE)
"""Blocks in whose place Obsidian shows what they ask for."""

_MARKUP = re.compile(
    r"^[ ]{0,3}<(table|dl|ul|ol)\b[^<>]*>.*?</\1\s*>[ \t]*$", re.DOTALL | re.MULTILINE | re.I
)
_SUMMARY = re.compile(r"<details\b[^<>]*>\s*<summary\b[^<>]*>(.*?)</summary\s*>", re.DOTALL | re.I)
_DETAILS_END = re.compile(r"[ \t]*</details\s*>", re.IGNORECASE)
_DEFINED = re.compile(
    r"^(?P<term>(?![-*+>#|:]|\d+[.)])\S[^\n]{0,100})\n\n?"
    r"(?P<told>(?:[ ]{0,3}[:~][ \t]+\S[^\n]*(?:\n(?:[ ]{2,}|\t)\S[^\n]*)*"
    r"(?:\n+(?=[ ]{0,3}[:~][ \t])|\n|\Z))+)",
    re.MULTILINE,
)
_TOLD = re.compile(r"^[ ]{0,3}[:~][ \t]+", re.MULTILINE)
_BLOCK_ID = re.compile(r"(?<=\S)[ \t]+\^[A-Za-z0-9-]+[ \t]*$", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…][\"”’»)]*\s+\S")


def as_markdown(text: str, limits: LoadLimits) -> str:
    """The text with all of these as plain Markdown; blocks of code stay as they are."""
    pieces: list[str] = []
    position = 0
    for fence in _FENCED.finditer(text):
        pieces.append(_outside_code(text[position : fence.start()], limits))
        pieces.append("" if _QUERIES.fullmatch(fence["name"].strip()) else fence[0])
        position = fence.end()
    return "".join([*pieces, _outside_code(text[position:], limits)])


def _outside_code(text: str, limits: LoadLimits) -> str:
    if "^" in text:
        text = _BLOCK_ID.sub("", text)
    if "<" in text:
        text = _MARKUP.sub(lambda match: _from_html(match[0], limits), text)
        text, count = _SUMMARY.subn(
            lambda match: f"\n\n{SECTION_MARK} {' '.join(match[1].split())}\n\n", text
        )
        if count:
            text = _DETAILS_END.sub(f"\n\n{SECTION_MARK}\n\n", text)
    return _DEFINED.sub(_definition, text) if re.search(r"\n[ ]{0,3}[:~][ \t]", text) else text


def _from_html(markup: str, limits: LoadLimits) -> str:
    """A table or list that is written in HTML; as it is where it is nested too deep."""
    from lxml.html import HTMLParser, fragment_fromstring  # type: ignore[import-untyped]

    from ingest.loaders.html_blocks import markdown_of
    from ingest.loaders.html_tree import nesting
    from ingest.loaders.html_visibility import drop_invisible

    if nesting(markup) > limits.markup_depth:
        return markup
    root = fragment_fromstring(markup, create_parent="div", parser=HTMLParser(huge_tree=True))
    drop_invisible(root)
    return f"\n{markdown_of(root)}\n"


def _definition(match: re.Match[str]) -> str:
    told = [" ".join(each.split()) for each in _TOLD.split(match["told"]) if each.strip()]
    whole, term = "; ".join(told), match["term"].strip().rstrip(":")
    if len(whole) <= MAX_DEFINITION and not _SENTENCE_END.search(whole):
        return f"\n- {term}: {whole}\n"
    section = "\n\n".join([f"{SECTION_MARK} {term}", *told, SECTION_MARK])
    return f"\n{section}\n\n"
