"""Versions of documents on their way into the catalog, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from vectorstore import codec, schema
from vectorstore.errors import CatalogError
from vectorstore.spans import span_problems
from vectorstore.types import FloatMatrix, PreparedDocument


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A prepared document with the vectors of its passages, and what it was made from and by."""

    prepared: PreparedDocument
    passage_vectors: FloatMatrix
    """One row per passage, unit length."""
    raw_sha256: str
    """Hash of the source's bytes and of what else it was made from; decides "unchanged"."""
    pipeline: str
    """Version of cleaning, splitting and chunking."""
    embedder: str
    """Fingerprint."""


def check_version(new: NewVersion) -> None:
    """Refuse what does not fit together.

    Raises:
        CatalogError: Naming the document.
    """
    prepared, uri = new.prepared, new.prepared.document.uri
    if "\x00" in prepared.document.text:
        raise CatalogError(f"{uri}: the text contains NUL characters; cleaning must remove them")
    if problem := next(span_problems(prepared), None):
        raise CatalogError(f"{uri}: {problem}")
    if len(new.passage_vectors) != len(prepared.passages):
        raise CatalogError(
            f"{uri}: {len(prepared.passages)} passages but {len(new.passage_vectors)} vectors"
        )


def insert_all(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows, if there are any."""
    if rows:
        connection.execute(insert(table), rows)


def store_version(connection: Connection, new: NewVersion) -> int:
    """Insert a version, staged, in place of one staged before; gives its key."""
    document = new.prepared.document
    known = select(func.count()).where(schema.documents.c.id == document.id)
    if not connection.execute(known).scalar_one():
        insert_all(connection, schema.documents, [{"id": document.id, "uri": document.uri}])
    connection.execute(
        delete(schema.versions).where(
            schema.versions.c.document_id == document.id, schema.versions.c.state == "staged"
        )
    )
    inserted = connection.execute(insert(schema.versions).values(_version_row(new)))
    assert inserted.inserted_primary_key is not None  # noqa: S101 - as above
    key = int(inserted.inserted_primary_key[0])
    for table, rows in (
        (schema.texts, _text_rows(document.text)),
        (schema.sentences, map(codec.sentence_to_row, new.prepared.sentences)),
        (schema.passages, map(codec.passage_to_row, new.prepared.passages)),
        (schema.vectors, _vector_rows(new)),
    ):
        insert_all(connection, table, [{"version_key": key, **row} for row in rows])
    return key


def _version_row(new: NewVersion) -> dict[str, Any]:
    document, metadata = new.prepared.document, new.prepared.document.metadata
    return {
        "document_id": document.id,
        "version": document.version,
        "state": "staged",
        "metadata": codec.metadata_to_json(metadata),
        "publisher": metadata.publisher.casefold() if metadata.publisher else None,
        "published": metadata.published.isoformat() if metadata.published else None,
        "num_chars": len(document.text),
        "num_sentences": len(new.prepared.sentences),
        "num_passages": len(new.prepared.passages),
        "raw_sha256": new.raw_sha256,
        "pipeline": new.pipeline,
        "embedder": new.embedder,
        "ingested": now(),
    }


def _text_rows(text: str) -> list[dict[str, Any]]:
    return [{"piece": n, "text": piece} for n, piece in enumerate(codec.text_pieces(text))]


def _vector_rows(new: NewVersion) -> Iterator[dict[str, Any]]:
    for passage, vector in zip(new.prepared.passages, new.passage_vectors, strict=True):
        yield {"ordinal": passage.ordinal, **codec.vector_to_row(vector)}


def now() -> str:
    """The time of day in UTC, as it is stored."""
    return datetime.now(UTC).isoformat(timespec="seconds")
