"""Records of conversations and of ratings."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.types import Answer, AnswerStatus, Message
from vectorstore.types import DocumentId

ID_BYTES = 16
"""128 bits: an id that was not given to somebody cannot be guessed."""

MAX_COMMENT_CHARACTERS = 2_000
"""A long paragraph; who has more to say writes to somebody."""

THUMBS_DOWN = "thumbs_down"

_ID = re.compile(rf"[0-9a-f]{{{2 * ID_BYTES}}}")


def is_id(text: str) -> bool:
    """Whether a text has the form of an id; one of another form was never given to anybody."""
    return _ID.fullmatch(text) is not None


def new_id() -> str:
    """A fresh unguessable id: 32 hex digits."""
    return secrets.token_hex(ID_BYTES)


class Channel(StrEnum):
    """The interface through which a question came."""

    WEB = "web"
    SLACK = "slack"
    CLI = "cli"
    API = "api"


class Rating(StrEnum):
    """Thumbs."""

    UP = "up"
    DOWN = "down"


class Reason(StrEnum):
    """What somebody found wrong with an answer."""

    INCORRECT = "incorrect"
    UNSUPPORTED = "unsupported"
    """The cited source does not say it."""
    INCOMPLETE = "incomplete"
    OUTDATED = "outdated"
    IRRELEVANT = "irrelevant"
    """It answers another question."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one visitor thought of one answer."""

    rating: Rating
    reasons: tuple[Reason, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns between one visitor and the service."""

    id: str
    visitor: str | None
    """The browser it belongs to; None where a program holds the id itself."""
    title: str
    """The first question, unless its owner gave it another."""
    created: datetime
    updated: datetime
    is_pinned: bool = False
    """Stands before the others in its owner's list."""
    is_shared: bool = False
    """Whoever knows its id may read it."""
    answers: tuple[Answer, ...] = ()
    """Oldest first; empty in lists."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer and the conversation in which it was given."""

    answer: Answer
    conversation_id: str


def as_messages(answer: Answer) -> tuple[Message, Message]:
    """The question and the reply of a stored turn, as history for the service.

    Of the reply only sentences with a citation, or else the message of a refusal.
    """
    supported = (claim.text for claim in answer.claims if claim.citations)
    reply = " ".join(supported) or (answer.message or "")
    cited = dict.fromkeys(citation.document_id for citation in answer.citations)
    return Message("user", answer.question), Message("assistant", reply, tuple(cited))


@dataclass(frozen=True, slots=True)
class Gap:
    """An answer that left something to be desired: refused, partial, or with a thumbs-down.

    It names no visitor. Do not show `answer.id`: it alone opens an answer that has no owner.
    """

    answer: Answer
    """As it stands now: without the words of documents erased since."""
    status: AnswerStatus
    """As it was given."""
    channel: Channel
    downs: tuple[Feedback, ...] = ()
    earlier: tuple[Answer, ...] = ()
    """The turns before it, oldest first; only where they are asked for."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is here: "abstained" or "partial", "thumbs_down", then the reasons given."""
        found = [] if self.status is AnswerStatus.ANSWERED else [self.status.value]
        if self.downs:
            given = {reason for one in self.downs for reason in one.reasons}
            found += [THUMBS_DOWN, *(reason.value for reason in Reason if reason in given)]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody thought of an answer, for people who read all of them.

    It names no visitor. Do not show `answer.id`: it alone opens an answer that has no owner.
    """

    answer: Answer
    """As it stands now: without the words of documents erased since."""
    status: AnswerStatus
    """As it was given."""
    channel: Channel
    feedback: Feedback
    given: datetime
    """When it was said, or last changed."""
    key: str
    """Names this opinion, and no other."""


@dataclass(frozen=True, slots=True)
class Record:
    """An answer with everything that is stored about it. It names no visitor."""

    answer: Answer
    """As it stands now: without the words of documents erased since."""
    conversation_id: str
    status: AnswerStatus
    """As it was given."""
    channel: Channel
    ratings: tuple[Feedback, ...] = ()
    """The earliest first."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How many answers were given in a while, and what people thought of them."""

    asked: int = 0
    answered: int = 0
    partial: int = 0
    abstained: int = 0
    up: int = 0
    down: int = 0


def documents_of(answer: Answer) -> set[DocumentId]:
    """Documents that an answer cites, comes near to, or was sought in."""
    documents = {one.document_id for one in answer.citations}
    documents |= {one.document_id for one in answer.near_misses}
    for passage in answer.receipt.passages:
        # Passage ids begin with the document's id.
        if identifier := str(passage.get("id", "")):
            documents.add(identifier.partition(":")[0])
    return documents
