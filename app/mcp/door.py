"""MCP over streamable HTTP, as a part of the server that `accord serve` runs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from app.access.open_door import LOOPBACK_NAMES, is_loopback
from app.access.scopes import Access
from app.errors import ChatError, NotReadyError, SettingsError
from app.languages.catalogue import marked
from app.mcp.port import Answered
from app.protocols import ChatServiceProtocol
from app.settings import Settings
from app.types import Question
from app.web.audit import note_of
from app.web.chat import Kept, answering, kind_of_work
from app.web.error_forms import respond
from app.web.negotiation import reader_language
from app.web.problems import plain_problem, problem_of, request_id_of, retry_headers
from app.web.state import (
    WebState,
    access_of,
    asker_of,
    base_url,
    chat_of,
    visitor_of,
    web_state,
)

if TYPE_CHECKING:
    from app.mcp.server import AccordMcpServer

logger = logging.getLogger(__name__)

PATH = "/mcp"
MAX_BODY_BYTES = 1024 * 1024
"""A question with its conversation."""
SCHEMES = ("http", "https")
MISSING = marked(
    "MCP needs a library that is not installed on this server. Whoever runs it installs it with: "
    "pip install 'accord[mcp]'"
)
FOREIGN_ORIGIN = marked("A page of another origin may not use MCP here.")


@dataclass(frozen=True, slots=True)
class WebPort:
    """Whoever sent one HTTP request."""

    request: Request
    state: WebState

    @property
    def chat(self) -> ChatServiceProtocol:
        """What is asked, with the caller's eyes."""
        return chat_of(self.request)

    @property
    def access(self) -> Access:
        """What the token of the request opens."""
        return access_of(self.request)

    @property
    def base_url(self) -> str:
        """Where the pages of this server are."""
        return base_url(self.request)

    @property
    def max_question_characters(self) -> int:
        """Longest question that is read."""
        return self.state.settings.max_question_characters

    def note(self, action: str, document_id: str = "") -> None:
        """Tell the audit log."""
        note = note_of(self.request)
        note.action, note.subject = action, document_id

    async def answer(self, question: Question) -> Answered:
        """Answer in the places that all doors share, and keep the answer as they do."""
        visitor = visitor_of(self.request)
        run = await self.state.runner.start(
            lambda: answering(
                self.state, self.chat, question, visitor, None, note_of(self.request)
            ),
            kind=kind_of_work(question),
            who=asker_of(self.request),
        )
        try:
            async for event in run.events():
                if isinstance(event, Kept):
                    return Answered(event.answer, event.conversation_id)
        finally:
            run.stop()
        raise NotReadyError("The service ended its stream without an answer.")


class McpDoor:
    """Takes messages at one address. The library behind it is loaded with the first of them."""

    path = PATH
    max_body_bytes = MAX_BODY_BYTES

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._wanted = asyncio.Event()
        self._started: asyncio.Future[AccordMcpServer] | None = None

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """What the server is to answer."""
        # An object, not a function: Starlette hands it the raw request, so that streams pass.
        return [Route(self.path, self, methods=["GET", "POST", "DELETE"], include_in_schema=False)]

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve for as long as the server runs."""
        self._wanted = asyncio.Event()
        self._started = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(self._serve(self._started))
        try:
            yield
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        request_id, language = request_id_of(request), reader_language(request.headers)
        try:
            await web_state(request).limits.count(request)
            server = await self._server()
        except ChatError as error:
            problem = problem_of(error, request_id=request_id, language=language)
            await respond(scope, problem, retry_headers(error))(scope, receive, send)
            return
        if server is None:
            problem = plain_problem(501, request_id=request_id, language=language, detail=MISSING)
            await respond(scope, problem)(scope, receive, send)
        elif not _is_same_origin(request):
            problem = plain_problem(
                403, request_id=request_id, language=language, detail=FOREIGN_ORIGIN
            )
            await respond(scope, problem)(scope, receive, send)
        else:
            await server.session_manager.handle_request(scope, receive, send)

    async def _server(self) -> AccordMcpServer | None:
        """The server, started by whoever needs it first; None without the library."""
        assert self._started is not None  # noqa: S101 - requests come while `open` lasts
        self._wanted.set()
        try:
            return await asyncio.shield(self._started)
        except SettingsError:
            return None

    async def _serve(self, started: asyncio.Future[AccordMcpServer]) -> None:
        await self._wanted.wait()
        try:
            # Importing takes a second, which belongs to no start and to no other request.
            server = await run_in_threadpool(_build, self._settings)
        except Exception as error:
            if not isinstance(error, SettingsError):
                logger.exception("MCP could not be started.")
            started.set_exception(error)
            started.exception()  # retrieved, also where nobody asks any more
            return
        # Entered and left on one task, as its task group demands.
        async with server.session_manager.run():
            started.set_result(server)
            await asyncio.Event().wait()


def _build(settings: Settings) -> AccordMcpServer:
    from app.bootstrap import extra

    with extra("mcp"):
        from mcp.server.transport_security import TransportSecuritySettings

        from app.mcp.server import build_server

    hosts = _known_hosts(settings)
    server = build_server(_port_of, version=version("accord"))
    # No sessions: every request stands alone, so that any replica can answer it.
    server.streamable_http_app(
        stateless_http=True,
        max_request_body_size=MAX_BODY_BYTES,
        transport_security=TransportSecuritySettings(
            enable_dns_rebinding_protection=bool(hosts),
            allowed_hosts=hosts,
            allowed_origins=[f"{scheme}://{host}" for host in hosts for scheme in SCHEMES],
        ),
    )
    return server


def _known_hosts(settings: Settings) -> list[str]:
    """Names by which a server that only this machine reaches is called; none for any other.

    A page elsewhere whose name is made to lead here would send its own name.
    """
    if settings.trusted_proxies or not is_loopback(settings.host):
        return []
    hosts = [host for name in LOOPBACK_NAMES for host in (name, f"{name}:*")]
    return [*hosts, urlsplit(settings.public_url).netloc] if settings.public_url else hosts


def _port_of(request: Any) -> WebPort:
    return WebPort(request, web_state(request))


def _is_same_origin(request: Request) -> bool:
    """Programs send no `Origin`; a page of ours sends the host that it came from."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
