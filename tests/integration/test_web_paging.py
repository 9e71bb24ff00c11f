"""Lists in parts, and what the API does not know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.web.api import create_app
from app.web.paging import page_of
from tests.builders_web import FakeChatService, make_abstention, make_document, make_settings

ADMIN = "an-admin-token-of-the-tests"
COUNT = 7


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    documents = [make_document(f"doc-{n}", f"Text number {n}.") for n in range(COUNT)]
    chat = FakeChatService(documents=documents)
    with TestClient(create_app(make_settings(tmp_path, admin_token=ADMIN), chat)) as client:
        for n in range(COUNT):
            question = f"Who is number {'ABCDEFG'[n]}{n}?"
            chat.replies[question] = make_abstention(question)
            client.get("/")
            answer = client.post("/api/chat", json={"question": question}).json()
            client.post(f"/api/answers/{answer['id']}/feedback", json={"rating": "down"})
        yield client


LISTS = [("/api/sources", "sources"), ("/api/conversations", "conversations")]
LISTS += [("/api/unanswered", "clusters"), ("/api/feedback", "feedback")]


def get(client: TestClient, address: str) -> Any:
    response = client.get(address, headers={"Authorization": f"Bearer {ADMIN}"})
    assert response.status_code == 200, response.text
    return response


@pytest.mark.parametrize(("path", "name"), LISTS)
def test_pages_together_are_the_whole_list(client: TestClient, path: str, name: str) -> None:
    address, parts = f"{path}?limit=3", []
    while address:
        response = get(client, address)
        parts.append(response.json()[name])
        address = response.links.get("next", {}).get("url", "")
    whole = get(client, path)
    assert [len(part) for part in parts] == [3, 3, 1]
    assert [one for part in parts for one in part] == whole.json()[name]
    assert whole.json()["total"] == COUNT
    assert "link" not in whole.headers


@pytest.mark.parametrize(("path", "name"), LISTS)
def test_body_and_link_lead_to_the_same_page(client: TestClient, path: str, name: str) -> None:
    first = get(client, f"{path}?limit=2")
    second = get(client, f"{path}?limit=2&cursor={first.json()['next']}")
    assert second.json()[name] == get(client, first.links["next"]["url"]).json()[name]
    assert second.links["first"]["url"] == f"{path}?limit=2"


def test_filters_stay_from_page_to_page_and_are_counted(client: TestClient) -> None:
    first = get(client, "/api/sources?q=pharmacies&limit=2")
    assert "q=pharmacies" in first.links["next"]["url"]
    assert first.json()["matching"] == COUNT
    assert get(client, "/api/sources?q=zebra&limit=2").json()["matching"] == 0


@pytest.mark.parametrize("cursor", ["x", "3-", "3-0123456789ABCDEF", "%00"])
def test_a_cursor_of_somebody_else_is_refused(client: TestClient, cursor: str) -> None:
    response = client.get(f"/api/sources?cursor={cursor}")
    assert response.status_code == 422
    assert "query.cursor" in response.text


@pytest.mark.parametrize(
    ("changed", "rest"),
    [
        ("abcdef", "def"),  # nothing happened
        ("xabcdef", "def"),  # one more before
        ("bcdef", "def"),  # one less before
        ("abdef", "ef"),  # the last that was given has gone: from where it stood
        ("ab", ""),
    ],
)
def test_what_stays_is_neither_skipped_nor_repeated(changed: str, rest: str) -> None:
    cursor = page_of("abcdef", 3, None, key=str).next
    assert "".join(page_of(changed, None, cursor, key=str).items) == rest


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (
            "/api/sources?publsher=x",
            "query.publsher: There is no such parameter. Did you mean publ",
        ),
        ("/api/sources?offset=3", "query.offset: There is no such parameter. Known: q, publisher"),
        ("/api/starters?limit=3", "query.limit: There is no such parameter; none is taken here."),
        ("/api/sources?limit=0", "query.limit: "),
    ],
)
def test_a_parameter_that_is_not_known_is_refused_by_name(
    client: TestClient, address: str, told: str
) -> None:
    response = client.get(address)
    assert response.status_code == 422
    assert response.json()["type"] == "urn:accord:problem:invalid-request"
    assert told in response.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        (
            "/api/chat",
            {"question": "A?", "compser": "x"},
            "body.compser: There is no such field. D",
        ),
        ("/api/chat", {"question": "A?", "zzz": 1}, "Known: as_typed, composer, conversation_id, "),
        (
            "/api/chat",
            {"question": "A?", "filters": {"publisher": []}},
            "body.filters.publisher: There is no such field. Did you mean publishers?",
        ),
        (
            "/api/chat",
            {"question": "A?", "history": [{"role": "user", "content": "x", "rôle": "x"}]},
            "There is no such field. Did you mean role?",
        ),
        ("/api/answers/x/feedback", {"rating": "up", "coment": ""}, "Did you mean comment?"),
    ],
)
def test_a_field_that_is_not_known_is_refused_and_the_nearest_one_named(
    client: TestClient, path: str, body: dict[str, Any], told: str
) -> None:
    response = client.post(path, json=body)
    assert response.status_code == 422
    assert told in response.json()["detail"]


@pytest.mark.parametrize("address", ["/?utm_source=mail", "/v1/models?api-version=2026-01-01"])
def test_pages_and_doors_of_others_take_what_comes_with_a_link(
    client: TestClient, address: str
) -> None:
    assert client.get(address).status_code == 200


def test_every_body_that_the_api_takes_refuses_what_it_does_not_know(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    waiting = [
        content["schema"]
        for path, operations in document["paths"].items()
        for operation in operations.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if path.startswith("/api/")
    ]
    lax, seen = [], set()
    while waiting:
        schema = waiting.pop()
        if (name := schema.get("$ref", "").rsplit("/", 1)[-1]) and name not in seen:
            seen.add(name)
            waiting.append(schemas[name])
            if schemas[name].get("type") == "object":
                lax += [] if schemas[name].get("additionalProperties") is False else [name]
        waiting += [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
        waiting += [schema["items"]] if "items" in schema else []
    assert seen >= {"ChatRequest", "FiltersBody", "HistoryMessage", "FeedbackBody"}
    assert lax == []
