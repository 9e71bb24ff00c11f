"""The tree of a page, if its elements are not nested too deep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_OPENS = re.compile(r"<(?:(!--)|(/?)([a-zA-Z][^\s/<>]*))")
_WITHIN = re.compile(r"=\s{0,20}([\"'])|(/?)>")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp"})
"""Elements whose content is no markup, whatever it looks like."""

_NOT_NESTING = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option"),
    }
)
"""Elements without an end tag, or whose end tag is often left out."""


def tree_of(markup: str, deepest: int) -> HtmlElement | None:
    """The page as a tree; None where its elements are nested deeper than so many levels."""
    if nesting(markup) > deepest:
        return None
    from lxml.html import HTMLParser, document_fromstring

    # Without `huge_tree` the parser drops all of a page whose elements are 255 levels deep.
    return document_fromstring(markup, parser=HTMLParser(huge_tree=True))


def nesting(markup: str) -> int:
    """How deep elements are nested, at most; in linear time and without building a tree.

    What looks like markup in a comment, a script, a style sheet or the value of an attribute is
    none.
    """
    ends = _Ends(markup)
    depth = deepest = at = 0
    while match := _OPENS.search(markup, at):
        comment, closing, name = match.groups()
        if comment:
            at = ends.after("-->", match.end())
            continue
        name = name.lower()
        at, empty = _end_of_tag(markup, match.end(), ends)
        if name in _RAW and not closing and not empty:
            at = max(at, ends.of_element(name, at))
        elif not empty and name not in _NOT_NESTING:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _end_of_tag(markup: str, at: int, ends: _Ends) -> tuple[int, bool]:
    """Where what follows the tag begins, and whether it is of the form `<br/>`."""
    while match := _WITHIN.search(markup, at):
        if match[1] is None:
            return match.end(), match[2] == "/"
        at = ends.after(match[1], match.end())
    return len(markup), False


class _Ends:
    """Finds what ends something; what does not come any more is not looked for again."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._missing: set[str] = set()

    def after(self, sign: str, at: int) -> int:
        """Behind the sign that comes next, or `at` if there is none."""
        found = -1 if sign in self._missing else self._markup.find(sign, at)
        if found < 0:
            self._missing.add(sign)
            return at
        return found + len(sign)

    def of_element(self, name: str, at: int) -> int:
        """Where the end tag of an element without markup begins, or `at` if there is none."""
        sign = f"</{name}"
        if sign in self._missing:
            return at
        match = re.compile(re.escape(sign), re.IGNORECASE).search(self._markup, at)
        if match is None:
            self._missing.add(sign)
            return at
        return match.start()
