"""Which versions the vectors in Chroma were built from, and what a generation serves beside them.

A base is one collection of vectors, named after the generation that it was built for. Later
generations build on it: what they serve besides is read from the catalog ("recent"), what they
serve no more is passed over ("dead").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, and_, delete, func, insert, literal, select

from vectorstore import codec
from vectorstore.moment import batches
from vectorstore.schema import (
    base_documents,
    generation_bases,
    generation_documents,
    vectors,
    versions,
)
from vectorstore.types import DocumentId, FloatMatrix, PassageId, passage_id


@dataclass(frozen=True, slots=True)
class BaseUse:
    """How a generation uses a base, in passages."""

    live: int
    """In the base and served."""
    dead: int
    """In the base and served no more."""
    recent: int
    """Served and not in the base."""


@dataclass(frozen=True, slots=True)
class Layers:
    """What lies over a base."""

    dead: dict[DocumentId, int]
    """Documents of the base that are served no more, or otherwise: how many passages of each."""
    recent_ids: list[PassageId]
    """Passages that are served and are not in the base, in order of id."""
    recent: FloatMatrix
    """One row for each."""


def read_base(connection: Connection, generation: int) -> int | None:
    """The base that a generation builds on; None where it has none on record."""
    statement = select(generation_bases.c.base).where(generation_bases.c.generation == generation)
    return connection.execute(statement).scalar_one_or_none()


def write_base(connection: Connection, generation: int, base: int) -> None:
    """Note what a generation builds on; a base of its own is made of all that it serves."""
    connection.execute(insert(generation_bases).values(generation=generation, base=base))
    if base != generation:
        return
    served = (
        select(literal(base), versions.c.document_id, versions.c.key, versions.c.num_passages)
        .join_from(generation_documents, versions)
        .where(generation_documents.c.generation == generation)
    )
    columns = ["base", "document_id", "version_key", "num_passages"]
    connection.execute(insert(base_documents).from_select(columns, served))


def forget_unused_bases(connection: Connection) -> None:
    """Drop what is noted of bases that no generation builds on any more."""
    used = select(generation_bases.c.base)
    connection.execute(delete(base_documents).where(base_documents.c.base.not_in(used)))


def read_bases(connection: Connection, numbers: Iterable[int]) -> set[int]:
    """The bases that these generations build on."""
    statement = select(generation_bases.c.base).where(
        generation_bases.c.generation.in_(list(numbers))
    )
    return set(connection.execute(statement).scalars())


def base_use(connection: Connection, generation: int, base: int) -> BaseUse:
    """How much of a base a generation serves, and how much else."""
    size = func.coalesce(func.sum(base_documents.c.num_passages), 0)
    whole = connection.execute(select(size).where(base_documents.c.base == base)).scalar_one()
    live = connection.execute(_in_base(generation, base, size, dead=False)).scalar_one()
    served = (
        select(func.coalesce(func.sum(versions.c.num_passages), 0))
        .join_from(generation_documents, versions)
        .where(generation_documents.c.generation == generation)
    )
    total = connection.execute(served).scalar_one()
    return BaseUse(live=int(live), dead=int(whole - live), recent=int(total - live))


def holds_any(connection: Connection, base: int, documents: Collection[DocumentId]) -> bool:
    """Whether a base was built from any version of these documents."""
    statement = select(base_documents.c.document_id).where(base_documents.c.base == base).limit(1)
    return any(
        connection.execute(statement.where(base_documents.c.document_id.in_(some))).first()
        for some in batches(sorted(documents))
    )


def read_layers(connection: Connection, generation: int, base: int) -> Layers:
    """What a generation serves beside a base, and what of the base it does not serve."""
    columns = (base_documents.c.document_id, base_documents.c.num_passages)
    dead = connection.execute(_in_base(generation, base, *columns, dead=True))
    names, matrix = _recent_vectors(connection, generation, base)
    return Layers({row.document_id: row.num_passages for row in dead}, names, matrix)


def recent_documents(connection: Connection, generation: int, base: int) -> list[DocumentId]:
    """Documents that a generation serves and that the base does not hold as they are, sorted."""
    statement = _recent(generation, base, generation_documents.c.document_id)
    return sorted(connection.execute(statement).scalars())


def _recent_vectors(
    connection: Connection, generation: int, base: int
) -> tuple[list[PassageId], FloatMatrix]:
    name = (versions.c.document_id, versions.c.version, vectors.c.ordinal)
    columns = (*name, vectors.c.passage, vectors.c.packed)
    statement = (
        _recent(generation, base, *columns)
        .join(versions, versions.c.key == generation_documents.c.version_key)
        .join(vectors, vectors.c.version_key == versions.c.key)
        .order_by(versions.c.document_id, vectors.c.ordinal)
    )
    rows = connection.execute(statement).all()
    if not rows:
        return [], np.empty((0, 0), dtype=np.float32)
    names = [passage_id(row.document_id, row.version, row.ordinal) for row in rows]
    return names, codec.vectors_from_rows([(row.passage, row.packed) for row in rows])


def _same(generation: int, base: int) -> Any:
    """Joins a base's documents with those that a generation serves in the same version."""
    return and_(
        generation_documents.c.generation == generation,
        base_documents.c.base == base,
        base_documents.c.document_id == generation_documents.c.document_id,
        base_documents.c.version_key == generation_documents.c.version_key,
    )


def _in_base(generation: int, base: int, *columns: Any, dead: bool) -> Select[Any]:
    served = generation_documents.c.document_id
    return (
        select(*columns)
        .select_from(base_documents)
        .join(generation_documents, _same(generation, base), isouter=True)
        .where(base_documents.c.base == base, served.is_(None) if dead else served.is_not(None))
    )


def _recent(generation: int, base: int, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(generation_documents)
        .join(base_documents, _same(generation, base), isouter=True)
        .where(
            generation_documents.c.generation == generation,
            base_documents.c.document_id.is_(None),
        )
    )
