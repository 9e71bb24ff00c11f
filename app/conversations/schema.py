"""The tables of conversations, and how a database of an earlier version is brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    DefaultClause,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from app.conversations.records import Channel
from app.errors import ConversationStoreError

SCHEMA_VERSION = 3
"""1: conversations and answers. 2: adds `answers.channel` and `feedback`. 3: adds
`conversations.pinned` and `conversations.shared`."""
BUSY_TIMEOUT_MS = 5_000
"""Longer than any write here takes; another process may be purging."""
ADVISORY_LOCK = 0x6163636F7264  # "accord": servers that start together make the tables in turn

_metadata = MetaData()
_version = Table("conversation_schema", _metadata, Column("version", Integer, primary_key=True))
conversations = Table(
    "conversations",
    _metadata,
    Column("id", String(32), primary_key=True),
    Column("visitor", String(64), nullable=True, index=True),
    Column("title", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False, index=True),
    Column("pinned", SmallInteger, nullable=False, server_default="0"),
    # Whether everybody who knows the id and may ask may read it.
    Column("shared", SmallInteger, nullable=False, server_default="0"),
)
SPOKEN = "spoken"
"""The status that is kept of a turn that asked nothing of the sources: it is no question that was
left unanswered, and counts as none."""

answers = Table(
    "answers",
    _metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    # As it was given: erasing a document later changes the body, not what happened.
    Column("status", String(16), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("body", Text, nullable=False),
    # A server of the version before, still running beside this one, leaves it out.
    Column("channel", String(16), nullable=False, server_default=Channel.WEB.value),
    Index("answers_in_order", "conversation_id", "position", unique=True),
)
answers_by_time = Index("answers_by_time", answers.c.created)
answer_documents = Table(
    "answer_documents",
    _metadata,
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", String(64), primary_key=True, index=True),
)
feedback = Table(
    "feedback",
    _metadata,
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    # Empty where a program rates without a visitor: a key column cannot be null.
    Column("visitor", String(64), primary_key=True),
    Column("rating", String(8), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    _metadata,
    # A hash of the caller and the key.
    Column("id", String(64), primary_key=True),
    # Of the claim: a server that was taken for dead does not overwrite what another answered.
    Column("owner", String(32), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    # None while the request is being answered.
    Column("status", SmallInteger, nullable=True),
    Column("headers", Text, nullable=False, server_default="[]"),
    Column("body", LargeBinary, nullable=True),
    # Erased with the answer that the body shows.
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), nullable=True, index=True),
    Column("expires", Float(53), nullable=False, index=True),
)

forgotten_documents = Table(
    "forgotten_documents",
    _metadata,
    Column("document_id", String(64), primary_key=True),
    # Of the index: an answer from an earlier one may still be on its way when the words are erased.
    Column("generation", Integer, nullable=False),
    Column("erased", Float(53), nullable=False, index=True),
)


def open_engine(url: str) -> Engine:
    """Connections to the database at an SQLAlchemy URL, set up for erasure."""
    try:
        address = make_url(url)
    except ValueError as error:  # of the port
        raise ConversationStoreError(f"The database's address is no URL: {error}.") from None
    if address.drivername in {"postgres", "postgresql"}:
        # What people write; SQLAlchemy would take it for the driver that we do not install.
        address = address.set(drivername="postgresql+psycopg")
    # The ping replaces connections that a restarted server has dropped. Errors are logged, and so
    # are without what was to be stored: questions, answers, names.
    engine = create_engine(address, pool_pre_ping=True, hide_parameters=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            for pragma in (
                # First: changing to WAL has to wait for other openers too.
                f"busy_timeout = {BUSY_TIMEOUT_MS}",
                "journal_mode = WAL",
                "foreign_keys = ON",
                "secure_delete = ON",
                # In WAL mode this cannot corrupt; a power cut may cost the last turns.
                "synchronous = NORMAL",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
            # SQLite's own knows no letters but those of English; searching ignores case by it.
            connection.create_function("lower", 1, _folded, deterministic=True)

    return engine


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def bring_up_to_date(engine: Engine) -> None:
    """Make the tables that are missing, and change those of an earlier version, in one transaction.

    Nothing is rewritten: columns, indexes and tables are added.

    Raises:
        ConversationStoreError: If a newer program wrote the database.
    """
    with taking_turns(engine) as connection:
        found = None
        if inspect(connection).has_table(_version.name):
            found = connection.scalar(select(func.max(_version.c.version)))
        if found is not None and found > SCHEMA_VERSION:
            raise ConversationStoreError(
                f"The conversations were written by a newer version of this program "
                f"(format {found}, this one reads {SCHEMA_VERSION}). Update the program."
            )
        _metadata.create_all(connection)
        if found is None:
            connection.execute(insert(_version).values(version=SCHEMA_VERSION))
        elif found < SCHEMA_VERSION:
            for column in _ADDED:
                add_if_missing(connection, column)
            answers_by_time.create(connection, checkfirst=True)
            connection.execute(update(_version).values(version=SCHEMA_VERSION))


@contextmanager
def taking_turns(engine: Engine) -> Iterator[Connection]:
    """A transaction that changes tables, one at a time over all servers."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        yield connection


_ADDED = (answers.c.channel, conversations.c.pinned, conversations.c.shared)
"""Columns that earlier versions lack; tables and their indexes `create_all` makes."""


def add_if_missing(connection: Connection, column: Column[Any]) -> None:
    """Add a column to a table of an earlier version; existing rows get the column's default."""
    if any(
        one["name"] == column.name for one in inspect(connection).get_columns(column.table.name)
    ):
        return
    kind = column.type.compile(connection.dialect)
    default = column.server_default
    assert isinstance(default, DefaultClause)  # noqa: S101 - each of them has one
    connection.exec_driver_sql(
        f"ALTER TABLE {column.table.name} ADD COLUMN {column.name} {kind} "
        f"DEFAULT '{default.arg}' NOT NULL"
    )


def as_utc(moment: datetime) -> datetime:
    """SQLite gives back the naive time that was UTC when it was written."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn errors of the database into ours: "Conversations could not be {what}".

    Raises:
        ConversationStoreError: For any of them, and where PostgreSQL's driver is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise ConversationStoreError(
            "PostgreSQL needs its driver. Install it with: pip install 'accord[postgres]'"
        ) from error
    except SQLAlchemyError as error:
        raise ConversationStoreError(f"Conversations could not be {what}: {error}") from error
