"""Of a document of another group nothing reaches anybody: by no door, from no address."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import app.bootstrap
from app.access.scopes import Scope
from app.access.tokens import TokenStore
from app.answering.service import ChatService
from app.bootstrap import open_conversations
from app.conversations.seen import WITHHELD
from app.conversations.store import ConversationStore
from app.manage.seen import ANOTHER, UNTOLD
from app.types import Answer, AnswerDone, AnswerStatus, Question
from app.web.api import create_app
from tests.builders import HashingEmbedder
from tests.builders_groups import (
    DOCUMENTS,
    GROUP,
    GROUPS,
    NUM_QUESTIONS,
    OPEN,
    OTHER_GROUP,
    SECRETS,
    questions,
    traces,
)
from tests.builders_service import build_library, open_service
from tests.builders_web import make_settings
from tests.fake_slack import BOT_USER, FakeSlack
from tests.loaded_once import run_accord
from tests.slack_server import PUBLIC_URL, serving_slack
from vectorstore.config import StoreSettings
from vectorstore.runs import RunFolder, RunKind, RunRequest, RunState
from vectorstore.types import EVERYBODY, UNRESTRICTED, Audience, Filters

ADMIN = "an-admin-token-of-a-test"  # noqa: S105 - a test's
SCOPES = (Scope.ASK, Scope.SOURCES, Scope.FEEDBACK)
INSIDER = Audience(frozenset({GROUP}))
QUESTIONS = questions()
SHARE = 6
"""One question of so many is asked outside of campaigns; at each door another one."""
SENTENCES = {
    each.document.text[one.start : one.end]: 0.9 for each in DOCUMENTS for one in each.sentences
}


def opened(folder: Path, documents: list[Any], groups: dict[str, Any]) -> Iterator[ChatService]:
    """A service whose reader takes every sentence for an answer: whatever is found is told."""
    service, _ = open_service(build_library(folder, documents, groups), SENTENCES)
    yield service
    service.close()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mixed")


@pytest.fixture(scope="module")
def mixed(data_dir: Path) -> Iterator[ChatService]:
    yield from opened(data_dir, DOCUMENTS, GROUPS)


@pytest.fixture(scope="module")
def only_open(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatService]:
    """The library as it would be if the restricted documents had never been written."""
    yield from opened(tmp_path_factory.mktemp("open"), list(OPEN), {})


@pytest.fixture(scope="module")
def kept(data_dir: Path, mixed: ChatService) -> Iterator[ConversationStore]:
    store = open_conversations(make_settings(data_dir))
    yield store
    store.close()


@pytest.fixture(scope="module")
def client(data_dir: Path, mixed: ChatService) -> Iterator[TestClient]:
    settings = make_settings(
        data_dir, admin_token=ADMIN, require_token=True, requests_per_minute=100_000
    )
    with TestClient(create_app(settings, mixed), raise_server_exceptions=True) as client:
        yield client


@pytest.fixture(scope="module")
def outsider(kept: ConversationStore, client: TestClient) -> dict[str, str]:
    token, _ = TokenStore(kept.engine).create("outsider", SCOPES, groups=["sales"])
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def insider(kept: ConversationStore, client: TestClient) -> dict[str, str]:
    token, _ = TokenStore(kept.engine).create("insider", SCOPES, groups=[GROUP])
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def keeper(kept: ConversationStore, client: TestClient) -> dict[str, str]:
    """May change what it sees, which is what the outsider sees."""
    scopes = (*SCOPES, Scope.INGEST)
    token, _ = TokenStore(kept.engine).create("keeper", scopes, groups=["sales"])
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def run_id(data_dir: Path) -> str:
    """A run of somebody else that tells of everything, with previews and files."""
    secrets = [each.document.document for each in SECRETS]
    uris = [one.uri for one in secrets]
    folder = RunFolder.create(data_dir)
    folder.open(RunRequest(RunKind.INGEST, (*uris, "sent.md"), dry_run=True, uploads=("sent.md",)))
    (folder.path / "files").mkdir()
    (folder.path / "files" / "sent.md").write_text(secrets[0].text)
    (folder.path / "prepared").mkdir()
    for one in secrets:
        preview = {"id": one.id, "title": one.metadata.title, "text": one.text}
        (folder.path / "prepared" / f"{one.id}.json").write_text(json.dumps(preview))
    folder.end(RunState.FAILED, report=report_on(uris), reason=f"{uris[0]} is to blame.")
    return folder.id


def report_on(uris: list[str]) -> dict[str, Any]:
    """A report that has these sources, and an open one, in each of its lists."""
    listed = [OPEN[0].document.uri, *uris]
    return {
        **dict.fromkeys(("added", "changed", "unchanged", "removed", "edited", "flagged"), listed),
        "duplicates": [{"uri": listed[0], "of": uri} for uri in uris],
        "refused": [{"uri": uri, "reason": "No."} for uri in listed],
        "remarks": [{"uri": uri, "text": "Pages without text."} for uri in listed],
        "regrouped": [{"uri": uri, "groups": [GROUP], "origin": "set by hand"} for uri in listed],
        "passed_over": uris,
        "fidelity": dict.fromkeys(listed, 1.0),
        "removals": {"menu": 731},
        "documents": len(DOCUMENTS),
        "passages": 731,
    }


def told(answer: Answer) -> Answer:
    """Without what differs each time."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    receipt = replace(answer.receipt, timings_ms={})
    return replace(answer, id="", created=moment, receipt=receipt)


