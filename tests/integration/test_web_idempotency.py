"""`Idempotency-Key`: what was done is not done again, and what was answered is given again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.audit.store import AuditStore, Wanted
from app.conversations.idempotency import KEPT_S, LEASE_S, Claim, IdempotencyStore, KeptResponse
from app.conversations.store import ConversationStore
from app.errors import KeyInUseError, OverloadedError
from app.web.api import create_app
from app.web.state import WebState
from tests.builders_web import FakeChatService, make_settings

ADMIN = "an-admin-token-of-the-tests"
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
QUESTION = {"question": "What was bought?"}
EVENT_STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
def chat() -> FakeChatService:
    return FakeChatService()


@pytest.fixture
def client(chat: FakeChatService, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(tmp_path, admin_token=ADMIN), chat)) as client:
        client.get("/")
        yield client


def state_of(client: TestClient) -> WebState:
    state: WebState = client.app.state.web  # type: ignore[attr-defined]
    return state


def ask(client: TestClient, key: str = KEY, body: Any = QUESTION, **headers: str) -> Any:
    return client.post("/api/chat", json=body, headers={"Idempotency-Key": key, **headers})


@pytest.mark.parametrize("accept", [{}, EVENT_STREAM], ids=["JSON", "stream"])
def test_a_question_that_is_sent_again_gets_its_answer_again(
    client: TestClient, chat: FakeChatService, accept: dict[str, str]
) -> None:
    first, second = (ask(client, **accept) for _ in range(2))

    assert len(chat.questions) == 1
    assert (second.status_code, second.content) == (200, first.content)
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    (conversation,) = client.get("/api/conversations").json()["conversations"]
    whole = client.get(f"/api/conversations/{conversation['id']}").json()
    assert len(whole["answers"]) == 1


def test_a_key_means_the_same_with_and_without_quotation_marks(
    client: TestClient, chat: FakeChatService
) -> None:
    assert ask(client, f'"{KEY}"').content == ask(client, KEY).content
    assert len(chat.questions) == 1


@pytest.mark.parametrize(
    "other",
    [
        lambda client: ask(client, body={"question": "What else?"}),
        lambda client: ask(client, **EVENT_STREAM),
        lambda client: client.post(
            "/api/answers/0/feedback", json={"rating": "up"}, headers={"Idempotency-Key": KEY}
        ),
    ],
    ids=["another body", "another form of answer", "another address"],
)
def test_a_key_of_another_request_is_refused(
    client: TestClient, chat: FakeChatService, other: Any
) -> None:
    ask(client)
    response = other(client)

    assert response.status_code == 422
    assert response.json()["type"] == "urn:accord:problem:idempotency-key-reused"
    assert len(chat.questions) == 1


@pytest.mark.parametrize("key", ["with space", "x" * 256, ""])
def test_what_is_no_key_is_refused(client: TestClient, chat: FakeChatService, key: str) -> None:
    response = ask(client, key)

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "header.Idempotency-Key"
    assert chat.questions == []


def test_another_visitor_may_use_the_same_key(client: TestClient, chat: FakeChatService) -> None:
    mine = ask(client).json()
    client.cookies.clear()
    client.get("/")

    assert ask(client).json()["id"] != mine["id"]
    assert len(chat.questions) == 2


def test_while_it_is_answered_the_same_request_waits(
    client: TestClient, chat: FakeChatService
) -> None:
    chat.held = True
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(ask(client)))
    asking.start()
    assert chat.reached.acquire(timeout=10)
    refused = ask(client)
    chat.held = False
    asking.join()

    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:accord:problem:idempotency-key-in-use"
    assert refused.headers["retry-after"] == "2"
    assert ask(client).content == answers[0].content


@pytest.mark.parametrize("accept", [{}, EVENT_STREAM], ids=["JSON", "stream"])
@pytest.mark.parametrize("error", ["error", "late_error"])
def test_what_failed_may_be_tried_again_with_its_key(
    client: TestClient, chat: FakeChatService, error: str, accept: dict[str, str]
) -> None:
    setattr(chat, error, OverloadedError("Full.", retry_after_s=1))
    ask(client, **accept)
    setattr(chat, error, None)

    response = ask(client, **accept)

    assert response.status_code == 200
    assert "What was bought?" in response.text
    assert "idempotency-replayed" not in response.headers


def test_a_rating_that_is_sent_again_does_not_undo_the_next_one(client: TestClient) -> None:
    path = f"/api/answers/{ask(client).json()['id']}/feedback"
    key = {"Idempotency-Key": "first-rating"}
    client.post(path, json={"rating": "down"}, headers=key)
    client.post(path, json={"rating": "up"})
    again = client.post(path, json={"rating": "down"}, headers=key)

    assert (again.status_code, again.content) == (204, b"")
    assert client.get(path).json()["rating"] == "up"


def test_an_upload_that_is_sent_again_makes_one_run(client: TestClient) -> None:
    headers = {"Idempotency-Key": KEY, "Authorization": f"Bearer {ADMIN}"}

    def send(content: bytes) -> Any:
        files = {"files": ("report.md", content, "text/markdown")}
        return client.post("/api/sources", files=files, data={"dry_run": "1"}, headers=headers)

    first, second, other = send(b"# One"), send(b"# One"), send(b"# Two")

    assert (first.status_code, second.json()) == (202, first.json())
    assert other.status_code == 422
    runs = client.get("/api/runs", headers=headers).json()
    assert [one["id"] for one in runs["runs"]] == [first.json()["id"]]


def test_an_erased_answer_is_not_given_again(client: TestClient, chat: FakeChatService) -> None:
    first = ask(client).json()
    client.delete(f"/api/conversations/{first['conversation_id']}")
    engine = state_of(client).conversations.engine
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from idempotency_keys")).scalar() == 0

    assert ask(client).json()["id"] != first["id"]
    assert len(chat.questions) == 2


def test_an_erased_source_is_in_no_kept_response(client: TestClient, chat: FakeChatService) -> None:
    first = ask(client).json()
    conversations = state_of(client).conversations
    conversations.forget_document(first["citations"][0]["document"]["id"])
    with conversations.engine.connect() as connection:
        assert connection.execute(text("select count(*) from idempotency_keys")).scalar() == 0


def test_what_the_caller_may_no_longer_see_is_answered_anew(
    client: TestClient, chat: FakeChatService, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client)
    monkeypatch.setattr(chat, "hides", lambda *_: True)

    again = ask(client)

    assert again.status_code == 200
    assert "idempotency-replayed" not in again.headers
    assert len(chat.questions) == 2


def test_the_audit_log_tells_that_it_was_repeated(client: TestClient) -> None:
    answer = ask(client).json()
    ask(client)
    client.app.state.audit.close()  # type: ignore[attr-defined]
    entries = AuditStore(state_of(client).conversations.engine).entries(Wanted(actions=("ask",)))

    assert [(one.outcome, one.subject) for one in entries] == [
        ("repeated", answer["id"]),
        ("answered", answer["id"]),
    ]


def test_the_document_names_the_header_where_it_counts(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    told = {
        operation["operationId"]
        for methods in paths.values()
        for operation in methods.values()
        if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ()))
    }
    assert told == {
        "post_chat", "post_feedback", "post_sources", "read_again", "edit_source", "start_run",
        "stop_run",
    }  # fmt: skip


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore.in_folder(tmp_path)
    yield store
    store.close()


def claimed(store: IdempotencyStore) -> Claim:
    found = store.claim("caller", KEY, "print")
    assert isinstance(found, Claim)
    return found


def test_a_server_that_died_holds_a_key_for_its_lease(kept: ConversationStore) -> None:
    clock = Clock()
    store = IdempotencyStore(kept.engine, clock=clock)
    lost = claimed(store)
    clock.now += LEASE_S
    with pytest.raises(KeyInUseError):
        store.claim("caller", KEY, "print")
    clock.now += 1
    taken = claimed(store)

    store.keep(lost, KeptResponse(200, (), b"late"))
    store.keep(taken, KeptResponse(200, (), b"in time"))

    assert store.claim("caller", KEY, "print") == KeptResponse(200, (), b"in time")


def test_a_response_is_kept_for_a_day(kept: ConversationStore) -> None:
    clock = Clock()
    store = IdempotencyStore(kept.engine, clock=clock)
    store.keep(claimed(store), KeptResponse(204, (("a", "b"),), b""))
    clock.now += KEPT_S
    assert store.claim("caller", KEY, "print") == KeptResponse(204, (("a", "b"),), b"")
    clock.now += 1
    assert store.purge() == 1
    claimed(store)
