"""OpenTelemetry traces, where OTEL_ variables say where to send them.

Spans tell what took how long, never what was said: of attributes only those in `KEPT` leave the
process, and of errors only the type. Paths and queries are not among them, because they hold words
and the ids of conversations.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    ConsoleSpanExporter,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.trace import Status, StatusCode

from app import tracing
from app.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
MISSING = "OTEL_ variables ask for traces, which need the extra: pip install 'accord[otel]'."
KEPT = frozenset(
    {
        "http.request.method",
        "http.response.status_code",
        "http.method",
        "http.status_code",
        "http.route",
        "network.protocol.version",
        "server.address",
        "server.port",
        "db.system.name",
        "error.type",
    }
)
# One line each: which module a name of OTEL_TRACES_EXPORTER and a protocol mean.
_OTLP = {
    "http/protobuf": "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "grpc": "opentelemetry.exporter.otlp.proto.grpc.trace_exporter",
}


def begin(processor: SpanProcessor | None = None) -> TracerProvider:
    """Trace from now on: the steps of answers, and what databases and servers are asked.

    Args:
        processor: Takes the spans; None sends them where the variables say.

    Raises:
        SettingsError: If the extra is not installed, or the variables ask for what is not there.
    """
    named = {SERVICE_VERSION: version("accord")}
    if not os.environ.get("OTEL_SERVICE_NAME"):
        named[SERVICE_NAME] = "accord"
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(processor or BatchSpanProcessor(Wordless(_exporter(os.environ))))
    tracing.use(provider.get_tracer("accord", version("accord")))
    _instrument(provider, is_required=processor is None)
    return provider


def _exporter(environment: Mapping[str, str]) -> SpanExporter:
    name = environment.get(tracing.EXPORTER, "").strip().lower() or "otlp"
    if name == "console":
        return ConsoleSpanExporter()
    if name != "otlp":
        raise SettingsError(f"{tracing.EXPORTER} is {name!r}; known are otlp, console and none.")
    protocol = next((environment[n] for n in PROTOCOLS if environment.get(n)), "http/protobuf")
    if protocol not in _OTLP:
        raise SettingsError(f"{PROTOCOLS[1]} is {protocol!r}; known are {', '.join(_OTLP)}.")
    import importlib

    try:
        make: Callable[[], SpanExporter] = importlib.import_module(_OTLP[protocol]).OTLPSpanExporter
    except ImportError as error:
        raise SettingsError(MISSING) from error
    return make()


def _instrument(provider: TracerProvider, *, is_required: bool) -> None:
    """Have SQLAlchemy and httpx make spans; FastAPI makes its own."""
    from sqlalchemy import Engine, event

    for name, listener in _LISTENERS.items():
        if not event.contains(Engine, name, listener):
            event.listen(Engine, name, listener)
    try:
        from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
    except ImportError as error:
        if is_required:
            raise SettingsError(MISSING) from error
        return
    instrumentor = HTTPXClientInstrumentor()
    if not instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.instrument(tracer_provider=provider)


# The instrumentation of the OpenTelemetry project does not take SQLAlchemy 2.1.
def _before_statement(
    connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    verb = statement.split(maxsplit=1)[0].upper() if statement.strip() else "SQL"
    span = tracing.start(verb, {"db.system.name": connection.dialect.name})
    if span is not None and context is not None:
        context.accord_span = span


def _after_statement(
    _connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    if (span := getattr(context, "accord_span", None)) is not None:
        span.end()


def _on_error(failure: Any) -> None:
    span = getattr(failure.execution_context, "accord_span", None)
    if span is not None:
        span.set_status(StatusCode.ERROR)
        span.set_attribute("error.type", type(failure.original_exception).__name__)
        span.end()


_LISTENERS: dict[str, Callable[..., Any]] = {
    "before_cursor_execute": _before_statement,
    "after_cursor_execute": _after_statement,
    "handle_error": _on_error,
}


class Wordless(SpanExporter):
    """Sends spans on without what could hold words."""

    def __init__(self, onwards: SpanExporter) -> None:
        self._onwards = onwards

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send copies."""
        return self._onwards.export([wordless(one) for one in spans])

    def shutdown(self) -> None:
        """End."""
        self._onwards.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._onwards.force_flush(timeout_millis)


def wordless(span: ReadableSpan) -> ReadableSpan:
    """A copy that says when and how long, and neither paths, statements nor messages of errors."""
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes={k: v for k, v in (span.attributes or {}).items() if k in KEPT},
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
