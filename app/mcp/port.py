"""What the tools need from the program that they run in."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, TypeVar

from starlette.concurrency import run_in_threadpool

from app.access.scopes import EVERYTHING, Access
from app.errors import NotReadyError
from app.protocols import ChatServiceProtocol
from app.running import Runner
from app.types import Answer, AnswerDone, Question

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer and where it was kept."""

    answer: Answer
    conversation_id: str | None = None


class Port(Protocol):
    """One caller's way to the service."""

    @property
    def chat(self) -> ChatServiceProtocol:
        """What is asked. Its methods block: see `off_loop`."""
        ...

    @property
    def access(self) -> Access:
        """What the caller may do."""
        ...

    @property
    def base_url(self) -> str | None:
        """Where links to cited words lead, without a slash at the end; None where no page is."""
        ...

    @property
    def max_question_characters(self) -> int:
        """Longest question that is read."""
        ...

    def note(self, action: str, document_id: str = "") -> None:
        """Record what is done in the audit log, unless the operator does it."""
        ...

    async def answer(self, question: Question) -> Answered:
        """Answer; a caller who no longer waits stops the work."""
        ...


PORT: ContextVar[Port] = ContextVar("port")
"""Of the message that is being served."""


async def off_loop(function: Callable[..., T], *values: object, **named: object) -> T:
    """Call something that blocks."""
    return await run_in_threadpool(function, *values, **named)


@dataclass(frozen=True, slots=True)
class LocalPort:
    """Whoever started this process: may do everything, and nothing is kept."""

    chat: ChatServiceProtocol
    runner: Runner
    base_url: str | None
    max_question_characters: int
    access: Access = EVERYTHING

    def note(self, action: str, document_id: str = "") -> None:
        """Whoever started this process reads the files themselves as well."""

    async def answer(self, question: Question) -> Answered:
        """Answer; a caller who no longer waits stops the work."""
        run = await self.runner.start(lambda: self.chat.stream(question))
        try:
            async for event in run.events():
                if isinstance(event, AnswerDone):
                    return Answered(event.answer)
        finally:
            run.stop()
        raise NotReadyError("The service ended its stream without an answer.")
