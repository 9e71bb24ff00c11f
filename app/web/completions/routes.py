"""POST /v1/chat/completions, GET /v1/models: the service as OpenAI's clients expect one."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, format_sse_event

from app.answering.composition.compose import ExtractiveComposer
from app.errors import InvalidFieldError, UnknownModelError
from app.languages.catalogue import preferred
from app.questions import readable_question
from app.running import Run
from app.settings import Settings
from app.types import Citation, Claim, ClaimEvent, Question
from app.web.audit import note_of
from app.web.chat import (
    HEARTBEAT,
    HEARTBEAT_S,
    Kept,
    Told,
    WebEvent,
    answering,
    first_of,
    kind_of_work,
    last_of,
    require_json,
)
from app.web.completions.errors import documented, error_of
from app.web.completions.text import Writer
from app.web.completions.usage import usage_of
from app.web.completions.wire import (
    CUT,
    DEFAULT_MODEL,
    FINISHED,
    MODEL_PREFIX,
    AccordBody,
    Choice,
    CompletionBody,
    CompletionRequest,
    CompletionUsageBody,
    ModelBody,
    ModelListBody,
    ReplyMessage,
    annotations_of,
    chunk,
)
from app.web.completions.wishes import Wishes, wishes_of
from app.web.problems import request_id_of
from app.web.schemas.text import event_stream
from app.web.state import Chat, State, UntilResponded, Visitor, asker_of, base_url

PATH = "/v1/chat/completions"
MAX_BODY_BYTES = 1024 * 1024
"""A chat window sends the whole conversation each time; of it only the last turns are read."""
DONE = format_sse_event(data_str="[DONE]")
MODELS_SINCE = 1_764_000_000
"""OpenAI tells when a model was made; clients want a number there and do nothing with it."""

router = APIRouter(prefix="/v1", tags=["openai"])

STREAM = """Chunks of `chat.completion.chunk`, each a verified sentence with its numbers and their
`annotations`; the last has `finish_reason` and `accord`, the whole answer; then `[DONE]`. Nothing
that was sent is taken back. Where it breaks off, one event holds `error` instead.
"""


@router.post(
    "/chat/completions",
    summary="Answer, in OpenAI's format",
    response_model=CompletionBody,
    responses={
        200: {"content": event_stream(STREAM)},
        **documented(400, 401, 403, 404, 413, 415, 429, 500, 503),
    },
    dependencies=[Depends(require_json)],
)
async def post_completion(
    body: CompletionRequest,
    request: Request,
    state: State,
    chat: Chat,
    visitor: Visitor,
    stack: UntilResponded,
) -> Response:
    """The last message is the question, those before it the conversation.

    A system message may say how long an answer is and in which language our own words around it
    are; what it says of anything else is not read.
    """
    await state.limits.count(request)
    settings = state.settings
    wishes = wishes_of(body.instructions)
    question = Question(
        text=readable_question(_asked(body), limit=settings.max_question_characters),
        history=body.history(),
        filters=body.accord.filters.to_filters(),
        composer=composer_of(body.model, settings),
        language=_language(wishes, request),
    )
    run = await state.runner.start(
        lambda: answering(state, chat, question, visitor, None, note_of(request)),
        kind=kind_of_work(question),
        who=asker_of(request),
    )
    stack.callback(run.stop)
    writer = Writer(
        wishes,
        base_url(request),
        max_tokens=body.limit,
        has_frame=body.accord.frame,
    )
    is_at_once = _composer_for(question, settings) == ExtractiveComposer.name
    if body.is_streamed:
        first = await first_of(request, run)
        stream = _Stream(body, writer, request_id_of(request), is_at_once)
        return EventSourceResponse(
            stream.encoded(first, run),
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
    kept = await last_of(request, run)
    completion = completed(body, writer, kept, has_lead=is_at_once)
    return JSONResponse(completion.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


@router.get("/models", summary="Ways to have answers written", responses=documented(401, 403, 500))
async def get_models(state: State) -> ModelListBody:
    """`accord` writes as the server is set up; the others name one composer each."""
    names = model_names(state.settings)
    return ModelListBody(data=[ModelBody(id=one, created=MODELS_SINCE) for one in names])


@router.get("/models/{model}", summary="One of them", responses=documented(401, 403, 404, 500))
async def get_model(model: str, state: State) -> ModelBody:
    """A model's record, if it exists."""
    composer_of(model, state.settings)
    return ModelBody(id=model, created=MODELS_SINCE)


def model_names(settings: Settings) -> list[str]:
    """The names that `model` may have."""
    composers = [ExtractiveComposer.name, *(["model"] if settings.model else [])]
    return [DEFAULT_MODEL, *(f"{MODEL_PREFIX}{one}" for one in composers)]


def composer_of(model: str, settings: Settings) -> str | None:
    """The composer that a model's name stands for; None is the one that is set up.

    Raises:
        UnknownModelError: If there is no such model.
    """
    known = model_names(settings)
    if model not in known:
        raise UnknownModelError(model, known)
    return None if model == DEFAULT_MODEL else model.removeprefix(MODEL_PREFIX)


