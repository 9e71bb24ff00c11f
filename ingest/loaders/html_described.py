"""Authors whom a page describes, where no line beside its title names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.loaders.html_lines import EDGE, lines_of
from ingest.loaders.html_visibility import classes_of
from ingest.loaders.html_visible import is_comment
from ingest.names import pen_names, persons_in

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_DESCRIBED = 3
"""Authors; a page that describes more lists those of others."""

MAX_BOX = 1500
"""Characters of such a box."""

_BOX = re.compile(
    r"(?:(?:post|article|entry|single|blog|about)[ -]?(?:the )?)?authors?[ -]?"
    r"(?:box|bio(?:graphy)?|card|profile|info(?:rmation)?|desc(?:ription)?|block|about)"
    r"|about[ -](?:the )?authors?|(?:post|article|entry)[ -]author"
)
_ABOUT = re.compile(
    r"(?:about (?:the )?authors?|(?:über|zu) (?:den|die) autor(?:in|en)?|à propos de l['’]auteure?"
    r"|sobre (?:el|la|o|a) autora?|(?:l['’]autore|over de auteur)|author|autor(?:in)?|auteur)\W*",
    re.IGNORECASE,
)
"""What stands above the name in such a box."""


def described_authors(tree: HtmlElement, sites: Sequence[str]) -> list[str]:
    """Names at the head of boxes on the author; of a forum, the name of who began the thread.

    Args:
        tree: The page without what no reader sees, its furniture still in it.
        sites: Names of the site and its publisher, which are no authors.
    """
    found = list(dict.fromkeys(name for box in _boxes(tree) for name in _head(box, sites)))
    if found:
        return found if len(found) <= MAX_DESCRIBED else []
    cards = [each for each in tree.iter("span", "div", "p", "address") if _is_card(each)]
    named = dict.fromkeys(name for card in cards for name in _on_card(card, sites))
    if len(named) == 1:
        return list(named)
    posts = tree.xpath("//*[@data-author]")
    if len(posts) > 1 and not is_comment(posts[0]):
        return pen_names(" ".join(posts[0].get("data-author").split()), sites)
    return []


def _is_card(element: HtmlElement) -> bool:
    return {"vcard", "author"} <= set(classes_of(element)) and not is_comment(element)


def _on_card(card: HtmlElement, sites: Sequence[str]) -> list[str]:
    """The name on a card of an author, as microformats have it; or a pen name."""
    marked = [each for each in card.iter() if "fn" in classes_of(each)]
    texts = [" ".join(each.text_content().split()) for each in marked[:1]]
    return [name for text in texts for name in persons_in(text, sites) or pen_names(text, sites)]


def _boxes(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter("div", "section", "aside", "footer", "li", "p"):
        names = (*classes_of(element), (element.get("id") or "").lower())
        if not any(_BOX.fullmatch(re.sub(r"[_-]+", " ", name)) for name in names):
            continue
        if len(element.text_content()) <= MAX_BOX and not is_comment(element):
            yield element


def _head(box: HtmlElement, sites: Sequence[str]) -> list[str]:
    """Names that are all of the box's first line, below a label at most."""
    lines = [line.text.replace(EDGE, " ").strip() for line in lines_of(box)]
    lines = [line for line in lines if not _ABOUT.fullmatch(line)]
    names = persons_in(lines[0], sites) if lines else []
    return names if names and lines[0] in (" and ".join(names), " & ".join(names)) else []
