"""Takes out of a page what a site puts around an article: menus, notices, sharing, teasers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.loaders.html_blocks import HEADINGS
from ingest.loaders.html_furniture_words import COMMENTS, HOLDERS, NAMES, SURE_NAMES
from ingest.loaders.html_lead import leads_of
from ingest.loaders.html_links import (
    MIN_SECTION_WORDS,
    drop_linked_lines,
    drop_lists_of_links,
    drop_path,
    linked_share,
    num_words,
    text_of,
)
from ingest.loaders.html_teasers import MAX_BUTTON_WORDS, drop_buttons, drop_cards, drop_teasers
from ingest.loaders.html_visibility import classes_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_ALWAYS = ("nav", "menu", "dialog")
_ROLES = frozenset(
    "navigation banner contentinfo search dialog alertdialog menu menubar toolbar complementary"
    " tablist".split()
)
_ARTICLE_HEAD = re.compile(r"(?:^|[-_ ])(?:article|post|entry|story|content|news)(?:$|[-_ ])")
_NAMING = (
    "id",
    "data-testid",
    "data-test-id",
    "data-component",
    "data-module",
    "data-qa",
    "data-hook",
)
"""Attributes besides `class` by which sites name the parts of a page."""

_INLINE = ("p", "td", "th", "tr", "table", "time", "span", "a", "b", "strong", "em")
MAX_NAMED = 0.4
"""Share of the page's words that an element with such a name may have and still go."""


def drop_furniture(tree: HtmlElement) -> None:
    """Remove menus, notices, sharing, comments, advertisements and teasers from the tree."""
    total = max(1, len(tree.text_content()))
    leads = leads_of(tree)
    heads = _above_title(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        if element.tag in ("html", "head", "body", "main", "article", "h1"):
            continue
        if element in leads or not _is_furniture(element):
            continue
        if _holds_article(element, total) and not (_is_comments(element) and heads):
            continue
        if element in heads and element.tag not in (*_ALWAYS, "header"):
            continue
        _drop_with_heading(element)
    drop_teasers(tree)
    drop_cards(tree)
    drop_buttons(tree)
    drop_lists_of_links(tree)
    drop_linked_lines(tree)
    drop_path(tree, heads)


def _above_title(tree: HtmlElement) -> set[HtmlElement]:
    """What holds the heading that the title of the page begins with: the article is below it."""
    title = " ".join((tree.findtext(".//title") or "").split()).casefold()
    said = [(heading, text_of(heading).casefold()) for heading in tree.iter("h1")]
    found = [heading for heading, words in said if len(words.split()) > 2 and words in title]
    return {up for heading in found[:1] for up in heading.iterancestors()}


def _drop_with_heading(element: HtmlElement) -> None:
    """Drop an element, and the heading above it that heads nothing else then."""
    before, parent = element.getprevious(), element.getparent()
    is_last = element.getnext() is None and not (element.tail or "").strip()
    element.drop_tree()
    if before is None or before.tag not in HEADINGS - {"h1"} or (before.tail or "").strip():
        return
    if is_last and parent.tag not in ("header", "body", "main"):
        before.drop_tree()


def _is_furniture(element: HtmlElement) -> bool:
    if element.tag in _ALWAYS:
        return True
    in_article = any(up.tag in ("article", "main") for up in element.iterancestors())
    if element.tag == "header":
        return not in_article and not _heads_article(element)
    if element.tag == "footer":
        return not in_article or not _says_much(element)
    if element.tag == "aside":
        return not in_article or linked_share(element) > 0.3 or not _says_much(element)
    if not _ROLES.isdisjoint((element.get("role") or "").lower().split()):
        return True
    if element.tag in _INLINE:
        if element.tag == "p" and _named(element) and _is_label(element):
            return True
        return element.tag in ("p", "span") and _named(element) and linked_share(element) > 0.5
    return _named(element)


def _is_label(element: HtmlElement) -> bool:
    """A few words without a figure: "Sharing is caring!"."""
    said = text_of(element)
    return len(said.split()) <= MAX_BUTTON_WORDS and not any(map(str.isdigit, said))


def _heads_article(header: HtmlElement) -> bool:
    """A header with the article's title and lead, not with the name and menu of the site."""
    if header.find(".//h1") is None or header.find(".//nav") is not None:
        return False
    return bool(_ARTICLE_HEAD.search(" ".join(classes_of(header)))) or _says_much(header)


def _says_much(element: HtmlElement) -> bool:
    """It has a sentence of its own, and is not only links and labels."""
    return num_words(element) >= 8 and linked_share(element) < 0.5


def _named(element: HtmlElement) -> bool:
    """Named as furniture; a name that a section of an article may have counts if it says little."""
    told = (element.get(name) or "" for name in _NAMING)
    classes = classes_of(element)
    if "hentry" in classes or "type-post" in classes:  # an entry is named after its subjects, too
        classes = [name for name in classes if not name.startswith(("tag-", "category-"))]
    own = [element.tag] if "-" in element.tag else []  # "amp-ad": sites make up elements, too
    names = [_spaced(each) for each in (*own, *classes, *told)]
    if any(SURE_NAMES.search(name) for name in names):
        return True
    if not any(NAMES.search(name) and not HOLDERS.search(name) for name in names):
        return False
    return num_words(element) < MIN_SECTION_WORDS or linked_share(element) > 0.2


def _spaced(name: str) -> str:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.split(r"[\s_:/.-]+", parted.lower())).strip()


def _is_comments(element: HtmlElement) -> bool:
    """What readers said, each perhaps in an `article` of its own, and longer than the article."""
    names = (_spaced(name) for name in (*classes_of(element), element.get("id") or ""))
    return element.tag != "article" and any(map(COMMENTS.fullmatch, names))


def _holds_article(element: HtmlElement, total: int) -> bool:
    if element.tag in _ALWAYS:
        return False
    if element.find(".//article") is not None or element.find(".//main") is not None:
        return not (element.get("role") or "").endswith("dialog")
    if element.tag == "footer":
        return False
    size = len(element.text_content())
    return size > MAX_NAMED * total and size > 400 and linked_share(element) < 0.3