def test_answers_are_those_of_a_library_that_never_held_the_restricted_documents(
    mixed: ChatService, only_open: ChatService, is_short: bool
) -> None:
    """Statuses, scores and counts included: not even the frequency of a word differs."""
    outside = mixed.seen_by(Audience(frozenset({"sales"})))
    assert len(set(QUESTIONS)) == NUM_QUESTIONS

    for question in QUESTIONS[:: SHARE if is_short else 1]:
        assert told(outside.answer(Question(question))) == told(
            only_open.answer(Question(question))
        ), question


def test_the_reading_of_the_library_is_that_of_one_without_them(
    mixed: ChatService, only_open: ChatService
) -> None:
    assert mixed.sources() == only_open.sources()
    assert replace(mixed.ready(), view="") == only_open.ready()
    assert mixed.ready().view
    for each in SECRETS:
        for text in (each.name, each.topic, each.hidden[0], "Hove"):
            found = mixed.search(text, Filters(), limit=20)
            assert found == only_open.search(text, Filters(), limit=20)
        document = each.document.document
        for version in (None, document.version[:12]):
            assert mixed.document(document.id, version) is None
            assert mixed.sentences(document.id, version) == []
        assert mixed.versions(document.id) == []
        restricted = Filters(document_ids=(document.id,))
        assert mixed.search("Hove", restricted, limit=5) == []
        unknown = Question("Who leads Zorblatt?", filters=Filters(document_ids=("0" * 16,)))
        asked = replace(unknown, filters=restricted)
        assert told(mixed.answer(asked)) == told(mixed.answer(unknown))


def test_conversations_lean_on_nothing_that_is_hidden(
    mixed: ChatService, only_open: ChatService
) -> None:
    from app.types import Message

    for each in SECRETS:
        history = (
            Message("user", f"Who leads {each.name}?"),
            Message("assistant", f"{each.hidden[3]} leads {each.name} since 2020."),
        )
        for follow in ("And since when?", "Summarise that article", "What else does it say?"):
            asked = Question(follow, history)
            assert told(mixed.answer(asked)) == told(only_open.answer(asked)), follow


def test_members_are_answered_from_the_documents_of_their_groups(mixed: ChatService) -> None:
    for each in SECRETS:
        answer = mixed.seen_by(INSIDER).answer(Question(f"Who leads {each.name}?"))
        assert each.document.document.id in {one.document_id for one in answer.citations}
        assert answer.groups == (GROUP,)
    assert len(mixed.seen_by(INSIDER).sources()) == len(DOCUMENTS)
    assert len(mixed.seen_by(UNRESTRICTED).sources()) == len(DOCUMENTS)
    one_more = mixed.seen_by(Audience(frozenset({OTHER_GROUP}))).sources()
    assert {each.id for each in one_more} == {
        *(each.document.id for each in OPEN),
        SECRETS[-1].document.document.id,
    }


