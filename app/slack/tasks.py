"""The tasks in the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.languages.catalogue import ENGLISH
from app.languages.identify import language_of


class Kind(StrEnum):
    """The kind of a task."""

    QUESTION = "question"
    """Answer a message, in its thread."""
    COMMAND = "command"
    """Answer a slash command, to one person."""
    SHORTCUT = "shortcut"
    """Answer what was asked about a message: to one person, or in its thread."""
    STARTER = "starter"
    """Answer a question pressed on the App Home, in the messages with that person."""
    SHARE = "share"
    """Show a private answer to its channel."""
    DIGEST = "digest"
    """Report a week of use."""


class State(StrEnum):
    """The state of a task."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """Nothing more will be tried; somebody was told, where that was possible."""


class Refusal(StrEnum):
    """Why a question gets a message and no answer."""

    USER_LIMIT = "user_limit"
    CHANNEL_LIMIT = "channel_limit"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Request:
    """A task as it arrives."""

    key: str
    """The same for everything that Slack sends about the same thing."""
    kind: Kind
    team: str
    channel: str
    person: str
    ts: str = ""
    """Of the message that asks."""
    thread_ts: str = ""
    """Of the message under which the answer belongs."""
    event_id: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it is stored."""

    id: str
    kind: Kind
    team: str
    channel: str
    ts: str
    thread_ts: str
    person: str
    body: Mapping[str, Any]
    refusal: Refusal | None
    revision: int
    deleted: bool
    attempts: int
    """How often it was claimed."""
    deaths: int
    """How many workers died while they did it."""
    replies: tuple[str, ...]
    """Timestamps of the messages that show the answer."""
    answer_id: str | None
    conversation_id: str | None
    created: float

    @property
    def reference(self) -> str:
        """The reference in an apology and in the log."""
        return self.id[:8]

    @property
    def former_answers(self) -> tuple[str, ...]:
        """Ids of stored answers to wordings that were taken back; they are erased first."""
        return tuple(map(str, self.body.get("former", ())))

    @property
    def text(self) -> str:
        """The text of the question."""
        return str(self.body.get("text", ""))

    @property
    def language(self) -> str:
        """The language of replies: that of the question, if it is certain."""
        return language_of(self.text) or ENGLISH


@dataclass(frozen=True, slots=True)
class Limits:
    """How many questions a minute may come from one person, and in one channel."""

    per_user: int
    per_channel: int
