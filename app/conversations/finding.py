"""Lists a visitor's conversations, and finds those that hold some words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, or_, select

from app.conversations import schema
from app.conversations.records import Conversation
from app.conversations.schema import answers, as_utc
from app.types import Answer

ANSWER = TypeAdapter(Answer)
MAX_LISTED = 100
"""Conversations in one list: more than anybody scrolls through."""


def conversations(
    connection: Connection,
    *,
    visitor: str,
    containing: str,
    limit: int | None,
    as_read: Callable[[Answer], Answer],
) -> list[Conversation]:
    """As `ConversationStore.conversations`."""
    query = (
        select(schema.conversations)
        .where(schema.conversations.c.visitor == visitor)
        .order_by(
            schema.conversations.c.pinned.desc(),
            schema.conversations.c.updated.desc(),
            schema.conversations.c.id,
        )
        .limit(limit)
    )
    words = containing.split()
    for word in words:
        # Answers are kept as JSON, which spells quotes and backslashes otherwise.
        spelt = json.dumps(word, ensure_ascii=False)[1:-1]
        holds = select(answers.c.id).where(
            answers.c.conversation_id == schema.conversations.c.id,
            answers.c.body.icontains(spelt, autoescape=True),
        )
        query = query.where(
            or_(schema.conversations.c.title.icontains(word, autoescape=True), holds.exists())
        )
    found = [conversation(row, ()) for row in connection.execute(query)]
    return [one for one in found if not words or _tells(connection, one, words, as_read)]


def conversation(row: Any, turns: tuple[Answer, ...]) -> Conversation:
    """A row of the table as a conversation with these answers."""
    return Conversation(
        id=row.id,
        visitor=row.visitor,
        title=row.title,
        created=as_utc(row.created),
        updated=as_utc(row.updated),
        is_pinned=bool(row.pinned),
        is_shared=bool(row.shared),
        answers=turns,
    )


def _tells(
    connection: Connection,
    conversation: Conversation,
    words: list[str],
    as_read: Callable[[Answer], Answer],
) -> bool:
    """Whether each word is in what was asked and shown, and not in its bookkeeping alone."""
    bodies = connection.scalars(
        select(answers.c.body).where(answers.c.conversation_id == conversation.id)
    )
    texts = [conversation.title]
    for body in bodies:
        answer = as_read(ANSWER.validate_json(body))
        texts += [answer.question, *(claim.text for claim in answer.claims), answer.message or ""]
    told = " ".join(texts).casefold()
    return all(word.casefold() in told for word in words)