def completion(question: str, *, stream: bool = False) -> dict[str, Any]:
    messages = [{"role": "user", "content": question}]
    return {"model": "accord", "messages": messages, "stream": stream}


def called(method: str, **parameters: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}


MCP = {
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-06-18",
    "Host": "127.0.0.1:8000",
}


def over_json(client: TestClient, question: str, headers: dict[str, str]) -> bytes:
    return client.post("/api/chat", json={"question": question}, headers=headers).content


def over_sse(client: TestClient, question: str, headers: dict[str, str]) -> bytes:
    return over_json(client, question, {**headers, "Accept": "text/event-stream"})


def over_v1(client: TestClient, question: str, headers: dict[str, str]) -> bytes:
    path = "/v1/chat/completions"
    return client.post(path, json=completion(question), headers=headers).content


def over_v1_stream(client: TestClient, question: str, headers: dict[str, str]) -> bytes:
    path = "/v1/chat/completions"
    return client.post(path, json=completion(question, stream=True), headers=headers).content


def over_mcp(client: TestClient, question: str, headers: dict[str, str]) -> bytes:
    return _tool(client, headers, "ask", question=question)


def over_mcp_search(client: TestClient, question: str, headers: dict[str, str]) -> bytes:
    return _tool(client, headers, "search", query=question)


def over_search(client: TestClient, question: str, headers: dict[str, str]) -> bytes:
    return client.get("/api/search", params={"q": question}, headers=headers).content


def over_search_body(client: TestClient, question: str, headers: dict[str, str]) -> bytes:
    return client.post("/api/search", json={"query": question}, headers=headers).content


DOORS = (
    *(over_json, over_sse, over_v1, over_v1_stream, over_mcp, over_mcp_search),
    *(over_search, over_search_body),
)


def _tool(client: TestClient, headers: dict[str, str], name: str, **arguments: str) -> bytes:
    call = called("tools/call", name=name, arguments=arguments)
    response = client.post("/mcp", json=call, headers={**headers, **MCP})
    assert response.status_code == 200, response.text
    assert "error" not in _message(response.text), response.text
    return response.content


def _message(text: str) -> dict[str, Any]:
    line = next((one for one in text.splitlines() if one.startswith("data: ")), f"data: {text}")
    message: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return message


@pytest.mark.parametrize("door", DOORS, ids=lambda one: one.__name__)
def test_no_door_sends_a_trace_of_them_to_an_outsider(
    client: TestClient, outsider: dict[str, str], door: Any, is_short: bool
) -> None:
    asked = QUESTIONS[DOORS.index(door) :: SHARE] if is_short else QUESTIONS
    for question in asked:
        sent = door(client, question, outsider)
        assert not traces(sent), (question, sent)


@pytest.mark.parametrize("door", DOORS, ids=lambda one: one.__name__)
def test_every_door_tells_a_member_of_them(
    client: TestClient, insider: dict[str, str], door: Any
) -> None:
    for each in SECRETS:
        assert traces(door(client, f"Who leads {each.name}?", insider)), each.name


def stored_for_members(kept: ConversationStore, mixed: ChatService) -> list[tuple[str, str]]:
    """Answers without an owner, which their id alone opens, with their conversations' ids."""
    members = mixed.seen_by(INSIDER)
    asked = [f"Who leads {each.name}?" for each in SECRETS]
    asked += ["How many documents are there?", "What is the moon made of?"]
    found = []
    for question in asked:
        stored = kept.append(members.answer(Question(question)), visitor=None)
        found.append((stored.answer.id, stored.conversation_id))
    return found


