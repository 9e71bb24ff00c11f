"""Takes out of a page the boxes in which its readers are asked for their address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_BOX_WORDS = 60
MAX_BOX_SHARE = 0.25
"""Of the page's words, in such a box."""

MAX_FIELDS = 3
"""A form with more is what the page is about: an order, an application."""

_ADDRESS = re.compile(r"\be-?mail", re.IGNORECASE)
_BOXES = ("form", "div", "section", "aside")


def drop_sign_ups(tree: HtmlElement) -> None:
    """Remove each short box around a form that asks for an address and little else.

    To be called while the fields of forms are still in the tree.
    """
    total = len(tree.text_content().split())
    for field in list(tree.iter("input")):
        stated = (field.get(name) or "" for name in ("type", "name", "placeholder", "aria-label"))
        if not _ADDRESS.search(" ".join(stated)):
            continue
        box = _box_around(field, total)
        if box is not None and box.getparent() is not None:  # several fields have one box
            box.drop_tree()


def _box_around(field: HtmlElement, total: int) -> HtmlElement | None:
    """The largest element around the field that says no more than such boxes do."""
    found = None
    for up in field.iterancestors():
        if up.tag in ("body", "main", "article") or up.find(".//h1") is not None:
            break
        size = len(up.text_content().split())
        if size > min(MAX_BOX_WORDS, MAX_BOX_SHARE * total) or up.find(".//textarea") is not None:
            break
        if sum(1 for each in up.iter("input") if _is_filled_in(each)) > MAX_FIELDS:
            break
        if up.tag in _BOXES:
            found = up
    return found


def _is_filled_in(field: HtmlElement) -> bool:
    return (field.get("type") or "text").lower() in ("text", "email", "tel", "number", "date")
