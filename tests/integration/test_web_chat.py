"""POST /api/chat as JSON and as a stream of events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.errors import ChatError, EmptyLibraryError, NotReadyError
from app.types import Message
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_abstention, make_settings

EVENT_STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def chat() -> FakeChatService:
    return FakeChatService()


@pytest.fixture
def client(chat: FakeChatService, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(tmp_path), chat)) as client:
        yield client


def events_of(text: str) -> list[tuple[str, Any]]:
    """Event names and their data, comments left out."""
    events = []
    for block in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.splitlines() if not line.startswith(":")
        )
        if fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


def test_answer_has_the_contracted_shape(client: TestClient, chat: FakeChatService) -> None:
    response = client.post("/api/chat", json={"question": "What was bought?"})

    assert response.status_code == 200
    body = response.json()
    assert list(body) == [
        "id", "conversation_id", "question", "status", "claims", "citations", "notes",
        "near_misses", "composer", "message", "fallback", "table", "receipt", "created",
        "kind", "understood", "lead", "language",
    ]  # fmt: skip
    assert body["status"] == "answered"
    assert body["claims"][1] == {
        "text": "The price was $70 billion.", "citations": [2], "verdict": "supported",
        "form": "sentence", "heading": "",
    }  # fmt: skip
    first = body["citations"][0]
    assert first["n"] == 1
    assert first["document"] == {
        "id": chat.documents[0].id,
        "title": "Pharmacies as clinics",
        "authors": ["A. Writer", "B. Writer"],
        "publisher": "Example Review",
        "published": "2019-01-15",
        "url": "https://example.org/pharmacies",
        "place": None,
        "caution": None,
    }
    assert first["language"] == "en"
    assert body["language"] == "en"
    assert body["notes"]["undated"] == 1
    assert body["notes"]["disagreements"] == [
        {"subject": "status of the purchase", "citations": [1, 3]}
    ]
    assert body["receipt"]["generation"] == "gen-1"


def test_every_citation_points_at_its_quote_in_the_source(client: TestClient) -> None:
    body = client.post("/api/chat", json={"question": "What was bought?"}).json()

    for citation in body["citations"]:
        source = client.get(f"/api/sources/{citation['document']['id']}").json()
        assert source["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_abstention_has_no_claims_and_no_citations(
    client: TestClient, chat: FakeChatService
) -> None:
    chat.replies["Moon?"] = make_abstention("Moon?")

    body = client.post("/api/chat", json={"question": "Moon?"}).json()

    assert (body["status"], body["claims"], body["citations"]) == ("abstained", [], [])
    assert body["message"].startswith("The sources do not say")
    assert body["near_misses"][0]["text"] == "Nobody knows yet whether it pays."


def test_stream_ends_with_the_same_answer(client: TestClient) -> None:
    response = client.post("/api/chat", json={"question": "What was bought?"}, headers=EVENT_STREAM)

    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response.text)
    assert [name for name, _ in events] == ["status", "claim", "claim", "claim", "note", "answer"]
    streamed = [data["claim"] for name, data in events if name == "claim"]
    assert streamed == events[-1][1]["claims"]
    assert [c["n"] for _, data in events[1:4] for c in data["citations"]] == [1, 2, 3]


def test_error_before_the_first_event_has_its_own_status_code(
    client: TestClient, chat: FakeChatService
) -> None:
    chat.error = NotReadyError("no generation under /secret/path")

    response = client.post("/api/chat", json={"question": "Why?"}, headers=EVENT_STREAM)

    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert int(response.headers["retry-after"]) > 0
    assert "/secret/path" not in response.text


@pytest.mark.parametrize("error", [ChatError("/secret/path"), RuntimeError("/secret/path")])
def test_error_in_the_middle_is_the_one_terminal_event(
    client: TestClient, chat: FakeChatService, error: Exception
) -> None:
    chat.late_error = error

    response = client.post("/api/chat", json={"question": "Why?"}, headers=EVENT_STREAM)

    names = [name for name, _ in events_of(response.text)]
    assert names == ["status", "claim", "claim", "claim", "error"]
    assert "/secret/path" not in response.text


def test_unexpected_error_is_a_problem_without_its_text(
    client: TestClient, chat: FakeChatService
) -> None:
    chat.error = RuntimeError("/secret/path")

    response = client.post("/api/chat", json={"question": "Why?"})

    assert response.status_code == 500
    assert "/secret/path" not in response.text
    assert response.json()["request_id"] == response.headers["x-request-id"]


def test_history_and_filters_reach_the_service(client: TestClient, chat: FakeChatService) -> None:
    client.post(
        "/api/chat",
        json={
            "question": "And  the\u0000 price?",
            "history": [{"role": "user", "content": "What was bought?"}],
            "filters": {"publishers": ["Example Review"], "published_from": "2019-01-01"},
        },
    )

    question = chat.questions[-1]
    assert question.text == "And the price?"
    assert question.history == (Message("user", "What was bought?"),)
    assert question.filters.publishers == ("Example Review",)
    assert str(question.filters.published_from) == "2019-01-01"


def test_conversation_id_brings_the_stored_turns(client: TestClient, chat: FakeChatService) -> None:
    first = client.post("/api/chat", json={"question": "What was bought?"}).json()

    second = client.post(
        "/api/chat",
        json={
            "question": "For how much?",
            "conversation_id": first["conversation_id"],
            "history": [{"role": "user", "content": "ignored"}],
        },
    ).json()

    assert second["conversation_id"] == first["conversation_id"]
    assert [one.role for one in chat.questions[-1].history] == ["user", "assistant"]
    assert chat.questions[-1].history[0].content == "What was bought?"
    assert "$70 billion" in chat.questions[-1].history[1].content


def test_unknown_conversation_is_not_found(client: TestClient) -> None:
    response = client.post("/api/chat", json={"question": "Why?", "conversation_id": "0" * 32})

    assert response.status_code == 404
    assert response.json()["type"] == "urn:accord:problem:not-found"


def test_the_client_s_language_reaches_the_service_and_the_errors(
    client: TestClient, chat: FakeChatService
) -> None:
    german = {"Accept-Language": "de-AT, en;q=0.5"}
    client.post("/api/chat", json={"question": "Northwind 2020"}, headers=german)
    assert chat.questions[-1].language == "de"
    client.post("/api/chat", json={"question": "Northwind 2020"})
    assert chat.questions[-1].language is None

    problem = client.post("/api/chat", json={"question": "x" * 5000}, headers=german).json()
    assert problem["detail"].startswith("Die Frage hat 5,000 Zeichen")
    chat.error = NotReadyError("no index")
    problem = client.post("/api/chat", json={"question": "Wann?"}, headers=german).json()
    assert problem["detail"].startswith("Die Quellen lassen sich noch nicht durchsuchen")


def test_an_empty_library_says_what_is_to_be_done(
    client: TestClient, chat: FakeChatService
) -> None:
    chat.error = EmptyLibraryError("nothing has been ingested yet")
    response = client.post("/api/chat", json={"question": "Why?"})
    assert (response.status_code, response.json()["type"]) == (
        503,
        "urn:accord:problem:empty-library",
    )
    assert "There are no sources yet" in response.json()["detail"]
