"""Where else a text lies, and what is erased: rows of the catalog beside the documents."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select

from vectorstore.schema import documents, erasures, places
from vectorstore.staging import insert_all
from vectorstore.types import DocumentId


def read_places(connection: Connection) -> dict[DocumentId, list[str]]:
    """Further places of each text, sorted; documents that lie at one place are left out."""
    found: dict[DocumentId, list[str]] = {}
    for row in connection.execute(select(places).order_by(places.c.document_id, places.c.uri)):
        found.setdefault(row.document_id, []).append(row.uri)
    return found


def write_places(connection: Connection, wanted: Iterable[tuple[DocumentId, str]]) -> None:
    """Let these be all the further places that there are."""
    connection.execute(delete(places))
    rows = [{"document_id": document, "uri": uri} for document, uri in sorted(wanted)]
    insert_all(connection, places, rows)


def erase_documents(connection: Connection, erased: Iterable[DocumentId]) -> None:
    """Delete documents with all that hangs on them, and note that others must forget them."""
    known = set(connection.execute(select(erasures.c.document_id)).scalars())
    for document in erased:
        connection.execute(delete(documents).where(documents.c.id == document))
        if document not in known:
            insert_all(connection, erasures, [{"document_id": document}])
