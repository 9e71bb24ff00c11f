"""The truth: documents, their versions, spans, vectors, and which of them are served.

Each write is one transaction: a document is there as a whole or not at all.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    Engine,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from vectorstore import codec, schema
from vectorstore.errors import CatalogError, CatalogVersionError, IndexMismatchError
from vectorstore.failpoints import failpoint
from vectorstore.manifest import IndexIdentity
from vectorstore.reader import CatalogReader
from vectorstore.types import DocumentId, FloatMatrix, PreparedDocument

BUSY_TIMEOUT_MS = 30_000  # a second connection's checkpoint or commit takes well under a second
_LOOK_AGAIN_S = 0.05
PAGE_CACHE_KB = 16_384  # a connection; the upper levels of the trees at 1e5 passages fit in it
FLOAT32_BYTES = 4
_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a commit that returned survives a power cut
    "secure_delete=ON",  # what is removed is overwritten, not only unlinked
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    f"cache_size=-{PAGE_CACHE_KB}",
)


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A prepared document with its vectors, and what it was made from and by."""

    prepared: PreparedDocument
    passage_vectors: FloatMatrix
    """One row per passage, unit length."""
    sentence_vectors: Sequence[FloatMatrix]
    """Per passage one row for each sentence from its first to its last."""
    raw_sha256: str
    """Hash of the source's bytes and of what else it was made from; decides "unchanged"."""
    pipeline: str
    """Version of cleaning, splitting and chunking."""
    embedder: str
    """Fingerprint."""


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


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One ingest run."""

    id: int
    started: datetime
    report: Mapping[str, Any]


class Catalog:
    """Opens (and creates) a catalog; safe to use from many threads."""

    def __init__(self, url: str) -> None:
        """Open the catalog at an SQLAlchemy URL.

        Raises:
            CatalogVersionError: If another version of the program wrote it.
            CatalogError: If it cannot be opened.
        """
        self.url = url
        self._engine = _make_engine(url)
        try:
            self._prepare()
        except SQLAlchemyError as error:
            raise CatalogError(f"cannot open the catalog at {_shown(url)}: {error}") from error

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    # Reading

    @contextmanager
    def read(self, generation: int | None = None) -> Iterator[CatalogReader]:
        """One moment of the catalog; by default it serves the generation that is current then."""
        with self._engine.connect() as connection:
            if generation is None:
                generation = _current(connection)
            yield CatalogReader(connection, generation)

    def current_generation(self) -> int | None:
        """Number of the generation that is served; None before the first."""
        with self._engine.connect() as connection:
            return _current(connection)

    def generations(self) -> list[int]:
        """Numbers of all generations known, the newest first."""
        with self._engine.connect() as connection:
            statement = select(schema.generations.c.number).order_by(
                schema.generations.c.number.desc()
            )
            return list(connection.execute(statement).scalars())

    def generation_versions(self, number: int) -> dict[DocumentId, int]:
        """Key of the version of each document that a generation serves."""
        served = schema.generation_documents
        statement = select(served.c.document_id, served.c.version_key).where(
            served.c.generation == number
        )
        with self._engine.connect() as connection:
            return {row.document_id: row.version_key for row in connection.execute(statement)}

    def identity(self, number: int) -> IndexIdentity:
        """What the versions of a generation were made by.

        Raises:
            IndexMismatchError: If several embedders made them: their vectors cannot be compared.
        """
        versions, served = schema.versions, schema.generation_documents
        made = (
            select(versions.c.embedder, versions.c.pipeline)
            .join_from(served, versions)
            .where(served.c.generation == number)
            .distinct()
        )
        size = (
            select(func.length(schema.vectors.c.passage))
            .join_from(served, schema.vectors, served.c.version_key == schema.vectors.c.version_key)
            .where(served.c.generation == number)
            .limit(1)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(made).all()
            dimension = (connection.execute(size).scalar_one_or_none() or 0) // FLOAT32_BYTES
        embedders = sorted({row.embedder for row in rows})
        if len(embedders) > 1:
            raise IndexMismatchError(
                f"the catalog holds vectors of several embedders ({', '.join(embedders)}); "
                "run `accord rebuild --embed`"
            )
        pipelines = sorted({row.pipeline for row in rows})
        return IndexIdentity("".join(embedders), dimension, "+".join(pipelines))

    def live_versions(self) -> dict[DocumentId, VersionInfo]:
        """What is served now."""
        return self._versions("live")

    def staged_versions(self) -> dict[DocumentId, VersionInfo]:
        """What a run has stored and not published: its own, or one's that was cut short."""
        return self._versions("staged")

    def all_documents(self) -> dict[DocumentId, str]:
        """URI of every document of which any version is stored, served or not."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.documents.c.id, schema.documents.c.uri))
            return {row.id: row.uri for row in rows}

    def integrity_problems(self) -> list[str]:
        """What the database itself finds wrong with its pages, and versions that are incomplete."""
        problems = []
        with self._engine.connect() as connection:
            if self._engine.dialect.name == "sqlite":
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
                problems += [str(line) for line in found if line != "ok"]
            for table, counted in (
                (schema.sentences, schema.versions.c.num_sentences),
                (schema.passages, schema.versions.c.num_passages),
                (schema.vectors, schema.versions.c.num_passages),
            ):
                there = (
                    select(func.count())
                    .where(table.c.version_key == schema.versions.c.key)
                    .scalar_subquery()
                )
                incomplete = select(func.count()).select_from(schema.versions)
                count = connection.execute(incomplete.where(counted != there)).scalar_one()
                if count:
                    problems.append(f"{count} versions lack rows of table {table.name}")
        return problems

    def runs(self, limit: int = 20) -> list[RunRecord]:
        """The newest runs first."""
        statement = select(schema.runs).order_by(schema.runs.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [
                RunRecord(row.id, datetime.fromisoformat(row.started), json.loads(row.report))
                for row in connection.execute(statement)
            ]

    @property
    def name(self) -> str:
        """Keeps the collections of two catalogs apart on one Chroma server."""
        statement = select(schema.info.c.value).where(schema.info.c.key == "name")
        with self._engine.connect() as connection:
            return str(connection.execute(statement).scalar_one())

    # Writing

    def stage(self, new: Sequence[NewVersion]) -> list[int]:
        """Store versions, not yet served; each replaces an unpublished one of the same document.

        Returns:
            Their keys, in the same order.

        Raises:
            CatalogError: If spans and vectors do not fit together. Nothing is stored then.
        """
        for item in new:
            _check(item)
        with self._write("catalog.stage") as connection:
            return [_store(connection, item) for item in new]

    def begin_generation(self, version_keys: Mapping[DocumentId, int]) -> int:
        """Name the versions that the next generation serves; it becomes visible with `flip`."""
        with self._write("catalog.begin") as connection:
            statement = insert(schema.generations).values(created=_now())
            inserted = connection.execute(statement).inserted_primary_key
            assert inserted is not None  # noqa: S101 - a table with a primary key always gives one
            number = int(inserted[0])
            _insert_all(
                connection,
                schema.generation_documents,
                [
                    {"generation": number, "document_id": document, "version_key": key}
                    for document, key in sorted(version_keys.items())
                ],
            )
        return number

    def flip(self, number: int, *, erase: Iterable[DocumentId] = ()) -> None:
        """Serve a generation from now on.

        In the same transaction: its versions become live, those that it replaces superseded, those
        staged and not in it go, and documents in `erase` go with every version, text and vector.
        With them goes every other generation, whose files hold their vectors.
        """
        versions, served = schema.versions, schema.generation_documents
        keys = select(served.c.version_key).where(served.c.generation == number)
        erased = list(erase)
        with self._write("catalog.flip") as connection:
            for document in erased:
                connection.execute(
                    delete(schema.documents).where(schema.documents.c.id == document)
                )
            live = versions.c.state == "live"
            replaced = update(versions).where(live, versions.c.key.not_in(keys))
            connection.execute(replaced.values(state="superseded"))
            connection.execute(
                update(versions).where(versions.c.key.in_(keys)).values(state="live")
            )
            connection.execute(delete(versions).where(versions.c.state == "staged"))
            connection.execute(delete(schema.pointer))
            connection.execute(insert(schema.pointer).values(id=1, generation=number))
            if erased:
                others = schema.generations.c.number != number
                connection.execute(delete(schema.generations).where(others))

    def discard(self, *, generations: Iterable[int] = (), staged: bool = False) -> None:
        """Forget generations that are no longer served, and, if told to, what is staged."""
        numbers = list(generations)
        with self._write("catalog.discard") as connection:
            current = _current(connection)
            connection.execute(
                delete(schema.generations).where(
                    schema.generations.c.number.in_([n for n in numbers if n != current])
                )
            )
            if staged:
                connection.execute(
                    delete(schema.versions).where(schema.versions.c.state == "staged")
                )
            connection.execute(_unreachable_twins())
            with_versions = select(schema.versions.c.document_id)
            connection.execute(
                delete(schema.documents).where(schema.documents.c.id.not_in(with_versions))
            )

    def record_run(self, started: datetime, report: Mapping[str, Any]) -> int:
        """Keep a run's report; gives its number."""
        with self._write("catalog.run") as connection:
            statement = insert(schema.runs).values(
                started=started.isoformat(), report=json.dumps(report)
            )
            inserted = connection.execute(statement).inserted_primary_key
            assert inserted is not None  # noqa: S101 - as above
            return int(inserted[0])

    def purge(self, patience_s: float = 0.0) -> bool:
        """Drop what removed rows left behind in the database's own files.

        Args:
            patience_s: How long to wait for readers of an older state.

        Returns:
            False where a reader still held an older state; the next call finishes the work.
        """
        failpoint("catalog.checkpoint")
        if self._engine.dialect.name != "sqlite":
            with self._engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            ) as connection:
                connection.exec_driver_sql("VACUUM")
            return True
        deadline = time.monotonic() + patience_s
        while not self._truncate_log():
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_AGAIN_S)
        return True

    def _truncate_log(self) -> bool:
        raw = self._engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA busy_timeout=0")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()
            cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
            return busy is None or busy[0] == 0
        finally:
            raw.close()

    def _versions(self, state: str) -> dict[DocumentId, VersionInfo]:
        columns = [schema.versions.c[name] for name in VersionInfo.__slots__ if name != "uri"]
        statement = (
            select(*columns, schema.documents.c.uri)
            .join_from(schema.versions, schema.documents)
            .where(schema.versions.c.state == state)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(statement).mappings()
            return {row["document_id"]: VersionInfo(**row) for row in rows}

    @contextmanager
    def _write(self, name: str) -> Iterator[Connection]:
        with self._engine.connect().execution_options(writes=True) as connection:
            with connection.begin():
                yield connection
                failpoint(f"{name}.before_commit")
            failpoint(f"{name}.after_commit")

    def _prepare(self) -> None:
        with (
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            schema.tables.create_all(connection, tables=[schema.info])
            statement = select(schema.info.c.value).where(schema.info.c.key == "schema")
            found = connection.execute(statement).scalar_one_or_none()
            if found is None:
                schema.tables.create_all(connection)
                rows = {"schema": str(schema.SCHEMA_VERSION), "name": uuid.uuid4().hex[:12]}
                _insert_all(
                    connection, schema.info, [{"key": k, "value": v} for k, v in rows.items()]
                )
            elif found != str(schema.SCHEMA_VERSION):
                raise CatalogVersionError(
                    f"the catalog at {_shown(self.url)} has format {found}, this program reads "
                    f"{schema.SCHEMA_VERSION}; move it away and run `accord ingest PATH` again"
                )


def _make_engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, isolation_level="REPEATABLE READ")
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # The connection used last has the warmest cache.
    engine = create_engine(url, max_overflow=-1, pool_use_lifo=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A writer takes its lock first; a reader sees one moment for as long as it stays connected.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _shown(url: str) -> str:
    """The URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _current(connection: Connection) -> int | None:
    return connection.execute(select(schema.pointer.c.generation)).scalar_one_or_none()


def _unreachable_twins() -> Delete:
    """Superseded versions whose very text is served again, chunked or embedded in another way.

    A permalink finds the newer row; the older one goes once no generation refers to it.
    """
    old, twin = schema.versions, schema.versions.alias("twin")
    again = (
        select(twin.c.key)
        .where(twin.c.document_id == old.c.document_id, twin.c.version == old.c.version)
        .where(twin.c.state == "live")
    )
    used = select(schema.generation_documents.c.version_key)
    return delete(old).where(old.c.state == "superseded", again.exists(), old.c.key.not_in(used))


def _check(new: NewVersion) -> None:
    prepared, uri = new.prepared, new.prepared.document.uri
    if "\x00" in prepared.document.text:
        raise CatalogError(f"{uri}: the text contains NUL characters; cleaning must remove them")
    if len(new.passage_vectors) != len(prepared.passages):
        raise CatalogError(
            f"{uri}: {len(prepared.passages)} passages but {len(new.passage_vectors)} vectors"
        )
    for passage, rows in zip(prepared.passages, new.sentence_vectors, strict=True):
        if len(rows) != passage.last_sentence - passage.first_sentence + 1:
            raise CatalogError(f"{uri}: passage {passage.ordinal} has {len(rows)} sentence vectors")


def _insert_all(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _store(connection: Connection, new: NewVersion) -> int:
    document = new.prepared.document
    known = select(func.count()).where(schema.documents.c.id == document.id)
    if not connection.execute(known).scalar_one():
        _insert_all(connection, schema.documents, [{"id": document.id, "uri": document.uri}])
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
        _insert_all(connection, table, [{"version_key": key, **row} for row in rows])
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
        "ingested": _now(),
    }


def _text_rows(text: str) -> list[dict[str, Any]]:
    return [{"piece": n, "text": piece} for n, piece in enumerate(codec.text_pieces(text))]


def _vector_rows(new: NewVersion) -> Iterator[dict[str, Any]]:
    for passage, vector, rows in zip(
        new.prepared.passages, new.passage_vectors, new.sentence_vectors, strict=True
    ):
        yield {
            "ordinal": passage.ordinal,
            "passage": codec.vector_to_blob(vector),
            "sentences": codec.sentence_vectors_to_blob(rows),
        }
