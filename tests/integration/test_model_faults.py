"""Whatever a chat model's server does, the person gets a verified answer and one terminal event."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from app.answering.composition.fallback import Problem
from app.answering.service import ChatService
from app.llm.types import Limits
from app.web.api import create_app
from tests.builders_answering import failures_in
from tests.builders_model import (
    IMPATIENT,
    KEY,
    PATIENT,
    PROVIDERS,
    Library,
    open_library,
)
from tests.builders_web import make_settings
from tests.live_server import serving, until
from tests.scripted_model_server import Fault, ScriptedServer, Turn, scripted

pytestmark = pytest.mark.model

QUESTION = "How much did Pfizer pay BioNTech at the start?"
FACT = "$185 million"
TRUE = (
    "Pfizer paid BioNTech $185 million at the start. Development costs are shared equally. "
    "The companies published the terms on 9 April 2020."
)
FALSE = "Pfizer paid BioNTech $911 million at the start. "
GERMAN = "Pfizer zahlte an BioNTech zu Beginn eine Summe, die niemand genau nennen wollte. "
MARKUP = (
    "<script>alert(1)</script> ![chart](http://evil.example/a.png) "
    "<img src=http://evil.example/b.png onerror=alert(2)> [terms](javascript:alert(3)). "
)


@dataclass(frozen=True)
class Kind:
    """One kind of fault and what the receipt calls it."""

    turn: Turn
    problem: Problem | None
    limits: Limits = PATIENT


LONG = Limits(timeout_s=20, silence_s=20, concurrency=4, attempts=1, max_characters=8_192)
KINDS = {
    "dropped": Kind(Turn(fault=Fault.DROPPED), Problem.UNAVAILABLE),
    "silent before the first word": Kind(Turn(fault=Fault.SILENT), Problem.TIMEOUT, IMPATIENT),
    "silent between words": Kind(Turn(TRUE, fault=Fault.STALLED), Problem.TIMEOUT, IMPATIENT),
    "400": Kind(Turn(status=400), Problem.REFUSED),
    "401": Kind(Turn(status=401, message=f"wrong key {KEY}"), Problem.AUTHENTICATION),
    "403": Kind(Turn(status=403), Problem.AUTHENTICATION),
    "404": Kind(Turn(status=404), Problem.REFUSED),
    "429": Kind(Turn(status=429, headers={"Retry-After": "86400"}), Problem.BUSY),
    "500": Kind(Turn(status=500), Problem.UNAVAILABLE),
    "503": Kind(Turn(status=503), Problem.UNAVAILABLE),
    "a page instead": Kind(Turn(fault=Fault.PAGE), Problem.OUTPUT),
    "no text": Kind(Turn(fault=Fault.NOT_UTF8), Problem.OUTPUT),
    "malformed": Kind(Turn(TRUE, fault=Fault.MALFORMED), Problem.OUTPUT),
    "broken off": Kind(Turn(TRUE, fault=Fault.BROKEN_OFF), Problem.UNAVAILABLE),
    "ends early": Kind(Turn(TRUE, fault=Fault.ENDS_EARLY), Problem.OUTPUT),
    "error inside": Kind(Turn(TRUE, fault=Fault.ERROR_INSIDE), Problem.UNAVAILABLE),
    "never ends": Kind(Turn("word ", fault=Fault.ENDLESS), Problem.UNSUPPORTED, LONG),
    "repeats a truth for ever": Kind(
        Turn(TRUE.partition(". ")[0] + ". ", fault=Fault.ENDLESS), None, LONG
    ),
    "empty": Kind(Turn(""), Problem.OUTPUT),
    "only spaces": Kind(Turn(" \n "), Problem.OUTPUT),
    "refusal": Kind(Turn("I cannot.", finish="refusal"), Problem.REFUSED),
    "wrong language": Kind(Turn(GERMAN * 3), Problem.UNSUPPORTED),
    "100,000 characters": Kind(Turn(FALSE * 2_000), Problem.UNSUPPORTED, LONG),
    "100,000 characters without an end": Kind(Turn("a" * 100_000), Problem.OUTPUT, LONG),
    "markup": Kind(Turn(MARKUP * 2), Problem.UNSUPPORTED),
    "falsehood": Kind(Turn(FALSE), Problem.UNSUPPORTED),
    "invented markers": Kind(Turn(f"{FALSE.strip()} [77][999]"), Problem.UNSUPPORTED),
}


@pytest.fixture(scope="module")
def library(sample_library: tuple[Path, Path]) -> Iterator[Library]:
    with open_library(sample_library[1]) as opened:
        yield opened


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with scripted() as running:
        yield running


@contextmanager
def client_of(service: ChatService, folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(make_settings(folder), service)) as client:
        yield client


Ask = Callable[[TestClient, str], dict[str, Any]]


def as_json(client: TestClient, question: str) -> dict[str, Any]:
    response = client.post("/api/chat", json={"question": question})
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def as_stream(client: TestClient, question: str) -> dict[str, Any]:
    """The answer; nothing that was shown before differs from it, and nothing comes after it."""
    response = client.post(
        "/api/chat", json={"question": question}, headers={"Accept": "text/event-stream"}
    )
    assert response.status_code == 200, response.text
    events = parsed(response.text)
    names = [name for name, _ in events]
    assert names[-1] == "answer"
    assert names.count("answer") + names.count("error") == 1
    body: dict[str, Any] = events[-1][1]
    assert [data["claim"] for name, data in events if name == "claim"] == body["claims"]
    shown = [one for name, data in events if name == "claim" for one in data["citations"]]
    assert shown == body["citations"]
    return body


def parsed(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line[1:])
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def assert_trustworthy(body: dict[str, Any], client: TestClient) -> None:
    """Every sentence is borne out by quotes that stand in the sources, character by character."""
    assert body["claims"]
    for claim in body["claims"]:
        assert claim["citations"]
        assert failures_in(claim, body) == []
    for one in body["citations"]:
        text = client.get(f"/api/sources/{one['document']['id']}").json()["text"]
        assert text[one["start"] : one["end"]] == one["quote"]


def assert_safe(body: dict[str, Any]) -> None:
    """Nothing of what the model made up is in the reply, and neither is the key."""
    shown = json.dumps(body)
    assert not any(word in shown for word in ("$911", "evil", "javascript", "<", "zahlte", "[77]"))
    assert KEY not in json.dumps(body)


def by_turns() -> Iterator[Any]:
    """Each fault with each provider; all but one of each fault's ways are a campaign."""
    for number, name in enumerate(KINDS):
        for place, (provider, ask) in enumerate(product(PROVIDERS, (as_json, as_stream))):
            is_its_turn = place == number % (2 * len(PROVIDERS))
            yield pytest.param(
                name,
                provider,
                ask,
                id=f"{name}-{provider}-{ask.__name__}",
                marks=() if is_its_turn else pytest.mark.campaign,
            )


