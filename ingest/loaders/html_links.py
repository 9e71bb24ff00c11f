"""Lists and lines of a page that are links to other pages, and how much of an element is links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.loaders.html_furniture_words import HEADS_TEASERS
from ingest.loaders.html_tables import is_layout

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MIN_SECTION_WORDS = 25
"""Words that a section of prose has at least, which is only named like furniture."""

MIN_LINKS = 3
LINKED = 0.7
"""Share of a list's words that are links in a list of links."""

MIN_SENTENCE_WORDS = 8
"""Words beside the links of a paragraph that is no list of links."""

PROSE_LINKED = 0.3
"""Share of a paragraph's words that are links, at most, where it is prose."""

MIN_TEASER_WORDS = 5
"""Of a paragraph that is one link: fewer may name a thing."""

MAX_LINKED_LINES = 0.25
"""Of the words of its prose, that a page has in lines which are links to other pages."""

PATH_LINKED = 0.6
"""The same of a list above the title; the last of its entries is often no link."""

MIN_PAGE_LINKS = 2
MAX_PAGE_WORDS = 6
MAX_PAGES = 60
MAX_DIGITS = 4
"""Links to the other pages of an article, words beside their numbers, digits of such a number."""

TEASER_WORDS = 4.5
"""Words of its links in the mean: headlines have more, names of members fewer."""


def drop_linked_lines(tree: HtmlElement) -> None:
    """Paragraphs that are each one link to another page, where there is prose besides.

    A headline of another article has no stop at its end. Links to files are kept, and those that a
    line introduces.
    """
    lines = [each for each in tree.iter("p") if _is_linked_line(each)]
    prose = sum(num_words(each) for each in tree.iter("p")) - sum(map(num_words, lines))
    if sum(map(num_words, lines)) > MAX_LINKED_LINES * prose:
        return
    for line in lines:
        before = line.getprevious()
        introduced = before is not None and text_of(before).endswith(":")
        if line.getparent() is not None and not introduced:
            line.drop_tree()


def _is_linked_line(paragraph: HtmlElement) -> bool:
    links = [link for link in paragraph.iter("a") if text_of(link)]
    said = text_of(paragraph)
    return (
        len(links) == 1
        and links[0].get("rel") != "author"
        and text_of(links[0]) == said
        and len(said.split()) >= MIN_TEASER_WORDS
        and not said.endswith((".", ":", "”", '"'))
        and _leads_to_page(links[0].get("href") or "")
    )


def _leads_to_page(href: str) -> bool:
    path = href.split("?")[0].split("#")[0]
    is_file = re.search(r"\.(?!html?\b|php\b|aspx?\b|jsp\b)[a-z]{2,4}\Z", path.split("/")[-1], re.I)
    return bool(path) and not is_file and not href.startswith("mailto:")


def drop_path(tree: HtmlElement, heads: set[HtmlElement]) -> None:
    """Lists of links above the title: the sections that lead to the page."""
    title = next((each for each in tree.iter("h1") if each.getparent() in heads), None)
    for element in () if title is None else title.xpath("preceding::ul | preceding::ol"):
        if element.getparent() is not None and linked_share(element) > PATH_LINKED:
            element.drop_tree()


def drop_lists_of_links(tree: HtmlElement) -> None:
    """Menus, lists of other pages, and the numbers of the pages that an article is parted into."""
    layouts: dict[HtmlElement, bool] = {}
    for element in list(tree.iter("ul", "ol", "div", "section", "table", "p", "td")):
        if element.getparent() is None:
            continue
        if element.tag == "p" and _unlinked_words(element) >= MIN_SENTENCE_WORDS:
            _drop_popups(element)
            continue
        links = [link for link in element.iter("a") if text_of(link)]
        if _numbers_pages(element, links):
            element.drop_tree()
            continue
        if len(links) < MIN_LINKS or linked_share(element) <= LINKED:
            continue
        if element.tag == "td" and not _only_places(element, layouts):
            continue
        if holds_text(element):
            continue  # what is only links in it comes later
        words = sum(len(text_of(link).split()) for link in links) / len(links)
        within = all((link.get("href") or "").startswith("#") for link in links)
        introduced = _is_introduced(element)
        in_article = any(up.tag in ("article", "main") for up in element.iterancestors())
        if within or (not introduced and (words >= TEASER_WORDS or not in_article)):
            element.drop_tree()


def _numbers_pages(element: HtmlElement, links: Sequence[HtmlElement]) -> bool:
    """Whether it says only the numbers of pages, in order, and a word or two: "Page 1 2 3 Next"."""
    if element.tag not in ("p", "div", "ul", "ol", "section") or len(links) > MAX_PAGES:
        return False
    linked = sum(1 for link in links if text_of(link).isdecimal())
    if linked < MIN_PAGE_LINKS:
        return False
    words = [word for said in element.itertext() for word in re.findall(r"\w+", said)]
    numbers = [int(word) for word in words if word.isdecimal() and len(word) <= MAX_DIGITS]
    return (
        bool(numbers)
        and len(words) - len(numbers) <= MAX_PAGE_WORDS
        and numbers[0] <= 2
        and numbers[:3] == list(range(numbers[0], numbers[0] + len(numbers[:3])))
    )


def _unlinked_words(element: HtmlElement) -> int:
    return num_words(element) - sum(num_words(link) for link in element.iter("a"))


def _drop_popups(paragraph: HtmlElement) -> None:
    """What opens over a word of a sentence: a box with links to all that it is named in."""
    for box in reversed(list(paragraph.iter("span", "div"))):  # not the word that it opens over
        links = sum(1 for link in box.iter("a") if text_of(link))
        if links >= MIN_LINKS and linked_share(box) > LINKED:
            box.drop_tree()


def holds_text(element: HtmlElement) -> bool:
    """A main heading, or a paragraph of prose, stands in it."""
    if element.find(".//h1") is not None:
        return True
    return any(
        len(text_of(each).split()) >= MIN_SECTION_WORDS and linked_share(each) < PROSE_LINKED
        for each in element.iter("p")
    )


def _only_places(cell: HtmlElement, layouts: dict[HtmlElement, bool]) -> bool:
    """Whether the cell is of a table of layout; what was found is kept in `layouts`."""
    table = next(cell.iterancestors("table"), None)
    if table is None:
        return True
    if table not in layouts:
        layouts[table] = is_layout(table)
    return layouts[table]


def _is_introduced(element: HtmlElement) -> bool:
    """Prose that ends in a colon stands above it, or a heading that is no teaser's."""
    before = element.getprevious()
    if before is None or not isinstance(before.tag, str):
        return False
    text = text_of(before)
    if text.endswith(":"):
        return True
    return before.tag in ("h2", "h3", "h4", "h5", "h6") and not HEADS_TEASERS.match(text)


def linked_share(element: HtmlElement) -> float:
    """Share of the element's characters that are words of links."""
    total = len("".join(element.text_content().split()))
    linked = sum(len("".join(link.text_content().split())) for link in element.iter("a"))
    return linked / total if total else 0.0


def num_words(element: HtmlElement) -> int:
    """Not of the runs between spaces: there is none between two paragraphs."""
    return len(re.findall(r"\w+", element.text_content()))


def text_of(element: HtmlElement) -> str:
    """What the element says, in one line."""
    return " ".join(element.text_content().split())
