"""Webhooks against a real receiver: what is told, how it is signed, retried and where it goes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.bootstrap import open_conversations
from app.conversations.records import Channel, Feedback, Rating, Reason
from app.conversations.store import ConversationStore
from app.errors import SettingsError
from app.settings import Settings, load_settings
from app.types import AnswerStatus
from app.web.api import create_app
from app.webhooks import queue as queues
from app.webhooks.cli import command
from app.webhooks.events import announce_run, announce_runs
from app.webhooks.hooks import Event, Webhook
from app.webhooks.queue import DEAD, DELIVERED, WAITING, Queue, delay_s
from app.webhooks.worker import deliver_due, deliver_one
from tests.builders_web import FakeChatService, make_answer, make_settings
from tests.live_server import until
from vectorstore.catalog import Catalog
from vectorstore.runs import Run, RunKind, RunRequest, RunState

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


class Receiver:
    """Keeps what it is sent and answers as told, with 204 at the end."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.taken.append((headers, body))
                status, more = receiver.answers.pop(0) if receiver.answers else (204, {})
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}/hook?key=1"

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.taken]

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def hook(receiver: Receiver | str, **more: Any) -> Webhook:
    url = receiver if isinstance(receiver, str) else receiver.url
    return Webhook(url=url, secret=SecretStr(SECRET), **({"allow_private": True} | more))


def settings(folder: Path, *hooks: Webhook) -> Settings:
    return make_settings(folder).model_copy(update={"webhooks": hooks})


@pytest.fixture
def opened(tmp_path: Path, receiver: Receiver) -> Iterator[tuple[ConversationStore, Queue]]:
    hooks = (hook(receiver),)
    store = open_conversations(settings(tmp_path, *hooks))
    yield store, Queue(store.engine, hooks)
    store.close()


def is_signed(secret: str, headers: dict[str, str], body: bytes, *, now: float) -> bool:
    """As docs/webhooks.md shows it to receivers."""
    if abs(now - int(headers["webhook-timestamp"])) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers["webhook-signature"].split()
    return any(hmac.compare_digest(each, f"v1,{expected}") for each in given)


# --- what is told ---------------------------------------------------------------------------------


def test_answers_refusals_and_feedback_are_told_without_their_texts(
    opened: tuple[ConversationStore, Queue], receiver: Receiver
) -> None:
    store, queue = opened
    answer = make_answer()
    kept = store.append(answer, visitor=None, channel=Channel.SLACK)
    refusal = replace(answer, status=AnswerStatus.ABSTAINED, claims=(), citations=())
    store.append(refusal, visitor=None)
    given = Feedback(Rating.DOWN, (Reason.OUTDATED,), "It was sold in May.")
    assert store.rate(kept.answer.id, given, visitor=None)
    assert deliver_due(queue, seconds=5) == 3
    answered, refused, rated = receiver.events()
    assert (answered["type"], refused["type"], rated["type"]) == ("answered", "refused", "feedback")
    assert answered["data"] == {
        "answer_id": kept.answer.id,
        "conversation_id": kept.conversation_id,
        "status": answer.status.value,
        "kind": "question",
        "channel": "slack",
        "language": "en",
        "claims": len(answer.claims),
        "citations": len(answer.citations),
        "documents": 2,
    }
    assert rated["data"] == {
        "answer_id": kept.answer.id,
        "rating": "down",
        "reasons": ["outdated"],
        "has_comment": True,
    }
    sent = b"".join(body for _, body in receiver.taken).decode()
    assert answer.question not in sent
    assert "May" not in sent
    assert deliver_due(queue, seconds=5) == 0


def test_questions_and_comments_are_sent_to_whoever_asks_for_texts(
    tmp_path: Path, receiver: Receiver
) -> None:
    hooks = (hook(receiver, with_texts=True, events=("answered",)),)
    store = open_conversations(settings(tmp_path, *hooks))
    kept = store.append(make_answer(), visitor=None)
    store.rate(kept.answer.id, Feedback(Rating.UP), visitor=None)
    assert deliver_due(Queue(store.engine, hooks), seconds=5) == 1
    assert receiver.events()[0]["data"]["question"] == make_answer().question
    store.close()


