"""Bad requests: each gets problem details, a documented status and no exception text."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import ChatError
from app.languages.catalogue import TRANSLATED, translated
from app.web.api import create_app
from app.web.problems import HTTP_PROBLEMS, KINDS, kind_of, plain_problem
from tests.builders_web import FakeChatService, make_settings

JSON = {"Content-Type": "application/json"}
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(make_settings(tmp_path_factory.mktemp("data")), FakeChatService())
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def assert_problem(response: Any, status: int, slug: str | None = None) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["request_id"] == response.headers["x-request-id"]
    assert body["title"]
    assert body["detail"]
    if slug is not None:
        assert body["type"] == f"urn:accord:problem:{slug}"
    return body


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b"{", 400, None),
        (b"\xff\xfe{}", 400, None),
        (b'{"question": "caf\xe9"}', 400, None),
        (b"[" * 30_000, 400, None),
        (b"null", 422, "invalid-request"),
        (b"[]", 422, "invalid-request"),
        (b"NaN", 422, "invalid-request"),
        (b"{}", 422, "invalid-request"),
        (b'{"question": NaN}', 422, "invalid-request"),
        (b'{"question": 1e999}', 422, "invalid-request"),
        (b'{"question": null}', 422, "invalid-request"),
        (b'{"question": "\\ud800"}', 422, "question-empty"),
        (b'{"question": "a", "conversation_id": "\\ud800\\u0000"}', 404, "not-found"),
        (b'{"question": "a", "\\ud800": 1, "history": [{"role": "\\udfff"}]}', 422, None),
        (b'{"question": "a", "history": [{"role": "system", "content": "b"}]}', 422, None),
        (b'{"question": "a", "filters": {"published_from": "soon"}}', 422, "invalid-request"),
        (b'{"question": ""}', 422, "question-empty"),
        (b'{"question": " \\t\\n "}', 422, "question-empty"),
        (b'{"question": "\\u0000\\u0007\\u200b\\u202e"}', 422, "question-empty"),
        (b'{"question": "?!\\u2026"}', 422, "question-empty"),
        (json.dumps({"question": "a" * 4_001}).encode(), 422, "question-too-long"),
        (json.dumps({"question": "a" * 100_000}).encode(), 413, None),
        (json.dumps({"question": "a", "composer": "poet"}).encode(), 422, "unknown-composer"),
    ],
)
def test_bad_body_is_a_problem(
    client: TestClient, body: bytes, status: int, slug: str | None
) -> None:
    for accept in ("application/json", "text/event-stream"):
        response = client.post("/api/chat", content=body, headers={**JSON, "Accept": accept})
        assert_problem(response, status, slug)


@pytest.mark.parametrize(
    "question",
    [
        "Что куплено?",
        "何が買われましたか",
        "ما الذي تم شراؤه؟",
        "e\u0301 🙂 a",
        "a\u0000b",
        "1",
        "a\ud800",
    ],
)
def test_question_in_any_script_is_answered(client: TestClient, question: str) -> None:
    body = json.dumps({"question": question})

    response = client.post("/api/chat", content=body, headers=JSON)

    assert response.status_code == 200
    assert "\u0000" not in response.json()["question"]


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "multipart/form-data", "application/x-www-form-urlencoded"]
)
def test_body_of_another_type_is_refused(client: TestClient, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    response = client.post("/api/chat", content=b'{"question": "Why?"}', headers=headers)

    assert_problem(response, 415)


def test_undeclared_length_is_counted_as_it_arrives(client: TestClient) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(100):
            yield b"a" * 1024
        yield b'"}'

    assert_problem(client.post("/api/chat", content=chunks(), headers=JSON), 413)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/static/nothing.js", 404),
        ("GET", "/static/../api.py", 404),
        ("GET", "/static/%2e%2e/api.py", 404),
        ("GET", "/api/chat", 405),
        ("DELETE", "/api/chat", 405),
        ("PUT", "/static/page.css", 405),
        ("BREW", "/", 405),
        ("GET", "/api/sources/0000000000000000", 404),
        ("GET", "/api/sources/%00", 404),
        ("GET", "/api/sources/%ff%fe", 404),
        ("GET", "/sources/0000000000000000?start=1&end=2", 404),
        ("GET", "/sources/0000000000000000?start=-1", 422),
        ("GET", "/api/sources?published_from=soon", 422),
        ("GET", "/api/conversations/%00", 404),
        ("DELETE", f"/api/conversations/{'0' * 32}", 404),
        ("GET", f"/api/answers/{'0' * 32}", 404),
        ("GET", f"/api/answers/{'a' * 5000}", 404),
    ],
)
def test_bad_address_is_a_problem(client: TestClient, method: str, path: str, status: int) -> None:
    assert_problem(client.request(method, path), status)


def test_validation_names_the_fields_and_not_the_values(client: TestClient) -> None:
    response = client.post("/api/chat", json={"question": 7, "history": [{"role": "sekrit"}]})

    body = assert_problem(response, 422, "invalid-request")
    fields = {error["field"] for error in body["errors"]}
    assert fields == {"body.question", "body.history.0.role", "body.history.0.content"}
    assert "sekrit" not in response.text


def test_too_many_questions_are_told_when_to_come_back(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, requests_per_minute=2), FakeChatService())
    with TestClient(app) as client:
        statuses = [client.post("/api/chat", json={"question": "Why?"}) for _ in range(3)]

    assert [one.status_code for one in statuses] == [200, 200, 429]
    assert_problem(statuses[-1], 429, "too-many-requests")
    assert 1 <= int(statuses[-1].headers["retry-after"]) <= 60


def test_every_error_of_ours_has_a_status() -> None:
    def descendants(kind: type[ChatError]) -> Iterator[type[ChatError]]:
        for child in kind.__subclasses__():
            yield child
            yield from descendants(child)

    for kind in descendants(ChatError):
        assert any(ancestor in KINDS for ancestor in kind.__mro__)
    assert kind_of(ChatError("x")).detail != "x"


def test_documented_errors_are_problems(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()

    assert "Problem" in schema["components"]["schemas"]
    chat = schema["paths"]["/api/chat"]["post"]
    assert {"400", "404", "413", "415", "422", "429", "500", "503"} <= set(chat["responses"])
    assert set(chat["responses"]["422"]["content"]) == {PROBLEM}
    assert chat["requestBody"]["content"]["application/json"]["schema"]
    for path, operations in schema["paths"].items():
        for name, operation in operations.items():
            assert operation["summary"], (path, name)


def test_openapi_has_examples(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]

    assert schemas["ChatRequest"]["examples"][0]["question"]


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
json_bodies = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda value: json.dumps(value).encode(), json_values),
    st.builds(
        lambda fields: json.dumps({"question": "Why?", **fields}).encode(),
        st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(
                ("question", "conversation_id", "history", "filters", "composer"), json_values
            ),
        ),
    ),
)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=json_bodies)
def test_no_body_brings_an_undocumented_answer(client: TestClient, body: bytes) -> None:
    response = client.post("/api/chat", content=body, headers=JSON)

    if response.status_code != 200:
        assert response.status_code in {400, 404, 422}
        assert_problem(response, response.status_code)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    name=st.sampled_from(["/api/sources/", "/sources/", "/api/answers/", "/api/conversations/"]),
    part=st.binary(min_size=1, max_size=30),
    query=st.dictionaries(
        st.sampled_from(["version", "start", "end", "q"]), st.text(max_size=10), max_size=3
    ),
)
def test_no_address_brings_an_undocumented_answer(
    client: TestClient, name: str, part: bytes, query: dict[str, str]
) -> None:
    quoted = "".join(f"%{byte:02x}" for byte in part)
    printable = {key: value.encode("utf-8", "replace").decode() for key, value in query.items()}

    response = client.get(f"{name}{quoted}", params=printable)

    assert response.status_code in {200, 404, 422}


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/nope", "/sources/xyz", "/conversations/<b>/print"])
def test_a_person_in_a_browser_gets_a_page(client: TestClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "<h1>Not" in response.text
    assert "<b>" not in response.text


LANGUAGES_SAID = [
    ("en", "Not found", "There is no such source.", "Not found"),
    ("de", "Nicht gefunden", "Diese Quelle gibt es nicht.", "Nicht gefunden"),
    ("es", "No encontrado", "Esa fuente no existe.", "No encontrado"),
    ("fr", "Introuvable", "Cette source n'existe pas.", "Introuvable"),
    ("it", "Non trovato", "Questa fonte non esiste.", "Non trovato"),
    ("nl", "Niet gevonden", "Deze bron bestaat niet.", "Niet gevonden"),
    ("pt", "Não encontrado", "Essa fonte não existe.", "Não encontrado"),
]


@pytest.mark.parametrize(("language", "title", "detail", "phrase"), LANGUAGES_SAID)
def test_an_error_is_in_the_language_of_the_reader(
    client: TestClient, language: str, title: str, detail: str, phrase: str
) -> None:
    wanted = {"Accept-Language": f"{language}-XX,ja;q=0.9"}
    page = client.get("/sources/xyz", headers={**BROWSER, **wanted})
    problem = client.get("/api/sources/xyz", headers=wanted)
    nothing = client.get("/api/nope", headers=wanted).json()
    empty = client.post("/api/chat", json={"question": " "}, headers=wanted).json()

    assert f'<html lang="{language}">' in page.text
    assert f"<title>{title} · Accord</title>" in page.text
    assert f'<p class="byline" lang="{language}">{html.escape(detail)}</p>' in page.text
    assert (problem.json()["title"], problem.json()["detail"]) == (title, detail)
    assert "Accept-Language" in problem.headers["vary"]
    assert "Accept-Language" in page.headers["vary"]
    assert nothing["title"] == phrase
    assert (empty["title"] == "The question is empty") == (language == "en")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_kind_of_error_has_a_title_in_every_language(language: str) -> None:
    for kind in KINDS.values():
        assert translated(language, kind.title) != kind.title
    for status, (title, detail) in HTTP_PROBLEMS.items():
        problem = plain_problem(status, request_id="r", language=language)
        assert problem.language == language
        assert (problem.title, problem.detail) != (title, detail)
        assert translated(language, title) == problem.title != title
        assert translated(language, detail) == problem.detail != detail


def test_what_is_wrong_with_a_field_is_said_in_english_under_a_title_in_the_language(
    client: TestClient,
) -> None:
    problem = client.get("/api/sources?limit=many", headers={"Accept-Language": "de"}).json()
    assert problem["title"] == "Die Anfrage ist ungültig"
    assert problem["detail"].startswith("query.limit: Input should be a valid integer")


def test_a_text_with_braces_is_told_as_it_is() -> None:
    detail = "X-User came twice: {a}."
    problem = plain_problem(403, request_id="r", language="de", detail=detail)
    assert (problem.detail, problem.language) == (detail, "en")


@pytest.mark.parametrize("path", ["/api/sources/xyz", "/v1/nope"])
def test_what_is_for_programs_stays_so_in_a_browser(client: TestClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code >= 400
    assert "json" in response.headers["content-type"]


def test_a_cursor_that_is_none_is_told_where_to_get_one(client: TestClient) -> None:
    problem = client.get("/api/sources?cursor=zzz")
    assert problem.status_code == 422
    assert problem.json()["detail"] == (
        "query.cursor: This is no cursor. Send the `next` of the page before, as it was given."
    )


def test_days_the_wrong_way_round_are_refused_where_one_asks_or_searches(
    client: TestClient,
) -> None:
    days = {"published_from": "2020-01-01", "published_to": "2019-01-01"}
    told = "published_from is later than published_to, so no day is left"
    asked = client.post("/api/chat", json={"question": "Why?", "filters": days})
    completed = client.post(
        "/v1/chat/completions",
        json={
            "model": "accord",
            "messages": [{"role": "user", "content": "Why?"}],
            "accord": {"filters": days},
        },
    )
    sought = client.get("/api/search", params={"q": "why", **days})
    for response, status in ((asked, 422), (completed, 400), (sought, 422)):
        assert response.status_code == status
        assert told in response.text


def test_a_wrong_token_is_not_told_as_a_missing_one(tmp_path: Path) -> None:
    guarded = make_settings(tmp_path, admin_token="an-admin-token-of-a-test")
    with TestClient(create_app(guarded, FakeChatService())) as client:
        missing = client.get("/api/unanswered")
        wrong = client.get("/api/unanswered", headers={"Authorization": "Bearer wrong"})
    assert (missing.status_code, wrong.status_code) == (401, 401)
    assert "needs the server's ACCORD_ADMIN_TOKEN" in missing.json()["detail"]
    assert wrong.json()["detail"].startswith("The token that was sent does not open this")
