"""Takes out of a page what a site puts around an article: menus, notices, sharing, teasers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.loaders.html_blocks import HEADINGS
from ingest.loaders.html_furniture_words import (
    COMMENTS,
    HEADS_COMMENTS,
    HEADS_TEASERS,
    HOLDERS,
    NAMES,
    SURE_NAMES,
    TEASER,
)
from ingest.loaders.html_lead import leads_of
from ingest.loaders.html_tables import is_layout
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

_BUTTON = re.compile(r"(?:^|[-_ ])(?:button|btn|cta)(?:$|[-_ ])")
MAX_BUTTON_WORDS = 6
_CARD_BLOCKS = ("div", "p", "section", "article", "ul", "h2", "h3", "h4", "h5", "h6")
MIN_CARD_WORDS = 3
MAX_CARDS = 0.25
"""Share of the page's words that are on cards; where they are more, they are what the page says."""

_INLINE = ("p", "td", "th", "tr", "table", "time", "span", "a", "b", "strong", "em")

MIN_SECTION_WORDS = 25
"""Words that a section of prose has at least, which is only named like furniture."""

MAX_NAMED = 0.4
"""Share of the page's words that an element with such a name may have and still go."""

_ARROW = re.compile(r"(?:>>|[»→►▶➤➡])\s*\w")
"""Before a line that is all link: it leads to another page."""

MAX_TEASER_CHARACTERS = 300
MIN_LINKS = 3
LINKED = 0.7
"""Share of a list's words that are links in a list of links."""

MIN_SENTENCE_WORDS = 8
"""Words beside the links of a paragraph that is no list of links."""

PROSE_LINKED = 0.3
"""Share of a paragraph's words that are links, at most, where it is prose."""

MIN_TEASER_WORDS = 5
"""Of a paragraph that is one link: fewer may name a thing."""

PATH_LINKED = 0.6
"""The same of a list above the title; the last of its entries is often no link."""

TEASER_WORDS = 4.5
"""Words of its links in the mean: headlines have more, names of members fewer."""


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
    _drop_teasers(tree)
    _drop_cards(tree)
    _drop_buttons(tree)
    _drop_lists_of_links(tree)
    _drop_linked_lines(tree)
    _drop_path(tree, heads)


def _drop_linked_lines(tree: HtmlElement) -> None:
    """Paragraphs that are each one link to another page, where there is prose besides.

    A headline of another article has no stop at its end. Links to files are kept, and those that a
    line introduces.
    """
    lines = [each for each in tree.iter("p") if _is_linked_line(each)]
    prose = sum(_num_words(each) for each in tree.iter("p")) - sum(map(_num_words, lines))
    if sum(map(_num_words, lines)) > MAX_CARDS * prose:
        return
    for line in lines:
        before = line.getprevious()
        introduced = before is not None and _text(before).endswith(":")
        if line.getparent() is not None and not introduced:
            line.drop_tree()


def _is_linked_line(paragraph: HtmlElement) -> bool:
    links = [link for link in paragraph.iter("a") if _text(link)]
    said = _text(paragraph)
    return (
        len(links) == 1
        and links[0].get("rel") != "author"
        and _text(links[0]) == said
        and len(said.split()) >= MIN_TEASER_WORDS
        and not said.endswith((".", ":", "”", '"'))
        and _leads_to_page(links[0].get("href") or "")
    )


def _leads_to_page(href: str) -> bool:
    path = href.split("?")[0].split("#")[0]
    is_file = re.search(r"\.(?!html?\b|php\b|aspx?\b|jsp\b)[a-z]{2,4}\Z", path.split("/")[-1], re.I)
    return bool(path) and not is_file and not href.startswith("mailto:")


def _drop_path(tree: HtmlElement, heads: set[HtmlElement]) -> None:
    """Lists of links above the title: the sections that lead to the page."""
    title = next((each for each in tree.iter("h1") if each.getparent() in heads), None)
    for element in () if title is None else title.xpath("preceding::ul | preceding::ol"):
        if element.getparent() is not None and linked_share(element) > PATH_LINKED:
            element.drop_tree()


