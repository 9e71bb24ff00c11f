"""The title of a page as its reader sees it: its headline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.loaders.html_blocks import words_of_element
from ingest.loaders.html_visibility import classes_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_HEADLINE = 300
"""Characters."""

_KICKER = re.compile(
    r"(?:^|[-_ ])(?:kicker|(?:top|over|roof|pre|dach|spitz)-?_?(?:line|zeile|title)|eyebrow"
    r"|(?:sup(?:er|ra)?|sur|sobre)-?(?:title|titre|titulo)|strapline|rubric|antetitulo|label"
    r"|occhiello)(?:$|[-_ ])"
)
"""Names of the line above a headline, which some sites set within its heading."""

_HEADLINE = re.compile(
    r"(?:entry|post|article|story|page|single|node)[-_]?(?:title|headline|header)"
)

_SEPARATED = re.compile(r"\s+[|–—·•»«:-]\s+|\s*::\s*")

MIN_ALIKE = 0.4
"""Share of the words of the heading and the stated title, together, that both have."""

MIN_TITLE_WORDS = 3
"""Of a heading that shares too little with the stated title, and is the only one of first rank."""


def shown_title(tree: HtmlElement, stated: str, sites: Sequence[str]) -> str | None:
    """The headline as the reader sees it: what a page states besides is often meant to be clicked.

    Args:
        tree: The page without what no reader sees.
        stated: The title that it states.
        sites: Names of the site and its publisher.
    """
    if below := _below_name_of_site(tree):
        return below
    named = {folded(site) for site in sites}
    found = [
        text
        for heading in tree.iter("h1")
        if (text := _headline(heading)) and folded(text) not in named and not _leads_home(heading)
    ]
    if alike := [text for text in found if _is_alike(text, stated)]:
        if len(set(alike)) > 1:
            return None
        is_below = len(stated.split()) >= MIN_TITLE_WORDS and len(stated) < len(alike[0])
        # "Politics | Ann Lee elected": the section above the headline is in the heading, too.
        return stated if is_below and folded(alike[0]).endswith(folded(stated)) else alike[0]
    if not found:
        marked = [_headline(each) for each in tree.iter("h2", "h3") if _names_headline(each)]
        found = [text for text in dict.fromkeys(marked) if text]
    if len(found) == 1 and len(found[0].split()) >= MIN_TITLE_WORDS:
        return found[0]
    return None


def _below_name_of_site(tree: HtmlElement) -> str | None:
    """The headline of second rank on a page whose heading of first rank is the name of its site.

    Then the title in its head has both, in whatever order, with a sign between them.
    """
    whole = " ".join((tree.findtext(".//title") or "").split())
    parts = {folded(part) for part in _SEPARATED.split(whole)} - {""}
    firsts = {folded(_headline(each)) for each in tree.iter("h1")} - {""}
    if not all(_is_linked(each) for each in tree.iter("h1")):
        return None
    if len(parts) != 2 or len(firsts) != 1 or not firsts < parts:
        return None
    (headline,) = parts - firsts
    return next(
        (
            text
            for each in tree.iter("h2", "h3")
            if folded(text := _headline(each)) == headline and not each.xpath("following::h1")
        ),
        None,
    )


def _is_linked(heading: HtmlElement) -> bool:
    return heading.find(".//a") is not None or any(up.tag == "a" for up in heading.iterancestors())


def _names_headline(heading: HtmlElement) -> bool:
    return any(_HEADLINE.fullmatch(name) for name in classes_of(heading))


def _headline(heading: HtmlElement) -> str:
    """Text of a heading of first rank, without a kicker that has an element of its own."""
    if any(up.tag in ("nav", "aside", "footer") for up in heading.iterancestors()):
        return ""
    copy = deepcopy(heading)
    copy.tail = None
    for element in list(copy.iter("span", "small", "div", "a", "p", "strong", "em")):
        if element is not copy and _KICKER.search(" ".join(classes_of(element))):
            element.drop_tree()
    text = words_of_element(copy)
    return text if len(text) <= MAX_HEADLINE else ""


def _leads_home(heading: HtmlElement) -> bool:
    """Whether it is a link to the first page of the site: its name."""
    links = [*heading.iter("a"), *heading.iterancestors("a")]
    return any(urlsplit(link.get("href") or "x").path in ("", "/") for link in links)


def _is_alike(heading: str, stated: str) -> bool:
    own, words = (set(re.findall(r"\w+", each.casefold())) for each in (heading, stated))
    if not own or not words:
        return False
    whole = len(own) > 1 and (own <= words or words <= own)
    return whole or len(own & words) >= MIN_ALIKE * len(own | words)


def folded(text: str) -> str:
    """Letters and figures only, without case: by these a title is compared."""
    return re.sub(r"\W", "", text.casefold())
