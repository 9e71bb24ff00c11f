"""How long each step of an answer took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from app import tracing

_SPANS = {"search": "retrieve"}
"""Where a step is named otherwise in traces than in receipts."""


class Clock:
    """Milliseconds by step, and a span of each where traces are made."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        """Measure what is done within; a step that is done again counts once, the last time."""
        began = time.perf_counter()
        try:
            with tracing.span(_SPANS.get(step, step)):
                yield
        finally:
            self.milliseconds[step] = round(1000 * (time.perf_counter() - began), 2)
