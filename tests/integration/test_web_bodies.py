"""No body, however broken, is a fault of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.web.api import create_app
from tests.builders_web import FakeChatService, make_settings
from tests.json_bodies import json_bodies

ADMIN = {"Authorization": "Bearer an-admin-token-of-the-tests"}
EVERY = 23
"""Without the campaign, one body in so many."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    settings = make_settings(
        tmp_path, admin_token=ADMIN["Authorization"].split()[1], requests_per_minute=1_000_000
    )
    app = create_app(settings, FakeChatService())
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def takes_a_body(client: TestClient) -> list[tuple[str, str]]:
    """Method and path of every operation that does, and of those that are described elsewhere."""
    answer = client.post("/api/chat", json={"question": "What?"}).json()["id"]
    paths = client.get("/openapi.json").json()["paths"]
    described = [
        (method, path.replace("{answer_id}", answer))
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in {"post", "put", "patch"}
    ]
    return [*described, ("post", "/mcp"), ("post", "/sign-in")]


def faults(client: TestClient, bodies: list[bytes]) -> list[str]:
    found = []
    for method, path in takes_a_body(client):
        for body in bodies:
            headers = {"Content-Type": "application/json", **ADMIN}
            if path == "/mcp":
                headers["Accept"] = "application/json, text/event-stream"
            response = client.request(method, path, content=body, headers=headers)
            if response.status_code >= 500:
                found.append(f"{method} {path} {response.status_code} {body[:60]!r}")
    return found


def test_bodies_are_many_and_different() -> None:
    bodies = list(json_bodies())
    assert len(set(bodies)) > 500


def test_broken_bodies_are_no_fault_of_the_server(client: TestClient) -> None:
    assert faults(client, list(json_bodies())[::EVERY]) == []


@pytest.mark.campaign
@pytest.mark.slow
def test_none_of_all_the_bodies_is_a_fault_of_the_server(client: TestClient) -> None:
    assert faults(client, list(json_bodies())) == []