def requests(
    client: TestClient, answers: list[tuple[str, str]], run_id: str
) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Every operation of the OpenAPI document, with the id of every document and answer in it."""
    asked = iter(QUESTIONS * 10)
    secret_ids = [each.document.document.id for each in SECRETS]
    for path, methods in client.get("/openapi.json").json()["paths"].items():
        for method in sorted(methods):
            if method == "delete" and "conversation" in path:
                continue  # of somebody else's it erases, and tells nothing
            for at in range(max(len(secret_ids), len(answers))):
                answer, conversation = answers[at % len(answers)]
                filled = path.format(
                    document_id=secret_ids[at % len(secret_ids)],
                    answer_id=answer,
                    conversation_id=conversation,
                    model="accord",
                    run_id=run_id,
                    name="sent.md",
                )
                if "export" in path:
                    filled += "?format=" + ("md", "docx")[at % 2]
                if path == "/api/search" and method == "get":
                    filled += f"?q={next(asked)}"
                body: dict[str, Any] | None = {"is_pinned": True} if method == "patch" else None
                if method == "post":
                    question = next(asked)
                    body = {
                        "/api/chat": {"question": question, "conversation_id": conversation},
                        "/api/search": {"query": question},
                        "/v1/chat/completions": completion(question),
                        "/api/sources": None,
                        "/api/sources/{document_id}/ingest": None,
                        "/api/runs/{run_id}/start": None,
                        "/api/runs/{run_id}/stop": None,
                    }.get(path, {"rating": "up"})
                if method == "patch":
                    body = {"title": "Another title"}
                yield method, filled, body
    for page in ("/docs", "/admin", "/api/version", "/openapi.json"):
        yield "get", page, None
    for each in SECRETS:
        document = each.document.document
        for where in ("/api/sources/", "/sources/"):
            yield "get", f"{where}{document.id}?version={document.version[:12]}", None
        yield "get", f"/sources/{document.id}?version={document.version}&start=0&end=9", None
        yield "get", f"/api/sources?q={each.hidden[0]}", None
        yield "get", f"/api/search?q={each.hidden[0]}", None
        yield "get", f"/api/sources?publisher={each.hidden[-1]}", None


def unpacked(content: bytes) -> bytes:
    """A Word file's parts, or the content as it is."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def test_no_operation_sends_a_trace_of_them_to_an_outsider(
    client: TestClient,
    outsider: dict[str, str],
    keeper: dict[str, str],
    kept: ConversationStore,
    mixed: ChatService,
    run_id: str,
) -> None:
    answers = stored_for_members(kept, mixed)
    seen = set()
    for method, path, body in requests(client, answers, run_id):
        for headers in (outsider, keeper, {}):
            response = client.request(method, path, json=body, headers=headers)
            is_empty_form = (method, path) == ("post", "/api/sources")
            assert response.status_code < 422 or is_empty_form, response.text
            if headers is keeper:
                seen.add((method, path.partition("?")[0], response.status_code))
            sent = unpacked(response.content) + repr(response.headers).encode()
            asked = sent.decode("utf-8", "replace")
            if "documents" in asked and "json" in response.headers.get("content-type", ""):
                assert f" {len(DOCUMENTS)} " not in asked, (path, asked)
            assert not traces(sent), (method, path, sent)
    for each in SECRETS:
        place = f"/api/sources/{each.document.document.id}"
        changed = ("delete", place), ("patch", place), ("post", f"{place}/ingest")
        assert {(*one, 404) for one in changed} <= seen
    run = f"/api/runs/{run_id}"
    assert {("get", run, 200), ("delete", run, 404), ("post", f"{run}/start", 404)} <= seen
    assert ("get", f"{run}/files/sent.md", 404) in seen


def test_a_member_is_sent_traces_by_each_operation_that_reads_documents_or_answers(
    client: TestClient,
    insider: dict[str, str],
    kept: ConversationStore,
    mixed: ChatService,
    run_id: str,
) -> None:
    answers = stored_for_members(kept, mixed)[:1]
    found = {
        (method, re.sub(r"[0-9a-f]{16,}", "ID", path.partition("?")[0]))
        for method, path, body in requests(client, answers, run_id)
        if traces(unpacked(client.request(method, path, json=body, headers=insider).content))
    }

    assert found >= {
        ("get", "/api/sources"),
        ("get", "/api/sources/ID"),
        ("get", "/sources/ID"),
        ("get", "/api/answers/ID"),
        ("get", "/api/answers/ID/export"),
        ("get", "/answers/ID/print"),
        ("get", "/api/conversations/ID"),
        ("get", "/api/conversations/ID/export"),
        ("get", "/conversations/ID/print"),
        ("post", "/api/chat"),
        ("post", "/v1/chat/completions"),
    }