def _above_title(tree: HtmlElement) -> set[HtmlElement]:
    """What holds the heading that the title of the page begins with: the article is below it."""
    title = " ".join((tree.findtext(".//title") or "").split()).casefold()
    said = [(heading, _text(heading).casefold()) for heading in tree.iter("h1")]
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


def _drop_cards(tree: HtmlElement) -> None:
    """Blocks that are one link as a whole: they tell what another page says."""
    total = max(1, len(_text(tree)))
    cards = [link for link in tree.iter("a") if _is_card(link)]
    if cards and sum(len(_text(card)) for card in cards) <= MAX_CARDS * total:
        for card in cards:
            if card.getparent() is not None:
                card.drop_tree()


def _is_card(link: HtmlElement) -> bool:
    href = (link.get("href") or "").strip()
    if not href or href.startswith("#") or link.find(".//h1") is not None:
        return False
    if any(up.tag in ("table", "header", "a", *HEADINGS) for up in link.iterancestors()):
        return False
    blocks = sum(1 for _ in link.iter(*_CARD_BLOCKS))
    return blocks > 0 and len(_text(link).split()) >= MIN_CARD_WORDS


def _drop_buttons(tree: HtmlElement) -> None:
    """Links that look like buttons and are all that their block says: "Subscribe now"."""
    for link in list(tree.iter("a")):
        if not _BUTTON.search(" ".join(classes_of(link))) or not (said := _text(link)):
            continue
        block = next((up for up in link.iterancestors() if up.tag not in ("span", "b")), None)
        if block is None or len(said.split()) > MAX_BUTTON_WORDS or block.tag in ("td", "th"):
            continue
        if block.tag in ("p", "div", "li") and _text(block) == said:
            link.drop_tree()


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
    said = _text(element)
    return len(said.split()) <= MAX_BUTTON_WORDS and not any(map(str.isdigit, said))


def _heads_article(header: HtmlElement) -> bool:
    """A header with the article's title and lead, not with the name and menu of the site."""
    if header.find(".//h1") is None or header.find(".//nav") is not None:
        return False
    return bool(_ARTICLE_HEAD.search(" ".join(classes_of(header)))) or _says_much(header)


def _says_much(element: HtmlElement) -> bool:
    """It has a sentence of its own, and is not only links and labels."""
    return _num_words(element) >= 8 and linked_share(element) < 0.5


def _named(element: HtmlElement) -> bool:
    """Named as furniture; a name that a section of an article may have counts if it says little."""
    told = (element.get(name) or "" for name in _NAMING)
    classes = classes_of(element)
    if "hentry" in classes or "type-post" in classes:  # an entry is named after its subjects, too
        classes = [name for name in classes if not name.startswith(("tag-", "category-"))]
    names = [_spaced(each) for each in (*classes, *told)]
    if any(SURE_NAMES.search(name) for name in names):
        return True
    if not any(NAMES.search(name) and not HOLDERS.search(name) for name in names):
        return False
    return _num_words(element) < MIN_SECTION_WORDS or linked_share(element) > 0.2


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


def linked_share(element: HtmlElement) -> float:
    """Share of the element's characters that are words of links."""
    total = len("".join(element.text_content().split()))
    linked = sum(len("".join(link.text_content().split())) for link in element.iter("a"))
    return linked / total if total else 0.0


