"""Foreign pages: which origins may ask with which key, who the visitor is, how often one asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.errors import SettingsError
from app.settings import load_settings
from app.sites import Site
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_settings

INTRANET = "https://intranet.example.org"
WIKI = "http://wiki.example.org:3000"
KEY, WIKI_KEY = "pk-intranet-0001", "pk-wiki-00000001"
TOKEN = "0123456789abcdef" * 2  # noqa: S105 - a random number, as a widget makes it
SITES = (
    Site(key=KEY, origins=(INTRANET,), requests_per_minute=9, visitor_requests_per_minute=3),
    Site(key=WIKI_KEY, origins=(WIKI,)),
)

# Everything but the one listed origin, letter by letter.
OTHER_ORIGINS = [
    "null",
    "",
    "*",
    "https://intranet.example.org.evil.example",
    "https://evil.example/https://intranet.example.org",
    "https://evilintranet.example.org",
    "https://intranet.example.org@evil.example",
    "https://example.org",
    "https://sub.intranet.example.org",
    "http://intranet.example.org",
    "https://intranet.example.org:443",
    "https://intranet.example.org:8443",
    "https://intranet.example.org/",
    "https://INTRANET.example.org",
    "HTTPS://intranet.example.org",
    "https://intranet.example.org ,https://evil.example",
    "https://intranet.example.org%00.evil.example",
    "https://intranet.example.org.",
    "https://xn--intrnet-2ya.example.org",
    "https://127.0.0.1",
    "file://",
    "chrome-extension://intranet.example.org",
    WIKI,
]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    settings = make_settings(
        tmp_path, sites=SITES, starter_questions=("Why?",), admin_token="an-admin-token-0123"
    )
    with TestClient(create_app(settings, FakeChatService())) as client:
        yield client


def headers(origin: str | None = INTRANET, key: str = KEY, token: str = TOKEN) -> dict[str, str]:
    named = {"Accord-Key": key, "Accord-Visitor": token}
    return named if origin is None else {**named, "Origin": origin}


def ask(client: TestClient, question: str = "Why?", **options: Any) -> Any:
    body = {"question": question, **options.pop("body", {})}
    return client.post("/api/chat", json=body, headers=headers(**options))


def test_listed_page_may_ask_and_read(client: TestClient) -> None:
    response = ask(client)

    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == INTRANET
    assert "origin" in response.headers["vary"].lower()
    assert "content-disposition" in response.headers["access-control-expose-headers"].lower()
    assert "access-control-allow-credentials" not in response.headers
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize("origin", OTHER_ORIGINS)
def test_every_other_origin_is_refused(client: TestClient, origin: str) -> None:
    refused = ask(client, origin=origin)
    preflight = client.options(
        "/api/chat", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
    )

    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("This page may not ask here.")
    # The wiki is listed with a key of its own: it may read why, and preflights tell no key.
    allowed = WIKI if origin == WIKI else None
    assert refused.headers.get("access-control-allow-origin") == allowed
    assert preflight.headers.get("access-control-allow-origin") == allowed
    for response in (refused, preflight):
        assert "origin" in response.headers["vary"].lower()
        assert "access-control-allow-credentials" not in response.headers


def test_key_without_an_origin_or_of_nobody_is_refused(client: TestClient) -> None:
    assert ask(client, origin=None).status_code == 403
    assert ask(client, key="pk-nobody-000000").status_code == 403
    assert ask(client, key="").status_code == 403


def test_listed_origin_without_a_key_gets_nothing_it_could_read(client: TestClient) -> None:
    response = client.post("/api/chat", json={"question": "Why?"}, headers={"Origin": INTRANET})

    assert "access-control-allow-origin" not in response.headers
    assert "origin" in response.headers["vary"].lower()


def test_preflight_allows_what_the_widget_sends(client: TestClient) -> None:
    response = client.options(
        "/api/answers/x/feedback",
        headers={"Origin": INTRANET, "Access-Control-Request-Method": "DELETE"},
    )

    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == INTRANET
    assert "DELETE" in response.headers["access-control-allow-methods"]
    for name in ("Content-Type", "Accord-Key", "Accord-Visitor"):
        assert name in response.headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["/", "/api/unanswered", "/metrics", "/readyz", "/unanswered"])
def test_only_the_api_of_readers_is_open_to_foreign_pages(client: TestClient, path: str) -> None:
    for method in ("GET", "OPTIONS"):
        response = client.request(
            method, path, headers={**headers(), "Access-Control-Request-Method": "GET"}
        )
        assert "access-control-allow-origin" not in response.headers


def test_errors_can_be_read_by_the_page_that_may_ask(client: TestClient) -> None:
    empty = client.post("/api/chat", json={"question": " "}, headers=headers())
    large = client.post("/api/chat", content=b"x" * 100_000, headers=headers())

    assert (empty.status_code, large.status_code) == (422, 413)
    for response in (empty, large):
        assert response.headers["access-control-allow-origin"] == INTRANET


def test_conversation_belongs_to_the_visitor_of_the_site(client: TestClient) -> None:
    answer = ask(client).json()
    paths = [
        f"/api/conversations/{answer['conversation_id']}",
        f"/api/answers/{answer['id']}",
        f"/api/answers/{answer['id']}/feedback",
        f"/api/answers/{answer['id']}/follow-ups",
        f"/api/answers/{answer['id']}/export?format=md",
        f"/api/conversations/{answer['conversation_id']}/export?format=docx",
    ]
    strangers: list[dict[str, str]] = [
        headers(token="f" * 32),
        headers(token="forged"),
        headers(origin=WIKI, key=WIKI_KEY),  # the same token, on another site
        {},
        {"Accord-Visitor": TOKEN},
        {"Cookie": f"accord_visitor={TOKEN}"},
    ]
    for path in paths:
        for stranger in strangers:
            assert client.get(path, headers=stranger).status_code == 404, (path, stranger)
    assert client.get(paths[0], headers=headers()).status_code == 200
    listed = client.get("/api/conversations", headers=headers()).json()["conversations"]
    assert [one["id"] for one in listed] == [answer["conversation_id"]]


def test_stored_visitor_is_no_token(client: TestClient) -> None:
    conversation = ask(client).json()["conversation_id"]
    store = client.app.state.web.conversations  # type: ignore[attr-defined]

    assert store.conversations(visitor=TOKEN) == []
    assert store.conversation(conversation, visitor=TOKEN) is None


def test_one_visitor_is_limited_before_the_site_is(client: TestClient) -> None:
    statuses = [ask(client).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    other = ask(client, token="a" * 32)
    assert other.status_code == 200
    refused = ask(client)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert refused.headers["access-control-allow-origin"] == INTRANET


def test_site_is_limited_as_a_whole_and_others_are_not(client: TestClient) -> None:
    statuses = [ask(client, token=f"{n:032x}").status_code for n in range(11)]

    assert statuses == [200] * 9 + [429] * 2
    assert ask(client, origin=WIKI, key=WIKI_KEY).status_code == 200
    assert client.post("/api/chat", json={"question": "Why?"}).status_code == 200


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            '[{"key": "pk-intranet-0001", "origins": ["https://Intranet.example.org"]}]',
            "lower case",
        ),
        ('[{"key": "pk-intranet-0001", "origins": ["https://example.org/"]}]', "not an origin"),
        ('[{"key": "pk-intranet-0001", "origins": ["https://example.org:443"]}]', "usual one"),
        ('[{"key": "pk-intranet-0001", "origins": ["*"]}]', "not an origin"),
        ('[{"key": "pk-intranet-0001", "origins": ["null"]}]', "not an origin"),
        ('[{"key": "pk-intranet-0001", "origins": []}]', "at least 1"),
        ('[{"key": "short", "origins": ["https://example.org"]}]', "pattern"),
        ('[{"key": "pk-a-0000001", "origin": "https://example.org"}]', "origins"),
        (
            '[{"key": "pk-a-0000001", "origins": ["https://a.example"]},'
            ' {"key": "pk-a-0000001", "origins": ["https://b.example"]}]',
            "used for two sites",
        ),
    ],
)
def test_settings_that_would_let_in_too_many_or_nobody_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACCORD_SITES", value)

    with pytest.raises(SettingsError, match=told):
        load_settings()


def test_settings_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(
        "ACCORD_SITES",
        '[{"key": "pk-a-0000001", "origins": ["https://a.example", "http://localhost:3000"]}]',
    )

    (site,) = load_settings().sites

    assert site.origins == ("https://a.example", "http://localhost:3000")
    assert (site.requests_per_minute, site.visitor_requests_per_minute) == (600, 60)
