"""The synchronous client."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Literal, Self

import httpx

from app.client import wire
from app.client.models import (
    Answer,
    Conversation,
    ConversationList,
    ConversationSummary,
    Filters,
    GivenFeedback,
    Passage,
    PassageList,
    Questions,
    Readiness,
    Source,
    SourceList,
    SourceText,
    Turn,
)
from app.client.wire import (
    DEFAULT_PASSAGES,
    DEFAULT_TIMEOUT_S,
    EVENT_STREAM,
    Call,
    Event,
    EventReader,
    M,
)


class Accord:
    """One server, asked from ordinary code. May be used from several threads.

    Every method raises `ProblemError` where the server refuses or fails, and `UnreachableError`
    where none answers; both are `AccordError`.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        *,
        token: str | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """Prepare the client; requests are sent by its methods.

        Args:
            base_url: Of the server, without a path.
            token: Made by `accord token create`, where the server asks for one.
            timeout_s: Longest silence of the server, in seconds.
            headers: Sent with every request.
            transport: What carries requests; None is the network.

        Raises:
            ValueError: If `base_url` is no address.
        """
        arguments = wire.options(base_url, token=token, timeout_s=timeout_s, headers=headers)
        self._http = httpx.Client(transport=transport, **arguments)

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self.close()

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn | Mapping[str, str]] = (),
        conversation_id: str | None = None,
        filters: Filters | None = None,
        composer: str | None = None,
        as_typed: bool = False,
        idempotency_key: str | None = None,
    ) -> Generator[Event]:
        """Verified sentences as they become known, the whole `Answer` last; see `ask`.

        Nothing that came is taken back. Leaving the loop early stops the server's work.

        Raises:
            BrokenStreamError: If the stream ends without its answer.
        """
        call = wire.chat(
            question, history, conversation_id, filters, composer, as_typed, idempotency_key
        )
        reader = EventReader()
        sending = self._http.stream(
            call.method, call.path, json=call.json, headers={**call.headers, "Accept": EVENT_STREAM}
        )
        with wire.reached(self._http.base_url), sending as response:
            if not response.is_success:
                response.read()
                wire.check(response, call)
            for line in response.iter_lines():
                yield from reader.feed(line)
        reader.end()

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn | Mapping[str, str]] = (),
        conversation_id: str | None = None,
        filters: Filters | None = None,
        composer: str | None = None,
        as_typed: bool = False,
        idempotency_key: str | None = None,
    ) -> Answer:
        """The whole answer; an abstention is one too.

        Args:
            question: What to answer.
            history: Earlier turns, oldest first, where the caller keeps the conversation.
            conversation_id: Of an earlier answer, where the server keeps it.
            filters: What may be searched.
            composer: How to write it; None takes what is set up.
            as_typed: Ask exactly these words: no typing error is corrected, nothing taken from the
                turns before.
            idempotency_key: Names this request, as a UUID does: sent again with it, the request
                gets the answer that it got before.
        """
        call = wire.chat(
            question, history, conversation_id, filters, composer, as_typed, idempotency_key
        )
        return self._get(Answer, call)

    def search(
        self, query: str, *, filters: Filters | None = None, limit: int = DEFAULT_PASSAGES
    ) -> tuple[Passage, ...]:
        """The passages nearest to a text, best first; at most 100. They need not answer it."""
        call = wire.search(query, filters, limit)
        return self._get(PassageList, call).passages

    def ready(self) -> Readiness:
        """Whether questions can be answered now."""
        return self._get(Readiness, wire.READY)

    def starters(self) -> tuple[str, ...]:
        """Questions to begin with, such as this library can answer."""
        return (self._get(Questions, wire.STARTERS)).questions

    def follow_ups(self, answer_id: str) -> tuple[str, ...]:
        """Questions to go on with, each tried: the sources answer it."""
        return (self._get(Questions, wire.at("GET", wire.FOLLOW_UPS, answer_id))).questions

    def sources(
        self,
        words: str | None = None,
        *,
        publisher: str | None = None,
        published_from: date | None = None,
        published_to: date | None = None,
    ) -> tuple[Source, ...]:
        """The documents that answers may cite, and that fit all that is given."""
        call = wire.sources(words, publisher, published_from, published_to)
        return (self._get(SourceList, call)).sources

    def source(self, source_id: str, *, version: str | None = None) -> SourceText:
        """One source with its text, in the current version or another."""
        return self._get(SourceText, wire.source(source_id, version))

    def answer(self, answer_id: str) -> Answer:
        """An answer as it was given."""
        return self._get(Answer, wire.at("GET", wire.ANSWER, answer_id))

    def conversations(self) -> tuple[ConversationSummary, ...]:
        """Those held with this client's token, the latest first; none without a token."""
        return (self._get(ConversationList, wire.CONVERSATIONS)).conversations

    def conversation(self, conversation_id: str) -> Conversation:
        """A conversation with its answers."""
        call = wire.at("GET", wire.CONVERSATION, conversation_id)
        return self._get(Conversation, call)

    def forget(self, conversation_id: str) -> None:
        """Erase a conversation and its answers for good."""
        self._do(wire.at("DELETE", wire.CONVERSATION, conversation_id))

    def rate(
        self,
        answer_id: str,
        rating: Literal["up", "down"],
        *,
        reasons: Sequence[str] = (),
        comment: str = "",
        idempotency_key: str | None = None,
    ) -> None:
        """Say what an answer is worth, instead of what was said before."""
        self._do(wire.feedback(answer_id, rating, reasons, comment, idempotency_key))

    def rating(self, answer_id: str) -> GivenFeedback:
        """What was said of an answer."""
        return self._get(GivenFeedback, wire.at("GET", wire.FEEDBACK, answer_id))

    def unrate(self, answer_id: str) -> None:
        """Take it back."""
        self._do(wire.at("DELETE", wire.FEEDBACK, answer_id))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _get(self, model: type[M], call: Call) -> M:
        return wire.of(model, self._send(call), call)

    def _do(self, call: Call) -> None:
        wire.check(self._send(call), call)

    def _send(self, call: Call) -> httpx.Response:
        with wire.reached(self._http.base_url):
            return self._http.request(
                call.method, call.path, params=call.params, json=call.json, headers=call.headers
            )
