"""Where else a text lies, what tells equal titles apart, and what is erased: small tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from vectorstore import codec
from vectorstore.schema import (
    documents,
    erasures,
    generation_documents,
    places,
    shared_titles,
    versions,
)
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


def write_shared_titles(connection: Connection, generation: int) -> None:
    """Note of each document of a generation that is not the only one of its title where it lies."""
    served = (
        select(documents.c.id, documents.c.uri, versions.c.metadata)
        .join_from(generation_documents, versions)
        .join(documents, documents.c.id == versions.c.document_id)
        .where(generation_documents.c.generation == generation)
    )
    rows = [
        {"generation": generation, "document_id": document, "place": place}
        for document, place in places_of_equal_titles(connection.execute(served).all()).items()
    ]
    insert_all(connection, shared_titles, rows)


def places_of_equal_titles(rows: Iterable[Any]) -> dict[DocumentId, str]:
    """What tells documents apart that have a title in common; the others are left out.

    Args:
        rows: Of documents: id, URI and metadata as they are stored.
    """
    by_title: dict[str, dict[DocumentId, str]] = {}
    for document, uri, metadata in rows:
        title = codec.title_from_json(metadata).casefold()
        by_title.setdefault(title, {})[document] = uri
    return {
        document: place
        for uris in by_title.values()
        if len(uris) > 1
        for document, place in zip(uris, telling_ends(list(uris.values())), strict=True)
    }


def telling_ends(uris: Sequence[str]) -> list[str]:
    """The shortest ends of paths or addresses, all of so many parts, that tell them apart."""
    parts = [uri.rstrip("/").split("/") for uri in uris]
    for length in range(1, max(map(len, parts)) + 1):
        ends = ["/".join(each[-length:]) for each in parts]
        if len(set(ends)) == len(ends):
            return ends
    return list(uris)


def erase_documents(connection: Connection, erased: Iterable[DocumentId]) -> None:
    """Delete documents with all that hangs on them, and note that others must forget them."""
    known = set(connection.execute(select(erasures.c.document_id)).scalars())
    for document in erased:
        connection.execute(delete(documents).where(documents.c.id == document))
        if document not in known:
            insert_all(connection, erasures, [{"document_id": document}])
