"""What is set off within a line of a page by its style: marks of notes, raised figures, labels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.loaders.html_visibility import classes_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_ENDS = re.compile(r"[^\W\d_]{2}[a-zß-ÿ][.!?][\"”’»)]?\Z")
NOTE_LINK = re.compile(r"#.*(?:note|fn|ftnt?|edn|ref|cite)", re.IGNORECASE)
NOTE_CLASS = re.compile(r"(?:foot|end)-?note|note-?ref|fn-?ref|cite-?ref")
_RAISED_CLASS = re.compile(r"(?:^|[-_])super(?:script)?\Z")
_RAISED_STYLE = re.compile(r"vertical-align\s*:\s*(?:super|text-top|\d)", re.IGNORECASE)
_NOTE_MARK = re.compile(r"\s*[\[(]?(?:\d{1,3}|[*†‡])[\])]?\s*")


def leads_to_note(link: HtmlElement) -> bool:
    """A number that is a link to a note or back, raised by a style sheet alone."""
    is_mark = _NOTE_MARK.fullmatch(link.text_content())
    return bool(is_mark) and bool(NOTE_LINK.match(link.get("href") or ""))


def is_raised_by_style(element: HtmlElement) -> bool:
    """A number that a style raises, or that is named as the mark of a note."""
    if element.tag not in ("span", "small", "a", "em", "i") or not _NOTE_MARK.fullmatch(
        element.text_content()
    ):
        return False
    names = classes_of(element)
    named = any(NOTE_CLASS.search(name) or _RAISED_CLASS.search(name) for name in names)
    return named or _RAISED_STYLE.search(element.get("style") or "") is not None


def are_apart(one: HtmlElement, other: HtmlElement) -> bool:
    """Whether elements without white space between them are set apart by the style sheet alone.

    Times always are; others where a word ends in lower case or a figure and one with a capital
    begins: "Ann Lee" and "Updated", not the parts of a word that a program has marked one by one.
    """
    if not isinstance(one.tag, str) or not isinstance(other.tag, str):
        return False
    left, right = one.text_content(), other.text_content()
    if not left or not right or not right[0].isalnum():
        return False
    if not left[-1].isalnum():
        return is_new(left, other)
    if "time" in (one.tag, other.tag, one.getparent().tag):
        return True
    ends = left[-1].islower() or left[-1].isdigit()
    return bool(ends and right[0].isupper() and right[1:2].islower())


def is_new(said: str | None, element: HtmlElement) -> bool:
    """Whether an element begins a sentence or a credit right behind a stop: "the bay.Jo Lens"."""
    if not said or not isinstance(element.tag, str):
        return False
    right = element.text_content()
    return bool(_ENDS.search(said)) and right[:1].isupper() and right[1:2].islower()
