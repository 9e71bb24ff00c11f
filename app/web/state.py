"""Shared state of the routes, and access to it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from app.access.scopes import OPEN, Access
from app.conversations.seen import SeenConversations
from app.conversations.store import ConversationStore
from app.errors import RateLimitedError
from app.manage.board import RunBoard
from app.manage.seen import SeenRuns
from app.protocols import ChatServiceProtocol
from app.running import Runner
from app.settings import Settings
from app.starters import Starters
from app.waiting import Who
from app.web.doors import CarriedDoor
from app.web.metrics import Metrics
from app.web.sites import site_of, visitor_on

T = TypeVar("T")

VISITOR_COOKIE = "accord_visitor"
_VISITOR = re.compile(r"[0-9a-f]{32}")
PROGRAM = "token:"
"""Before the id of the API token that a program asks with; no cookie has this form."""
PERSON = "person:"
"""Before the id of somebody who has signed in."""
_SECONDS_A_DAY = 86_400
LONGEST_COOKIE_DAYS = 400
"""Browsers keep no cookie longer."""


class Limits:
    """Requests per minute and address, and on foreign sites per visitor and site too."""

    def __init__(self, per_minute: int) -> None:
        self._address = RateLimitItemPerMinute(per_minute)
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def count(self, request: Request) -> None:
        """Count one request.

        Raises:
            RateLimitedError: If it is one too many.
        """
        await self._hit(self._address, request.client.host if request.client else "unknown")
        site = site_of(request)
        if site is None:
            return
        # The visitor first, so that one who runs wild does not use up what others share.
        visitors = RateLimitItemPerMinute(site.visitor_requests_per_minute, namespace="VISITOR")
        await self._hit(visitors, site.key, visitor_on(site, request) or "")
        whole = RateLimitItemPerMinute(site.requests_per_minute, namespace="SITE")
        await self._hit(whole, site.key)

    async def count_token(self, token_id: str, per_minute: int) -> None:
        """Count one request with a token that has its own limit.

        Raises:
            RateLimitedError: If it is one too many.
        """
        await self._hit(RateLimitItemPerMinute(per_minute, namespace="TOKEN"), token_id)

    async def _hit(self, item: RateLimitItemPerMinute, *who: str) -> None:
        if await self._window.hit(item, *who):
            return
        stats = await self._window.get_window_stats(item, *who)
        raise RateLimitedError(retry_after_s=_seconds_until(stats.reset_time))


@dataclass(frozen=True, slots=True)
class WebState:
    """Everything that the routes need."""

    settings: Settings
    chat: ChatServiceProtocol
    """Sees open documents only; for a caller with groups use `chat_of`."""
    conversations: ConversationStore
    runner: Runner
    limits: Limits
    metrics: Metrics
    starters: Starters
    board: RunBoard
    doors: tuple[CarriedDoor, ...] = ()


def web_state(request: Request) -> WebState:
    """The state of the application that serves this request."""
    state = request.app.state.web
    assert isinstance(state, WebState)  # noqa: S101 - create_app puts it there
    return state


def base_url(request: Request) -> str:
    """Where people reach this server, without a slash at the end: links that leave it begin so."""
    return (web_state(request).settings.public_url or str(request.base_url)).rstrip("/")


def access_of(request: Request) -> Access:
    """What the caller may do, as `AccessMiddleware` found."""
    access = getattr(request.state, "access", None)
    return access if isinstance(access, Access) else OPEN


def chat_of(request: Request) -> ChatServiceProtocol:
    """The service restricted to what the caller may see: every route reads through it."""
    return web_state(request).chat.seen_by(access_of(request).audience)


def seen_conversations(request: Request) -> SeenConversations:
    """Conversations and answers as the caller may read them."""
    return SeenConversations(web_state(request).conversations, chat_of(request))


def seen_runs(request: Request) -> SeenRuns:
    """Runs as the caller may see them."""
    state = web_state(request)
    return SeenRuns(state.board, state.settings, access_of(request))


def visitor_of(request: Request) -> str | None:
    """Who asks: a person, a browser by our cookie or on a foreign site its token, or a program.

    None for a program without an API token. What a browser asked before somebody signed in stays
    with its cookie: others may use that browser too.
    """
    if (site := site_of(request)) is not None:
        return visitor_on(site, request)
    if (person := access_of(request).person) is not None:
        return f"{PERSON}{person.id}"
    cookie = request.cookies.get(VISITOR_COOKIE, "")
    if _VISITOR.fullmatch(cookie):
        return cookie
    token_id = access_of(request).token_id
    return None if token_id is None else f"{PROGRAM}{token_id}"


def is_program(visitor: str | None) -> bool:
    """Whether a program asks, and not a browser."""
    return visitor is None or visitor.startswith(PROGRAM)


def asker_of(request: Request) -> Who:
    """Whose request it is in the fair queue: a visitor's, or a program's by its address."""
    site = site_of(request)
    address = request.client.host if request.client else ""
    return Who(site.key if site else "", visitor_of(request) or address)


def welcome(request: Request, response: Response, settings: Settings) -> None:
    """Give a browser that has none a visitor cookie; it holds a random number and nothing else."""
    if visitor_of(request) is not None:
        return
    days = settings.conversation_retention_days or LONGEST_COOKIE_DAYS
    response.set_cookie(
        VISITOR_COOKIE,
        secrets.token_hex(16),
        max_age=min(days, LONGEST_COOKIE_DAYS) * _SECONDS_A_DAY,
        path=f"{settings.root_path}/",
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


async def until_responded() -> AsyncIterator[AsyncExitStack]:
    """A stack that unwinds after the response has been sent, or its client has gone."""
    async with AsyncExitStack() as stack:
        yield stack


def on_the_loop(find: Callable[[Request], T]) -> Callable[[Request], Awaitable[T]]:
    """As a dependency that is found at once.

    Each plain function among a route's dependencies waits for a thread of the pool, and, while
    answers are computed, for its turn with the interpreter: twice, for a look at an attribute.
    """

    async def found(request: Request) -> T:
        return find(request)

    return found


State = Annotated[WebState, Depends(on_the_loop(web_state))]
Chat = Annotated[ChatServiceProtocol, Depends(on_the_loop(chat_of))]
Caller = Annotated[Access, Depends(on_the_loop(access_of))]
SeenBoard = Annotated[SeenRuns, Depends(on_the_loop(seen_runs))]
SeenStore = Annotated[SeenConversations, Depends(on_the_loop(seen_conversations))]
Visitor = Annotated[str | None, Depends(on_the_loop(visitor_of))]
UntilResponded = Annotated[AsyncExitStack, Depends(until_responded)]


def _seconds_until(moment: float) -> int:
    return max(1, round(moment - time.time()))
