"""Erasing what was kept: single answers, old conversations, the words of a document."""

from __future__ import annotations

import re
import time
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select, update

from app.conversations import feedback
from app.conversations.records import documents_of
from app.conversations.redaction import without_document
from app.conversations.schema import (
    answer_documents,
    answers,
    conversations,
    forgotten_documents,
    idempotency_keys,
)
from app.types import Answer
from vectorstore.types import DocumentId

LATE_S = 3_600.0
"""Longer than any answer takes from its search until it is stored."""

_ANSWER = TypeAdapter(Answer)
_GENERATION = re.compile(r"gen-(\d{1,18})")


def erase_answer(connection: Connection, answer_id: str) -> bool:
    """One answer, and its conversation where it was the only one; False if there is none."""
    row = connection.execute(
        delete(answers).where(answers.c.id == answer_id).returning(answers.c.conversation_id)
    ).one_or_none()
    if row is None:
        return False
    left = select(answers.c.id).where(answers.c.conversation_id == row.conversation_id)
    connection.execute(
        delete(conversations).where(conversations.c.id == row.conversation_id).where(~left.exists())
    )
    return True


def erase_before(connection: Connection, limit: datetime) -> int:
    """Conversations whose last turn is older; gives how many."""
    statement = delete(conversations).where(conversations.c.updated < limit)
    return connection.execute(statement).rowcount


def remember_erased(connection: Connection, document_id: DocumentId, generation: int) -> None:
    """Note that a document is not in this generation any more, for `without_erased`.

    From here to the end of the transaction nothing is stored: what is on its way is either seen by
    the erasure, or sees this.
    """
    table, now = forgotten_documents, time.time()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {conversations.name} IN SHARE MODE")
    old = (table.c.erased < now - LATE_S) | (table.c.document_id == document_id)
    connection.execute(delete(table).where(old))
    row = {"document_id": document_id, "generation": generation, "erased": now}
    connection.execute(insert(table).values(row))


def without_erased(connection: Connection, answer: Answer) -> Answer:
    """An answer about to be stored, without the documents erased since it was searched for.

    To be asked in a transaction that has written to the conversations.
    """
    found = _GENERATION.fullmatch(answer.receipt.generation)
    documents = documents_of(answer)
    if found is None or not documents:
        return answer
    table = forgotten_documents
    erased = select(table.c.document_id).where(
        table.c.document_id.in_(documents),
        table.c.generation > int(found[1]),
        table.c.erased >= time.time() - LATE_S,
    )
    for document_id in connection.scalars(erased).all():
        answer = without_document(answer, document_id)
    return answer


def erase_words_of(connection: Connection, document_id: DocumentId) -> int:
    """A document's words from every answer; gives how many answers had any."""
    of_it = answer_documents.c.document_id == document_id
    query = (
        select(answers.c.id, answers.c.body)
        .join(answer_documents, answer_documents.c.answer_id == answers.c.id)
        .where(of_it)
    )
    rows = connection.execute(query).all()
    for row in rows:
        redacted = without_document(_ANSWER.validate_json(row.body), document_id)
        connection.execute(
            update(answers)
            .where(answers.c.id == row.id)
            .values(body=_ANSWER.dump_json(redacted).decode())
        )
    feedback.erase_comments_about(connection, document_id)
    about = select(answer_documents.c.answer_id).where(of_it)
    connection.execute(delete(idempotency_keys).where(idempotency_keys.c.answer_id.in_(about)))
    connection.execute(delete(answer_documents).where(of_it))
    return len(rows)