@pytest.mark.parametrize(("name", "provider", "ask"), list(by_turns()))
def test_the_person_gets_a_verified_answer(
    library: Library, server: ScriptedServer, tmp_path: Path, name: str, provider: str, ask: Ask
) -> None:
    kind = KINDS[name]
    server.will(kind.turn)
    service = library.service(server.url, provider, limits=kind.limits)
    with client_of(service, tmp_path) as client:
        body = ask(client, QUESTION)
        assert_trustworthy(body, client)
    assert_safe(body)
    assert FACT in " ".join(claim["text"] for claim in body["claims"])
    assert body["receipt"]["problem"] == kind.problem
    assert (body["fallback"] is None) == (kind.problem is None)
    assert body["receipt"]["model"] == f"{provider}:scripted"


@pytest.mark.parametrize("ask", [as_json, as_stream])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_connection_refused(library: Library, tmp_path: Path, provider: str, ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]  # free again below, and nobody listens there
    assert_unavailable(library.service(f"http://127.0.0.1:{port}", provider), tmp_path, ask)


@pytest.mark.parametrize("ask", [as_json, as_stream])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_name_that_does_not_resolve(
    library: Library, tmp_path: Path, provider: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert_unavailable(library.service("http://model.invalid", provider), tmp_path, ask)


@pytest.mark.parametrize("ask", [as_json, as_stream])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_server_that_speaks_no_tls(
    library: Library, tmp_path: Path, provider: str, ask: Ask
) -> None:
    with plain_listener() as port:
        assert_unavailable(library.service(f"https://127.0.0.1:{port}", provider), tmp_path, ask)


def assert_unavailable(service: ChatService, folder: Path, ask: Ask) -> None:
    with client_of(service, folder) as client:
        body = ask(client, QUESTION)
        assert_trustworthy(body, client)
    assert body["receipt"]["problem"] == "unavailable"
    assert body["composer"] == "extractive"
    assert body["fallback"] == (
        "The chat model could not be reached, so this answer is in the sources' own words."
    )


@contextmanager
def plain_listener() -> Iterator[int]:
    """Answers every greeting in plain HTTP and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1024)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_what_was_shown_before_a_fault_stays_and_the_rest_follows_in_own_words(
    library: Library, server: ScriptedServer, tmp_path: Path
) -> None:
    server.will(Turn(TRUE, fault=Fault.BROKEN_OFF))
    with client_of(library.service(server.url), tmp_path) as client:
        body = as_stream(client, QUESTION)
    assert body["claims"][0]["text"] == "Pfizer paid BioNTech $185 million at the start."
    assert body["composer"] == "model"
    assert body["fallback"] == (
        "The chat model could not be reached, so part of this answer is in the sources' own words."
    )


def test_a_model_that_repeats_itself_is_not_listened_to_for_long(
    library: Library, server: ScriptedServer, tmp_path: Path
) -> None:
    server.will(Turn("Development costs are shared equally. ", fault=Fault.ENDLESS))
    with client_of(library.service(server.url), tmp_path) as client:
        body = as_json(client, QUESTION)
    assert [claim["text"] for claim in body["claims"]] == ["Development costs are shared equally."]
    assert body["receipt"]["counts"]["repeated"] >= 1
    until(lambda: server.running == 0)  # the connection is closed, not read for ever


def test_the_metrics_tell_what_the_model_did(
    library: Library, server: ScriptedServer, tmp_path: Path
) -> None:
    with client_of(library.service(server.url), tmp_path) as client:
        for turn in (Turn(TRUE), Turn(FALSE), Turn(status=500)):
            server.will(turn)
            as_json(client, QUESTION)
        metrics = client.get("/metrics").text
    for line in (
        'accord_model_answers_total{problem="none"} 1.0',
        'accord_model_answers_total{problem="unsupported"} 1.0',
        'accord_model_answers_total{problem="unavailable"} 1.0',
        'accord_sentences_total{verdict="unsupported"} 1.0',
        'accord_model_tokens_total{direction="input"} 200.0',  # two replies of 100
        "accord_model_cost_usd_total 0.0008",  # 2 x (100 x 2 / 1e6 + 20 x 10 / 1e6)
    ):
        assert line in metrics


def test_while_the_breaker_is_open_nobody_waits_for_the_model(
    library: Library, server: ScriptedServer, tmp_path: Path
) -> None:
    server.will(Turn(status=500))
    with client_of(library.service(server.url), tmp_path) as client:
        before = len(server.requests)
        for _ in range(8):
            assert as_json(client, QUESTION)["receipt"]["problem"] == "unavailable"
        assert len(server.requests) == before + 5


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.STALLED])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_client_that_goes_away_ends_the_request_to_the_model(
    library: Library, server: ScriptedServer, tmp_path: Path, accept: str, fault: Fault
) -> None:
    server.will(Turn(TRUE, fault=fault))
    gone = server.gone
    asked = len(server.requests)
    with serving(make_settings(tmp_path), library.service(server.url)) as running:
        connection = running.open_stream(accept, QUESTION)
        until(lambda: len(server.requests) > asked)
        connection.close()
        until(lambda: server.gone > gone)
        until(lambda: running.runner.running == 0)


def test_a_model_that_stalls_leaves_time_for_the_sources_own_words(
    sample_library: tuple[Path, Path], server: ScriptedServer, tmp_path: Path
) -> None:
    from app.bootstrap import build_chat_service

    server.will(Turn(fault=Fault.SILENT))
    settings = make_settings(
        sample_library[1],
        model="openai:scripted",
        model_base_url=f"{server.url}/v1",
        answer_timeout_s=2,
    )
    service = build_chat_service(settings, watch=False)
    with serving(settings.model_copy(update={"data_dir": tmp_path}), service) as running:
        response = httpx.post(f"{running.url}/api/chat", json={"question": QUESTION}, timeout=20)
    service.close()
    assert response.status_code == 200
    assert response.json()["receipt"]["problem"] == "timeout"