def test_small_talk_is_no_event(
    opened: tuple[ConversationStore, Queue], receiver: Receiver
) -> None:
    store, queue = opened
    store.append(
        replace(make_answer(), kind="courtesy", status=AnswerStatus.ABSTAINED), visitor=None
    )
    assert deliver_due(queue, seconds=5) == 0


def test_a_run_is_told_once_whoever_finds_it_and_however_often(
    opened: tuple[ConversationStore, Queue], receiver: Receiver, tmp_path: Path
) -> None:
    _, queue = opened
    catalog = Catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    now = datetime.now(UTC)
    report = {"added": ["/a.md"], "refused": [{"uri": "/b", "reason": "x"}], "documents": 1}
    catalog.record_run(now - timedelta(days=2), report)
    catalog.record_run(now, {**report, "seconds": 2.5})
    assert announce_runs(queue, catalog) == 1
    assert announce_runs(queue, catalog) == 0
    deliver_due(queue, seconds=5)
    assert announce_runs(queue, catalog) == 0
    catalog.close()
    [event] = receiver.events()
    told = {name: event["data"][name] for name in ("run", "added", "refused", "documents")}
    assert (event["type"], told) == (
        "run_finished",
        {"run": 2, "added": 1, "refused": 1, "documents": 1},
    )


@pytest.mark.parametrize(
    ("kind", "state", "is_told"),
    [
        (RunKind.INGEST, RunState.CRASHED, True),
        (RunKind.SYNC, RunState.FAILED, True),
        (RunKind.REMOVE, RunState.DONE, True),
        (RunKind.INGEST, RunState.DONE, False),  # its report is in the catalog
    ],
)
def test_a_run_without_a_report_is_told_once_and_without_its_reason(
    opened: tuple[ConversationStore, Queue],
    receiver: Receiver,
    kind: RunKind,
    state: RunState,
    is_told: bool,
) -> None:
    _, queue = opened
    request = RunRequest(kind, ("/secret.md",))
    run = Run("20261127T020304-1a2b3c", request, state, datetime.now(UTC), reason="/secret.md: no")
    assert announce_run(queue, run) == is_told
    assert announce_run(queue, run) == 0
    deliver_due(queue, seconds=5)
    events = receiver.events()
    assert [event["data"]["state"] for event in events] == [state.value] * is_told
    assert "secret" not in str(events)


def test_a_run_of_the_command_line_is_told_without_a_server(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.webhooks.after_run import tell_of_runs

    told = {"url": receiver.url, "secret": SECRET, "allow_private": True}
    monkeypatch.setenv("ACCORD_WEBHOOKS", json.dumps([told]))
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path))
    catalog = Catalog(f"sqlite:///{tmp_path / 'catalog.db'}")
    catalog.record_run(datetime.now(UTC), {"seconds": 0.1})
    tell_of_runs(catalog)
    catalog.close()
    assert [event["type"] for event in receiver.events()] == ["run_finished"]


# --- signing --------------------------------------------------------------------------------------


def test_a_receiver_can_verify_what_it_gets_and_refuse_what_was_changed(
    opened: tuple[ConversationStore, Queue], receiver: Receiver
) -> None:
    store, queue = opened
    store.append(make_answer(), visitor=None)
    deliver_due(queue, seconds=5)
    [(headers, body)] = receiver.taken
    now = time.time()
    assert is_signed(SECRET, headers, body, now=now)
    assert not is_signed(SECRET, headers, body + b" ", now=now)
    assert not is_signed(SECRET, headers, body, now=now + 3_600)
    other = "whsec_" + base64.b64encode(b"o" * 32).decode()
    assert not is_signed(other, headers, body, now=now)


