"""The truth: documents, their versions, spans, vectors, and which of them are served.

Each write is one transaction: a document is there as a whole or not at all.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from vectorstore import schema
from vectorstore.bases import forget_unused_bases, read_base, read_bases, write_base
from vectorstore.catalog_format import prepare, read_name, read_verified, write_verified
from vectorstore.database import make_engine, shown_url, truncate_log
from vectorstore.edits import Edits, read_edits, write_edits
from vectorstore.errors import CatalogError, StoreLockedError
from vectorstore.failpoints import failpoint
from vectorstore.generation_rows import (
    discard_generations,
    read_current,
    read_generation_versions,
    read_generations,
    read_identity,
    serve_generation,
    write_generation,
)
from vectorstore.groups import Stated, read_access, read_hidden
from vectorstore.integrity import integrity_problems
from vectorstore.manifest import IndexIdentity
from vectorstore.places import read_places, write_places
from vectorstore.reader import CatalogReader
from vectorstore.run_records import RunRecord, read_last_run, read_runs, write_run
from vectorstore.staging import NewVersion, check_version, store_version
from vectorstore.types import Audience, DocumentId
from vectorstore.version_rows import (
    VersionInfo,
    discard_staged,
    forget_unreachable,
    read_stated_groups,
    read_versions,
)

__all__ = ["Catalog", "RunRecord", "VersionInfo"]

_LOOK_AGAIN_S = 0.05
ADVISORY_LOCK = 0x6163636F7264  # "accord" in ASCII: any number that nobody else takes


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
        except (ArgumentError, ValueError) as error:
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
            prepare(self._engine, url)
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
                generation = read_current(connection)
            yield CatalogReader(connection, generation)

    def current_generation(self) -> int | None:
        """Number of the generation that is served; None before the first."""
        with self._engine.connect() as connection:
            return read_current(connection)

    def generations(self) -> list[int]:
        """Numbers of all generations known, the newest first."""
        with self._engine.connect() as connection:
            return read_generations(connection)

    def generation_versions(self, number: int) -> dict[DocumentId, int]:
        """Key of the version of each document that a generation serves."""
        with self._engine.connect() as connection:
            return read_generation_versions(connection, number)

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
        with self._engine.connect() as connection:
            return read_identity(connection, number)

    def live_versions(self) -> dict[DocumentId, VersionInfo]:
        """What is served now."""
        with self._engine.connect() as connection:
            return read_versions(connection, "live")

    def staged_versions(self) -> dict[DocumentId, VersionInfo]:
        """What a run has stored and not published: its own, or one's that was cut short."""
        with self._engine.connect() as connection:
            return read_versions(connection, "staged")

    def all_documents(self) -> dict[DocumentId, str]:
        """URI of every document of which any version is stored, served or not."""
        with self._engine.connect() as connection:
            statement = select(schema.documents.c.id, schema.documents.c.uri)
            return {row[0]: row[1] for row in connection.execute(statement).all()}

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
        with self._engine.connect() as connection:
            return read_stated_groups(connection)

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
        with self._engine.connect() as connection:
            return read_verified(connection)

    def last_run(self) -> int | None:
        """Number of the newest run; None before the first. Its report is not read."""
        with self._engine.connect() as connection:
            return read_last_run(connection)

    def runs(self, limit: int = 20) -> list[RunRecord]:
        """The newest runs first."""
        with self._engine.connect() as connection:
            return read_runs(connection, limit)

    @property
    def name(self) -> str:
        """Keeps the collections of two catalogs apart on one Chroma server."""
        with self._engine.connect() as connection:
            return read_name(connection)

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
            return write_generation(connection, version_keys)

    def set_base(self, number: int, base: int) -> None:
        """Note the vectors that a generation builds on: its own, or those of an earlier one."""
        with self._write("catalog.base") as connection:
            write_base(connection, number, base)

    def note_verified(self, moment: datetime) -> None:
        """Note when every vector that is served was last compared with this catalog."""
        with self._write("catalog.verified") as connection:
            write_verified(connection, moment)

    def flip(
        self,
        number: int,
        *,
        erase: Iterable[DocumentId] = (),
        access: Mapping[DocumentId, Stated | None] | None = None,
        edits: Mapping[str, Edits] | None = None,
        keep_staged: bool = False,
    ) -> None:
        """Serve a generation from now on.

        In the same transaction: its versions become live, those that it replaces superseded, those
        staged and not in it go (unless they are kept for a later one), who may see documents
        changes as `access` says and what people state about sources as `edits`, and documents in
        `erase` go with every version, text and vector. With these goes every other generation,
        whose files hold their vectors.
        """
        with self._write("catalog.flip") as connection:
            serve_generation(connection, number, list(erase), access or {}, keep_staged=keep_staged)
            for uri, stated in (edits or {}).items():
                write_edits(connection, uri, stated)

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
        with self._write("catalog.discard") as connection:
            discard_generations(connection, generations)
            if staged:
                discard_staged(connection)
            forget_unused_bases(connection)
            forget_unreachable(connection)

    def record_run(self, started: datetime, report: Mapping[str, Any]) -> int:
        """Keep a run's report; gives its number."""
        with self._write("catalog.run") as connection:
            return write_run(connection, started, report)

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

    @contextmanager
    def _write(self, name: str) -> Iterator[Connection]:
        with self._engine.connect().execution_options(writes=True) as connection:
            with connection.begin():
                yield connection
                failpoint(f"{name}.before_commit")
            failpoint(f"{name}.after_commit")


def _remedy(reason: str) -> str:
    """What helps where SQLite may not write; readers must be able to, for its log and locks."""
    if any(sign in reason for sign in ("readonly database", "unable to open database file")):
        return "; this account needs the right to write to that folder, also for reading"
    return ""
