"""Questions to go on with over HTTP: each was tried, and people who ask come before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.errors import NotReadyError
from app.web.api import create_app
from tests.builders_web import (
    FakeChatService,
    make_abstention,
    make_answer,
    make_citation,
    make_settings,
)

SUGGESTED = "What are the main points of “Pharmacies as clinics”?"


@pytest.fixture
def chat() -> FakeChatService:
    """Answers one of the two candidates with words that have not been read."""
    chat = FakeChatService()
    citation = make_citation(chat.documents[0], "Patients are seen nearer to home.")
    answer = make_answer(SUGGESTED)
    chat.replies[SUGGESTED] = replace(answer, claims=answer.claims[:1], citations=(citation,))
    refused = "What are the main points of “An interview”?"
    chat.replies[refused] = make_abstention(refused)
    return chat


@pytest.fixture
def client(chat: FakeChatService, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(tmp_path, max_running=4), chat)) as client:
        yield client


def follow_ups(client: TestClient) -> tuple[dict[str, Any], Any]:
    answer = client.post("/api/chat", json={"question": "What was bought?"}).json()
    return answer, client.get(f"/api/answers/{answer['id']}/follow-ups")


def test_only_questions_that_find_an_answer_are_offered(
    client: TestClient, chat: FakeChatService
) -> None:
    _, response = follow_ups(client)

    assert response.json() == {"questions": [SUGGESTED]}
    tried = chat.questions[1:]
    assert {one.text for one in tried} == {SUGGESTED, "What are the main points of “An interview”?"}
    # As they would be asked: after this turn, and without a chat model's cost.
    assert all(one.history[0].content == "What was bought?" for one in tried)
    assert all(one.composer == "extractive" for one in tried)


def test_busy_server_offers_none(
    client: TestClient, chat: FakeChatService, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = client.app.state.web.runner  # type: ignore[attr-defined]
    monkeypatch.setattr(type(runner), "running", property(lambda _: 2))

    _, response = follow_ups(client)

    assert response.json() == {"questions": []}
    assert len(chat.questions) == 1


def test_question_that_cannot_be_tried_is_left_out(
    client: TestClient, chat: FakeChatService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise NotReadyError("the index is being replaced")

    monkeypatch.setattr(chat, "answer", refuse)

    _, response = follow_ups(client)

    assert response.json() == {"questions": []}


def test_unknown_answer_has_none(client: TestClient) -> None:
    assert client.get(f"/api/answers/{'0' * 32}/follow-ups").status_code == 404
