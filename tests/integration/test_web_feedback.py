"""Thumbs over HTTP, and the list of what found no answer, which opens to its token only."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.commands.feedback import feedback as list_command
from app.conversations.table import COLUMNS
from app.web.api import create_app
from app.web.state import VISITOR_COOKIE
from tests.builders_web import FakeChatService, make_abstention, make_settings

TOKEN = "a token for the tests ä"
ADMIN = {"Authorization": f"Bearer {TOKEN}".encode()}
DOWN = {"rating": "down", "reasons": ["outdated", "incorrect"], "comment": "It closed in 2018."}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    chat = FakeChatService(replies={"Why not?": make_abstention("Why not?")})
    with TestClient(create_app(make_settings(tmp_path, admin_token=TOKEN), chat)) as client:
        yield client


def ask(client: TestClient, question: str = "What was bought?") -> dict[str, Any]:
    body: dict[str, Any] = client.post("/api/chat", json={"question": question}).json()
    return body


def feedback_of(answer: dict[str, Any]) -> str:
    return f"/api/answers/{answer['id']}/feedback"


def unanswered(client: TestClient, **parameters: Any) -> dict[str, Any]:
    response = client.get("/api/unanswered", params=parameters, headers=ADMIN)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_rating_is_given_changed_read_and_taken_back(client: TestClient) -> None:
    client.get("/")
    path = feedback_of(ask(client))
    nothing = {"rating": None, "reasons": [], "comment": ""}
    assert client.get(path).json() == nothing

    first = client.post(path, json=DOWN)
    assert (first.status_code, first.content) == (204, b"")
    assert client.get(path).json() == {**DOWN, "reasons": ["incorrect", "outdated"]}

    assert client.post(path, json={"rating": "up"}).status_code == 204
    assert client.get(path).json() == {**nothing, "rating": "up"}

    assert [client.delete(path).status_code for _ in range(2)] == [204, 204]
    assert client.get(path).json() == nothing


def test_answer_of_another_visitor_cannot_be_rated(client: TestClient) -> None:
    client.get("/")
    path = feedback_of(ask(client))
    client.post(path, json=DOWN)

    for cookie in (None, "f" * 32):
        client.cookies.clear()
        if cookie is not None:
            client.cookies.set(VISITOR_COOKIE, cookie)
        assert client.post(path, json={"rating": "up"}).status_code == 404
        assert client.get(path).status_code == 404
        assert client.delete(path).status_code == 404
    assert unanswered(client)["usage"]["down"] == 1


@pytest.mark.parametrize("name", ["0" * 32, "unknown", "%00"])
def test_unknown_answer_cannot_be_rated(client: TestClient, name: str) -> None:
    path = f"/api/answers/{name}/feedback"

    assert client.post(path, json=DOWN).status_code == 404
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"rating": "sideways"},
        {"rating": "down", "reasons": ["ugly"]},
        {"rating": "down", "reasons": ["other"] * 7},
        {"rating": "down", "reasons": "other"},
        {"rating": "down", "comment": "a" * 2_001},
        {"rating": "down", "comment": 7},
        {"rating": "up", "reasons": ["other"]},
        [],
        7,
    ],
)
def test_bad_rating_is_a_problem(client: TestClient, body: Any) -> None:
    response = client.post(feedback_of(ask(client)), json=body)

    assert response.status_code == 422
    assert response.json()["type"] == "urn:accord:problem:invalid-request"


def test_rating_from_a_form_of_another_page_is_refused(client: TestClient) -> None:
    response = client.post(feedback_of(ask(client)), data={"rating": "down"})

    assert response.status_code == 415


def test_comment_is_kept_readable(client: TestClient) -> None:
    path = feedback_of(ask(client))
    comment = " one\x00\ntwo\x07 \U0001f642 e\u0301 "

    assert client.post(path, json={"rating": "down", "comment": comment}).status_code == 204
    lone = b'{"rating": "down", "comment": "a\\ud800", "reasons": ["other", "other"]}'

    assert client.get(path).json()["comment"] == "one\ntwo \U0001f642 é"
    sent = client.post(path, content=lone, headers={"Content-Type": "application/json"})
    assert sent.status_code == 204
    assert client.get(path).json() == {"rating": "down", "reasons": ["other"], "comment": "a?"}


def test_ratings_count_towards_the_limit_of_a_client(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, requests_per_minute=2), FakeChatService())
    with TestClient(app) as client:
        path = feedback_of(ask(client))
        statuses = [client.post(path, json={"rating": "up"}).status_code for _ in range(2)]

    assert statuses == [204, 429]


@pytest.mark.parametrize("path", ["/api/unanswered", "/api/unanswered.csv"])
def test_without_a_token_set_the_list_is_closed_and_says_how_to_open_it(
    tmp_path: Path, path: str
) -> None:
    with TestClient(create_app(make_settings(tmp_path), FakeChatService())) as client:
        for headers in ({}, ADMIN, {"Authorization": "Bearer "}, {"Authorization": "Bearer None"}):
            response = client.get(path, headers=headers)
            assert response.status_code == 403
            assert "ACCORD_ADMIN_TOKEN" in response.json()["detail"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        TOKEN.encode(),
        f"Basic {TOKEN}".encode(),
        f"Bearer {TOKEN}x".encode(),
        f"Bearer {TOKEN[:-1]}".encode(),
        f"Bearer x{TOKEN}".encode(),
        f"Bearer{TOKEN}".encode(),
        b"Bearer \xff\xfe",
    ],
)
@pytest.mark.parametrize("path", ["/api/unanswered", "/api/unanswered.csv"])
def test_wrong_token_opens_nothing(client: TestClient, path: str, header: Any) -> None:
    ask(client, "Why not?")

    response = client.get(path, headers={} if header is None else {"Authorization": header})

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"
    assert "Why not" not in response.text


def test_guessing_tokens_is_slowed_down(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, admin_token=TOKEN, requests_per_minute=2)
    with TestClient(create_app(settings, FakeChatService())) as client:
        guesses = [client.get("/api/unanswered", headers={"Authorization": f"Bearer {n}"})
                   for n in range(3)]  # fmt: skip

    assert [one.status_code for one in guesses] == [401, 401, 429]


def test_unanswered_questions_are_clustered_with_reasons_and_near_misses(
    client: TestClient,
) -> None:
    client.get("/")
    ask(client, "Why not?")
    ask(client, "Why not?")
    bad = ask(client)
    client.post(feedback_of(bad), json=DOWN)
    good = ask(client, "What is good?")
    client.post(feedback_of(good), json={"rating": "up"})

    body = unanswered(client)

    assert body["usage"] == {
        "asked": 4, "answered": 2, "partial": 0, "abstained": 2, "up": 1, "down": 1,
    }  # fmt: skip
    assert (body["gaps"], body["total"]) == (3, 2)
    refused, disliked = body["clusters"]
    assert (refused["question"], refused["count"]) == ("Why not?", 2)
    assert refused["reasons"] == {"abstained": 2}
    assert refused["channels"] == {"web": 2}
    assert sum(day["count"] for day in refused["days"]) == 2
    assert refused["near_misses"][0]["permalink"].startswith("/sources/")
    assert refused["first_seen"] <= refused["last_seen"]
    assert disliked["reasons"] == {"incorrect": 1, "outdated": 1, "thumbs_down": 1}
    [example] = disliked["examples"]
    assert example["status"] == "answered"
    assert example["answer"].startswith("A regional insurer bought")
    assert example["feedback"] == [{**DOWN, "reasons": ["incorrect", "outdated"]}]


def test_list_tells_no_id_that_opens_a_conversation(client: TestClient) -> None:
    answer = ask(client, "Why not?")

    for path in ("/api/unanswered", "/api/unanswered.csv"):
        response = client.get(path, headers=ADMIN)
        assert "Why not?" in response.text
        assert answer["id"] not in response.text
        assert answer["conversation_id"] not in response.text
        assert response.headers["cache-control"] == "no-store"


def test_list_is_bounded_by_limit_and_days(client: TestClient) -> None:
    ask(client, "Why not?")
    disliked = ask(client)
    client.post(feedback_of(disliked), json=DOWN)
    today = disliked["created"][:10]  # the fake service answers always on the same day

    limited = unanswered(client, limit=1)
    assert (len(limited["clusters"]), limited["total"]) == (1, 2)
    assert unanswered(client, since=today, until=today)["total"] == 2
    for none in ({"since": "2999-01-01"}, {"until": "1999-01-01"}):
        empty = unanswered(client, **none)
        assert (empty["clusters"], empty["usage"]["asked"]) == ([], 0)
    for bad in ("limit=0", "limit=1001", "since=soon", "until=2026-02-30"):
        assert client.get(f"/api/unanswered?{bad}", headers=ADMIN).status_code == 422


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/api/unanswered.csv", "*/*"), ("/api/unanswered", "text/csv; charset=utf-8")],
)
def test_table_is_csv_for_a_spreadsheet(client: TestClient, path: str, accept: str) -> None:
    formula = ask(client, '=HYPERLINK("http://evil")')
    client.post(feedback_of(formula), json={"rating": "down", "comment": "@SUM(1)"})

    response = client.get(path, headers={**ADMIN, "Accept": accept})

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="unanswered.csv"' in response.headers["content-disposition"]
    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert tuple(header) == COLUMNS
    assert row[0].startswith("'=HYPERLINK(")
    assert row[-1] == "'@SUM(1)"


def test_caller_who_takes_json_too_gets_json(client: TestClient) -> None:
    headers = {**ADMIN, "Accept": "text/csv, application/json;q=0.5"}

    assert client.get("/api/unanswered", headers=headers).json()["clusters"] == []


def test_question_of_a_program_came_through_the_api(client: TestClient) -> None:
    ask(client, "Why not?")

    assert unanswered(client)["clusters"][0]["channels"] == {"api": 1}


def test_operators_read_what_everybody_said(client: TestClient) -> None:
    client.get("/")
    answer = ask(client)
    client.post(feedback_of(answer), json=DOWN)
    client.cookies.clear()
    other = ask(client, "Why not?")
    client.post(feedback_of(other), json={"rating": "up"})

    told = client.get("/api/feedback", headers=ADMIN)
    latest, first = told.json()["feedback"]

    assert (first["rating"], first["comment"]) == ("down", DOWN["comment"])
    assert first["reasons"] == ["incorrect", "outdated"]
    assert (first["question"], first["status"]) == ("What was bought?", "answered")
    assert first["sources"] == list(
        dict.fromkeys(one["document"]["id"] for one in answer["citations"])
    )
    assert (latest["rating"], latest["question"], latest["status"], latest["channel"]) == (
        *("up", "Why not?", "abstained"),
        "api",
    )
    for secret in (answer["id"], other["id"], answer["conversation_id"]):
        assert secret not in told.text
    downs = client.get("/api/feedback?rating=down", headers=ADMIN).json()
    assert (downs["total"], downs["feedback"]) == (1, [first])
    nothing = client.get("/api/feedback?until=2020-01-01", headers=ADMIN).json()
    assert nothing["feedback"] == []


def test_the_command_lists_what_everybody_said(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(feedback_of(ask(client)), json={**DOWN, "comment": "Shut\x1b[2J in\n2018."})
    monkeypatch.setenv("ACCORD_DATA_DIR", str(client.app.state.web.settings.data_dir))  # type: ignore[attr-defined]
    command = typer.Typer()
    command.command()(list_command)

    told = CliRunner().invoke(command, [])
    as_json = CliRunner().invoke(command, ["--json", "--rating", "down"])
    nobody = CliRunner().invoke(command, ["--rating", "up"])

    assert told.stdout.splitlines()[0] == "What was bought?"
    assert "down: incorrect, outdated  (answered, api)" in told.stdout
    assert "Shut[2J in 2018." in told.stdout
    assert json.loads(as_json.stdout)[0]["reasons"] == ["incorrect", "outdated"]
    assert (nobody.exit_code, nobody.stdout) == (0, "")
