"""Who may see which document. What a document has no group for is open to everybody.

It belongs to the document, not to a version of it, so that it holds for old texts too and changes
at once for every reader, whichever generation that has open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from vectorstore.group_names import NOBODY
from vectorstore.schema import document_access, document_groups, documents, info
from vectorstore.types import Audience, DocumentId

_REVISION = "access"


@dataclass(frozen=True, slots=True)
class Stated:
    """Who may see a document."""

    groups: tuple[str, ...]
    """Sorted; none is everybody."""
    origin: str
    """Where it is said: "front matter", "sources.toml", "set by hand"."""


def read_access(connection: Connection) -> dict[DocumentId, Stated]:
    """Of every document for which it is stated; the others are open to everybody."""
    groups: dict[DocumentId, list[str]] = {}
    for row in connection.execute(select(document_groups).order_by(document_groups.c.name)):
        groups.setdefault(row.document_id, []).append(row.name)
    return {
        row.document_id: Stated(tuple(groups.get(row.document_id, ())), row.origin)
        for row in connection.execute(select(document_access))
    }


def write_access(connection: Connection, changes: Mapping[DocumentId, Stated | None]) -> None:
    """State it anew for some documents; None takes a statement back."""
    if not changes:
        return
    known = set(connection.execute(select(documents.c.id)).scalars())
    for document, stated in changes.items():
        for table in (document_groups, document_access):
            connection.execute(delete(table).where(table.c.document_id == document))
        if stated is None or document not in known:
            continue
        row = {"document_id": document}
        connection.execute(insert(document_access), [{**row, "origin": stated.origin}])
        if stated.groups:
            rows = [{**row, "name": name} for name in stated.groups]
            connection.execute(insert(document_groups), rows)
    number = int(read_revision(connection) or 0) + 1
    connection.execute(delete(info).where(info.c.key == _REVISION))
    connection.execute(insert(info), [{"key": _REVISION, "value": str(number)}])


def read_revision(connection: Connection) -> str | None:
    """Another one with each change; None where nothing was ever restricted."""
    statement = select(info.c.value).where(info.c.key == _REVISION)
    return connection.execute(statement).scalar_one_or_none()


def read_hidden(connection: Connection, audience: Audience) -> frozenset[DocumentId]:
    """Documents that are not for this audience."""
    if audience.sees_all:
        return frozenset()
    named = document_groups.c.document_id
    statement = select(named).distinct().where(named.not_in(_of(audience)))
    return frozenset(connection.execute(statement).scalars())


def read_names(connection: Connection) -> frozenset[str]:
    """All groups for which there are documents."""
    return frozenset(connection.execute(select(document_groups.c.name).distinct()).scalars())


def is_seen(audience: Audience) -> Any:
    """The condition on `documents` that a document is for this audience."""
    restricted = select(document_groups.c.document_id)
    name = documents.c.id
    return or_(name.not_in(restricted), name.in_(_of(audience)))


def _of(audience: Audience) -> Any:
    return select(document_groups.c.document_id).where(
        document_groups.c.name.in_(sorted(audience.groups - {NOBODY}))
    )