def test_what_was_answered_to_a_member_is_withheld_from_whoever_sees_less(
    client: TestClient,
    outsider: dict[str, str],
    insider: dict[str, str],
    kept: ConversationStore,
    mixed: ChatService,
) -> None:
    for answer_id, _ in stored_for_members(kept, mixed):
        withheld = client.get(f"/api/answers/{answer_id}", headers=outsider).json()
        assert (withheld["status"], withheld["message"]) == ("abstained", WITHHELD)
        assert not withheld["claims"]
        assert not withheld["near_misses"]
        assert not withheld["receipt"]["passages"]

        whole = client.get(f"/api/answers/{answer_id}", headers=insider).json()
        assert whole["message"] != WITHHELD


def test_shared_conversation_withholds_its_answers_from_whoever_sees_less(
    client: TestClient, outsider: dict[str, str], insider: dict[str, str]
) -> None:
    asked = client.post(
        "/api/chat", json={"question": f"Who leads {SECRETS[0].name}?"}, headers=insider
    ).json()
    place = f"conversations/{asked['conversation_id']}"
    shared = client.patch(f"/api/{place}", json={"is_shared": True}, headers=insider)
    assert shared.status_code < 300, shared.text

    read = client.get(f"/api/{place}", headers=outsider).json()
    assert [one["message"] for one in read["answers"]] == [WITHHELD]
    assert not any(one["claims"] or one["citations"] for one in read["answers"])
    for path in (f"/api/{place}", f"/api/{place}/export?format=md", f"/{place}/print"):
        response = client.get(path, headers=outsider)
        assert response.status_code == 200, path
        assert not traces(unpacked(response.content)), path
        assert traces(unpacked(client.get(path, headers=insider).content)), path


def test_run_tells_whoever_sees_less_of_what_they_see_and_an_admin_of_everything(
    client: TestClient, keeper: dict[str, str], run_id: str, data_dir: Path
) -> None:
    """Of its own run a token sees what is not hidden from it; of others', what it knows anyway."""
    owner = keeper["Authorization"].split("_")[1]
    uris = [each.document.document.uri for each in SECRETS]
    own = RunFolder.create(data_dir)
    own.open(
        RunRequest(
            RunKind.INGEST, (*uris, "/new/file.md"), turned_away=(("a.md", "No."),), owner=owner
        )
    )
    own.end(
        RunState.DONE, report={**report_on(uris), "refused": [{"uri": "/x.md", "reason": "No."}]}
    )
    admin = {"Authorization": f"Bearer {ADMIN}"}
    (mill,) = {OPEN[0].document.id}

    theirs = client.get(f"/api/runs/{run_id}", headers=keeper).json()
    assert {one["id"] for one in theirs["report"]["added"]} == {mill}
    assert (theirs["uploads"], theirs["targets"], theirs["reason"]) == ([], [], UNTOLD)
    assert {one["of_name"] for one in theirs["report"]["duplicates"]} == {ANOTHER}
    assert theirs["report"]["documents"] is None
    assert theirs["report"]["removals"] == {}

    mine = client.get(f"/api/runs/{own.id}", headers=keeper).json()
    assert mine["targets"] == ["/new/file.md"]
    assert [one["name"] for one in mine["turned_away"]] == ["a.md"]
    assert [one["name"] for one in mine["report"]["refused"]] == ["x.md"]
    assert mine["report"]["documents"] is None
    assert not traces(json.dumps(mine))
    events = client.get(f"/api/runs/{own.id}/events", headers=keeper).text
    assert events.startswith("event: over")
    assert not traces(events)
    listed = client.get("/api/runs?limit=1", headers=keeper)
    assert not traces(listed.text)
    assert (listed.json()["total"], 'rel="next"' in listed.headers["link"]) == (2, True)

    whole = client.get(f"/api/runs/{run_id}", headers=admin).json()
    assert len(whole["report"]["added"]) == len(uris) + 1
    assert "is to blame" in whole["reason"]
    assert client.get(f"/api/runs/{run_id}/files/sent.md", headers=admin).status_code == 200
    assert client.delete(f"/api/runs/{own.id}", headers=keeper).status_code == 204


