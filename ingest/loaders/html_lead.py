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

MAX_HEADINGS = 3
MAX_FOLLOWING = 80
"""Elements below a heading that are looked at."""

_LEAD = re.compile(
    r"(?:^|[-_ ])(?:sub-?(?:title|head(?:line|ing)?)|stand-?first|le(?:ad|de)|deck|dek|teaser"
    r"|summary|intro(?:duction)?|abstract|chap[eo]au?|entradilla|bajada|sommario|occhiello|vorspann"
    r"|inleiding|description|alternativeheadline)(?:$|[-_ ])"
)
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?]['\"”’»]?\Z")


def leads_of(tree: HtmlElement) -> set[HtmlElement]:
    """Elements named as a lead that lead nowhere and stand right below a main heading."""
    found: set[HtmlElement] = set()
    for heading in list(tree.iter("h1"))[:MAX_HEADINGS]:
        said = 0
        for element in heading.xpath(f"following::*[position() <= {MAX_FOLLOWING}]"):
            if _is_lead(element):
                found.add(element)
            said += len((element.text or "").strip()) + len((element.tail or "").strip())
            if said > MAX_BETWEEN:
                break
    return found


def _is_lead(element: HtmlElement) -> bool:
    if not _is_named(element) or next(element.iter("a", "h1"), None) is not None:
        return False
    words = _text(element)
    return len(words.split()) >= MIN_WORDS and len(words) <= MAX_LEAD


def lead_between(heading: HtmlElement, root: HtmlElement) -> list[HtmlElement]:
    """Elements between the main heading and the main part that say what the article is about.

    Args:
        heading: It, before the main part and outside of it.
        root: The main part.
    """
    above = {*root.iterancestors(), *heading.iterancestors()}
    found: list[HtmlElement] = []
    for element in heading.xpath(f"following::*[position() <= {MAX_FOLLOWING}]"):
        if element is root:
            return found if sum(len(_text(each)) for each in found) <= MAX_LEAD else []
        if element in above or any(each in found for each in element.iterancestors()):
            continue
        if element.tag in ("h2", "h3", "p", "div") and _says_lead(element):
            found.append(element)
    return []  # the main part is above the heading, or far below


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


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
