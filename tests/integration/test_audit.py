"""The audit log: who asked, read and changed what, through which door, and nothing too much."""

from __future__ import annotations

import csv
import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from typer.testing import CliRunner

from app.access import cli as token_cli
from app.access.people import Account
from app.access.scopes import OPEN, Person
from app.access.sessions import Session, SessionStore, SignIn
from app.access.tokens import TokenStore
from app.audit import cli
from app.audit.records import Entry
from app.audit.store import AuditStore, Wanted
from app.audit.writer import AuditWriter
from app.bootstrap import open_conversations, store_settings
from app.conversations.store import ConversationStore
from app.errors import ConversationStoreError
from app.forgetting import forget_erased
from app.main import main, tell
from app.settings import Settings
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_abstention, make_settings
from tests.live_server import serving
from vectorstore.catalog import Catalog

QUESTION = {"question": "What was bought?"}
ADMIN = "an-admin-token-of-a-test"
REPORT = FakeChatService().documents[0]


def entries_of(settings: Settings, **wanted: Any) -> list[Entry]:
    """The log, in the order in which things were done."""
    store = open_conversations(settings)
    try:
        return list(AuditStore(store.engine).entries(Wanted(**wanted)))[::-1]
    finally:
        store.close()


def told(settings: Settings) -> list[tuple[str, str, str]]:
    return [(one.action, one.door, one.outcome) for one in entries_of(settings)]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(
        tmp_path,
        admin_token=ADMIN,
        trusted_proxies="testclient",
        proxy_user_header="X-User",
        proxy_name_header="X-Name",
        require_token=False,
    )


@pytest.fixture
def token(settings: Settings) -> Iterator[tuple[str, str]]:
    store = open_conversations(settings)
    text, kept = TokenStore(store.engine).create("test", OPEN.scopes)
    yield text, kept.id
    store.close()


def test_what_people_and_programs_do_is_told_with_who_and_how_it_went(
    settings: Settings, token: tuple[str, str]
) -> None:
    jane = {"X-User": "jane@example.org", "X-Name": "Jane Doe"}
    program = {"Authorization": f"Bearer {token[0]}"}
    admin = {"Authorization": f"Bearer {ADMIN}"}
    chat = FakeChatService(replies={"Nothing?": make_abstention()})
    with TestClient(create_app(settings, chat)) as client:
        answer = client.post("/api/chat", json=QUESTION, headers=jane).json()
        client.post("/api/chat", json={"question": "Nothing?"}, headers=program)
        client.get(f"/api/sources/{REPORT.id}", headers=jane)
        client.get(f"/sources/{REPORT.id}", headers=program)
        client.get("/api/sources/no-such-source", headers=jane)
        path = f"/api/answers/{answer['id']}/feedback"
        client.post(path, json={"rating": "up"}, headers=jane)
        client.get("/api/unanswered", headers=admin)
        client.get("/api/unanswered", headers=jane)
        client.get("/api/sources", headers={"Authorization": "Bearer accord_made-up"})
        client.delete(f"/api/conversations/{answer['conversation_id']}", headers=jane)
        client.post("/api/chat", json={"question": ""}, headers=program)
        for harmless in ("/", "/api/sources", "/api/conversations", "/healthz"):
            client.get(harmless, headers=jane)

    found = entries_of(settings)
    assert [(one.action, one.outcome) for one in found] == [
        ("ask", "answered"),
        ("ask", "abstained"),
        ("read source", "ok"),
        ("read source", "ok"),
        ("read source", "not found"),
        ("feedback", "ok"),
        ("read unanswered", "ok"),
        ("open", "refused"),
        ("open", "refused"),
        ("erase conversation", "ok"),
        ("ask", "rejected"),
    ]
    person = found[0].who
    assert person.startswith("person:")
    assert [one.who for one in found[1:8]] == [
        f"token:{token[1]}", person, f"token:{token[1]}", person, person, "admin secret", person,
    ]  # fmt: skip
    assert {one.name for one in found if one.who == person} == {"jane@example.org"}
    assert found[0].subject == answer["id"]
    assert found[0].sources == tuple(one.id for one in chat.documents)
    assert found[2].subject == REPORT.id
    assert found[7].subject == "GET /api/unanswered"
    assert (found[0].door, found[1].door) == ("page", "api")
    assert all(datetime.now(UTC) - one.moment < timedelta(minutes=1) for one in found)
    assert len({one.request_id for one in found}) == len(found)


