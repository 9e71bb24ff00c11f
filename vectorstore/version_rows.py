"""Versions of documents that the catalog holds: staged, live, or superseded."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Delete, delete, select

from vectorstore import codec
from vectorstore.schema import documents, generation_documents, versions
from vectorstore.types import DocumentId


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A stored version, as the ingest job sees it."""

    key: int
    document_id: DocumentId
    uri: str
    version: str
    raw_sha256: str
    pipeline: str
    embedder: str
    num_passages: int

    @property
    def made_from(self) -> tuple[str, str, str]:
        """What it was made from and by: the same again would give the same version."""
        return self.raw_sha256, self.pipeline, self.embedder


def read_versions(connection: Connection, state: str) -> dict[DocumentId, VersionInfo]:
    """All versions in one state: "live", "staged"; a document has one of each at most."""
    tables = {"uri": documents}
    columns = [tables.get(name, versions).c[name] for name in VersionInfo.__slots__]
    statement = select(*columns).join_from(versions, documents).where(versions.c.state == state)
    found = [VersionInfo(*row) for row in connection.execute(statement).all()]
    return {each.document_id: each for each in found}


def read_stated_groups(connection: Connection) -> dict[int, tuple[str, ...]]:
    """What files themselves say of who may see them, by version key; most say nothing."""
    statement = select(versions.c.key, versions.c.metadata).where(
        versions.c.metadata.like('%"groups": [%')
    )
    found = {
        row.key: codec.metadata_from_json(row.metadata).groups
        for row in connection.execute(statement)
    }
    return {key: groups for key, groups in found.items() if groups is not None}


def discard_staged(connection: Connection) -> None:
    """Forget what was stored and not published."""
    connection.execute(delete(versions).where(versions.c.state == "staged"))


def forget_unreachable(connection: Connection) -> None:
    """Drop versions that nobody can name, and documents that have none."""
    connection.execute(_unreachable_twins())
    with_versions = select(versions.c.document_id)
    connection.execute(delete(documents).where(documents.c.id.not_in(with_versions)))


def _unreachable_twins() -> Delete:
    """Superseded versions whose very text is served again, chunked or embedded in another way.

    A permalink finds the newer row; the older one goes once no generation refers to it.
    """
    old, twin = versions, versions.alias("twin")
    again = (
        select(twin.c.key)
        .where(twin.c.document_id == old.c.document_id, twin.c.version == old.c.version)
        .where(twin.c.state == "live")
    )
    used = select(generation_documents.c.version_key)
    return delete(old).where(old.c.state == "superseded", again.exists(), old.c.key.not_in(used))
