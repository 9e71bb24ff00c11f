"""Asking a chat model so that nothing it does can hold up or break the program.

Time limits, tries, the number of requests at once and the breaker are kept here, for every provider
alike; providers' own retries are off. All work runs on the loop of `app.llm.loop`.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

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
from app.llm.reply_stream import ReplyStream
from app.llm.translate import translated
from app.llm.types import Limits, Prices, Reply, SourceDocument, Usage
from app.types import Message

# Each try would be a line that says no more than that there was one; errors are told by callers.
logging.getLogger("stamina").setLevel(logging.ERROR)

FIRST_PAUSE_S = 0.5
"""Before the second try; twice as long before each further one."""
PATIENCE_S = 3.0
"""Somebody who waits for an answer waits so long for a place at the model, or for another try, and
then has the sources' own words."""
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
        except Exception as error:
            raise translated(error) from None
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

        return await self._tried(attempt, deadline, lambda: False, _Patience())

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

        patience = _Patience(PATIENCE_S, is_short=limits.timeout_s < self.limits.timeout_s)
        return await self._tried(attempt, deadline, lambda: has_said, patience)

    async def _tried(
        self,
        attempt: Callable[[], Awaitable[Reply]],
        deadline: float,
        is_final: Callable[[], bool],
        patience: _Patience,
    ) -> Reply:
        """The reply of the first attempt that gives one.

        Args:
            attempt: One request.
            deadline: In the loop's time.
            is_final: Whether a reply is already being read, so that another try would repeat it.
            patience: How long to wait where nothing is computed.
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
            return wait if wait < min(left, patience.wait_s) else False

        async for trial in stamina.retry_context(
            on=pause, attempts=self.limits.attempts, timeout=None
        ):
            with trial:
                async with self._place(deadline, patience):
                    return await self._guarded(attempt, patience)
        raise AssertionError("stamina ended without a reply or an error")  # never

    @asynccontextmanager
    async def _place(self, deadline: float, patience: _Patience) -> AsyncIterator[None]:
        until = min(deadline, asyncio.get_running_loop().time() + patience.wait_s)
        try:
            async with asyncio.timeout_at(until):
                await self._places.acquire()
        except TimeoutError:
            raise ModelBusyError(
                f"All {self.limits.concurrency} places at the chat model stayed taken "
                "(ACCORD_MODEL_CONCURRENCY)."
            ) from None
        try:
            yield
        finally:
            self._places.release()

    async def _guarded(self, attempt: Callable[[], Awaitable[Reply]], patience: _Patience) -> Reply:
        """One attempt, told to the breaker, with errors of ours only."""
        is_trial = self._breaker.enter()
        try:
            reply = await attempt()
        except asyncio.CancelledError:
            self._breaker.left(is_trial=is_trial)
            raise
        except Exception as error:  # the border: providers' clients raise what they like
            ours = translated(error)
            if patience.is_short and isinstance(ours, ModelTimeoutError):
                self._breaker.left(is_trial=is_trial)  # it was given less time than it may need
            elif isinstance(ours, ModelUnavailableError) and not isinstance(ours, ModelBusyError):
                self._breaker.failed(is_trial=is_trial)
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


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long a call may wait where nothing is computed for it."""

    wait_s: float = math.inf
    """For a place, and before another try."""
    is_short: bool = False
    """It was given less time than a reply may take; running out of it says nothing of the model."""


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
