"""Audit log entries of requests, in one place for all routes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access.scopes import Access
from app.audit.records import FAILED, OK, REFUSED, UNFINISHED, Action, Door, Entry, quoted, words
from app.audit.writer import AuditLog
from app.types import Answer
from app.web.root import path_below_root
from app.web.state import VISITOR_COOKIE, visitor_of

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_ACTIONS = {
    ("POST", "/api/chat"): Action.ASK,
    ("POST", "/v1/chat/completions"): Action.ASK,
    ("GET", "/api/search"): Action.SEARCH,
    ("POST", "/api/search"): Action.SEARCH,
    ("GET", "/api/sources"): Action.LIST_SOURCES,
    ("GET", "/api/sources/{document_id}"): Action.READ_SOURCE,
    ("GET", "/sources/{document_id}"): Action.READ_SOURCE,
    ("GET", "/api/admin/sources/{document_id}/original"): Action.READ_SOURCE,
    ("GET", "/api/runs/{run_id}/prepared/{document_id}"): Action.READ_SOURCE,
    ("POST", "/api/answers/{answer_id}/feedback"): Action.FEEDBACK,
    ("DELETE", "/api/answers/{answer_id}/feedback"): Action.FEEDBACK,
    ("DELETE", "/api/conversations/{conversation_id}"): Action.ERASE_CONVERSATION,
    ("GET", "/api/unanswered"): Action.READ_UNANSWERED,
    ("GET", "/api/unanswered.csv"): Action.READ_UNANSWERED,
    ("GET", "/api/feedback"): Action.READ_FEEDBACK,
}
_UNTOLD = frozenset({Action.LIST_SOURCES})
"""Not recorded: the page does it by itself, and it shows no text."""
_NO_NEWS = ("/sign-in", "/sign-out", "/mcp", "/slack/")
"""Paths that record their own entries, or none."""
# Of runs as well, which begin with a time.
_ID = re.compile(r"[0-9a-fA-FT-]{1,64}")
_OUTCOMES = {401: REFUSED, 403: REFUSED, 404: "not found", 499: "abandoned"}
REPEATED = "repeated"
"""A request with an `Idempotency-Key` that was answered before."""
ADMIN_SECRET = "admin secret"  # noqa: S105 - names one


@dataclass(slots=True)
class Note:
    """What a route adds to the entry of its request."""

    action: str | None = None
    subject: str | None = None
    outcome: str | None = None
    sources: tuple[str, ...] = ()
    text: str = ""
    access: Access | None = None
    """Of the person who signs in or out by this request; otherwise as the request shows it."""
    wants_text: bool = False

    def read(self, document_id: str) -> None:
        """A source was read."""
        self.action, self.subject = Action.READ_SOURCE, document_id

    def answered(self, answer: Answer) -> None:
        """A question was answered, or found no answer."""
        self.action, self.subject, self.outcome = Action.ASK, answer.id, answer.status.value
        self.sources = quoted(answer)
        self.text = words(answer) if self.wants_text else ""


def note_of(request: Request) -> Note:
    """The note for the entry of this request."""
    found = getattr(request.state, "audit", None)
    return found if isinstance(found, Note) else Note()


class AuditMiddleware:
    """Outside of `AccessMiddleware`, to record refusals too; inside of `EdgeMiddleware`."""

    def __init__(self, app: ASGIApp, *, log: AuditLog, keeps_texts: bool = False) -> None:
        self._app = app
        self._log = log
        self._keeps_texts = keeps_texts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and record it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        note = Note(wants_text=self._keeps_texts)
        scope.setdefault("state", {})["audit"] = note
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            raise
        except Exception:
            # Whatever the edge will answer it with.
            status = status or 500
            raise
        finally:
            entry = entry_of(scope, note, status)
            if entry is not None:
                self._log.record(entry)


def entry_of(scope: Scope, note: Note, status: int) -> Entry | None:
    """The entry of a request; None if nothing is recorded."""
    request = Request(scope)
    outcome = note.outcome if note.outcome and status < 400 else _outcome(status)
    shown = scope["state"].get("shown")
    access = note.access or getattr(shown, "access", None)
    route = str(getattr(scope.get("route"), "path", ""))
    named = [str(one) for one in scope.get("path_params", {}).values()] or [note.subject or ""]
    action = note.action or _ACTIONS.get((scope["method"], route))
    if action is None and outcome == REFUSED:
        action = Action.OPEN
    # Only FastAPI's routes tell their pattern.
    known = route or path_below_root(scope)
    if action is None and scope["method"] not in _READING and not known.startswith(_NO_NEWS):
        action = Action.CHANGE
    if action is None or action in _UNTOLD:
        return None
    is_shown = access is not None or getattr(shown, "is_bad", False)
    is_told_why = getattr(shown, "problem", None) is not None
    if outcome == REFUSED and action != Action.SIGN_IN and not (is_shown or is_told_why):
        # Whoever knocks without showing anything is nobody, and there may be many of them.
        return None
    if action == Action.ASK and outcome == OK:
        outcome = UNFINISHED  # the error came in the stream, or the client had gone
    # What is no id may be a title that somebody tried.
    subject = note.subject if note.outcome else " ".join(filter(_ID.fullmatch, named))
    if action in {Action.CHANGE, Action.OPEN}:
        # The pattern, or of what came to no route the beginning: the rest may hold anything.
        beginning = route or "/".join(known.split("/")[:3])
        subject = f"{scope['method']} {beginning} {subject or ''}".strip()
    return Entry(
        action=action,
        door=_door(request, access),
        outcome=outcome,
        who=_who(request, access),
        name=_name(access),
        subject=subject or "",
        sources=note.sources,
        request_id=str(scope["state"].get("request_id", "")),
        text=note.text,
    )


def _outcome(status: int) -> str:
    if status in _OUTCOMES:
        return _OUTCOMES[status]
    if status == 0:
        return _OUTCOMES[499]
    return OK if status < 400 else "rejected" if status < 500 else FAILED


def _who(request: Request, access: Access | None) -> str:
    if access is not None and access.person is not None:
        return f"person:{access.person.id}"
    if access is not None:
        return ADMIN_SECRET if access.token_id is None else f"token:{access.token_id}"
    visitor = visitor_of(request)
    if visitor is None:
        return ""
    # The cookie opens the visitor's conversations, which a log must not.
    return f"visitor:{hashlib.sha256(visitor.encode()).hexdigest()[:16]}"


def _name(access: Access | None) -> str:
    if access is None or access.person is None:
        return ""
    return access.person.email or access.person.name


def _door(request: Request, access: Access | None) -> str:
    path = path_below_root(request.scope)
    if path.startswith("/v1/"):
        return Door.OPENAI
    if path == "/mcp":
        return Door.MCP
    if request.scope["state"].get("site") is not None:
        return Door.WIDGET
    headers = Headers(scope=request.scope)
    is_browser = "sec-fetch-site" in headers or VISITOR_COOKIE in request.cookies
    if access is not None and access.person is not None:
        return Door.PAGE
    return Door.PAGE if is_browser else Door.API
