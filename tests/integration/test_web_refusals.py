"""Who is refused while too much is asked waits for no thread and no database."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import event

from app.web import access, api
from app.web.api import create_app
from app.web.state import WebState
from tests.builders_web import FakeChatService, make_settings
from tests.live_server import PATIENCE_S

QUESTION = {"question": "What was bought?"}


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A server whose only place is taken, and that lets nobody wait."""
    monkeypatch.setattr(access, "NOTICED_S", 1000.0)
    monkeypatch.setattr(api, "_purge_for_ever", _nothing)  # uses threads at the start
    chat = FakeChatService(held=True)
    settings = make_settings(tmp_path, max_running=1, max_queued=0)
    with TestClient(create_app(settings, chat)) as client:
        first = threading.Thread(target=client.post, args=("/api/chat",), kwargs={"json": QUESTION})
        first.start()
        assert chat.reached.acquire(timeout=PATIENCE_S)
        yield client
        chat.pause.set()
        chat.held = False
        first.join()


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/api/chat", QUESTION, {}),
        ("/api/chat", QUESTION, {"Accept": "text/event-stream"}),
        ("/api/chat", QUESTION, {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}),
        ("/api/chat", QUESTION | {"conversation_id": "0" * 32}, {}),
        ("/api/search", {"query": "What was bought?"}, {}),
        (
            "/v1/chat/completions",
            {"model": "accord", "messages": [{"role": "user", "content": "What?"}]},
            {},
        ),
    ],
    ids=["JSON", "stream", "with a key", "follow-up", "search", "OpenAI's format"],
)
def test_a_refusal_waits_for_no_thread_and_no_database(
    full: TestClient,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: dict[str, Any],
    headers: dict[str, str],
) -> None:
    waited: list[str] = []

    def note(what: object) -> None:
        if threading.current_thread().name != "audit":  # writes beside the answers
            waited.append(str(what))

    state: WebState = full.app.state.web  # type: ignore[attr-defined]
    event.listen(state.conversations.engine, "before_cursor_execute", lambda *told: note(told[2]))
    with monkeypatch.context() as patched:
        patched.setattr(anyio.to_thread, "run_sync", lambda work, *_, **__: note(work))

        refused = full.post(path, json=body, headers=headers)

    assert (refused.status_code, waited) == (503, [])
    assert int(refused.headers["retry-after"]) >= 1


def test_no_route_depends_on_what_is_looked_up_in_the_thread_pool(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path), FakeChatService())
    routes = [each.route for each in iter_route_contexts(app.routes)]
    calls = [
        call
        for route in routes
        if isinstance(route, APIRoute)
        for call in (route.endpoint, *_depended_on(route.dependant))
    ]

    assert len(calls) > len(routes)
    assert [call for call in calls if not _is_on_the_loop(call)] == []


async def _nothing(*_: object) -> None:
    """Done at once."""


def _depended_on(dependant: Dependant) -> Iterator[Any]:
    for each in dependant.dependencies:
        yield each.call
        yield from _depended_on(each)


def _is_on_the_loop(call: Any) -> bool:
    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction)
    return any(is_kind(each) for is_kind in kinds for each in (call, type(call).__call__))
