"""Every route that names a visitor's thing, with every credential that is not that visitor's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.sites import Site
from app.web.api import create_app
from app.web.state import VISITOR_COOKIE
from tests.builders_web import FakeChatService, make_settings

ADMIN = "an-admin-token-of-a-test"  # noqa: S105 - a test's
SITE, OTHER = "pk-intranet-0001", "pk-wiki-00000001"
ORIGIN, OTHER_ORIGIN = "https://intranet.example.org", "https://wiki.example.org"
MINE, THEIRS = "0123456789abcdef" * 2, "fedcba9876543210" * 2

# Routes without anything of a visitor's in their path; a new one must be judged and named here.
OPEN = {
    "/api/chat",
    "/api/starters",
    "/api/conversations",
    "/api/unanswered",
    "/api/unanswered.csv",
    "/api/feedback",
    "/api/search",
    "/api/sources",
    "/api/sources/{document_id}",
    "/api/sources/{document_id}/ingest",
    "/api/version",
    "/sources/{document_id}",
    "/healthz",
    "/readyz",
    "/metrics",
    "/v1/chat/completions",
    "/v1/models",
    "/v1/models/{model}",
}
MANAGED = ("/api/runs", "/api/admin")
"""What is below these changes the library, or tells whoever keeps it; see test_web_manage."""


def site(key: str, origin: str, visitor: str) -> dict[str, str]:
    return {"Accord-Key": key, "Accord-Visitor": visitor, "Origin": origin}


def cookie(visitor: str) -> dict[str, str]:
    return {"Cookie": f"{VISITOR_COOKIE}={visitor}"}


OWNERS = {"cookie": cookie(MINE), "site": site(SITE, ORIGIN, MINE)}
STRANGERS: dict[str, dict[str, str]] = {
    "nobody": {},
    "another cookie": cookie(THEIRS),
    "forged cookie": cookie("*"),
    "another visitor of the site": site(SITE, ORIGIN, THEIRS),
    "no visitor of the site": {"Accord-Key": SITE, "Origin": ORIGIN},
    "same token on another site": site(OTHER, OTHER_ORIGIN, MINE),
    "token without a key": {"Accord-Visitor": MINE},
    "wrong key": site("pk-of-nobody-1", ORIGIN, MINE),
    "key from another origin": site(SITE, OTHER_ORIGIN, MINE),
    "key without an origin": {"Accord-Key": SITE, "Accord-Visitor": MINE},
    "admin": {"Authorization": f"Bearer {ADMIN}"},
}
# The cookie's number as a site's token, and the other way round: each is another visitor.
CROSSED = {"cookie": site(SITE, ORIGIN, MINE), "site": cookie(MINE)}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    sites = (Site(key=SITE, origins=(ORIGIN,)), Site(key=OTHER, origins=(OTHER_ORIGIN,)))
    settings = make_settings(tmp_path, sites=sites, admin_token=ADMIN)
    with TestClient(create_app(settings, FakeChatService())) as client:
        yield client


def routes(client: TestClient) -> list[tuple[str, str]]:
    """Method and path of every route of the API's description that names somebody's thing."""
    paths = client.get("/openapi.json").json()["paths"]
    return [
        (method, path)
        for path, item in paths.items()
        if path not in OPEN and not path.startswith(MANAGED)
        for method in item
    ]


def request(
    client: TestClient, method: str, path: str, answer: dict[str, Any], headers: dict[str, str]
) -> int:
    assert "{answer_id}" in path or "{conversation_id}" in path, f"{path} must be judged"
    ids = {"answer_id": answer["id"], "conversation_id": answer["conversation_id"]}
    body = {"post": {"rating": "up"}, "patch": {"is_pinned": True}}.get(method)
    query = "?format=md" if path.endswith("/export") else ""
    sent = client.request(method, path.format(**ids) + query, json=body, headers=headers)
    return int(sent.status_code)


@pytest.mark.parametrize("owner", OWNERS)
def test_nothing_of_a_visitor_exists_for_anybody_else(client: TestClient, owner: str) -> None:
    body = {"question": "Why?"}
    answer = client.post("/api/chat", json=body, headers=OWNERS[owner]).json()
    strangers = {**STRANGERS, "crossed": CROSSED[owner]}
    found = routes(client)
    assert len(found) >= 9

    for method, path in found:
        for name, headers in strangers.items():
            status = request(client, method, path, answer, headers)
            assert status in {403, 404}, f"{method} {path} as {name}: {status}"
    for name, headers in strangers.items():
        body = {"question": "And?", "conversation_id": answer["conversation_id"]}
        status = client.post("/api/chat", json=body, headers=headers).status_code
        assert status in {403, 404}, f"going on as {name}: {status}"

    # What belongs to the owner is still there, and is the owner's; what erases comes last.
    for method, path in sorted(found, key=lambda one: (one[0] == "delete", "convers" in one[1])):
        status = request(client, method, path, answer, OWNERS[owner])
        # A page of ours cannot know who somebody is on a foreign site.
        is_known = owner == "cookie" or path.startswith("/api/")
        assert (status in {200, 204}) is is_known, f"{method} {path}: {status}"
