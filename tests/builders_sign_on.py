"""Browsers of a server at which people sign in with the issuer of `tests.issuer`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.access.claims import Issuer
from app.access.oidc import Provider
from app.settings import Settings
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_settings
from tests.issuer import CLIENT_ID, CLIENT_SECRET, NOW, URL, FakeIssuer

QUESTION = {"question": "What was bought?"}
PAGE = {"Accept": "text/html,*/*"}
Make = Callable[..., TestClient]


@pytest.fixture
def issuer() -> FakeIssuer:
    return FakeIssuer()


@pytest.fixture
def make(tmp_path: Path, issuer: FakeIssuer) -> Iterator[Make]:
    """Browsers of one server; the first call says what its settings are."""
    made: list[FastAPI] = []
    opened: list[TestClient] = []

    def new(**overrides: Any) -> TestClient:
        if not made:
            made.append(application(tmp_path, issuer, **overrides))
        root = made[0].state.web.settings.root_path
        client = TestClient(made[0], follow_redirects=False, base_url=f"http://testserver{root}")
        if not opened:
            client.__enter__()
        opened.append(client)
        return client

    yield new
    opened[0].__exit__()


def application(folder: Path, issuer: FakeIssuer, **overrides: Any) -> FastAPI:
    settings = with_issuer(folder, **overrides)
    app = create_app(settings, FakeChatService())
    known = Issuer(
        URL,
        CLIENT_ID,
        CLIENT_SECRET,
        groups_claim=settings.oidc_groups_claim,
        allowed_domains=frozenset(settings.oidc_allowed_domains),
    )
    app.state.people.provider = Provider(known, transport=issuer.transport, clock=lambda: NOW)
    return app


def with_issuer(folder: Path, **overrides: Any) -> Settings:
    secrets = {"oidc_client_secret": CLIENT_SECRET, "oidc_client_id": CLIENT_ID}
    return make_settings(folder, oidc_issuer=URL, **secrets, **overrides)


def sign_in(client: TestClient, issuer: FakeIssuer, **changed: Any) -> Any:
    """The whole way; what the browser comes back with can be changed."""
    sent = client.get("/sign-in/start", params={"next": changed.pop("next", "/")})
    back = {**issuer.sign_in(sent.headers["location"]), **changed}
    return client.get("/sign-in/callback", params=back)


def asks(client: TestClient) -> int:
    return client.post("/api/chat", json=QUESTION).status_code
