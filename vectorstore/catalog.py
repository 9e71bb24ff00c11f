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
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Delete,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from vectorstore import codec, schema
from vectorstore.bases import forget_unused_bases, read_base, read_bases, write_base
from vectorstore.database import make_engine, shown_url, truncate_log
from vectorstore.edits import Edits, forget_edits, read_edits, write_edits
from vectorstore.errors import (
    CatalogError,
    CatalogVersionError,
    IndexMismatchError,
    StoreLockedError,
)
from vectorstore.failpoints import failpoint
from vectorstore.groups import Stated, read_access, read_hidden, write_access
from vectorstore.integrity import integrity_problems
from vectorstore.manifest import IndexIdentity
from vectorstore.migrations import can_migrate, give_back_space, migrate
from vectorstore.places import (
    erase_documents,
    read_places,
    write_places,
    write_shared_titles,
)
from vectorstore.reader import CatalogReader
from vectorstore.staging import NewVersion, check_version, insert_all, now, store_version
from vectorstore.types import Audience, DocumentId

_LOOK_AGAIN_S = 0.05
FLOAT32_BYTES = 4
ADVISORY_LOCK = 0x6163636F7264  # "accord" in ASCII: any number that nobody else takes


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
        try:
            self._engine = make_engine(url)
        except ArgumentError as error:
            raise CatalogError(
                "the catalog's address is no database URL; write it like "
                "postgresql+psycopg://USER:PASSWORD@HOST/NAME"
            ) from error
        except OSError as error:
            raise CatalogError(
                f"the data folder {error.filename} cannot be made: {error.strerror}; "
                "check the owner of the folder above, or set ACCORD_DATA_DIR"
            ) from error
        try:
            self._prepare()
        except SQLAlchemyError as error:
            reason = getattr(error, "orig", None) or error  # without the statement
            raise CatalogError(
                f"cannot open the catalog at {shown_url(url)}: {reason}{_remedy(str(reason))}"
            ) from error

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

    def base(self, number: int) -> int | None:
        """The generation whose vectors this one builds on, itself or an earlier one."""
        with self._engine.connect() as connection:
            return read_base(connection, number)

    def bases(self, numbers: Iterable[int]) -> set[int]:
        """All that these generations build on."""
        with self._engine.connect() as connection:
            return read_bases(connection, numbers)

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

    def places(self) -> dict[DocumentId, list[str]]:
        """Where else the very text of a document lies, as URIs; none for most documents."""
        with self._engine.connect() as connection:
            return read_places(connection)

    def access(self) -> dict[DocumentId, Stated]:
        """Who may see what; documents that are left out are open to everybody."""
        with self._engine.connect() as connection:
            return read_access(connection)

    def hidden_from(self, audience: Audience) -> frozenset[DocumentId]:
        """Documents that an audience may not see, served or not."""
        with self._engine.connect() as connection:
            return read_hidden(connection, audience)

    def stated_groups(self) -> dict[int, tuple[str, ...]]:
        """What files themselves say of who may see them, by version key; most say nothing."""
        versions = schema.versions
        statement = select(versions.c.key, versions.c.metadata).where(
            versions.c.metadata.like('%"groups": [%')
        )
        with self._engine.connect() as connection:
            found = {
                row.key: codec.metadata_from_json(row.metadata).groups
                for row in connection.execute(statement)
            }
        return {key: groups for key, groups in found.items() if groups is not None}

    def edits(self) -> dict[str, Edits]:
        """What people state about sources, by URI."""
        with self._engine.connect() as connection:
            return read_edits(connection)

    def erasures(self) -> list[DocumentId]:
        """Documents erased here whose words others may still hold, until `settle_erasures`."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(schema.erasures.c.document_id)).scalars())

    def integrity_problems(self) -> list[str]:
        """What the database itself finds wrong with its pages, and versions that are incomplete."""
        with self._engine.connect() as connection:
            return list(integrity_problems(connection))

    def last_verified(self) -> datetime | None:
        """When every vector was last compared with this catalog; None where it never was."""
        statement = select(schema.info.c.value).where(schema.info.c.key == "verified")
        with self._engine.connect() as connection:
            noted = connection.execute(statement).scalar_one_or_none()
        return None if noted is None else datetime.fromisoformat(noted)

    def last_run(self) -> int | None:
        """Number of the newest run; None before the first. Its report is not read."""
        with self._engine.connect() as connection:
            newest: int | None = connection.scalar(select(func.max(schema.runs.c.id)))
        return newest

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

    @contextmanager
    def sole_writer(self) -> Iterator[None]:
        """Keep writers on other machines out of a shared database, beside the lock of this one.

        Raises:
            StoreLockedError: At once, where another one is writing.
        """
        if self._engine.dialect.name != "postgresql":
            yield
            return
        with self._engine.connect() as connection:  # the lock ends with the connection
            key = select(func.pg_try_advisory_lock(ADVISORY_LOCK))
            if not connection.execute(key).scalar_one():
                raise StoreLockedError(
                    f"another ingest job is writing to {shown_url(self.url)}; wait for it to end"
                )
            connection.commit()
            try:
                yield
            finally:
                connection.execute(select(func.pg_advisory_unlock(ADVISORY_LOCK)))

    def stage(self, new: Sequence[NewVersion]) -> list[int]:
        """Store versions, not yet served; each replaces an unpublished one of the same document.

        Returns:
            Their keys, in the same order.

        Raises:
            CatalogError: If spans and vectors do not fit together. Nothing is stored then.
        """
        for item in new:
            check_version(item)
        with self._write("catalog.stage") as connection:
            return [store_version(connection, item) for item in new]

    def begin_generation(self, version_keys: Mapping[DocumentId, int]) -> int:
        """Name the versions that the next generation serves; it becomes visible with `flip`."""
        with self._write("catalog.begin") as connection:
            statement = insert(schema.generations).values(created=now())
            inserted = connection.execute(statement).inserted_primary_key
            assert inserted is not None  # noqa: S101 - a table with a primary key always gives one
            number = int(inserted[0])
            insert_all(
                connection,
                schema.generation_documents,
                [
                    {"generation": number, "document_id": document, "version_key": key}
                    for document, key in sorted(version_keys.items())
                ],
            )
            write_shared_titles(connection, number)
        return number

    def set_base(self, number: int, base: int) -> None:
        """Note the vectors that a generation builds on: its own, or those of an earlier one."""
        with self._write("catalog.base") as connection:
            write_base(connection, number, base)

    def note_verified(self, moment: datetime) -> None:
        """Note when every vector that is served was last compared with this catalog."""
        with self._write("catalog.verified") as connection:
            connection.execute(delete(schema.info).where(schema.info.c.key == "verified"))
            insert_all(connection, schema.info, [{"key": "verified", "value": moment.isoformat()}])

    def flip(
        self,
        number: int,
        *,
        erase: Iterable[DocumentId] = (),
        access: Mapping[DocumentId, Stated | None] | None = None,
    ) -> None:
        """Serve a generation from now on.

        In the same transaction: its versions become live, those that it replaces superseded, those
        staged and not in it go, who may see documents changes as `access` says, and documents in
        `erase` go with every version, text and vector. With them goes every other generation, whose
        files hold their vectors.
        """
        versions, served = schema.versions, schema.generation_documents
        keys = select(served.c.version_key).where(served.c.generation == number)
        erased = list(erase)
        with self._write("catalog.flip") as connection:
            forget_edits(connection, erased)
            erase_documents(connection, erased)
            write_access(connection, access or {})
            live = versions.c.state == "live"
            replaced = update(versions).where(live, versions.c.key.not_in(keys))
            connection.execute(replaced.values(state="superseded"))
            published = update(versions).where(versions.c.state != "live", versions.c.key.in_(keys))
            connection.execute(published.values(state="live"))
            connection.execute(delete(versions).where(versions.c.state == "staged"))
            connection.execute(delete(schema.pointer))
            connection.execute(insert(schema.pointer).values(id=1, generation=number))
            if erased:
                others = schema.generations.c.number != number
                connection.execute(delete(schema.generations).where(others))
                forget_unused_bases(connection)

    def set_places(self, places: Mapping[str, DocumentId], *, keep: bool = False) -> None:
        """Note further places of documents' texts, by URI.

        Args:
            places: The document whose text lies there, too; one that there is.
            keep: Leave in place what was noted before.
        """
        with self._engine.connect() as connection:
            known = read_places(connection)
        wanted = {(document, uri) for uri, document in places.items()}
        there = {(document, uri) for document, uris in known.items() for uri in uris}
        if there == (there | wanted if keep else wanted):
            return
        with self._write("catalog.places") as connection:
            write_places(connection, there | wanted if keep else wanted)

    def set_edits(self, uri: str, stated: Edits) -> None:
        """Let this be all that people state about a source."""
        with self._write("catalog.edits") as connection:
            write_edits(connection, uri, stated)

    def settle_erasures(self, documents: Iterable[DocumentId]) -> None:
        """Say that nobody holds words of these erased documents any more."""
        with self._write("catalog.erasures") as connection:
            names = schema.erasures.c.document_id.in_(list(documents))
            connection.execute(delete(schema.erasures).where(names))

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
            forget_unused_bases(connection)
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
        while not truncate_log(self._engine):
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_AGAIN_S)
        return True

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
        if self._create_or_migrate():
            give_back_space(self._engine)

    def _create_or_migrate(self) -> bool:
        """Bring the tables into the form of this program; True where there was an older one."""
        wanted = schema.SCHEMA_VERSION
        with (
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            schema.tables.create_all(connection, tables=[schema.info])
            statement = select(schema.info.c.value).where(schema.info.c.key == "schema")
            found = connection.execute(statement).scalar_one_or_none()
            if found is not None and not can_migrate(found, wanted):
                raise CatalogVersionError(
                    f"the catalog at {shown_url(self.url)} has format {found}, this program reads "
                    f"{wanted}; move it away and run `accord ingest PATH` again"
                )
            schema.tables.create_all(connection)  # tables that came later are added
            if found is None:
                rows = {"schema": str(wanted), "name": uuid.uuid4().hex[:12]}
                insert_all(
                    connection, schema.info, [{"key": k, "value": v} for k, v in rows.items()]
                )
                return False
            if int(found) == wanted:
                return False
            migrate(connection, int(found), wanted)
            is_schema = schema.info.c.key == "schema"
            connection.execute(update(schema.info).where(is_schema).values(value=str(wanted)))
            return True


def _remedy(reason: str) -> str:
    """What helps where SQLite may not write; readers must be able to, for its log and locks."""
    if any(sign in reason for sign in ("readonly database", "unable to open database file")):
        return "; this account needs the right to write to that folder, also for reading"
    return ""


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
