"""Takes out of a page what leads to other pages: teasers, cards and buttons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.loaders.html_blocks import HEADINGS
from ingest.loaders.html_furniture_words import HEADS_COMMENTS, HEADS_TEASERS, TEASER
from ingest.loaders.html_links import LINKED, MIN_LINKS, holds_text, linked_share, text_of
from ingest.loaders.html_visibility import classes_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_BUTTON = re.compile(r"(?:^|[-_ ])(?:button|btn|cta)(?:$|[-_ ])")
MAX_BUTTON_WORDS = 6
_CARD_BLOCKS = ("div", "p", "section", "article", "ul", "h2", "h3", "h4", "h5", "h6")
MIN_CARD_WORDS = 3
MAX_CARDS = 0.25
"""Share of the page's words that are on cards; where they are more, they are what the page says."""

_ARROW = re.compile(r"(?:>>|[»→►▶➤➡])\s*\w")
"""Before a line that is all link: it leads to another page."""

MAX_TEASER_CHARACTERS = 300
MIN_TEASER_LINKED = 0.4
"""Share of the words of such a line that are links."""


def drop_teasers(tree: HtmlElement) -> None:
    """Lines such as "Read more: …" that lead to other pages, and lists under "Related"."""
    for element in list(tree.iter("p", "div", "li", "h2", "h3", "h4", "h5", "h6", "strong")):
        if element.getparent() is None or not len(text := text_of(element)):
            continue
        if len(text) > MAX_TEASER_CHARACTERS:
            continue
        if TEASER.match(text) and (linked_share(element) > 0.4 or element.tag != "div"):
            if linked_share(element) > 0.4 or not text.endswith((".", "!", "?", "”", '"')):
                element.drop_tree()
        elif element.tag in ("p", "div", "li") and (
            _says_only_more(element) or (_ARROW.match(text) and linked_share(element) > LINKED)
        ):
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


def _says_only_more(element: HtmlElement) -> bool:
    """Whether all but its links is a label as above teasers: "Also read" and a headline."""
    links = [link for link in element.iter("a") if text_of(link)]
    if not links or len(links) > MIN_LINKS or linked_share(element) < MIN_TEASER_LINKED:
        return False
    rest = text_of(element)
    for link in links:
        rest = rest.replace(text_of(link), "", 1)
    label = rest.strip() or (text_of(links[0]) if len(links) == 1 else "")
    return HEADS_TEASERS.match(label) is not None


def _whole_of(heading: HtmlElement, text: str) -> HtmlElement:
    """The outermost element that says no more than the heading."""
    for up in heading.iterancestors("div", "header", "section"):
        if text_of(up) != text:
            break
        heading = up
    return heading


def _drop_with_list(heading: HtmlElement) -> None:
    following = heading.getnext()
    if following is not None and following.tag in ("ul", "ol", "div", "section", "p", "table"):
        if linked_share(following) > 0.5 or _is_row_of_cards(following):
            following.drop_tree()
            heading.drop_tree()
    elif following is None and heading.tag in ("h2", "h3", "h4", "h5", "h6"):
        heading.drop_tree()


def _is_row_of_cards(element: HtmlElement) -> bool:
    """Several pieces, each with a link to another page and a line on what it says."""
    links = [link for link in element.iter("a") if len(text_of(link).split()) >= MIN_CARD_WORDS]
    heads = sum(1 for _ in element.iter("h2", "h3", "h4", "h5", "h6", "li"))
    return len(links) >= MIN_LINKS and heads >= MIN_LINKS and not holds_text(element)


def drop_cards(tree: HtmlElement) -> None:
    """Blocks that are one link as a whole: they tell what another page says."""
    total = max(1, len(text_of(tree)))
    cards = [link for link in tree.iter("a") if _is_card(link)]
    if cards and sum(len(text_of(card)) for card in cards) <= MAX_CARDS * total:
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
    return blocks > 0 and len(text_of(link).split()) >= MIN_CARD_WORDS


def drop_buttons(tree: HtmlElement) -> None:
    """Links that look like buttons and are all that their block says: "Subscribe now"."""
    for link in list(tree.iter("a")):
        if not _BUTTON.search(" ".join(classes_of(link))) or not (said := text_of(link)):
            continue
        block = next((up for up in link.iterancestors() if up.tag not in ("span", "b")), None)
        if block is None or len(said.split()) > MAX_BUTTON_WORDS or block.tag in ("td", "th"):
            continue
        if block.tag in ("p", "div", "li") and text_of(block) == said:
            link.drop_tree()