def completed(
    body: CompletionRequest, writer: Writer, kept: Kept, *, has_lead: bool = True
) -> CompletionBody:
    """A whole answer as one reply; with its short form first, unless a stream could not have it."""
    answer = kept.answer
    if has_lead:
        writer.lead(answer)
    for claim in answer.claims:
        writer.claim(claim, answer.citations)
    writer.end(answer)
    return CompletionBody(
        id=f"chatcmpl-{answer.id}",
        created=int(answer.created.timestamp()),
        model=body.model,
        choices=[
            Choice(
                message=ReplyMessage(content=writer.content, annotations=annotations_of(writer)),
                finish_reason=CUT if writer.is_cut else FINISHED,
            )
        ],
        usage=CompletionUsageBody(**usage_of(body.prompt, writer.content, answer.receipt.usage)),
        accord=AccordBody.with_spans(answer, kept.conversation_id, writer.spans),
    )


def _composer_for(question: Question, settings: Settings) -> str:
    configured = settings.composer or ("model" if settings.model else ExtractiveComposer.name)
    return question.composer or configured


def _language(wishes: Wishes, request: Request) -> str | None:
    """Of our own words where the question's language is not sure."""
    if wishes.frame is not None:
        return wishes.frame.code
    return preferred(request.headers.get("accept-language"))


def _asked(body: CompletionRequest) -> str:
    last = body.messages[-1]
    if last.role != "user":
        raise InvalidFieldError(
            f"The last message has the role {last.role!r}. It is the question, so its role must "
            "be 'user'.",
            field="messages",
        )
    return last.text


@dataclass(slots=True)
class _Stream:
    """One reply, piece by piece."""

    body: CompletionRequest
    writer: Writer
    request_id: str
    is_at_once: bool
    """No chat model writes: the sentences wait for the short answer, which comes before them."""
    known: dict[int, Citation] = field(default_factory=dict)
    held: list[Claim] = field(default_factory=list)
    created: int = field(default_factory=lambda: int(time.time()))

    async def encoded(self, first: Told, run: Run[WebEvent]) -> AsyncIterator[bytes]:
        """Events as bytes; whatever happens, the last is `[DONE]` or an error."""
        try:
            yield self._chunk({"role": "assistant", "content": ""})
            for piece in self._pieces(first):
                yield piece
            told = time.monotonic()
            if not isinstance(first, Kept):
                async for event in run.events(idle_s=HEARTBEAT_S):
                    pieces = () if event is None else self._pieces(event)
                    for piece in pieces:
                        yield piece
                    if pieces:
                        told = time.monotonic()
                    elif time.monotonic() >= told + HEARTBEAT_S:
                        yield HEARTBEAT
                        told = time.monotonic()
                    # Lets a cancelled stream end although events are waiting.
                    await anyio.lowlevel.checkpoint()
            yield DONE
        except Exception as error:
            for piece in self._released():
                yield piece
            told_error = error_of(error, request_id=self.request_id)
            yield format_sse_event(data_str=json.dumps(told_error.content))

    def _pieces(self, event: Told) -> list[bytes]:
        if isinstance(event, ClaimEvent):
            self.known |= {one.n: one for one in event.citations}
            self.held.append(event.claim)
            return [] if self.is_at_once else self._released()
        return self._last(event) if isinstance(event, Kept) else []

    def _released(self) -> list[bytes]:
        """The sentences that have not been sent yet."""
        held, self.held = self.held, []
        return [
            piece
            for claim in held
            for piece in self._written(partial(self.writer.claim, claim, self.known.values()))
        ]

    def _written(self, write: Callable[[], str]) -> list[bytes]:
        """What is written as a chunk with its annotations; none where nothing is."""
        since = len(self.writer.marks)
        added = write()
        if not added:
            return []
        delta: dict[str, Any] = {"content": added}
        if new := annotations_of(self.writer, since):
            delta["annotations"] = [one.model_dump() for one in new]
        return [self._chunk(delta)]

    def _last(self, kept: Kept) -> list[bytes]:
        answer, pieces = kept.answer, list[bytes]()
        if self.is_at_once:
            pieces += self._written(lambda: self.writer.lead(answer))
            pieces += self._released()
        pieces += self._written(lambda: self.writer.end(answer))
        reason = CUT if self.writer.is_cut else FINISHED
        accord = AccordBody.with_spans(kept.answer, kept.conversation_id, self.writer.spans)
        pieces.append(self._chunk({}, reason, accord=accord.model_dump(mode="json")))
        if self.body.has_usage_chunk:
            used = kept.answer.receipt.usage
            usage = usage_of(self.body.prompt, self.writer.content, used)
            pieces.append(self._chunk({}, usage=usage, choices=[]))
        return pieces

    def _chunk(self, delta: dict[str, Any], reason: str | None = None, **more: Any) -> bytes:
        piece = chunk(
            # Of this request: the answer has its own id only once it is whole.
            f"chatcmpl-{self.request_id}",
            self.created,
            self.body.model,
            delta=delta,
            finish_reason=reason,
        )
        return format_sse_event(data_str=json.dumps({**piece, **more}, ensure_ascii=False))
