"""Which versions a generation serves, and which generation is served, as rows of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, func, insert, select, update

from vectorstore.bases import forget_unused_bases
from vectorstore.codec import FLOAT32_BYTES
from vectorstore.edits import forget_edits
from vectorstore.errors import IndexMismatchError
from vectorstore.groups import Stated, write_access
from vectorstore.manifest import IndexIdentity
from vectorstore.places import erase_documents, write_shared_titles
from vectorstore.schema import generation_documents, generations, pointer, vectors, versions
from vectorstore.staging import insert_all, now
from vectorstore.types import DocumentId
from vectorstore.version_rows import discard_staged


def read_current(connection: Connection) -> int | None:
    """Number of the generation that is served; None before the first."""
    return connection.execute(select(pointer.c.generation)).scalar_one_or_none()


def read_generations(connection: Connection) -> list[int]:
    """Numbers of all that are known, the newest first."""
    statement = select(generations.c.number).order_by(generations.c.number.desc())
    return list(connection.execute(statement).scalars())


def read_generation_versions(connection: Connection, number: int) -> dict[DocumentId, int]:
    """Key of the version of each document that a generation serves."""
    served = generation_documents
    statement = select(served.c.document_id, served.c.version_key).where(
        served.c.generation == number
    )
    return {row[0]: row[1] for row in connection.execute(statement).all()}


def read_identity(connection: Connection, number: int) -> IndexIdentity:
    """What the versions of a generation were made by.

    Raises:
        IndexMismatchError: If several embedders made them: their vectors cannot be compared.
    """
    served = generation_documents
    made = (
        select(versions.c.embedder, versions.c.pipeline)
        .join_from(served, versions)
        .where(served.c.generation == number)
        .distinct()
    )
    size = (
        select(vectors.c.packed, func.length(vectors.c.passage).label("num_bytes"))
        .join_from(served, vectors, served.c.version_key == vectors.c.version_key)
        .where(served.c.generation == number)
        .limit(1)
    )
    rows = connection.execute(made).all()
    first = connection.execute(size).one_or_none()
    dimension = 0 if first is None else first.packed or first.num_bytes // FLOAT32_BYTES
    embedders = sorted({row.embedder for row in rows})
    if len(embedders) > 1:
        raise IndexMismatchError(
            f"the catalog holds vectors of several embedders ({', '.join(embedders)}); "
            "run `accord rebuild --embed`"
        )
    pipelines = sorted({row.pipeline for row in rows})
    return IndexIdentity("".join(embedders), dimension, "+".join(pipelines))


def write_generation(connection: Connection, version_keys: Mapping[DocumentId, int]) -> int:
    """Name the versions that the next generation serves; gives its number."""
    statement = insert(generations).values(created=now())
    inserted = connection.execute(statement).inserted_primary_key
    assert inserted is not None  # noqa: S101 - a table with a primary key always gives one
    number = int(inserted[0])
    insert_all(
        connection,
        generation_documents,
        [
            {"generation": number, "document_id": document, "version_key": key}
            for document, key in sorted(version_keys.items())
        ],
    )
    write_shared_titles(connection, number)
    return number


def serve_generation(
    connection: Connection,
    number: int,
    erased: list[DocumentId],
    access: Mapping[DocumentId, Stated | None],
    *,
    keep_staged: bool = False,
) -> None:
    """All that `Catalog.flip` changes."""
    keys = select(generation_documents.c.version_key).where(
        generation_documents.c.generation == number
    )
    forget_edits(connection, erased)
    erase_documents(connection, erased)
    write_access(connection, access)
    live = versions.c.state == "live"
    replaced = update(versions).where(live, versions.c.key.not_in(keys))
    connection.execute(replaced.values(state="superseded"))
    published = update(versions).where(versions.c.state != "live", versions.c.key.in_(keys))
    connection.execute(published.values(state="live"))
    if not keep_staged:
        discard_staged(connection)
    connection.execute(delete(pointer))
    connection.execute(insert(pointer).values(id=1, generation=number))
    if erased:
        connection.execute(delete(generations).where(generations.c.number != number))
        forget_unused_bases(connection)


def discard_generations(connection: Connection, numbers: Iterable[int]) -> None:
    """Forget generations; never the one that is served."""
    current = read_current(connection)
    doomed = [number for number in numbers if number != current]
    connection.execute(delete(generations).where(generations.c.number.in_(doomed)))
