"""Keeps conversations and answers, in SQLite or any database that SQLAlchemy reaches."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from app.conversations.records import Conversation, StoredAnswer, is_id, new_id
from app.conversations.redaction import without_document
from app.errors import ConversationStoreError
from app.types import Answer
from vectorstore.types import DocumentId

SCHEMA_VERSION = 1
FILE_NAME = "conversations.db"
BUSY_TIMEOUT_MS = 5_000
"""Longer than any write here takes; another process may be purging."""
MAX_TITLE_CHARACTERS = 200
MAX_LISTED = 100
"""Conversations in one list: more than anybody scrolls through."""

_ANSWER = TypeAdapter(Answer)

_schema = MetaData()
_version = Table("conversation_schema", _schema, Column("version", Integer, primary_key=True))
_conversations = Table(
    "conversations",
    _schema,
    Column("id", String(32), primary_key=True),
    Column("visitor", String(64), nullable=True, index=True),
    Column("title", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False, index=True),
)
_answers = Table(
    "answers",
    _schema,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("body", Text, nullable=False),
    Index("answers_in_order", "conversation_id", "position", unique=True),
)
_answer_documents = Table(
    "answer_documents",
    _schema,
    Column("answer_id", ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("document_id", String(64), primary_key=True, index=True),
)


class ConversationStore:
    """Conversations of visitors and programs. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Open the database at an SQLAlchemy URL, creating what is missing.

        Raises:
            ConversationStoreError: If it cannot be opened, or a newer program wrote it.
        """
        with _translated("opened"):
            self._engine = _engine(url)
            _schema.create_all(self._engine)
            self._check_version()
        # One writer at a time in this process; SQLite would make them wait and retry anyway.
        self._writing = threading.Lock()

    @classmethod
    def in_folder(cls, folder: Path) -> ConversationStore:
        """The SQLite file in a data folder, which is made if it is missing."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConversationStoreError(
                f"The data folder {folder} cannot be made: {error}"
            ) from error
        return cls(f"sqlite:///{folder / FILE_NAME}")

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def append(
        self, answer: Answer, *, visitor: str | None, conversation_id: str | None = None
    ) -> StoredAnswer:
        """Keep an answer, in a new conversation if none is named.

        The answer gets a fresh unguessable id, since ids are what protects it.

        Raises:
            ConversationStoreError: If it could not be written, or the conversation is gone.
        """
        stored = replace(answer, id=new_id())
        with self._writing, _translated("written"), self._engine.begin() as connection:
            now = datetime.now(UTC)
            if conversation_id is None:
                conversation_id = new_id()
                connection.execute(
                    insert(_conversations).values(
                        id=conversation_id,
                        visitor=visitor,
                        title=answer.question[:MAX_TITLE_CHARACTERS],
                        created=now,
                        updated=now,
                    )
                )
            else:
                touched = connection.execute(
                    update(_conversations)
                    .where(_conversations.c.id == conversation_id)
                    .values(updated=now)
                )
                if touched.rowcount == 0:
                    raise ConversationStoreError("The conversation was deleted meanwhile.")
            last = select(func.coalesce(func.max(_answers.c.position), 0) + 1).where(
                _answers.c.conversation_id == conversation_id
            )
            connection.execute(
                insert(_answers).values(
                    id=stored.id,
                    conversation_id=conversation_id,
                    position=last.scalar_subquery(),
                    status=stored.status.value,
                    created=stored.created,
                    body=_ANSWER.dump_json(stored).decode(),
                )
            )
            if documents := _documents_of(stored):
                connection.execute(
                    insert(_answer_documents),
                    [{"answer_id": stored.id, "document_id": one} for one in sorted(documents)],
                )
        return StoredAnswer(stored, conversation_id)

    def conversation(self, conversation_id: str, *, visitor: str | None) -> Conversation | None:
        """A conversation with its answers; None if there is none, or it is another visitor's."""
        if not is_id(conversation_id):
            return None
        with _translated("read"), self._engine.connect() as connection:
            row = connection.execute(
                select(_conversations).where(_conversations.c.id == conversation_id)
            ).one_or_none()
            if row is None or not _may_see(row.visitor, visitor):
                return None
            bodies = connection.scalars(
                select(_answers.c.body)
                .where(_answers.c.conversation_id == conversation_id)
                .order_by(_answers.c.position)
            ).all()
        return _conversation(row, tuple(_ANSWER.validate_json(body) for body in bodies))

    def conversations(self, *, visitor: str) -> list[Conversation]:
        """A visitor's conversations without their answers, the latest first."""
        query = (
            select(_conversations)
            .where(_conversations.c.visitor == visitor)
            .order_by(_conversations.c.updated.desc(), _conversations.c.id)
            .limit(MAX_LISTED)
        )
        with _translated("read"), self._engine.connect() as connection:
            return [_conversation(row, ()) for row in connection.execute(query)]

    def answer(self, answer_id: str, *, visitor: str | None) -> StoredAnswer | None:
        """An answer by id; None if there is none, or it was given to another visitor."""
        if not is_id(answer_id):
            return None
        query = (
            select(_answers.c.body, _answers.c.conversation_id, _conversations.c.visitor)
            .join(_conversations, _conversations.c.id == _answers.c.conversation_id)
            .where(_answers.c.id == answer_id)
        )
        with _translated("read"), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or not _may_see(row.visitor, visitor):
            return None
        return StoredAnswer(_ANSWER.validate_json(row.body), row.conversation_id)

    def delete(self, conversation_id: str, *, visitor: str | None) -> bool:
        """Erase a conversation; False if there is none, or it belongs to another visitor."""
        if not is_id(conversation_id):
            return False
        with self._writing, _translated("written"), self._engine.begin() as connection:
            owner = connection.execute(
                select(_conversations.c.visitor).where(_conversations.c.id == conversation_id)
            ).one_or_none()
            if owner is None or not _may_see(owner.visitor, visitor):
                return False
            connection.execute(delete(_conversations).where(_conversations.c.id == conversation_id))
        self._compact()
        return True

    def purge(self, *, older_than: timedelta) -> int:
        """Erase conversations whose last turn is older; returns how many."""
        limit = datetime.now(UTC) - older_than
        with self._writing, _translated("written"), self._engine.begin() as connection:
            count = connection.execute(
                delete(_conversations).where(_conversations.c.updated < limit)
            ).rowcount
        if count:
            self._compact()
        return count

    def forget_document(self, document_id: DocumentId) -> int:
        """Erase a document's words from every stored answer; returns how many answers changed."""
        query = (
            select(_answers.c.id, _answers.c.body)
            .join(_answer_documents, _answer_documents.c.answer_id == _answers.c.id)
            .where(_answer_documents.c.document_id == document_id)
        )
        with self._writing, _translated("written"), self._engine.begin() as connection:
            rows = connection.execute(query).all()
            for row in rows:
                redacted = without_document(_ANSWER.validate_json(row.body), document_id)
                connection.execute(
                    update(_answers)
                    .where(_answers.c.id == row.id)
                    .values(body=_ANSWER.dump_json(redacted).decode(), status=redacted.status.value)
                )
            connection.execute(
                delete(_answer_documents).where(_answer_documents.c.document_id == document_id)
            )
        if rows:
            self._compact()
        return len(rows)

    def _check_version(self) -> None:
        with self._engine.begin() as connection:
            found = connection.scalar(select(func.max(_version.c.version)))
            if found is None:
                connection.execute(insert(_version).values(version=SCHEMA_VERSION))
            elif found > SCHEMA_VERSION:
                raise ConversationStoreError(
                    f"The conversations were written by a newer version of this program "
                    f"(format {found}, this one reads {SCHEMA_VERSION}). Update the program."
                )

    def _compact(self) -> None:
        """Bring deletions from SQLite's log into the file, where freed pages are overwritten."""
        if self._engine.dialect.name == "sqlite":
            with _translated("written"), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.drivername in {"postgres", "postgresql"}:
        # What people write; SQLAlchemy would take it for the driver that we do not install.
        address = address.set(drivername="postgresql+psycopg")
    # The ping replaces connections that a restarted server has dropped.
    engine = create_engine(address, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            for pragma in (
                "journal_mode = WAL",
                f"busy_timeout = {BUSY_TIMEOUT_MS}",
                "foreign_keys = ON",
                "secure_delete = ON",
                # In WAL mode this cannot corrupt; a power cut may cost the last turns.
                "synchronous = NORMAL",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

    return engine


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise ConversationStoreError(
            "PostgreSQL needs its driver. Install it with: pip install 'accord[postgres]'"
        ) from error
    except SQLAlchemyError as error:
        raise ConversationStoreError(f"Conversations could not be {what}: {error}") from error


def _may_see(owner: str | None, visitor: str | None) -> bool:
    """A conversation without an owner is protected by its id alone."""
    return owner is None or owner == visitor


def _conversation(row: Any, answers: tuple[Answer, ...]) -> Conversation:
    return Conversation(
        id=row.id,
        visitor=row.visitor,
        title=row.title,
        created=_utc(row.created),
        updated=_utc(row.updated),
        answers=answers,
    )


def _utc(moment: datetime) -> datetime:
    """SQLite gives back the naive time that was UTC when it was written."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _documents_of(answer: Answer) -> set[DocumentId]:
    documents = {one.document_id for one in answer.citations}
    documents |= {one.document_id for one in answer.near_misses}
    for passage in answer.receipt.passages:
        # Passage ids begin with the document's id.
        if identifier := str(passage.get("id", "")):
            documents.add(identifier.partition(":")[0])
    return documents