def _num_words(element: HtmlElement) -> int:
    """Not of the runs between spaces: there is none between two paragraphs."""
    return len(re.findall(r"\w+", element.text_content()))


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _drop_teasers(tree: HtmlElement) -> None:
    """Lines such as "Read more: …" that lead to other pages, and lists under "Related"."""
    for element in list(tree.iter("p", "div", "li", "h2", "h3", "h4", "h5", "h6", "strong")):
        if element.getparent() is None or not len(text := _text(element)):
            continue
        if len(text) > MAX_TEASER_CHARACTERS:
            continue
        if TEASER.match(text) and (linked_share(element) > 0.4 or element.tag != "div"):
            if linked_share(element) > 0.4 or not text.endswith((".", "!", "?", "”", '"')):
                element.drop_tree()
        elif _ARROW.match(text) and linked_share(element) > LINKED and element.tag in ("p", "div"):
            element.drop_tree()
        elif element.tag in HEADINGS and HEADS_COMMENTS.fullmatch(text):
            for following in list(_whole_of(element, text).itersiblings()):
                following.drop_tree()
            element.drop_tree()
        elif HEADS_TEASERS.match(text) and element.tag != "strong":
            whole = _whole_of(element, text)
            _drop_with_list(element if whole.getnext() is None else whole)
            if element.getparent() is not None and element.getnext() is None:
                _drop_with_list(element)


def _whole_of(heading: HtmlElement, text: str) -> HtmlElement:
    """The outermost element that says no more than the heading."""
    for up in heading.iterancestors("div", "header", "section"):
        if _text(up) != text:
            break
        heading = up
    return heading


def _is_row_of_cards(element: HtmlElement) -> bool:
    """Several pieces, each with a link to another page and a line on what it says."""
    links = [link for link in element.iter("a") if len(_text(link).split()) >= MIN_CARD_WORDS]
    heads = sum(1 for _ in element.iter("h2", "h3", "h4", "h5", "h6", "li"))
    return len(links) >= MIN_LINKS and heads >= MIN_LINKS and not _holds_text(element)


def _drop_with_list(heading: HtmlElement) -> None:
    following = heading.getnext()
    if following is not None and following.tag in ("ul", "ol", "div", "section", "p", "table"):
        if linked_share(following) > 0.5 or _is_row_of_cards(following):
            following.drop_tree()
            heading.drop_tree()
    elif following is None and heading.tag in ("h2", "h3", "h4", "h5", "h6"):
        heading.drop_tree()


def _drop_lists_of_links(tree: HtmlElement) -> None:
    layouts: dict[HtmlElement, bool] = {}
    for element in list(tree.iter("ul", "ol", "div", "section", "table", "p", "td")):
        if element.getparent() is None:
            continue
        if element.tag == "p" and _unlinked_words(element) >= MIN_SENTENCE_WORDS:
            _drop_popups(element)
            continue
        links = [link for link in element.iter("a") if _text(link)]
        if len(links) < MIN_LINKS or linked_share(element) <= LINKED:
            continue
        if element.tag == "td" and not _only_places(element, layouts):
            continue
        if _holds_text(element):
            continue  # what is only links in it comes later
        words = sum(len(_text(link).split()) for link in links) / len(links)
        within = all((link.get("href") or "").startswith("#") for link in links)
        introduced = _is_introduced(element)
        in_article = any(up.tag in ("article", "main") for up in element.iterancestors())
        if within or (not introduced and (words >= TEASER_WORDS or not in_article)):
            element.drop_tree()


def _unlinked_words(element: HtmlElement) -> int:
    return _num_words(element) - sum(_num_words(link) for link in element.iter("a"))


def _drop_popups(paragraph: HtmlElement) -> None:
    """What opens over a word of a sentence: a box with links to all that it is named in."""
    for box in reversed(list(paragraph.iter("span", "div"))):  # not the word that it opens over
        links = sum(1 for link in box.iter("a") if _text(link))
        if links >= MIN_LINKS and linked_share(box) > LINKED:
            box.drop_tree()


def _holds_text(element: HtmlElement) -> bool:
    """A main heading, or a paragraph of prose, stands in it."""
    if element.find(".//h1") is not None:
        return True
    return any(
        len(_text(each).split()) >= MIN_SECTION_WORDS and linked_share(each) < PROSE_LINKED
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
    text = _text(before)
    if text.endswith(":"):
        return True
    return before.tag in ("h2", "h3", "h4", "h5", "h6") and not HEADS_TEASERS.match(text)
