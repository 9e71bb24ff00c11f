"""Spans of requests and of the steps of an answer; and what never stands in them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from app import telemetry, tracing
from app.bootstrap import build_chat_service
from app.errors import SettingsError
from app.settings import Settings
from app.web.api import create_app
from tests.browser import foreign_site
from tests.builders_web import FakeChatService, make_settings
from tests.sample_library import borrow

QUESTION = "When did Haven close?"
STEPS = {"condense", "retrieve", "read", "compose", "verify"}


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def traces(spans: InMemorySpanExporter) -> Iterator[TracerProvider]:
    provider = telemetry.begin(SimpleSpanProcessor(telemetry.Wordless(spans)))
    yield provider
    tracing.use(None)
    if "opentelemetry.instrumentation.httpx" in sys.modules:
        sys.modules["opentelemetry.instrumentation.httpx"].HTTPXClientInstrumentor().uninstrument()
    provider.shutdown()


@pytest.mark.slow
@pytest.mark.model
def test_answer_is_a_tree_of_its_steps_without_a_word_of_it(
    sample_library: tuple[Path, Path],
    tmp_path: Path,
    traces: TracerProvider,
    spans: InMemorySpanExporter,
) -> None:
    settings = Settings(_env_file=None, data_dir=borrow(sample_library[1], tmp_path / "data"))
    chat = build_chat_service(settings, watch=False)
    with closing(chat), TestClient(create_app(settings, chat, traces=traces)) as client:
        answer = client.post("/api/chat", json={"question": QUESTION}).json()
        client.get("/api/sources?q=haven")

    assert answer["status"] == "answered"
    found = spans.get_finished_spans()
    (request,) = [one for one in found if one.name == "POST /api/chat"]
    steps = [one for one in found if one.name.startswith("accord.")]
    assert {one.name.removeprefix("accord.") for one in steps} >= STEPS
    assert {one.context.trace_id for one in steps if one.context} == {request.context.trace_id}
    compose = next(one for one in steps if one.name == "accord.compose")
    inside = [one for one in steps if one.parent and one.parent.span_id == compose.context.span_id]
    assert "accord.verify" in {one.name for one in inside}
    assert (request.attributes or {})["http.route"] == "/api/chat"
    written = "".join(one.to_json() for one in found).casefold()
    assert "haven" not in written
    assert answer["conversation_id"] not in written


def test_fault_is_told_by_its_type_alone(
    tmp_path: Path, traces: TracerProvider, spans: InMemorySpanExporter
) -> None:
    chat = FakeChatService(error=RuntimeError("of Haven"))
    app = create_app(make_settings(tmp_path), chat, traces=traces)
    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.post("/api/chat", json={"question": QUESTION}).status_code == 500
    (request,) = [one for one in spans.get_finished_spans() if "chat" in one.name]
    assert not request.status.is_ok
    assert "haven" not in request.to_json().casefold()


def test_statements_are_spans_of_the_request_without_what_they_say(
    tmp_path: Path, traces: TracerProvider, spans: InMemorySpanExporter
) -> None:
    app = create_app(make_settings(tmp_path), FakeChatService(), traces=traces)
    with TestClient(app) as client:
        client.post("/api/chat", json={"question": QUESTION})
    found = spans.get_finished_spans()
    (request,) = [one for one in found if one.name == "POST /api/chat"]
    stored = [one for one in found if (one.attributes or {}).get("db.system.name") == "sqlite"]
    assert "INSERT" in {one.name for one in stored}
    assert request.context.trace_id in {one.context.trace_id for one in stored}
    written = "".join(one.to_json() for one in found).casefold()
    assert "haven" not in written
    assert "values" not in written


def test_failed_statement_is_told_by_its_type(
    traces: TracerProvider, spans: InMemorySpanExporter
) -> None:
    engine = create_engine("sqlite://")
    with pytest.raises(OperationalError), engine.connect() as connection:
        connection.execute(text("SELECT 'haven' FROM nothing"))
    engine.dispose()
    (failed,) = [one for one in spans.get_finished_spans() if one.name == "SELECT"]
    assert not failed.status.is_ok
    assert (failed.attributes or {})["error.type"] == "OperationalError"
    assert "haven" not in failed.to_json()


def test_servers_asked_are_spans_by_name_only(
    traces: TracerProvider, spans: InMemorySpanExporter
) -> None:
    pytest.importorskip("opentelemetry.instrumentation.httpx")
    with foreign_site({"/when-did-haven-close": "of Haven"}) as address:
        httpx.get(f"{address}/when-did-haven-close?q=haven")
    (asked,) = spans.get_finished_spans()
    assert asked.name == "GET"
    assert 200 in (asked.attributes or {}).values()
    assert "haven" not in asked.to_json()


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318"}, False),
        ({"OTEL_SERVICE_NAME": "accord"}, False),
    ],
)
def test_usual_variables_turn_it_on(environment: dict[str, str], wanted: bool) -> None:
    assert tracing.is_wanted(environment) is wanted


@pytest.mark.parametrize(
    "environment",
    [{"OTEL_TRACES_EXPORTER": "zipkin"}, {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"}],
)
def test_what_is_not_there_is_refused_by_name(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=next(iter(environment.values()))):
        telemetry.begin()


def test_off_it_imports_nothing() -> None:
    code = (
        "import sys; from app import tracing; import app.web.serve as s\n"
        "with s._traces() as traces: assert traces is None\n"
        "with tracing.span('read'): pass\n"
        "print([m for m in sys.modules if m.startswith('opentelemetry.sdk')])"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=clean
    )
    assert done.stdout.strip() == "[]"
