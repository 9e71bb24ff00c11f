"""People who have signed in at a proxy, through the whole server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app.web.api import create_app
from tests.builders_web import FakeChatService, make_settings

QUESTION = {"question": "What was bought?"}
PROXY = "10.0.0.1"
JANE = {"X-Forwarded-User": "jane", "X-Forwarded-Groups": "staff"}
JOHN = {"X-Forwarded-User": "john", "X-Forwarded-Groups": "staff,keepers"}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    settings = make_settings(
        tmp_path,
        trusted_proxies=PROXY,
        proxy_user_header="X-Forwarded-User",
        proxy_groups_header="X-Forwarded-Groups",
        proxy_sign_out="/oauth2/sign_out",
        allowed_groups=("staff",),
        admin_groups=("keepers",),
    )
    return create_app(settings, FakeChatService())


@pytest.fixture
def client_at(app: FastAPI) -> Iterator[Callable[[str], TestClient]]:
    def at(address: str) -> TestClient:
        return TestClient(app, client=(address, 1234), follow_redirects=False)

    with TestClient(app):
        yield at


At = Callable[[str], TestClient]


def asks(client: TestClient, headers: dict[str, str]) -> Any:
    return client.post("/api/chat", json=QUESTION, headers=headers)


def test_person_whom_the_proxy_names_asks_and_keeps_conversations(client_at: At) -> None:
    proxy = client_at(PROXY)

    answer = asks(proxy, JANE)

    path = f"/api/answers/{answer.json()['id']}"
    assert answer.status_code == 200
    assert proxy.get(path, headers=JANE).status_code == 200
    assert proxy.get(path, headers=JOHN).status_code == 404
    assert proxy.get("/metrics", headers=JANE).status_code == 403
    assert proxy.get("/metrics", headers=JOHN).status_code == 200


def test_forged_headers_open_nothing(client_at: At) -> None:
    forged = {**JOHN, "X-Forwarded-For": PROXY}

    for path in ("/api/sources", "/api/conversations", "/metrics", "/mcp", "/v1/models"):
        assert client_at("10.0.0.2").get(path, headers=forged).status_code == 401
    assert asks(client_at("10.0.0.2"), forged).status_code == 401
    assert asks(client_at(PROXY), {}).status_code == 401


def test_person_of_no_group_is_told_so(client_at: At) -> None:
    nobody = {"X-Forwarded-User": "jim", "X-Forwarded-Groups": "others"}

    refused = asks(client_at(PROXY), nobody)
    page = client_at(PROXY).get("/", headers={**nobody, "Accept": "text/html"})

    assert refused.status_code == page.status_code == 403
    assert "in no group" in refused.json()["detail"]


def test_proxy_that_adds_to_what_clients_send_is_refused_in_plain_words(client_at: At) -> None:
    refused = asks(client_at(PROXY), {"X-Forwarded-User": "admin, jane"})

    assert refused.status_code == 403
    assert "must replace what clients send" in refused.json()["detail"]


def test_websocket_reaches_nothing(client_at: At) -> None:
    for path in ("/api/chat", "/", "/mcp"):
        with (
            pytest.raises(WebSocketDisconnect),
            client_at(PROXY).websocket_connect(path, headers=JOHN),
        ):
            pass


def test_foreign_page_changes_nothing_as_whom_the_proxy_names(client_at: At) -> None:
    proxy = client_at(PROXY)
    identifier = asks(proxy, JANE).json()["conversation_id"]
    path = f"/api/conversations/{identifier}"

    for foreign in ({"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example.org"}):
        assert proxy.delete(path, headers={**JANE, **foreign}).status_code == 403
    assert proxy.delete(path, headers={**JANE, "Sec-Fetch-Site": "same-origin"}).status_code == 204