def test_answers_of_open_documents_are_read_again_by_everybody(
    client: TestClient, outsider: dict[str, str], kept: ConversationStore, mixed: ChatService
) -> None:
    stored = kept.append(mixed.answer(Question("When did the mill in Hove open?")), visitor=None)

    again = client.get(f"/api/answers/{stored.answer.id}", headers=outsider).json()

    assert [one["text"] for one in again["claims"]] == [one.text for one in stored.answer.claims]
    assert again["claims"]


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("resources/list", {}),
        ("resources/read", {"uri": f"accord://sources/{SECRETS[0].document.document.id}"}),
        ("tools/call", {"name": "list_sources", "arguments": {}}),
        (
            "tools/call",
            {
                "name": "read_source",
                "arguments": {"source_id": SECRETS[0].document.document.id, "start": 0},
            },
        ),
    ],
)
def test_agents_read_what_their_groups_may(
    client: TestClient,
    outsider: dict[str, str],
    insider: dict[str, str],
    method: str,
    parameters: dict[str, Any],
) -> None:
    call = called(method, **parameters)
    refused = client.post("/mcp", json=call, headers={**outsider, **MCP}).content
    read = client.post("/mcp", json=call, headers={**insider, **MCP}).content

    asked = SECRETS[0].document.document.id if "SECRETS" and "source" in str(parameters) else ""
    assert traces(refused) <= {asked}
    assert len(traces(read)) > 1


def test_hidden_source_is_like_one_that_there_is_not_and_no_cache_keeps_the_others(
    client: TestClient, outsider: dict[str, str], insider: dict[str, str]
) -> None:
    hidden, unknown = SECRETS[0].document.document.id, "0" * 16
    for path in ("/api/sources/", "/sources/", "/api/sources/{}?version=" + "0" * 12):
        place = path if "{}" in path else f"{path}{{}}"
        bodies = []
        for name in (hidden, unknown):
            response = client.get(place.format(name), headers=outsider)
            assert response.status_code == 404
            request_id = response.headers["x-request-id"]
            bodies.append(response.text.replace(name, "ID").replace(request_id, ""))
        assert bodies[0] == bodies[1]
    for path in ("/api/sources", f"/api/sources/{hidden}", f"/sources/{hidden}"):
        headers = client.get(path, headers=insider).headers
        assert headers["cache-control"] == "private, no-cache"
        assert "Authorization, Cookie" in headers["vary"]


def test_counts_and_starters_are_those_of_what_is_seen(
    client: TestClient, outsider: dict[str, str], insider: dict[str, str]
) -> None:
    admin = {"Authorization": f"Bearer {ADMIN}"}
    assert client.get("/readyz").json()["documents"] == len(OPEN)
    assert client.get("/readyz", headers=insider).json()["documents"] == len(DOCUMENTS)
    assert f"{len(DOCUMENTS)}.0" in client.get("/metrics", headers=admin).text
    assert client.get("/api/sources", headers=outsider).json()["total"] == len(OPEN)
    assert client.get("/api/sources", headers=admin).json()["total"] == len(DOCUMENTS)
    for headers in (insider, outsider, insider):
        offered = client.get("/api/starters", headers=headers).content
        assert bool(traces(offered)) is False or headers is insider


def test_server_of_restricted_documents_alone_is_ready_and_tells_no_number(tmp_path: Path) -> None:
    secret = SECRETS[0].document
    library = build_library(tmp_path, [secret], {secret.document.id: (GROUP,)})
    service, _ = open_service(library, SENTENCES)
    ready = service.ready()

    assert (ready.ok, ready.documents) == (True, 0)
    answer = service.answer(Question("Who leads Zorblatt?"))
    assert answer.status is AnswerStatus.ABSTAINED
    assert not traces(str(answer))
    service.close()


