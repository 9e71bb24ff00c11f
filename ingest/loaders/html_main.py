"""Finds the part of a page that is the article; trafilatura says which words belong to it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from ingest.loaders.html_blocks import HEADINGS

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

ENOUGH = 0.97
"""Share of the words of the article that its element must hold."""

MAX_MAIN = 1.6
"""`main` is taken whole unless it has so many times the words of the article."""

MIN_PLAIN_WORDS = 40
MIN_PLAIN_SHARE = 0.6

MIN_WORDS = 12
"""Of what trafilatura finds; with fewer it has found a caption or a button."""

_LEAVES = (
    "p",
    "li",
    "td",
    "th",
    "dd",
    "dt",
    "blockquote",
    "pre",
    "div",
    "span",
    "section",
    *HEADINGS,
)


def main_part(tree: HtmlElement) -> HtmlElement:
    """The element with the whole article, the smallest there is; the body where none is found.

    Args:
        tree: Of the page, without what is not shown and without menus and notices.
    """
    body = tree.find(".//body")
    body = tree if body is None else body
    if (plain := _plain_part(body)) is not None:
        return plain
    told = _main_text(tree)
    if len(told.split()) < MIN_WORDS:
        marked = _marked_part(body)
        return body if marked is None else marked
    found = _smallest_with(body, _shares(body, told))
    for tag in ("article", "main"):
        holders = [up for up in (found, *found.iterancestors()) if up.tag == tag]
        if holders and (tag == "article" or _size(holders[-1]) <= MAX_MAIN * _size(found)):
            return holders[-1]
    return found


def _plain_part(body: HtmlElement) -> HtmlElement | None:
    """The page's one `article`, or its one `main`, where most of its words are in it."""
    total = _size(body)
    for tag in ("article", "main"):
        found = [each for each in body.iter(tag) if next(each.iterancestors(tag), None) is None]
        if len(found) > 1:
            return None
        if found and _size(found[0]) >= max(MIN_PLAIN_WORDS, MIN_PLAIN_SHARE * total):
            return found[0]
    return None


def _main_text(tree: HtmlElement) -> str:
    import trafilatura  # late: it is slow to import, and hostile pages do not get this far

    copy = deepcopy(tree)
    for cell in copy.iter("td", "th"):  # it repeats cells that span others, which takes for ever
        cell.attrib.pop("colspan", None)
        cell.attrib.pop("rowspan", None)
    text = trafilatura.extract(
        copy,
        output_format="txt",
        include_tables=True,
        include_links=False,
        include_images=False,
        include_comments=False,
        with_metadata=False,
        favor_recall=True,
    )
    return _folded(text or "")


def _marked_part(body: HtmlElement) -> HtmlElement | None:
    for path in (".//article", ".//main", ".//*[@role='main']", ".//*[@itemprop='articleBody']"):
        found = body.xpath(path)
        if len(found) == 1 and _size(found[0]):
            return found[0]
    return None


def _size(element: HtmlElement) -> int:
    return len(element.text_content().split())


def _folded(text: str) -> str:
    return " ".join("".join(each if each.isalnum() else " " for each in text).split())


def _shares(body: HtmlElement, told: str) -> dict[HtmlElement, int]:
    """How many characters of the article each element has below it."""
    shares: dict[HtmlElement, int] = {}
    for element in body.iter(*_LEAVES):
        if len(own := _own_text(element)) < 3 or own not in told:
            continue
        for holder in (element, *element.iterancestors()):
            shares[holder] = shares.get(holder, 0) + len(own)
            if holder is body:
                break
    return shares


def _own_text(element: HtmlElement) -> str:
    """Words of the element that are in no block of their own below it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag not in _LEAVES and isinstance(child.tag, str):
            parts.append(child.text_content())
        parts.append(child.tail or "")
    return _folded(" ".join(parts))


def _smallest_with(body: HtmlElement, shares: dict[HtmlElement, int]) -> HtmlElement:
    enough = ENOUGH * shares.get(body, 0)
    found = body
    while True:
        below = [child for child in found if shares.get(child, 0) >= enough > 0]
        if not below or below[0].tag in ("p", "span", "td", "li", *HEADINGS):
            return found
        found = below[0]