def test_the_reference_library_of_the_specification_verifies_it(
    opened: tuple[ConversationStore, Queue], receiver: Receiver
) -> None:
    library = pytest.importorskip("standardwebhooks")
    store, queue = opened
    store.append(make_answer(), visitor=None)
    deliver_due(queue, seconds=5)
    [(headers, body)] = receiver.taken
    assert library.Webhook(SECRET).verify(body, headers)["type"] == "answered"


# --- retries --------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def raised(tmp_path: Path, one: Webhook) -> tuple[ConversationStore, Queue, Clock]:
    store = ConversationStore.in_folder(tmp_path)
    clock = Clock()
    queue = Queue(store.engine, (one,), clock=clock)
    queue.raised(Event.REFUSED, "k1", {"n": 1})
    return store, queue, clock


def test_a_failed_delivery_is_tried_again_later_with_the_same_id(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.answers = [(500, {}), (302, {"Location": "http://127.0.0.1:1/"})]
    store, queue, clock = raised(tmp_path, hook(receiver))
    assert deliver_due(queue, seconds=5) == 1
    [waiting] = queue.deliveries()
    assert (waiting.state, waiting.attempts) == (WAITING, 1)
    assert waiting.problem == "The receiver answered 500 Internal Server Error."
    assert 4.0 <= waiting.due - clock.now <= 6.0
    for _ in range(2):
        clock.now += 60
        assert deliver_due(queue, seconds=5) == 1
    [done] = queue.deliveries()
    assert (done.state, done.attempts) == (DELIVERED, 3)
    assert done.body == ""  # what somebody asked is not kept when it has been sent
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1
    store.close()


def test_what_is_never_taken_is_given_up_and_listed(tmp_path: Path) -> None:
    store, queue, clock = raised(tmp_path, hook("http://127.0.0.1:1/hook"))
    for _ in range(queues.MAX_TRIES):
        assert deliver_due(queue, seconds=5) == 1
        clock.now += queues.LONGEST_DELAY_S * 2
    assert deliver_due(queue, seconds=5) == 0
    [dead] = queue.deliveries(states=[DEAD])
    assert dead.problem == "It cannot be reached: ConnectError."
    clock.now += queues.KEPT_S
    assert queue.purge() == 1
    store.close()


def test_what_waits_for_a_webhook_that_was_taken_out_is_forgotten(tmp_path: Path) -> None:
    store, queue, clock = raised(tmp_path, hook("http://127.0.0.1:1/hook"))
    left = Queue(store.engine, (hook("http://127.0.0.1:1/another"),), clock=clock)
    assert left.purge() == 0, "it may come back"
    clock.now += queues.KEPT_S + 1
    assert queue.purge() == 0, "whoever delivers for it may have been away"
    assert left.purge() == 1
    store.close()


def test_a_receiver_that_is_gone_for_good_is_asked_no_more(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.answers = [(410, {})]
    store, queue, _ = raised(tmp_path, hook(receiver))
    deliver_due(queue, seconds=5)
    assert [each.state for each in queue.deliveries()] == [DEAD]
    store.close()


def test_a_receiver_that_asks_for_patience_gets_it(tmp_path: Path, receiver: Receiver) -> None:
    receiver.answers = [(429, {"Retry-After": "900"})]
    store, queue, clock = raised(tmp_path, hook(receiver))
    deliver_due(queue, seconds=5)
    assert queue.deliveries()[0].due == clock.now + 900
    store.close()


def test_waits_grow_and_stay_below_half_a_day() -> None:
    waits = [delay_s(n, 0.5) for n in range(1, queues.MAX_TRIES)]
    assert waits[:4] == [5.0, 20.0, 80.0, 320.0]
    assert waits[-1] == queues.LONGEST_DELAY_S
    assert sum(waits) > 24 * 3_600


def test_a_delivery_of_a_process_that_died_is_taken_over(
    tmp_path: Path, receiver: Receiver
) -> None:
    one = hook(receiver)
    store, queue, clock = raised(tmp_path, one)
    lost = queue.claim(one)
    assert lost is not None
    assert queue.claim(one) is None
    clock.now += queues.LEASE_S + 1
    assert deliver_one(queue, one) is not None
    queue.failed(lost, "too late to say so")
    assert queue.deliveries()[0].state == DELIVERED
    store.close()


def test_a_full_queue_drops_what_is_new_and_keeps_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "MOST_WAITING", 2)
    store = open_conversations(settings(tmp_path, hook("http://127.0.0.1:1/hook")))
    kept = [store.append(make_answer(), visitor=None) for _ in range(3)]
    queue = Queue(store.engine, ())
    assert len(queue.deliveries()) == 2
    assert store.answer(kept[2].answer.id, visitor=None) is not None
    store.close()


def test_an_answer_is_kept_although_its_event_cannot_be_queued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_conversations(settings(tmp_path, hook("http://127.0.0.1:1/hook")))

    def broken(*_: object, **__: object) -> int:
        raise RuntimeError("no room")

    monkeypatch.setattr(Queue, "add", broken)
    kept = store.append(make_answer(), visitor=None)
    assert store.answer(kept.answer.id, visitor=None) == kept
    store.close()


# --- where it may go ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x",
        "http://localhost/x",
        "http://169.254.169.254/x",
        "http://[::1]/x",
        "http://10.0.0.8/x",
        "http://wiki.internal/x",
        "ftp://example.org/x",
        "https://user:word@example.org/x",
    ],
)
def test_private_and_odd_addresses_are_refused_in_the_settings(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_WEBHOOKS", json.dumps([{"url": url, "secret": SECRET}]))
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert SECRET not in str(refused.value)


def test_a_name_that_points_inside_is_not_connected_to(tmp_path: Path, receiver: Receiver) -> None:
    port = receiver.http.server_address[1]
    one = Webhook(url=f"http://hooks.example.org:{port}/x", secret=SecretStr(SECRET))
    store, queue, _ = raised(tmp_path, one)
    tried = deliver_one(queue, one, resolver=lambda host, port: ["127.0.0.1"])
    assert tried is not None
    assert tried[1].problem == "It points to an address that is not on the public Internet."
    assert receiver.taken == []
    store.close()


def test_a_weak_secret_is_refused_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"url": "https://example.org/x", "secret": "hunter2hunter2"}
    monkeypatch.setenv("ACCORD_WEBHOOKS", json.dumps([told]))
    with pytest.raises(SettingsError, match="accord webhooks secret") as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


