"""Passages over HTTP: found, filtered, in parts, with the spans of their sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.errors import EmptyLibraryError
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_document, make_settings

COUNT = 7


@pytest.fixture
def chat() -> FakeChatService:
    return FakeChatService(
        documents=[make_document(f"doc-{n}", f"Text number {n}. It ends.") for n in range(COUNT)]
    )


@pytest.fixture
def client(chat: FakeChatService, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(tmp_path), chat)) as client:
        yield client


def found(client: TestClient, **body: Any) -> dict[str, Any]:
    response = client.post("/api/search", json={"query": "number", **body})
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


def test_passages_stand_where_they_say(client: TestClient, chat: FakeChatService) -> None:
    passage = found(client)["passages"][0]

    source = chat.documents[0]
    assert passage["document"]["id"] == source.id
    assert source.text[passage["start"] : passage["end"]] == passage["text"]
    assert [source.text[one["start"] : one["end"]] for one in passage["sentences"]] == [
        "Text number 0.",
        "It ends.",
    ]
    page = client.get(passage["permalink"])
    assert page.status_code == 200
    assert "Text number 0." in page.text


def test_address_and_body_ask_for_the_same(client: TestClient) -> None:
    by_address = client.get("/api/search?q=number&limit=3")

    assert by_address.json() == found(client, limit=3)
    assert by_address.headers["cache-control"] == "private, no-cache"


def test_pages_together_are_all_that_is_found(client: TestClient) -> None:
    whole = found(client, limit=100)
    address, parts = "/api/search?q=number&limit=3", []
    while address:
        response = client.get(address)
        parts.append(response.json()["passages"])
        address = response.links.get("next", {}).get("url", "")
    assert [len(part) for part in parts] == [3, 3, 1]
    assert [one for part in parts for one in part] == whole["passages"]
    assert whole["total"] == COUNT
    assert found(client, limit=3, cursor=found(client, limit=3)["next"])["passages"] == parts[1]


def test_filters_reach_the_search(client: TestClient, chat: FakeChatService) -> None:
    query = "q=number&publisher=A&publisher=B&document_id=x&published_from=2019-01-01"
    client.get(f"/api/search?{query}")
    found(
        client,
        filters={"publishers": ["A", "B"], "document_ids": ["x"], "published_from": "2019-01-01"},
    )

    by_address, by_body = chat.searched
    assert by_address == by_body
    assert by_address.publishers == ("A", "B")
    assert by_address.document_ids == ("x",)
    assert str(by_address.published_from) == "2019-01-01"


@pytest.mark.parametrize(
    "body",
    [{"query": " "}, {"query": "number", "limit": 0}, {"query": "number", "cursor": "no cursor"},
     {"query": "number", "words": 1}, {}],
)  # fmt: skip
def test_what_cannot_be_searched_for_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    response = client.post("/api/search", json=body)

    assert response.status_code == 422
    assert response.json()["type"].startswith("urn:accord:problem:")


def test_empty_library_says_so(client: TestClient, chat: FakeChatService) -> None:
    chat.error = EmptyLibraryError("nothing")

    response = client.get("/api/search?q=number")

    assert (response.status_code, response.json()["type"]) == (
        503,
        "urn:accord:problem:empty-library",
    )
