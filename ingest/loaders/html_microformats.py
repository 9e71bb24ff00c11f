"""Title, author and day that a page marks by names of classes, as microformats have them.

hAtom (`hentry`, `entry-title`, `vcard`, `published`) and its successor (`h-entry`, `p-name`,
`p-author`, `dt-published`); a page that has several entries is a list of them and states nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.loaders.html_visibility import classes_of
from ingest.names import pen_names, persons_in

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

_ENTRIES = frozenset({"hentry", "h-entry"})


def from_microformats(tree: HtmlElement, sites: Sequence[str]) -> dict[str, object]:
    """What the page's one entry states; nothing where it has none or several."""
    entries = [each for each in tree.iter() if not _ENTRIES.isdisjoint(_names(each))]
    outer = [each for each in entries if not any(up in entries for up in each.iterancestors())]
    if len(outer) > 1:  # others may be those that a page recommends below its own
        outer = [each for each in outer if each.find(".//h1") is not None]
    if len(outer) != 1:
        return {}
    entry = outer[0]
    authors = [
        person
        for name in _texts(entry, {"fn", "p-author"}, within={"vcard", "author", "p-author"})
        for person in (persons_in(name, sites) or pen_names(name, sites))
    ]
    return {
        "title": next(iter(_texts(entry, {"entry-title", "p-name"})), None),
        "authors": list(dict.fromkeys(authors)),
    }


def _names(element: HtmlElement) -> list[str]:
    return classes_of(element) if isinstance(element.tag, str) else []


def _texts(entry: HtmlElement, named: set[str], within: set[str] | None = None) -> list[str]:
    found = []
    for element in entry.iter():
        if named.isdisjoint(_names(element)) or _is_of_comment(element, entry):
            continue
        ups = [element, *element.iterancestors()]
        if within is None or any(not within.isdisjoint(_names(up)) for up in ups):
            found.append(" ".join(element.text_content().split()))
    return found


def _is_of_comment(element: HtmlElement, entry: HtmlElement) -> bool:
    for up in element.iterancestors():
        if up is entry:
            return False
        if any(name.startswith("comment") for name in _names(up)):
            return True
    return False