def test_no_words_titles_or_cookies_stand_in_the_log(settings: Settings) -> None:
    with TestClient(create_app(settings, FakeChatService())) as client:
        client.get("/")
        cookie = client.cookies["accord_visitor"]
        client.post("/api/chat", json=QUESTION)
        client.get("/api/sources/Pharmacies%20as%20clinics")

    found = entries_of(settings)
    log = json.dumps([str(one) for one in found])
    assert found[0].who.startswith("visitor:")
    for secret in (cookie, "bought", "insurer", "Pharmacies"):
        assert secret not in log
    assert REPORT.metadata.title not in log


def test_words_are_kept_where_that_is_wanted_and_go_with_the_document(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, audit_texts=True)
    with TestClient(create_app(settings, FakeChatService())) as client:
        client.post("/api/chat", json=QUESTION)
    assert "What was bought?\n\nA regional insurer bought" in entries_of(settings)[0].text

    class Erased:
        """A catalog from which the report was erased."""

        settled: tuple[str, ...] = ()

        def erasures(self) -> list[str]:
            return [REPORT.id]

        def current_generation(self) -> int:
            return 2

        def all_documents(self) -> dict[str, str]:
            return {}

        def settle_erasures(self, erased: list[str]) -> None:
            self.settled = tuple(erased)

    forget_erased(Erased(), settings)  # type: ignore[arg-type]

    asked, erased = entries_of(settings)
    assert asked.text == ""
    assert REPORT.id in asked.sources
    assert (erased.action, erased.subject, erased.door) == ("erase sources", REPORT.id, "cli")
    assert erased.who.startswith("account:")
    stored = b"".join(one.read_bytes() for one in tmp_path.glob("conversations.db*"))
    assert b"A regional insurer" not in stored


def test_nothing_is_kept_where_no_log_is_wanted(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, audit=False)
    with TestClient(create_app(settings, FakeChatService())) as client:
        client.post("/api/chat", json=QUESTION)

    assert told(settings) == []


async def test_other_doors_are_told_as_well(settings: Settings) -> None:
    import openai

    with serving(settings) as live:
        with openai.OpenAI(base_url=f"{live.url}/v1", api_key="any") as other:
            other.chat.completions.create(
                model="accord", messages=[{"role": "user", "content": "What was bought?"}]
            )
        async with Client(streamable_http_client(f"{live.url}/mcp")) as agent:
            await agent.call_tool("ask", {"question": "What was bought?"})
            await agent.call_tool("search", {"query": "insurer"})
            await agent.call_tool("read_source", {"source_id": REPORT.id})

    assert told(settings) == [
        ("ask", "openai", "answered"),
        ("ask", "mcp", "answered"),
        ("search", "mcp", "ok"),
        ("read source", "mcp", "ok"),
    ]


def test_stream_is_told_with_its_outcome(settings: Settings) -> None:
    with TestClient(create_app(settings, FakeChatService())) as client:
        client.post("/api/chat", json=QUESTION, headers={"Accept": "text/event-stream"})

    assert told(settings) == [("ask", "api", "answered")]


def test_answer_that_breaks_off_is_told_as_unfinished(settings: Settings) -> None:
    chat = FakeChatService(late_error=RuntimeError("of a test"))
    with TestClient(create_app(settings, chat)) as client:
        client.post("/api/chat", json=QUESTION, headers={"Accept": "text/event-stream"})
        client.post("/api/chat", json=QUESTION)

    assert [outcome for _, _, outcome in told(settings)] == ["unfinished", "failed"]


