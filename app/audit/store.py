"""The audit log, a table in the database of conversations: one place for all servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from app.audit.records import Entry
from app.conversations.schema import as_utc, taking_turns, translated

ROWS_AT_ONCE = 1_000
MAX_TEXT = 20_000
"""Characters of question and answer that are kept."""
MAX_VALUE = 255

_metadata = MetaData()
_entries = Table(
    "audit_log",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("moment", DateTime(timezone=True), nullable=False, index=True),
    Column("action", String(MAX_VALUE), nullable=False),
    Column("door", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("who", String(MAX_VALUE), nullable=False, index=True),
    Column("name", String(MAX_VALUE), nullable=False),
    Column("subject", String(MAX_VALUE), nullable=False),
    # Separated and enclosed by spaces, so that one of them can be found.
    Column("sources", Text, nullable=False),
    Column("request_id", String(64), nullable=False),
    Column("text", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of entries; omitted fields do not restrict it."""

    since: datetime | None = None
    until: datetime | None = None
    """Not included."""
    who: str | None = None
    """A part of who or of the name, whatever its case."""
    actions: Sequence[str] = ()
    doors: Sequence[str] = ()
    outcomes: Sequence[str] = ()
    subject: str | None = None
    """Id of what it was done to, or of a document that an answer quoted."""


class AuditStore:
    """Safe to use from several threads and processes."""

    def __init__(self, engine: Engine) -> None:
        """Make the table if it is missing.

        Raises:
            ConversationStoreError: If the database cannot be reached.
        """
        self._engine = engine
        with translated("opened"), taking_turns(engine) as connection:
            _metadata.create_all(connection)

    def add(self, entries: Iterable[Entry]) -> None:
        """Store entries.

        Raises:
            ConversationStoreError: If they cannot be written; none of them is then.
        """
        rows = [
            {
                "moment": one.moment.astimezone(UTC),
                "action": _cut(one.action),
                "door": one.door,
                "outcome": one.outcome,
                "who": _cut(one.who),
                "name": _cut(one.name),
                "subject": _cut(one.subject),
                "sources": f" {' '.join(one.sources)} " if one.sources else "",
                "request_id": one.request_id[:64],
                # PostgreSQL keeps no NUL.
                "text": one.text.replace("\0", "")[:MAX_TEXT],
            }
            for one in entries
        ]
        if rows:
            with translated("written"), self._engine.begin() as connection:
                connection.execute(insert(_entries), rows)

    def entries(self, wanted: Wanted, *, limit: int | None = None) -> Iterator[Entry]:
        """The matching entries, the latest first."""
        query = select(_entries).order_by(_entries.c.moment.desc(), _entries.c.id.desc())
        if wanted.since is not None:
            query = query.where(_entries.c.moment >= wanted.since)
        if wanted.until is not None:
            query = query.where(_entries.c.moment < wanted.until)
        if wanted.who:
            query = query.where(
                or_(
                    _entries.c.who.icontains(wanted.who, autoescape=True),
                    _entries.c.name.icontains(wanted.who, autoescape=True),
                )
            )
        for column, values in (
            (_entries.c.action, wanted.actions),
            (_entries.c.door, wanted.doors),
            (_entries.c.outcome, wanted.outcomes),
        ):
            if values:
                query = query.where(column.in_(values))
        if wanted.subject:
            query = query.where(
                or_(
                    _entries.c.subject == wanted.subject,
                    _entries.c.sources.contains(f" {wanted.subject} ", autoescape=True),
                )
            )
        with translated("read"), self._engine.connect() as connection:
            found = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query.limit(limit))
            for row in found.mappings():
                yield _entry(row)

    def purge(self, *, older_than: timedelta) -> int:
        """Erase entries that are older; returns how many."""
        limit = datetime.now(UTC) - older_than
        with translated("written"), self._engine.begin() as connection:
            return connection.execute(delete(_entries).where(_entries.c.moment < limit)).rowcount

    def forget_document(self, document_id: str) -> int:
        """Erase the words of answers that quoted a document; returns the number of entries.

        The entries themselves, with their ids, stay.
        """
        quoted = _entries.c.sources.contains(f" {document_id} ", autoescape=True)
        with translated("written"), self._engine.begin() as connection:
            count = connection.execute(
                update(_entries).where(quoted, _entries.c.text != "").values(text="")
            ).rowcount
        if count and self._engine.dialect.name == "sqlite":
            # Into the file, where freed pages are overwritten.
            with translated("written"), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return count


def _cut(text: str) -> str:
    return text.replace("\0", "")[:MAX_VALUE]


def _entry(row: RowMapping) -> Entry:
    return Entry(
        action=row["action"],
        door=row["door"],
        outcome=row["outcome"],
        who=row["who"],
        name=row["name"],
        subject=row["subject"],
        sources=tuple(str(row["sources"]).split()),
        request_id=row["request_id"],
        text=row["text"],
        moment=as_utc(row["moment"]),
    )
