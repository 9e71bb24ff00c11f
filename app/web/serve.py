"""Runs the server: binds first, prints its address, and ends within ten seconds."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from app import tracing
from app.access.open_door import known_hosts, refusal
from app.access.tokens import TokenStore
from app.bootstrap import extra, open_conversations
from app.conversations.store import ConversationStore
from app.errors import ServeError
from app.logs import set_up_logging
from app.protocols import ChatServiceProtocol
from app.running import Runner
from app.settings import Settings
from app.web.api import create_app
from app.web.garbage import collect_when_idle

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

FINISH_S = 4.0
"""Answers that have begun may take this long after SIGTERM; then their clients are told."""
SHUTDOWN_S = 8
"""Whatever is open then is cancelled. Process managers allow ten seconds before SIGKILL."""
KEEP_ALIVE_S = 20
BACKLOG = 2048


class Server(uvicorn.Server):
    """Prints its address once it is ready, and ends open answers before it stops."""

    def __init__(self, config: uvicorn.Config, runner: Runner, address: str) -> None:
        super().__init__(config)
        self._runner = runner
        self._address = address
        self._tidying: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving and print the ready line."""
        await super().startup(sockets)
        if self.started:
            self._tidying = asyncio.create_task(collect_when_idle(self._runner))
            sys.stdout.write(f"Accord answers at {self._address}\n")
            sys.stdout.flush()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Be not ready from this moment on."""
        self._runner.drain()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Give answers a moment to finish, then end their streams with an error event."""
        cutting = asyncio.get_running_loop().call_later(FINISH_S, self._runner.cut)
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()
            if self._tidying is not None:
                self._tidying.cancel()


def serve(
    settings: Settings,
    *,
    chat: ChatServiceProtocol | None = None,
    host: str | None = None,
    port: int | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: Where to listen, and limits.
        chat: What answers; None builds the service that the settings describe.
        host: Overrides the settings.
        port: Overrides the settings; 0 takes a free one, named in the ready line.

    Raises:
        ServeError: If the address cannot be listened on, or would be open to strangers.
        ChatError: If the service or the store of conversations cannot be opened.
    """
    set_up_logging(settings)
    with (
        _traces() as traces,
        listen(host or settings.host, settings.port if port is None else port) as listener,
    ):
        address = str(listener.getsockname()[0])
        settings = settings.model_copy(update={"host": address})
        store = open_conversations(settings)
        _refuse_open_door(settings, address, store)
        if chat is None:
            from app.bootstrap import build_chat_service

            chat = build_chat_service(settings)
        hosts = known_hosts(
            address,
            public_url=settings.public_url,
            is_behind_proxy=bool(settings.trusted_proxies),
            is_meant=settings.open_to_network,
        )
        app = create_app(settings, chat, store=store, traces=traces, hosts=hosts)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_S,
            timeout_keep_alive=KEEP_ALIVE_S,
            # `create_app` reads them, where the address that a request came from is still known.
            proxy_headers=False,
        )
        server = Server(config, app.state.web.runner, _address(listener))
        # Uvicorn raises the signal again when it is done; by then the work is over, and well.
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.signal(signal.SIGINT, lambda *_: None)
        server.run(sockets=[listener])


@contextmanager
def _traces() -> Iterator[TracerProvider | None]:
    """What makes spans, from before the first connection to the last word; None where it is off."""
    if not tracing.is_wanted(os.environ):
        yield None
        return
    with extra("otel"):
        from app import telemetry
    provider = telemetry.begin()
    try:
        yield provider
    finally:
        provider.shutdown()


def _refuse_open_door(settings: Settings, address: str, store: ConversationStore) -> None:
    is_guarded = bool(settings.trusted_proxies) or settings.require_token is True
    if settings.oidc_issuer is not None and settings.require_token is None:
        is_guarded = True
    if not is_guarded and settings.require_token is None:
        is_guarded = TokenStore(store.engine).has_any()
    reason = refusal(address, is_guarded=is_guarded, is_meant=settings.open_to_network)
    if reason is not None:
        raise ServeError(reason)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that a taken port is known before a model is loaded.

    Raises:
        ServeError: If the address cannot be listened on.
    """
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except (OSError, UnicodeError, OverflowError) as error:
        if listener is not None:
            listener.close()
        raise ServeError(_refusal(host, port, error)) from error
    return listener


def _refusal(host: str, port: int, error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use. "
            "Stop the program that uses it, or choose another with --port."
        )
    if number == errno.EACCES:
        return (
            f"Port {port} needs more rights than this user has. Choose one above 1023 with --port."
        )
    if isinstance(error, socket.gaierror | UnicodeError) or number == errno.EADDRNOTAVAIL:
        advice = "Use 127.0.0.1, or 0.0.0.0 for all of them."
        return f"{host!r} is not an address of this machine. {advice}"
    return f"Cannot listen on {host} port {port}: {error}."


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
