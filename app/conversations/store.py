"""Stores conversations and answers, in SQLite or any database that SQLAlchemy supports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from app.conversations import feedback, finding, use
from app.conversations.erasing import (
    erase_answer,
    erase_before,
    erase_words_of,
    remember_erased,
    without_erased,
)
from app.conversations.finding import ANSWER, MAX_LISTED
from app.conversations.owners import may_rate, may_see, owns
from app.conversations.records import (
    Channel,
    Conversation,
    Feedback,
    Gap,
    Opinion,
    Rating,
    Record,
    StoredAnswer,
    Usage,
    documents_of,
    is_id,
    new_id,
)
from app.conversations.schema import (
    SPOKEN,
    answer_documents,
    answers,
    bring_up_to_date,
    conversations,
    open_engine,
    translated,
)
from app.errors import ConversationStoreError
from app.turns.kinds import is_spoken
from app.types import Answer
from vectorstore.config import sqlite_url
from vectorstore.types import DocumentId

FILE_NAME = "conversations.db"
MAX_TITLE_CHARACTERS = 200


class Outbox(Protocol):
    """Receives what is stored, within the same transaction; never raises."""

    def answered(self, connection: Connection, stored: StoredAnswer, channel: Channel) -> None:
        """An answer was given."""

    def rated(self, connection: Connection, answer_id: str, given: Feedback) -> None:
        """Somebody rated an answer."""


class ConversationStore:
    """Conversations of visitors and programs. Safe to use from several threads."""

    def __init__(self, url: str) -> None:
        """Open the database at an SQLAlchemy URL, creating what is missing.

        Raises:
            ConversationStoreError: If it cannot be opened, or a newer program wrote it.
        """
        with translated("opened"):
            self._engine = open_engine(url)
            bring_up_to_date(self._engine)
        # One writer at a time in this process; SQLite would make them wait and retry anyway.
        self._writing = threading.Lock()
        self.outbox: Outbox | None = None
        """Whom to tell; None tells nobody."""

    @classmethod
    def in_folder(cls, folder: Path) -> ConversationStore:
        """The SQLite file in a data folder, which is made if it is missing."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConversationStoreError(
                f"The data folder {folder} cannot be made: {error}"
            ) from error
        return cls(sqlite_url(folder / FILE_NAME))

    @property
    def engine(self) -> Engine:
        """Connections to the database, for a door that keeps something beside the conversations."""
        return self._engine

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def append(
        self,
        answer: Answer,
        *,
        visitor: str | None,
        conversation_id: str | None = None,
        channel: Channel | None = None,
    ) -> StoredAnswer:
        """Keep an answer, in a new conversation if none is named.

        The answer gets a fresh unguessable id, since ids are what protects it. Where no channel is
        named, a visitor is a browser and everybody else a program. It comes back, as it is kept,
        without the words of documents that were erased while it was made.

        Raises:
            ConversationStoreError: If it could not be written, or the conversation is gone.
        """
        stored = replace(answer, id=new_id())
        if channel is None:
            channel = Channel.API if visitor is None else Channel.WEB
        with self._writing, translated("written"), self._engine.begin() as connection:
            now = datetime.now(UTC)
            if conversation_id is None:
                conversation_id = new_id()
                connection.execute(
                    insert(conversations).values(
                        id=conversation_id,
                        visitor=visitor,
                        title=answer.question[:MAX_TITLE_CHARACTERS],
                        created=now,
                        updated=now,
                    )
                )
            else:
                touched = connection.execute(
                    update(conversations)
                    .where(conversations.c.id == conversation_id)
                    .values(updated=now)
                )
                if touched.rowcount == 0:
                    raise ConversationStoreError("The conversation was deleted meanwhile.")
            stored = without_erased(connection, stored)
            last = select(func.coalesce(func.max(answers.c.position), 0) + 1).where(
                answers.c.conversation_id == conversation_id
            )
            connection.execute(
                insert(answers).values(
                    id=stored.id,
                    conversation_id=conversation_id,
                    position=last.scalar_subquery(),
                    status=SPOKEN if is_spoken(answer.kind) else answer.status.value,
                    # SQLite keeps no time zone: what it gives back is taken for UTC.
                    created=stored.created.astimezone(UTC),
                    body=ANSWER.dump_json(stored).decode(),
                    channel=channel.value,
                )
            )
            if documents := documents_of(stored):
                connection.execute(
                    insert(answer_documents),
                    [{"answer_id": stored.id, "document_id": one} for one in sorted(documents)],
                )
            kept = StoredAnswer(stored, conversation_id)
            if self.outbox is not None:
                self.outbox.answered(connection, kept, channel)
        return kept

    def conversation(
        self, conversation_id: str, *, visitor: str | None, or_shared: bool = False
    ) -> Conversation | None:
        """A conversation with its answers; None if there is none, or it is another visitor's.

        Args:
            conversation_id: Which one.
            visitor: Who reads.
            or_shared: Also one of another visitor, who shares it: to read, not to go on with.
        """
        if not is_id(conversation_id):
            return None
        with translated("read"), self._engine.connect() as connection:
            row = connection.execute(
                select(conversations).where(conversations.c.id == conversation_id)
            ).one_or_none()
            if row is None or not (may_see(row.visitor, visitor) or (or_shared and row.shared)):
                return None
            bodies = connection.scalars(
                select(answers.c.body)
                .where(answers.c.conversation_id == conversation_id)
                .order_by(answers.c.position)
            ).all()
        return finding.conversation(row, tuple(ANSWER.validate_json(body) for body in bodies))

    def conversations(
        self,
        *,
        visitor: str,
        containing: str = "",
        limit: int | None = MAX_LISTED,
        as_read: Callable[[Answer], Answer] = lambda answer: answer,
    ) -> list[Conversation]:
        """A visitor's conversations without their answers: pinned ones first, then the latest.

        Args:
            visitor: Whose.
            containing: Words that the title or a question or answer holds, in any case.
            limit: Most of them; None gives all.
            as_read: Gives an answer as whoever searches may read it.
        """
        with translated("read"), self._engine.connect() as connection:
            return finding.conversations(
                connection, visitor=visitor, containing=containing, limit=limit, as_read=as_read
            )

    def answer(self, answer_id: str, *, visitor: str | None) -> StoredAnswer | None:
        """An answer by id; None if there is none, or it was given to another visitor."""
        if not is_id(answer_id):
            return None
        query = (
            select(answers.c.body, answers.c.conversation_id, conversations.c.visitor)
            .join(conversations, conversations.c.id == answers.c.conversation_id)
            .where(answers.c.id == answer_id)
        )
        with translated("read"), self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or not may_see(row.visitor, visitor):
            return None
        return StoredAnswer(ANSWER.validate_json(row.body), row.conversation_id)

    def rate(self, answer_id: str, given: Feedback, *, visitor: str | None) -> bool:
        """Keep what a visitor thinks of an answer, instead of what the visitor thought before.

        False if there is no such answer, or it was given to another visitor.
        """
        with self._writing, translated("written"), self._engine.begin() as connection:
            if not may_rate(connection, answer_id, visitor):
                return False
            feedback.write(connection, answer_id, given, visitor=visitor)
            if self.outbox is not None:
                self.outbox.rated(connection, answer_id, given)
        return True

    def rating(self, answer_id: str, *, visitor: str | None) -> Feedback | None:
        """What this visitor thinks of an answer; None if nothing was said."""
        if not is_id(answer_id):
            return None
        with translated("read"), self._engine.connect() as connection:
            return feedback.read(connection, answer_id, visitor=visitor)

    def unrate(self, answer_id: str, *, visitor: str | None) -> bool:
        """Take a visitor's rating back, given or not; False if the answer is not the visitor's."""
        with self._writing, translated("written"), self._engine.begin() as connection:
            if not may_rate(connection, answer_id, visitor):
                return False
            erased = feedback.erase(connection, answer_id, visitor=visitor)
        if erased:
            self._compact()
        return True

    def gaps(
        self, *, since: date | None = None, until: date | None = None, with_earlier: bool = False
    ) -> list[Gap]:
        """Everybody's answers that left something to be desired, oldest first.

        Args:
            since: First day (UTC).
            until: Last day (UTC), included.
            with_earlier: Read the turns before each as well.
        """
        with translated("read"), self._engine.connect() as connection:
            return use.gaps(connection, since=since, until=until, with_earlier=with_earlier)

    def opinions(
        self, *, since: date | None = None, until: date | None = None, rating: Rating | None = None
    ) -> list[Opinion]:
        """What everybody thought of answers, said on these days (UTC, both included), newest first.

        `rating` leaves out the others.
        """
        with translated("read"), self._engine.connect() as connection:
            return use.opinions(connection, since=since, until=until, rating=rating)

    def records(self, *, since: date | None = None, until: date | None = None) -> Iterator[Record]:
        """Everybody's answers of these days (UTC, both included) with ratings, oldest first."""
        with translated("read"), self._engine.connect() as connection:
            yield from use.records(connection, since=since, until=until)

    def usage(self, *, since: date | None = None, until: date | None = None) -> Usage:
        """How many answers were given on these days (UTC, both included), and how liked."""
        with translated("read"), self._engine.connect() as connection:
            return use.usage(connection, since=since, until=until)

    def change(
        self,
        conversation_id: str,
        *,
        visitor: str | None,
        title: str | None = None,
        is_pinned: bool | None = None,
        is_shared: bool | None = None,
    ) -> bool:
        """Rename, pin or share a conversation; None leaves as it is.

        False if there is none, or it belongs to another visitor.
        """
        given = {"title": title, "pinned": is_pinned, "shared": is_shared}
        values = {
            name: value if isinstance(value, str) else int(value)
            for name, value in given.items()
            if value is not None
        }
        with self._writing, translated("written"), self._engine.begin() as connection:
            if not owns(connection, conversation_id, visitor):
                return False
            if values:
                connection.execute(
                    update(conversations)
                    .where(conversations.c.id == conversation_id)
                    .values(**values)
                )
        return True

    def usage_by_day(
        self, *, since: date | None = None, until: date | None = None
    ) -> dict[date, Usage]:
        """The same for each day (UTC) on which something was asked, in order."""
        with translated("read"), self._engine.connect() as connection:
            return use.usage_by_day(connection, since=since, until=until)

    def delete(self, conversation_id: str, *, visitor: str | None) -> bool:
        """Erase a conversation; False if there is none, or it belongs to another visitor."""
        with self._writing, translated("written"), self._engine.begin() as connection:
            if not owns(connection, conversation_id, visitor):
                return False
            connection.execute(delete(conversations).where(conversations.c.id == conversation_id))
        self._compact()
        return True

    def delete_answer(self, answer_id: str) -> bool:
        """Erase one answer, and its conversation where it was the only one; False if there is none.

        For doors that know whose it is; it asks for no visitor.
        """
        with self._writing, translated("written"), self._engine.begin() as connection:
            if not erase_answer(connection, answer_id):
                return False
        self._compact()
        return True

    def purge(self, *, older_than: timedelta) -> int:
        """Erase conversations whose last turn is older; returns how many."""
        limit = datetime.now(UTC) - older_than
        with self._writing, translated("written"), self._engine.begin() as connection:
            count = erase_before(connection, limit)
        if count:
            self._compact()
        return count

    def forget_document(self, document_id: DocumentId, *, generation: int | None = None) -> int:
        """Erase a document's words from every stored answer; returns how many answers changed.

        Comments on those answers go as well, since they may quote it; ratings and reasons stay.

        Args:
            document_id: Which document.
            generation: The first of the index without it: answers from earlier ones that are stored
                only now lose its words, too. None looks at nothing but what is stored.
        """
        with self._writing, translated("written"), self._engine.begin() as connection:
            if generation is not None:
                remember_erased(connection, document_id, generation)
            count = erase_words_of(connection, document_id)
        if count:
            self._compact()
        return count

    def _compact(self) -> None:
        """Bring deletions from SQLite's log into the file, where freed pages are overwritten."""
        if self._engine.dialect.name == "sqlite":
            with translated("written"), self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
