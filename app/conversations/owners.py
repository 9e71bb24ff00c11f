"""Whose a conversation is, and who may see and rate what is in it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.conversations.records import is_id
from app.conversations.schema import answers, conversations


def may_see(owner: str | None, visitor: str | None) -> bool:
    """A conversation without an owner is protected by its id alone."""
    return owner is None or owner == visitor


def owns(connection: Connection, conversation_id: str, visitor: str | None) -> bool:
    """Whether there is such a conversation, and it is this visitor's."""
    if not is_id(conversation_id):
        return False
    owner = connection.execute(
        select(conversations.c.visitor).where(conversations.c.id == conversation_id)
    ).one_or_none()
    return owner is not None and may_see(owner.visitor, visitor)


def may_rate(connection: Connection, answer_id: str, visitor: str | None) -> bool:
    """Whether there is such an answer, in a conversation of this visitor's; locks that."""
    if not is_id(answer_id):
        return False
    row = connection.execute(
        select(conversations.c.visitor)
        .join(answers, answers.c.conversation_id == conversations.c.id)
        .where(answers.c.id == answer_id)
        # Two ratings of one visitor, sent to two servers, are written in turn. One lock, on what
        # deleting locks first: no deadlock.
        .with_for_update(of=conversations)
    ).one_or_none()
    return row is not None and may_see(row.visitor, visitor)
