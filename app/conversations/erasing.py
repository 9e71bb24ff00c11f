"""Erasing what was kept: single answers, old conversations, the words of a document."""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, select, update

from app.conversations import feedback
from app.conversations.redaction import without_document
from app.conversations.schema import (
    answer_documents,
    answers,
    conversations,
    idempotency_keys,
)
from app.types import Answer
from vectorstore.types import DocumentId

_ANSWER = TypeAdapter(Answer)


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