# --- server and command line ----------------------------------------------------------------------


def test_a_server_delivers_while_it_serves_and_takes_up_what_was_left(
    tmp_path: Path, receiver: Receiver
) -> None:
    chosen = settings(tmp_path, hook(receiver))
    before = open_conversations(chosen)
    before.append(make_answer(), visitor=None)
    before.close()
    with TestClient(create_app(chosen, FakeChatService(), doors=[])) as client:
        said = client.post("/api/chat", json={"question": "What was bought?"})
        assert said.status_code == 200
        until(lambda: len(receiver.taken) == 2)
    assert receiver.events()[1]["data"]["answer_id"] == said.json()["id"]


def test_the_command_sends_a_test_and_lists_failures(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"url": receiver.url, "secret": SECRET, "allow_private": True, "events": ["refused"]}
    monkeypatch.setenv("ACCORD_WEBHOOKS", json.dumps([told]))
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path))
    tested = CliRunner().invoke(command, ["test"])
    assert (tested.exit_code, tested.stdout) == (0, "127.0.0.1: taken\n")
    assert receiver.events()[0]["type"] == "test"
    receiver.answers = [(500, {})]
    assert CliRunner().invoke(command, ["test"]).exit_code == 1
    listed = CliRunner().invoke(command, ["list"])
    assert listed.stdout == "127.0.0.1  refused  0 waiting, 0 delivered, 0 given up\n"
    made = CliRunner().invoke(command, ["secret"]).stdout.strip()
    assert len(base64.b64decode(made.removeprefix("whsec_"))) == 32
