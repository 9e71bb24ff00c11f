"""Spans of the steps of an answer. Off, it costs a look at a variable and imports nothing.

`app.telemetry` turns it on where the usual OTEL_ variables ask for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
EXPORTER = "OTEL_TRACES_EXPORTER"

_tracer: Tracer | None = None
_NOTHING: AbstractContextManager[object] = nullcontext()


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether the variables ask for traces."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    exporter = environment.get(EXPORTER, "").strip().lower()
    return exporter != "none" and bool(exporter or any(environment.get(n) for n in ENDPOINTS))


def use(tracer: Tracer | None) -> None:
    """Make spans with this tracer from now on; None makes none."""
    global _tracer
    _tracer = tracer


def span(step: str) -> AbstractContextManager[object]:
    """A span named after a step, such as "read", inside the one that is current."""
    if _tracer is None:
        return _NOTHING
    # Messages of errors may quote a question.
    return _tracer.start_as_current_span(
        f"accord.{step}", record_exception=False, set_status_on_exception=False
    )


def start(name: str, attributes: Mapping[str, str]) -> Span | None:
    """A span that the caller ends, and that never becomes the current one; None where off."""
    return None if _tracer is None else _tracer.start_span(name, attributes=attributes)
