"""The results of former rounds: one row for each page, in the catalog's database.

Written after the index is published, never before: a round that is killed fetches again what it
had fetched, and loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, Text, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from vectorstore.database import make_engine
from vectorstore.errors import CatalogError

BATCH = 500
"""Names in one statement: databases bound their number."""

_tables = MetaData()
_pages = Table(
    "sync_pages",
    _tables,
    Column("address", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("uri", Text, nullable=True),
    Column("etag", Text, nullable=True),
    Column("last_modified", Text, nullable=True),
    Column("changed", Text, nullable=True),
    Column("checked", Text, nullable=True),
    Column("missing_since", Text, nullable=True),
    Column("why", Text, nullable=True),
)
_sources = Table(
    "sync_sources",
    _tables,
    Column("name", Text, primary_key=True),
    Column("finished", Text, nullable=False),
    Column("etag", Text, nullable=True),
    Column("last_modified", Text, nullable=True),
    Column("signature", Text, nullable=True),
)


@dataclass(slots=True)
class Page:
    """A page, file or item that a source has held."""

    address: str
    """As the source lists it: an address, a path, or the name of an item."""
    source: str
    uri: str | None = None
    """Of its document; None where none was made."""
    etag: str | None = None
    last_modified: str | None = None
    changed: str | None = None
    """What the source said of its last change."""
    checked: datetime | None = None
    """When its server last answered for it."""
    missing_since: datetime | None = None
    """When it was first found gone; None while it is there."""
    why: str | None = None
    """How that was seen."""


@dataclass(slots=True)
class SourceState:
    """A source and its state after its last complete round."""

    name: str
    finished: datetime
    etag: str | None = None
    last_modified: str | None = None
    signature: str | None = None
    """Of a folder: names, sizes and times of all its files."""


class SyncState:
    """Reads all rows at the beginning of a round and writes what changed at its end."""

    def __init__(self, url: str) -> None:
        """Open the database of the catalog; tables that are missing are made.

        Raises:
            CatalogError: If that cannot be done.
        """
        self._engine = make_engine(url)
        try:
            with self._writing() as connection:
                _tables.create_all(connection)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise CatalogError(f"the state of syncs cannot be opened: {error}") from error

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def pages(self) -> dict[str, Page]:
        """All pages by address."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_pages)).mappings()
            return {row["address"]: Page(**_read(row)) for row in rows}

    def sources(self) -> dict[str, SourceState]:
        """All sources by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(_sources)).mappings()
            return {row["name"]: SourceState(**_read(row)) for row in rows}

    def write(
        self, pages: Iterable[Page], forgotten: Collection[str], sources: Iterable[SourceState]
    ) -> None:
        """Keep these, in one transaction; rows that are not named stay as they are."""
        kept = {page.address: _row(page) for page in pages}
        finished = {source.name: _row(source) for source in sources}
        gone = sorted({*forgotten, *kept})
        with self._writing() as connection:
            for table, column, names in (
                (_pages, _pages.c.address, gone),
                (_sources, _sources.c.name, sorted(finished)),
            ):
                for at in range(0, len(names), BATCH):
                    connection.execute(delete(table).where(column.in_(names[at : at + BATCH])))
            if kept:
                connection.execute(insert(_pages), list(kept.values()))
            if finished:
                connection.execute(insert(_sources), list(finished.values()))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection


_MOMENTS = frozenset({"checked", "missing_since", "finished"})


def _read(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in _MOMENTS and value else value
        for name, value in row.items()
    }


def _row(record: Page | SourceState) -> dict[str, Any]:
    values = {each.name: getattr(record, each.name) for each in fields(record)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
