"""The title and the lead of an article where they stand above its main part, not in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.loaders.html_visibility import classes_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_LEAD = 600
"""Characters; more between title and text is no lead."""

MAX_BETWEEN = 200
"""Characters of a byline and labels between the title and its lead."""

MIN_WORDS = 5

_LEAD = re.compile(
    r"(?:^|[-_ ])(?:sub-?(?:title|head(?:line|ing)?)|stand-?first|le(?:ad|de)|deck|dek|teaser"
    r"|summary|intro(?:duction)?|abstract|chap[eo]au?|entradilla|bajada|sommario|occhiello|vorspann"
    r"|inleiding|description|alternativeheadline)(?:$|[-_ ])"
)
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?]['\"”’»]?\Z")


def is_lead(element: HtmlElement) -> bool:
    """Whether it is named as a lead, leads nowhere, and stands right below the main heading."""
    if not _is_named(element) or next(element.iter("a", "h1"), None) is not None:
        return False
    words = _text(element)
    if len(words.split()) < MIN_WORDS or len(words) > MAX_LEAD:
        return False
    headings = element.xpath("preceding::h1")
    return bool(headings) and _between(headings[-1], element) <= MAX_BETWEEN


def lead_between(heading: HtmlElement, root: HtmlElement) -> list[HtmlElement]:
    """Elements between the main heading and the main part that say what the article is about.

    Args:
        heading: It, before the main part and outside of it.
        root: The main part.
    """
    above = {root, *root.iterancestors(), *heading.iterancestors()}
    found: list[HtmlElement] = []
    for element in heading.xpath("following::*"):
        if element is root or element in root.iterancestors():
            if element is root:
                return found if sum(len(_text(each)) for each in found) <= MAX_LEAD else []
            continue
        if element in above or any(each in found for each in element.iterancestors()):
            continue
        if element.tag in ("h2", "h3", "p", "div") and _says_lead(element):
            found.append(element)
    return []  # the main part is above the heading


def _says_lead(element: HtmlElement) -> bool:
    words = _text(element)
    if len(words.split()) < MIN_WORDS or next(element.iter("a", "time"), None) is not None:
        return False
    if element.tag == "div" and next(element.iter("div", "p", "h2", "h3"), None) is not None:
        return _is_named(element)
    return element.tag == "h2" or _is_named(element) or bool(_SENTENCE.search(words))


def _is_named(element: HtmlElement) -> bool:
    stated = (element.get("itemprop") or "", element.get("data-testid") or "")
    names = [*classes_of(element), *(each.lower() for each in stated)]
    return any(_LEAD.search(name) for name in names)


def _between(heading: HtmlElement, element: HtmlElement) -> int:
    said = heading.xpath("following::text()")
    total = 0
    for text in said:
        holder = text.getparent()
        if holder is element or (text.is_text and element in holder.iterancestors()):
            return total
        total += len(text.strip())
    return total


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
