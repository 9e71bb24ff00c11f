"""A real server on loopback around the fake chat service."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from app.protocols import ChatServiceProtocol
from app.running import Runner
from app.settings import Settings
from app.web.api import create_app
from app.web.serve import listen
from tests.builders_web import FakeChatService

PATIENCE_S = 20.0
"""Longest wait for something that must happen; tests end as soon as it has."""


@dataclass
class LiveServer:
    chat: ChatServiceProtocol
    runner: Runner
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open_stream(
        self, accept: str = "text/event-stream", question: str = "What was bought?"
    ) -> socket.socket:
        """Ask, and return the socket without reading the answer."""
        body = json.dumps({"question": question}).encode()
        request = (
            "POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Accept: {accept}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)
        connection.sendall(request.encode() + body)
        return connection


def until(condition: Callable[[], bool], *, patience_s: float = PATIENCE_S) -> None:
    """Return once a condition holds; fail where it never does."""
    deadline = time.monotonic() + patience_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        pause.wait(0.005)


@contextmanager
def serving(settings: Settings, chat: ChatServiceProtocol | None = None) -> Iterator[LiveServer]:
    """Serve a chat service, the fake one by default, which is let go on at the end."""
    chat = chat or FakeChatService()
    app = create_app(settings, chat)
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started)
            yield LiveServer(chat, app.state.web.runner, listener.getsockname()[1])
        finally:  # else a test that fails leaves a thread for which pytest waits for ever
            if isinstance(chat, FakeChatService):
                chat.held = False
            server.should_exit = True
            thread.join(PATIENCE_S)
        assert not thread.is_alive()
