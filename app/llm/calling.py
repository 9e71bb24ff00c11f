"""Asking a chat model so that nothing it does can hold up or break the program.

Time limits, tries, the number of requests at once and the breaker are kept here, for every provider
alike; providers' own retries are off. All work runs on the loop of `app.llm.loop`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any, Self, cast

import stamina
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
)
from langchain_core.messages.ai import UsageMetadata, add_usage

from app.llm.breaker import Breaker
from app.llm.errors import (
    ModelBusyError,
    ModelError,
    ModelOutputError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from app.llm.loop import submit
from app.llm.native_citations import MarkedText, document_blocks
from app.llm.translate import translated
from app.llm.types import Limits, Prices, Reply, SourceDocument, Usage
from app.types import Message

# Each try would be a line that says no more than that there was one; errors are told by callers.
logging.getLogger("stamina").setLevel(logging.ERROR)

FIRST_PAUSE_S = 0.5
"""Before the second try; twice as long before each further one."""
JITTER = 0.25
"""Share of a pause that is added at random, so that callers do not come back all at once."""

# By provider: OpenAI and compatible servers, Anthropic, Ollama.
_FINISH_KEYS = ("finish_reason", "stop_reason", "done_reason")
_CUT = {"length", "max_tokens", "model_length"}
_REFUSED = {"content_filter", "refusal", "safety"}

_ROLES: dict[str, type[BaseMessage]] = {
    "system": SystemMessage,
    "user": HumanMessage,
    "assistant": AIMessage,
}


class ModelCaller:
    """A chat model with its limits. May be used from several threads at once."""

    def __init__(
        self,
        model: BaseChatModel,
        *,
        name: str,
        limits: Limits,
        prices: Prices = Prices(),  # noqa: B008 - frozen
        tells_its_end: bool = False,
        cites: bool = False,
        breaker: Breaker | None = None,
    ) -> None:
        """Wrap a model.

        Args:
            model: With its own retries off.
            name: As people know it: "openai:gpt-4o".
            limits: What one call may take.
            prices: For the cost of a reply.
            tells_its_end: The provider says why a reply ended; one without that was broken off.
            cites: The provider takes documents and marks what it cites of them by itself.
            breaker: One for each server; a new one by default.
        """
        self.name = name
        self.limits = limits
        self.cites = cites
        self._model = model
        self._prices = prices
        self._tells_its_end = tells_its_end
        self._breaker = breaker or Breaker()
        self._places = asyncio.Semaphore(limits.concurrency)

    def ask(self, messages: Sequence[Message]) -> Reply:
        """The whole reply.

        Args:
            messages: Roles are "system", "user" and "assistant".

        Raises:
            ModelError: If there is none.
        """
        future = submit(self._ask(_converted(messages)))
        try:
            return future.result()
        finally:
            future.cancel()  # if the caller was interrupted; else without effect

    def stream(
        self,
        messages: Sequence[Message],
        *,
        documents: Sequence[SourceDocument] = (),
        timeout_s: float | None = None,
        pulse_s: float | None = None,
    ) -> ReplyStream:
        """The reply in pieces, as they come. Nothing is asked before the first is taken.

        Taking a piece raises `ModelError` where none can come; pieces taken before were real.

        Args:
            messages: As in `ask`.
            documents: Go along with the last message, for a model that `cites`: the pieces hold
                [n] behind what cites the n-th of their sentences, counted from 1 over all.
            timeout_s: Less than the time that a reply may take otherwise.
            pulse_s: Give an empty piece after so many seconds without one, so that whoever takes
                them can stop.
        """
        converted = _converted(messages)
        if documents:
            last = converted[-1]
            text = {"type": "text", "text": str(last.content)}
            converted[-1] = HumanMessage(content=[*document_blocks(documents), text])
        limits = self.limits
        if timeout_s is not None:
            limits = replace(limits, timeout_s=min(timeout_s, limits.timeout_s))
        return ReplyStream(
            lambda emit: submit(self._stream(converted, documents, limits, emit)), pulse_s=pulse_s
        )

    async def _ask(self, messages: list[BaseMessage]) -> Reply:
        deadline = asyncio.get_running_loop().time() + self.limits.timeout_s

        async def attempt() -> Reply:
            async with asyncio.timeout_at(deadline):
                message = await self._model.ainvoke(messages)
            gathered = _Gathered()
            gathered.add(message)
            return self._checked(gathered)

        return await self._tried(attempt, deadline, lambda: False)

    async def _stream(
        self,
        messages: list[BaseMessage],
        documents: Sequence[SourceDocument],
        limits: Limits,
        emit: Callable[[str], None],
    ) -> Reply:
        clock = asyncio.get_running_loop().time
        deadline = clock() + limits.timeout_s
        has_said = False

        def next_limit() -> float:
            return min(deadline, clock() + limits.silence_s)

        async def attempt() -> Reply:
            nonlocal has_said
            gathered = _Gathered(documents)
            # astream gives an async generator; its type says iterator.
            chunks = cast("Any", self._model.astream(messages))
            async with asyncio.timeout_at(next_limit()) as limit, aclosing(chunks):
                async for chunk in chunks:
                    limit.reschedule(next_limit())
                    piece = gathered.add(chunk)
                    if gathered.characters > self.limits.max_characters:
                        break
                    if piece:
                        has_said = True
                        emit(piece)
            if last := gathered.close():
                emit(last)
            return self._checked(gathered)

        return await self._tried(attempt, deadline, lambda: has_said)

    async def _tried(
        self,
        attempt: Callable[[], Awaitable[Reply]],
        deadline: float,
        is_final: Callable[[], bool],
    ) -> Reply:
        """The reply of the first attempt that gives one.

        Args:
            attempt: One request.
            deadline: In the loop's time.
            is_final: Whether a reply is already being read, so that another try would repeat it.
        """
        tries = 0

        def pause(error: Exception) -> bool | float:
            nonlocal tries
            tries += 1
            if not isinstance(error, ModelError) or not error.retryable or is_final():
                return False
            if self._breaker.state == "open":
                return False
            wait = getattr(error, "retry_after_s", None) or FIRST_PAUSE_S * 2 ** (tries - 1)
            wait *= 1 + random.uniform(0, JITTER)  # noqa: S311 - no secret
            left = deadline - asyncio.get_running_loop().time()
            return wait if wait < left else False

        async for trial in stamina.retry_context(
            on=pause, attempts=self.limits.attempts, timeout=None
        ):
            with trial:
                async with self._place(deadline):
                    return await self._guarded(attempt)
        raise AssertionError("stamina ended without a reply or an error")  # never

    @asynccontextmanager
    async def _place(self, deadline: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(deadline):
                await self._places.acquire()
        except TimeoutError:
            raise ModelTimeoutError(
                f"All {self.limits.concurrency} places at the chat model were taken for "
                f"{self.limits.timeout_s:g} s (ACCORD_MODEL_CONCURRENCY)."
            ) from None
        try:
            yield
        finally:
            self._places.release()

    async def _guarded(self, attempt: Callable[[], Awaitable[Reply]]) -> Reply:
        """One attempt, told to the breaker, with errors of ours only."""
        self._breaker.enter()
        try:
            reply = await attempt()
        except asyncio.CancelledError:
            self._breaker.left()
            raise
        except Exception as error:  # the border: providers' clients raise what they like
            ours = translated(error)
            if isinstance(ours, ModelUnavailableError) and not isinstance(ours, ModelBusyError):
                self._breaker.failed()
            else:
                self._breaker.succeeded()
            # Not chained: a provider's message may hold the key or the question, and logs show it.
            raise ours from None
        self._breaker.succeeded()
        return reply

    def _checked(self, gathered: _Gathered) -> Reply:
        """The reply, if it is one."""
        text, finish = gathered.text, gathered.finish
        if gathered.characters > self.limits.max_characters:
            raise ModelOutputError(
                f"The chat model's reply passed {self.limits.max_characters:,} characters.",
                retryable=False,
            )
        if finish in _REFUSED or gathered.refusal:
            raise ModelRefusedError("The chat model declined to answer.")
        if self._tells_its_end and finish is None:
            raise ModelOutputError("The chat model's reply broke off.")
        if not text.strip():
            if finish in _CUT:
                raise ModelOutputError(
                    "The chat model used up its tokens before the first word "
                    "(ACCORD_MODEL_MAX_OUTPUT_TOKENS).",
                    retryable=False,
                )
            raise ModelOutputError("The chat model's reply is empty.")
        return Reply(text, gathered.usage(self._prices), is_cut=finish in _CUT)


class ReplyStream(Iterator[str]):
    """Pieces of a reply, as they come. Closing it, from any thread, ends the request."""

    def __init__(
        self,
        start: Callable[[Callable[[str], None]], Future[Reply]],
        *,
        pulse_s: float | None = None,
    ) -> None:
        self.reply: Reply | None = None
        """The whole reply with its usage, once the last piece was taken."""
        self._start = start
        self._pulse_s = pulse_s
        self._pieces: SimpleQueue[str | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._future: Future[Reply] | None = None
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def __next__(self) -> str:
        with self._lock:
            if self._is_over:
                raise StopIteration
            if self._future is None:
                self._future = self._start(self._pieces.put)
                pieces = self._pieces
                self._future.add_done_callback(lambda _: pieces.put(None))
        try:
            piece = self._pieces.get(timeout=self._pulse_s)
        except Empty:
            return ""
        if piece is not None:
            return piece
        self._is_over = True
        with suppress(CancelledError):  # closed, perhaps from another thread
            self.reply = self._future.result()
        raise StopIteration

    def close(self) -> None:
        """End the request, if it is still running; the connection is closed. May be repeated."""
        with self._lock:
            self._is_over = True
            if self._future is not None:
                self._future.cancel()


class _Gathered:
    """What has come of a reply."""

    def __init__(self, documents: Sequence[SourceDocument] = ()) -> None:
        self.characters = 0
        self.finish: str | None = None
        self.refusal = False
        self._marked = MarkedText(documents) if documents else None
        self._pieces: list[str] = []
        self._usage: UsageMetadata | None = None

    def add(self, message: AIMessage | AIMessageChunk) -> str:
        """Take in a message or a part of one; its text."""
        piece = str(message.text) if self._marked is None else self._marked.add(message.content)
        self._take(piece)
        for key in _FINISH_KEYS:
            if finish := message.response_metadata.get(key):
                self.finish = str(finish).lower()
        if message.additional_kwargs.get("refusal"):
            self.refusal = True
        if message.usage_metadata:
            self._usage = add_usage(self._usage, message.usage_metadata)
        return piece

    def close(self) -> str:
        """What the end of the reply adds to it."""
        piece = "" if self._marked is None else self._marked.close()
        self._take(piece)
        return piece

    def _take(self, piece: str) -> None:
        self._pieces.append(piece)
        self.characters += len(piece)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def usage(self, prices: Prices) -> Usage:
        if self._usage is None:
            return Usage()
        return prices.usage(self._usage["input_tokens"], self._usage["output_tokens"])


def _converted(messages: Sequence[Message]) -> list[BaseMessage]:
    return [_ROLES[message.role](content=message.content) for message in messages]
