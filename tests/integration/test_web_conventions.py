"""What programs expect of an HTTP API: HEAD, operation ids, refusals of misspelt fields, logs."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.logs import JsonFormatter, set_up_logging
from app.settings import Settings
from app.sites import Site
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_settings


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(tmp_path), FakeChatService())) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/api/sources", "/api/starters", "/", "/unanswered"]
)
def test_what_can_be_read_can_be_looked_at(client: TestClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers.get("content-length") == get.headers.get("content-length") or (
        path == "/metrics"  # counts this very request
    )


def test_looking_at_what_is_not_there_or_takes_questions_is_refused(client: TestClient) -> None:
    assert client.head("/api/sources/" + "0" * 16).status_code == 404
    assert client.head("/api/chat").status_code == 405


def test_a_look_is_counted_as_one(client: TestClient) -> None:
    client.head("/healthz")
    counts = client.get("/metrics").text
    assert re.search(r'accord_http_requests_total\{method="HEAD",.*healthz', counts)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": "What?", "modle": "x"}, "modle"),
        ({"question": "What?", "filters": {"publisher": ["x"]}}, "publisher"),
    ],
)
def test_a_misspelt_field_is_refused_by_name(
    client: TestClient, body: dict[str, Any], field: str
) -> None:
    response = client.post("/api/chat", json=body)
    assert response.status_code == 422
    assert field in response.text


def operations(client: TestClient) -> list[dict[str, Any]]:
    paths = client.get("/openapi.json").json()["paths"]
    return [operation for path in paths.values() for operation in path.values()]


def test_operations_are_named_for_people_and_sorted_under_tags(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    described = {tag["name"] for tag in schema["tags"]}
    names = [each["operationId"] for each in operations(client)]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)
    for each in operations(client):
        assert len(each["tags"]) == 1
        assert each["tags"][0] in described


def test_what_needs_the_admin_token_says_so(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert schema["components"]["securitySchemes"]["adminToken"]["scheme"] == "bearer"
    # Where no token is asked for, `{}` lets everybody in.
    closed = {
        each["operationId"] for each in operations(client) if {} not in each.get("security", [{}])
    }
    managed = {each["operationId"] for each in operations(client) if "management" in each["tags"]}
    assert closed == {"get_unanswered", "get_unanswered_csv", "list_feedback"} | managed


@pytest.mark.parametrize(
    ("ancestors", "policy"),
    [
        ((), "frame-ancestors 'none'"),
        (
            ("https://intranet.example.org", "https://*.example.com:8443"),
            "frame-ancestors https://intranet.example.org https://*.example.com:8443",
        ),
    ],
)
def test_pages_are_framed_by_those_that_are_named(
    tmp_path: Path, ancestors: tuple[str, ...], policy: str
) -> None:
    settings = make_settings(tmp_path, frame_ancestors=ancestors)
    with TestClient(create_app(settings, FakeChatService())) as client:
        assert client.get("/").headers["content-security-policy"].endswith(policy)


@pytest.mark.parametrize("origin", ["*", "https://a b", "https://a; script-src *", "ftp://a"])
def test_what_is_no_origin_cannot_frame(tmp_path: Path, origin: str) -> None:
    with pytest.raises(ValueError, match="frame_ancestors"):
        make_settings(tmp_path, frame_ancestors=(origin,))


def as_json(record: logging.LogRecord) -> dict[str, Any]:
    line = JsonFormatter().format(record)
    assert "\n" not in line
    read: dict[str, Any] = json.loads(line)
    return read


def test_a_request_is_one_object_with_its_id(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.web.access")
    client.get("/healthz", headers={"X-Request-ID": "abc-1"})
    (record,) = (each for each in caplog.records if each.name == "app.web.access")
    line = as_json(record)
    assert line["level"] == "info"
    assert line["request_id"] == "abc-1"
    assert (line["method"], line["route"], line["status"]) == ("GET", "/healthz", 200)
    assert line["milliseconds"] >= 0


def test_lines_within_a_request_carry_its_id(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat, lines = FakeChatService(), []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(as_json(record))

    def broken() -> None:
        raise RuntimeError("broken\nin two lines")

    monkeypatch.setattr(chat, "sources", broken)
    logging.getLogger("app.web").addHandler(handler := Kept())
    try:
        with TestClient(create_app(make_settings(tmp_path), chat)) as client:
            client.get("/api/sources", headers={"X-Request-ID": "abc-2"})
    finally:
        logging.getLogger("app.web").removeHandler(handler)
    (failed,) = (line for line in lines if "exception" in line)
    assert failed["request_id"] == "abc-2"
    assert "broken\nin two lines" in failed["exception"]


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("text", "20")])
def test_the_format_of_the_log_is_set(
    tmp_path: Path, form: str, begins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(logging, "basicConfig", given.update)
    set_up_logging(Settings(_env_file=None, data_dir=tmp_path, log_format=form))  # type: ignore[arg-type]
    (handler,) = given["handlers"]
    line = handler.format(logging.makeLogRecord({"msg": "ready", "levelname": "INFO"}))
    assert line.startswith(begins)
    assert "ready" in line


class TestBelowAPath:
    """A proxy serves everything below /accord; some proxies take that off, others do not."""

    @pytest.fixture
    def below(self, tmp_path: Path) -> Iterator[TestClient]:
        settings = make_settings(
            tmp_path,
            root_path="/accord",
            sites=(Site(key="pk-intranet-0001", origins=("https://intranet.example.org",)),),
        )
        with TestClient(create_app(settings, FakeChatService())) as client:
            yield client

    @pytest.mark.parametrize("taken_off", [True, False])
    @pytest.mark.parametrize(
        "path", ["/", "/healthz", "/api/sources", "/static/page.css", "/widget.js", "/openapi.json"]
    )
    def test_everything_is_there(self, below: TestClient, path: str, taken_off: bool) -> None:
        assert below.get(path if taken_off else f"/accord{path}").status_code == 200

    def test_what_only_begins_like_the_path_is_not_below_it(self, below: TestClient) -> None:
        assert below.get("/accordion/healthz").status_code == 404

    def test_the_path_alone_is_the_page(self, below: TestClient) -> None:
        assert "accord-chat" in below.get("/accord").text

    @pytest.mark.parametrize("prefix", ["", "/accord"])
    def test_pages_name_nothing_beside_it(self, below: TestClient, prefix: str) -> None:
        source = below.get(f"{prefix}/api/sources").json()["sources"][0]["id"]
        answer = below.post(f"{prefix}/api/chat", json={"question": "What?"}).json()["id"]
        for path in ("/", "/unanswered", f"/sources/{source}", f"/answers/{answer}/print"):
            page = below.get(f"{prefix}{path}").text
            named = re.findall(r'(?:href|src)="(/[^"]*|http://testserver[^"]*)"', page)
            assert named
            beside = [each for each in named if not re.match(r"(http://testserver)?/accord/", each)]
            assert beside == []

    def test_the_cookie_is_for_it_alone(self, below: TestClient) -> None:
        assert "Path=/accord/;" in below.get("/accord/").headers["set-cookie"]

    @pytest.mark.parametrize("prefix", ["", "/accord"])
    def test_foreign_pages_are_judged_as_ever(self, below: TestClient, prefix: str) -> None:
        headers = {"Accord-Key": "pk-intranet-0001", "Origin": "https://evil.example.org"}
        assert below.get(f"{prefix}/api/sources", headers=headers).status_code == 403
        headers["Origin"] = "https://intranet.example.org"
        assert below.get(f"{prefix}/api/sources", headers=headers).status_code == 200

    def test_the_description_names_it_as_the_server(self, below: TestClient) -> None:
        assert below.get("/openapi.json").json()["servers"] == [{"url": "/accord"}]


@pytest.mark.parametrize("root", ["accord", "/accord/", "/", "/a b", "//x", '/a"b'])
def test_what_is_no_path_is_refused(tmp_path: Path, root: str) -> None:
    with pytest.raises(ValueError, match="root_path"):
        make_settings(tmp_path, root_path=root)


def test_version_is_told(client: TestClient) -> None:
    told = client.get("/api/version").json()
    assert told == {
        "name": "accord",
        "version": client.get("/openapi.json").json()["info"]["version"],
    }


def test_tags_are_described_and_bodies_have_examples(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert all(len(tag["description"]) > 20 for tag in schema["tags"])
    bodies = {
        content["schema"]["$ref"].rsplit("/", 1)[-1]
        for each in operations(client)
        for content in each.get("requestBody", {}).get("content", {}).values()
    }
    assert bodies
    assert [
        name for name in bodies if not schema["components"]["schemas"][name].get("examples")
    ] == []


def test_page_of_the_api_runs_no_script_that_is_not_a_file_of_ours(client: TestClient) -> None:
    response = client.get("/docs")
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert not re.search(r"<script>|\son[a-z]+=|https?://", response.text)
