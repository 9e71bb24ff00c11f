"""The real chat service at a pace that a test sets: what passes quickly can be looked at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from app.answering.service import ChatService
from app.types import AnswerEvent, ClaimEvent, Question
from vectorstore.types import Audience

STEP_S = 0.02


class PacedChat:
    """Passes everything on; waits before an answer's claims, or after each, while told to."""

    def __init__(self, service: ChatService, *, like: PacedChat | None = None) -> None:
        self._service = service
        self._like = like
        self.hold_before_claims = like.hold_before_claims if like else threading.Event()
        self.hold_after_claim = like.hold_after_claim if like else threading.Event()
        self.error: Exception | None = None

    def seen_by(self, audience: Audience) -> PacedChat:
        """The same at the same pace, with the eyes of somebody."""
        return PacedChat(self._service.seen_by(audience), like=self._like or self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, name)

    def release(self) -> None:
        """Let everything that waits go on."""
        self.hold_before_claims.clear()
        self.hold_after_claim.clear()
        self.error = None

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        with closing(self._service.stream(question)) as events:  # type: ignore[type-var]
            for event in events:
                if isinstance(event, ClaimEvent):
                    self._wait(self.hold_before_claims)
                    if (error := (self._like or self).error) is not None:
                        raise error
                yield event
                if isinstance(event, ClaimEvent):
                    self._wait(self.hold_after_claim)

    @staticmethod
    def _wait(held: threading.Event) -> None:
        pause = threading.Event()
        while held.is_set():
            pause.wait(STEP_S)