def test_stores_hold_on_postgresql_as_well(postgres_url: str) -> None:
    store = ConversationStore(postgres_url)
    log, sessions = AuditStore(store.engine), SessionStore(store.engine)
    person = Person("p1", "Jane Doe", "jane@example.org")

    log.purge(older_than=timedelta(days=-1))
    log.add([Entry("ask", "api", "answered", "a", "J_ane", sources=("d1",), text="words\0")])
    state = sessions.begin(SignIn("nonce", "verifier", "/"), browser="a-browser")
    secret = sessions.open(
        Session(Account(person, frozenset({"staff"})), "token"), lifetime=timedelta(hours=1)
    )

    assert [one.text for one in log.entries(Wanted(who="j_a", subject="d1"))] == ["words"]
    assert log.forget_document("d1") == 1
    assert [one.text for one in log.entries(Wanted())] == [""]
    assert sessions.take(state, browser="a-browser") == SignIn("nonce", "verifier", "/")
    assert sessions.take(state, browser="a-browser") is None
    assert sessions.find(secret) == sessions.close(secret)
    assert sessions.find(secret) is None
    store.close()


def test_log_that_cannot_be_written_holds_no_answer_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ConversationStoreError("the disk is full")

    monkeypatch.setattr(AuditStore, "add", fail)
    with TestClient(create_app(settings, FakeChatService())) as client:
        assert client.post("/api/chat", json=QUESTION).status_code == 200

    assert "The audit log could not be written" in caplog.text


def test_entries_that_find_no_place_are_counted_and_not_waited_for(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_conversations(settings)
    writer = AuditWriter(AuditStore(store.engine), max_waiting=2)
    for number in range(5):
        writer.record(Entry("ask", "api", "answered", subject=str(number)))

    writer.open()
    writer.close()
    store.close()

    assert [one.subject for one in entries_of(settings)] == ["0", "1"]
    assert "entries are being lost" in caplog.text
    assert "3 entries of the audit log were lost" in caplog.text


def test_old_entries_are_erased(settings: Settings) -> None:
    store = open_conversations(settings)
    log = AuditStore(store.engine)
    now = datetime.now(UTC)
    log.add(
        Entry("ask", "api", "answered", subject=str(days), moment=now - timedelta(days=days))
        for days in (1, 9, 11, 400)
    )

    assert log.purge(older_than=timedelta(days=10)) == 2
    store.close()
    assert [one.subject for one in entries_of(settings)] == ["9", "1"]


def test_retention_of_the_settings_is_kept(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, audit_retention_days=10, conversation_retention_days=0)
    store = open_conversations(settings)
    old = datetime.now(UTC) - timedelta(days=11)
    AuditStore(store.engine).add([Entry("ask", "api", "answered", moment=old)])
    store.close()

    with TestClient(create_app(settings, FakeChatService())):
        deadline = time.monotonic() + 10
        while entries_of(settings) and time.monotonic() < deadline:
            time.sleep(0.01)

    assert entries_of(settings) == []


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(settings.data_dir))
    command = __import__("typer").Typer()
    command.command()(cli.audit)

    def run(*arguments: str) -> list[str]:
        result = CliRunner().invoke(command, list(arguments))
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    return run


