"""Entries of the audit log. They hold ids of documents, and texts only if configured."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from app.types import Answer


class Action(StrEnum):
    """What somebody did."""

    ASK = "ask"
    SEARCH = "search"
    READ_SOURCE = "read source"
    LIST_SOURCES = "list sources"
    FEEDBACK = "feedback"
    ERASE_CONVERSATION = "erase conversation"
    READ_UNANSWERED = "read unanswered"
    READ_FEEDBACK = "read feedback"
    SIGN_IN = "sign in"
    SIGN_OUT = "sign out"
    CREATE_TOKEN = "create token"  # noqa: S105 - tells of one
    REVOKE_TOKEN = "revoke token"  # noqa: S105
    INGEST = "ingest"
    SYNC = "sync"
    EDIT_SOURCES = "edit sources"
    SET_GROUPS = "set groups"
    ERASE_SOURCES = "erase sources"
    REBUILD = "rebuild"
    RESTORE = "restore"
    CHANGE = "change"
    """Any other request that changes something; `subject` says which."""
    OPEN = "open"
    """Any other request; kept only where it was refused."""


class Door(StrEnum):
    """The interface that was used."""

    PAGE = "page"
    API = "api"
    WIDGET = "widget"
    OPENAI = "openai"
    MCP = "mcp"
    SLACK = "slack"
    CLI = "cli"


OK, PARTIAL, REFUSED = "ok", "partial", "refused"
FAILED, UNFINISHED = "failed", "unfinished"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did."""

    action: str
    door: str
    outcome: str
    """"answered" or "abstained" of a question; "partial" of one that was answered in part, and of
    an ingest that took some sources and refused others; else "ok", "repeated", "refused", "not
    found", "rejected", "abandoned", "unfinished" or "failed"."""
    who: str = ""
    """"person:…", "token:…", "visitor:…", "slack:…", "account:…" or "admin secret"; empty where
    nobody was asked. A visitor is the hash of a cookie, which opens nothing."""
    name: str = ""
    """What a person is called; mail where there is one."""
    subject: str = ""
    """Id of the document, answer, conversation or token; never a title."""
    sources: tuple[str, ...] = ()
    """Ids of the documents that an answer quoted."""
    request_id: str = ""
    text: str = ""
    """Question and answer, where the settings want them; else empty."""
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))


def asked(answer: Answer, *, door: str, who: str, keeps_text: bool) -> Entry:
    """The entry of a question and its outcome."""
    return Entry(
        action=Action.ASK,
        door=door,
        outcome=answer.status.value,
        who=who,
        subject=answer.id,
        sources=quoted(answer),
        text=words(answer) if keeps_text else "",
    )


def quoted(answer: Answer) -> tuple[str, ...]:
    """Ids of the documents that an answer quotes or shows."""
    cited = [one.document_id for one in answer.citations]
    return tuple(dict.fromkeys([*cited, *(one.document_id for one in answer.near_misses)]))


def words(answer: Answer) -> str:
    """Question and answer."""
    said = answer.message or " ".join(claim.text for claim in answer.claims)
    return f"{answer.question}\n\n{said}"