async def test_channel_of_slack_sees_what_its_groups_may(
    tmp_path: Path, mixed: ChatService
) -> None:
    chat: Any = mixed
    name = SECRETS[0].name
    async with FakeSlack(minute_s=3.0, links=(PUBLIC_URL,)).running() as slack:
        groups = {"C1": [GROUP]}
        async with serving_slack(tmp_path, slack, chat, slack_channel_groups=groups) as server:
            for channel in ("C1", "C2"):
                message = await server.ask(channel, "U1", f"<@{BOT_USER}> Who leads {name}?")
                await server.idle()
                (reply,) = slack.replies(channel, message.ts)
                assert bool(traces(str(reply.blocks))) is (channel == "C1")


def test_command_line_sees_all_or_what_a_group_sees(
    data_dir: Path, mixed: ChatService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_DATA_DIR", str(data_dir))
    monkeypatch.setattr(app.bootstrap, "build_chat_service", lambda *_, **__: mixed)
    monkeypatch.setattr(ChatService, "close", lambda _: None)
    monkeypatch.setattr(
        "vectorstore.embedding.build.build_embedder", lambda *_, **__: HashingEmbedder()
    )
    secret = SECRETS[0]
    commands = (
        ["ask", f"Who leads {secret.name}?", "--json"],
        ["search", secret.name, "--json"],
        ["show", secret.document.document.id, "--json"],
        ["sources", "--json"],
    )
    for command in commands:
        for options, sees in (((), True), (("--group", GROUP), True), (("--group", "x"), False)):
            done = run_accord(*command, *options)
            assert bool(traces(done.stdout)) is sees, (command, options, done)
    listed = {one["id"]: one for one in json.loads(run_accord("sources", "--json").stdout)}
    assert listed[secret.document.document.id]["groups"] == [GROUP]
    assert f"seen by: {GROUP} (front matter)" in run_accord("sources").stdout


def test_document_that_is_restricted_is_gone_at_once_and_back_for_its_group(
    tmp_path: Path,
) -> None:
    from vectorstore.catalog import Catalog
    from vectorstore.generations import Generations
    from vectorstore.maintenance import set_access

    mill = OPEN[0].document
    settings: StoreSettings = build_library(tmp_path, list(OPEN))
    service, _ = open_service(settings, SENTENCES)
    question = Question("When did the mill in Hove open?")
    stored = service.answer(question)
    catalog = Catalog(settings.catalog_url)

    set_access(catalog, Generations(catalog, settings), settings.lock_path, [mill.uri], ("board",))

    assert mill.id in {one.document_id for one in stored.citations}
    assert service.document(mill.id) is None
    assert mill.id not in str(told(service.answer(question)))
    assert service.hides({mill.id})
    board = service.seen_by(Audience(frozenset({"board"})))
    assert board.document(mill.id) is not None
    assert not board.hides({mill.id}, ("board",))
    set_access(catalog, Generations(catalog, settings), settings.lock_path, [mill.uri], ())
    assert service.document(mill.id) is not None
    service.close()
    catalog.close()


def test_stored_answers_are_judged_where_nothing_can_be_searched(tmp_path: Path) -> None:
    service, _ = open_service(StoreSettings(tmp_path))
    answer = service.seen_by(INSIDER).answer(Question("Thanks!"))

    assert answer.groups == ()
    assert not service.hides({"0" * 16})
    assert service.hides((), (GROUP,))
    assert not service.seen_by(UNRESTRICTED).hides((), (GROUP,))
    service.close()


def test_without_groups_everybody_sees_the_generation_as_it_is(only_open: ChatService) -> None:
    for audience in (EVERYBODY, INSIDER, UNRESTRICTED):
        with only_open.seen_by(audience).generation() as generation:
            assert (generation.view, generation.hidden) == ("", frozenset())
            *_, last = only_open.seen_by(audience).stream(Question("Who runs the mill in Hove?"))
            assert isinstance(last, AnswerDone)
            assert last.answer.groups == ()