def test_command_filters_and_exports(settings: Settings, run: Callable[..., list[str]]) -> None:
    store = open_conversations(settings)
    day = datetime(2026, 11, 3, 12, tzinfo=UTC)
    AuditStore(store.engine).add(
        [
            Entry("ask", "page", "answered", "person:1", "jane@example.org", "a1", ("d1", "d2"),
                  moment=day),
            Entry("ask", "api", "abstained", "token:7", "", "a2", moment=day + timedelta(days=1)),
            Entry("read source", "page", "ok", "person:2", "=HYPERLINK(1)", "d1",
                  moment=day + timedelta(days=2)),
            Entry("sign in", "page", "refused", "person:3", "a_b\x1b[2J",
                  moment=day + timedelta(days=3)),
        ]
    )  # fmt: skip
    store.close()

    def ids(*arguments: str) -> list[str]:
        return [json.loads(line)["who"] for line in run("--form", "jsonl", *arguments)]

    assert ids() == ["person:3", "person:2", "token:7", "person:1"]
    assert ids("--who", "JANE") == ["person:1"]
    assert ids("--who", "token:7") == ["token:7"]
    assert ids("--who", "a_b") == ["person:3"]
    assert ids("--who", "%") == []
    assert ids("--action", "ask", "--outcome", "answered") == ["person:1"]
    assert ids("--door", "api", "--door", "page", "--limit", "1") == ["person:3"]
    assert ids("--subject", "d1") == ["person:2", "person:1"]
    assert ids("--subject", "d") == []
    assert ids("--since", "2026-11-04", "--until", "2026-11-05") == ["person:2", "token:7"]
    assert len(ids("--until", "9999-12-31")) == 4
    rows = list(csv.DictReader(io.StringIO("\n".join(run("--form", "csv")))))
    assert [one["sources"] for one in rows] == ["", "", "", "d1 d2"]
    assert rows[1]["name"] == "'=HYPERLINK(1)"
    lines = run()
    assert "\x1b" not in "".join(lines)
    assert lines[-1].startswith("2026-11-03 12:00:00  page    ask a1: answered quoting d1 d2")
    assert lines[-1].endswith("by jane@example.org (person:1)")


def test_commands_that_change_something_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, run: Callable[..., list[str]]
) -> None:
    tokens = CliRunner().invoke
    made = tokens(token_cli.command, ["create", "secret project"])
    identifier = made.output.split("_")[1]
    tokens(token_cli.command, ["list"])
    tokens(token_cli.command, ["revoke", identifier])
    tokens(token_cli.command, ["revoke", identifier])
    for words in (["rebuild"], ["rebuild", "--help"], ["rebuild", "--no-such-option"]):
        with pytest.raises(SystemExit):
            main(words)

    found = entries_of(settings)
    assert [(one.action, one.outcome, one.subject) for one in found] == [
        ("create token", "ok", identifier),
        ("revoke token", "ok", identifier),
        ("rebuild", "failed", ""),
    ]
    assert "secret project" not in str(found)
    assert {one.door for one in found} == {"cli"}


@pytest.mark.parametrize(
    ("report", "minutes", "code", "outcome"),
    [
        ({"added": ["a.md"], "refused": ["b.pdf"]}, 1, 1, "partial"),
        ({"unchanged": 3, "refused": ["b.pdf"]}, 1, 1, "partial"),
        ({"added": [], "refused": ["b.pdf"]}, 1, 1, "failed"),
        ({"added": ["a.md"], "refused": []}, -1, 1, "failed"),
        ({"added": ["a.md"], "refused": []}, 1, 0, "ok"),
        ({"added": ["a.md"], "refused": []}, 1, 130, "failed"),
    ],
    ids=["some", "some again", "none", "an earlier run", "all", "stopped"],
)
def test_an_ingest_that_refused_some_sources_is_partial(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    report: dict[str, Any],
    minutes: int,
    code: int,
    outcome: str,
) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(settings.data_dir))
    begun = datetime.now(UTC)
    catalog = Catalog(store_settings(settings).catalog_url)
    catalog.record_run(begun + timedelta(minutes=minutes), report)
    catalog.close()

    tell(["ingest", "articles"], code, begun)

    assert [(one.action, one.outcome) for one in entries_of(settings)] == [("ingest", outcome)]


def test_log_is_not_written_to_the_other_log(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with TestClient(create_app(settings, FakeChatService())) as client:
        client.post("/api/chat", json=QUESTION, headers={"X-User": "jane@example.org"})

    assert "jane@example.org" not in caplog.text
