"""What is kept of a conversation."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from app.types import Answer, Message

ID_BYTES = 16
"""128 bits: an id that was not given to somebody cannot be guessed."""

_ID = re.compile(rf"[0-9a-f]{{{2 * ID_BYTES}}}")


def is_id(text: str) -> bool:
    """Whether a text has the form of an id; one of another form was never given to anybody."""
    return _ID.fullmatch(text) is not None


def new_id() -> str:
    """A fresh unguessable id: 32 hex digits."""
    return secrets.token_hex(ID_BYTES)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns between one visitor and the service."""

    id: str
    visitor: str | None
    """The browser it belongs to; None where a program holds the id itself."""
    title: str
    """The first question."""
    created: datetime
    updated: datetime
    answers: tuple[Answer, ...] = ()
    """Oldest first; empty in lists."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer and the conversation in which it was given."""

    answer: Answer
    conversation_id: str


def as_messages(answer: Answer) -> tuple[Message, Message]:
    """One stored turn as the service reads history."""
    reply = " ".join(claim.text for claim in answer.claims) or (answer.message or "")
    return Message("user", answer.question), Message("assistant", reply)
