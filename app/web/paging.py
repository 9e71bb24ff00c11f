"""Paging of lists: parameters `limit` and `cursor`, `next` in the body and a header `Link`.

A cursor names the last thing that was given, by a hash of its key, and where it stood. So a list
that grows or shrinks between two calls repeats and skips nothing that stayed, unless the last thing
itself has gone; then it continues from its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode

from fastapi import Query, Request

MAX_LIMIT = 1_000
CURSOR_FORM = "^[0-9]{1,9}-[0-9a-f]{16}$"
"""Where the last item stood, and a hash of its key."""

Item = TypeVar("Item")

Limit = Annotated[
    int | None,
    Query(ge=1, le=MAX_LIMIT, description="Most to give at once; all if left out."),
]
Cursor = Annotated[
    str | None,
    Query(
        pattern=CURSOR_FORM,
        description="Where to go on: `next` of the answer before.",
    ),
]


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list."""

    items: Sequence[Item]
    next: str | None
    """The cursor with which one goes on; None at the end."""


def page_of(
    items: Sequence[Item], limit: int | None, cursor: str | None, *, key: Callable[[Item], str]
) -> Page[Item]:
    """Take the part of a list that was asked for.

    Args:
        items: The whole list, in an order that does not change from call to call.
        limit: Most items; None for all.
        cursor: As an earlier page gave it, of the form that `Cursor` asks for; None begins.
        key: What names an item, and no other, with whatever decides its place: what has moved in
            the list is then gone from where it stood.
    """
    start = 0 if cursor is None else _after(items, cursor, key)
    part = items[start : None if limit is None else start + limit]
    end = start + len(part)
    if not part or end >= len(items):
        return Page(part, None)
    return Page(part, _cursor(end, key(part[-1])))


def link_header(request: Request, page: Page[Item]) -> dict[str, str]:
    """`Link` to the first and the next page (RFC 8288); nothing where the whole list was given."""
    asked = [(k, v) for k, v in parse_qsl(request.url.query, True) if k != "cursor"]
    links = {}
    if page.next is not None:
        links["next"] = [*asked, ("cursor", page.next)]
    if "cursor" in request.query_params:
        links["first"] = asked
    said = [f'<{_address(request, query)}>; rel="{name}"' for name, query in links.items()]
    return {"Link": ", ".join(said)} if said else {}


def _address(request: Request, query: list[tuple[str, str]]) -> str:
    # Without a host: what a proxy calls itself is not known here.
    path = request.url.path
    return f"{path}?{urlencode(query)}" if query else path


def _cursor(place: int, key: str) -> str:
    return f"{place}-{_hash(key)}"


def _after(items: Sequence[Item], cursor: str, key: Callable[[Item], str]) -> int:
    number, _, name = cursor.partition("-")
    place = int(number)
    if 0 < place <= len(items) and _hash(key(items[place - 1])) == name:
        return place
    return next((n for n, one in enumerate(items, 1) if _hash(key(one)) == name), place)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:16]
