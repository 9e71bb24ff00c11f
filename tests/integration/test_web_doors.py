"""The rest of the HTTP door: visitors, health, metrics, the page, starter questions, headers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.errors import ConversationStoreError
from app.protocols import Readiness
from app.web.api import create_app
from app.web.state import VISITOR_COOKIE
from tests.builders_web import FakeChatService, make_abstention, make_settings

MAX_WIDGET_BYTES = 60_000
"""Compressed: what a page of an intranet may be asked to load."""


@pytest.fixture
def chat() -> FakeChatService:
    return FakeChatService()


@pytest.fixture
def client(chat: FakeChatService, tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(tmp_path), chat)) as client:
        yield client


def ask(client: TestClient, question: str = "Why?", **fields: str) -> dict[str, Any]:
    response = client.post("/api/chat", json={"question": question, **fields})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_page_gives_a_browser_its_cookie_once(client: TestClient) -> None:
    first = client.get("/")
    again = client.get("/")

    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"{VISITOR_COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "set-cookie" not in again.headers


def test_cookie_is_secure_where_the_setting_says_so(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, secure_cookies=True), FakeChatService())
    with TestClient(app) as client:
        assert "Secure" in client.get("/").headers["set-cookie"]


def test_callers_without_the_page_get_no_cookie(client: TestClient) -> None:
    response = client.post("/api/chat", json={"question": "Why?"})

    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("site", "is_welcome"), [("same-origin", True), ("same-site", False), ("cross-site", False)]
)
def test_widget_on_another_page_of_this_origin_gets_the_cookie(
    client: TestClient, site: str, is_welcome: bool
) -> None:
    response = client.get("/api/conversations", headers={"Sec-Fetch-Site": site})

    assert ("set-cookie" in response.headers) is is_welcome


def test_conversation_of_a_visitor_does_not_exist_for_others(client: TestClient) -> None:
    client.get("/")
    answer = ask(client)
    conversation = f"/api/conversations/{answer['conversation_id']}"
    mine = client.get(conversation).json()
    assert mine["answers"][0]["id"] == answer["id"]
    assert client.get("/api/conversations").json()["conversations"][0]["id"] == mine["id"]
    assert client.get(f"/api/answers/{answer['id']}").json()["receipt"]["composer"] == "extractive"

    for cookie in (None, "f" * 32, "forged"):
        client.cookies.clear()
        if cookie is not None:
            client.cookies.set(VISITOR_COOKIE, cookie)
        assert client.get(conversation).status_code == 404
        assert client.delete(conversation).status_code == 404
        assert client.get(f"/api/answers/{answer['id']}").status_code == 404
        nothing = {"conversations": [], "total": 0, "next": None}
        assert client.get("/api/conversations").json() == nothing
        stolen = client.post(
            "/api/chat",
            json={"question": "And?", "conversation_id": answer["conversation_id"]},
        )
        assert stolen.status_code == 404


def test_shared_conversation_is_read_by_others_but_not_gone_on_with(client: TestClient) -> None:
    client.get("/")
    path = f"/api/conversations/{ask(client)['conversation_id']}"
    assert client.patch(path, json={"is_shared": True, "title": " A  deal\n"}).status_code == 204
    own = client.get(path).json()
    assert (own["title"], own["is_shared"], own["is_own"]) == ("A deal", True, True)

    client.cookies.clear()
    seen = client.get(path).json()
    assert (seen["answers"], seen["is_own"]) == (own["answers"], False)
    assert client.get(f"{path}/export?format=md").status_code == 200
    assert client.patch(path, json={"is_shared": False}).status_code == 404
    assert client.delete(path).status_code == 404
    stolen = {"question": "And?", "conversation_id": own["id"]}
    assert client.post("/api/chat", json=stolen).status_code == 404


@pytest.mark.parametrize("body", [{"title": " \n"}, {"title": "x" * 201}, {"owner": "me"}])
def test_a_conversation_takes_no_change_that_makes_no_sense(
    client: TestClient, body: dict[str, str]
) -> None:
    client.get("/")
    path = f"/api/conversations/{ask(client)['conversation_id']}"
    assert client.patch(path, json=body).status_code == 422


def test_program_without_cookie_goes_on_by_id_and_erases(client: TestClient) -> None:
    first = ask(client)
    ask(client, "And then?", conversation_id=first["conversation_id"])
    path = f"/api/conversations/{first['conversation_id']}"

    assert [one["question"] for one in client.get(path).json()["answers"]] == ["Why?", "And then?"]
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(f"/api/answers/{first['id']}").status_code == 404


def test_answer_is_given_even_if_it_cannot_be_kept(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConversationStoreError("disk full")

    monkeypatch.setattr(client.app.state.web.conversations, "append", refuse)  # type: ignore[attr-defined]

    body = ask(client)

    assert body["status"] == "answered"
    assert body["conversation_id"] is None
    assert "accord_answers_unstored_total 1.0" in client.get("/metrics").text


def test_health_and_readiness(client: TestClient, chat: FakeChatService) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {
        "ready": True, "detail": "Ready.", "generation": "gen-1", "documents": 2
    }  # fmt: skip

    chat.readiness = Readiness(ok=False, detail="Nothing ingested.", generation=None, documents=0)

    response = client.get("/readyz")
    assert (response.status_code, response.json()["ready"]) == (503, False)


def test_readiness_says_no_where_the_service_breaks(
    client: TestClient, chat: FakeChatService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Readiness:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr(chat, "ready", broken)

    response = client.get("/readyz")
    assert response.status_code == 503
    assert "/secret/path" not in response.text
    assert client.get("/healthz").status_code == 200


def test_draining_server_is_not_ready_and_takes_no_question(client: TestClient) -> None:
    client.app.state.web.runner.drain()  # type: ignore[attr-defined]

    assert client.get("/readyz").status_code == 503
    refused = client.post("/api/chat", json={"question": "Why?"})
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) >= 1


def test_metrics_count_answers_and_name_routes_not_paths(
    client: TestClient, chat: FakeChatService
) -> None:
    chat.replies["Moon?"] = make_abstention("Moon?")
    ask(client)
    answer = ask(client, "Moon?")
    client.get(f"/api/answers/{answer['id']}")
    client.get("/nothing")

    metrics = client.get("/metrics").text

    assert 'accord_answers_total{status="answered"} 1.0' in metrics
    assert 'accord_answers_total{status="abstained"} 1.0' in metrics
    assert "accord_first_claim_seconds_count 1.0" in metrics
    assert 'route="/api/chat",status="200"} 2.0' in metrics
    assert 'route="/api/answers/{answer_id}",status="200"} 1.0' in metrics
    assert 'route="unmatched",status="404"} 1.0' in metrics
    assert "accord_answers_running 0.0" in metrics
    assert 'accord_index_info{generation="gen-1"} 1.0' in metrics
    assert answer["id"] not in metrics


@pytest.mark.parametrize("path", ["/", "/api/sources", "/nothing", "/static/page.css", "/healthz"])
def test_every_response_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


def test_request_id_is_taken_over_if_harmless(client: TestClient) -> None:
    good = client.get("/healthz", headers={"X-Request-ID": "abc-123"})
    bad = client.get("/healthz", headers={"X-Request-ID": "a b\t<script>"})

    assert good.headers["x-request-id"] == "abc-123"
    assert "script" not in bad.headers["x-request-id"]


def test_page_loads_only_its_own_files(client: TestClient) -> None:
    page = client.get("/").text

    assert "http://" not in page
    assert "https://" not in page
    assert "<script>" not in page
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", ["widget.js", "unanswered.js", "reading.js", "print.js"])
def test_no_script_turns_text_into_markup_or_code(client: TestClient, name: str) -> None:
    response = client.get(f"/static/{name}")

    assert response.headers["content-type"].startswith("text/javascript")
    for way in ("innerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(",
                "Function(", "createContextualFragment", "setHTML", "srcdoc"):  # fmt: skip
        assert way not in response.text
    assert "outerHTML=" not in response.text.replace(" ", "")


def test_widget_is_small_and_kept_as_long_as_its_address_names_its_version(
    client: TestClient,
) -> None:
    page = client.get("/").text
    address = re.search(r'src="(/widget\.js\?v=[0-9a-f]{16})"', page)
    assert address is not None

    versioned, plain = client.get(address[1]), client.get("/widget.js")
    known = client.get("/widget.js", headers={"If-None-Match": plain.headers["etag"]})
    uncompressed = client.get("/widget.js", headers={"Accept-Encoding": "identity"})

    assert "immutable" in versioned.headers["cache-control"]
    assert "immutable" not in client.get("/widget.js?v=0123456789abcdef").headers["cache-control"]
    assert "max-age=600" in plain.headers["cache-control"]
    assert versioned.headers["content-encoding"] == "gzip"
    assert int(versioned.headers["content-length"]) < MAX_WIDGET_BYTES
    assert "content-encoding" not in uncompressed.headers
    assert uncompressed.content == plain.content
    assert (known.status_code, known.content) == (304, b"")


def test_widget_can_be_loaded_by_any_page_and_the_rest_by_none(client: TestClient) -> None:
    widget, page = client.get("/widget.js").headers, client.get("/").headers

    assert widget["access-control-allow-origin"] == "*"
    assert widget["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-credentials" not in widget
    assert "access-control-allow-origin" not in page
    assert page["cross-origin-resource-policy"] == "same-origin"


def test_starters_are_such_as_find_an_answer(client: TestClient, chat: FakeChatService) -> None:
    refused = "Why do health-care companies form partnerships?"
    chat.replies[refused] = make_abstention(refused)

    questions = client.get("/api/starters").json()["questions"]

    assert len(questions) == 4
    assert refused not in questions
    num_asked = len(chat.questions)
    assert client.get("/api/starters").json()["questions"] == questions
    assert len(chat.questions) == num_asked


def test_starters_are_tried_again_with_a_new_index(
    client: TestClient, chat: FakeChatService
) -> None:
    client.get("/api/starters")
    num_asked = len(chat.questions)
    chat.readiness = Readiness(ok=True, detail="Ready.", generation="gen-2", documents=2)

    client.get("/api/starters")

    assert len(chat.questions) > num_asked


def test_starters_can_be_set(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, starter_questions=("Mine?",)), FakeChatService())
    with TestClient(app) as client:
        assert client.get("/api/starters").json() == {"questions": ["Mine?"]}


def test_empty_library_offers_no_starters(client: TestClient, chat: FakeChatService) -> None:
    chat.readiness = Readiness(ok=False, detail="Empty.", generation=None, documents=0)

    assert client.get("/api/starters").json() == {"questions": []}
