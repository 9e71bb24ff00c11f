"""POST /api/chat: one question, answered as JSON or sentence by sentence."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, format_sse_event
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.conversations.records import Channel, as_messages, new_id
from app.conversations.seen import SeenConversations
from app.errors import ConversationStoreError, NotFoundError
from app.languages.catalogue import preferred
from app.protocols import ChatServiceProtocol
from app.questions import readable_question
from app.running import Run, closed_after
from app.types import (
    Answer,
    AnswerDone,
    ClaimEvent,
    Message,
    NoteEvent,
    Question,
    StatusEvent,
)
from app.waiting import Place
from app.web.audit import Note, note_of
from app.web.idempotency import HEADER, Handler, IdempotentRoute
from app.web.negotiation import is_json, prefers_event_stream, reader_language
from app.web.problems import documented, problem_of, request_id_of
from app.web.schemas.answers import AnswerBody, CitationBody, ClaimBody, NotesBody
from app.web.schemas.requests import ChatRequest
from app.web.schemas.text import event_stream
from app.web.state import (
    Chat,
    SeenStore,
    State,
    UntilResponded,
    Visitor,
    WebState,
    asker_of,
    is_program,
    web_state,
)

logger = logging.getLogger(__name__)


class AskingRoute(IdempotentRoute):
    """Who would be refused is told before his key, if there is one, is looked up and noted."""

    def get_route_handler(self) -> Handler:
        """Its handler, for whoever is let in."""
        handle = super().get_route_handler()

        async def handle_if_let_in(request: Request) -> Response:
            if HEADER in request.headers:
                web_state(request).runner.knock(who=asker_of(request))
            return await handle(request)

        return handle_if_let_in


router = APIRouter(route_class=AskingRoute, prefix="/api", tags=["chat"])

TOLD_EVERY_S = 1.0
"""How often somebody who waits is told where he stands, where that has changed."""
HEARTBEAT_S = 10.0
"""Proxies cut connections on which nothing moves, most after 30 s or more."""
HEARTBEAT = format_sse_event(comment="still here")
MAX_HISTORY_TURNS = 20
"""Follow-ups look back a few turns; what lies further back is not what "it" means."""

EVENTS = """Server-Sent Events, sent where the `Accept` header prefers `text/event-stream`:

* `status` `{stage, detail}`; while the question waits for its turn, the stage is `waiting` and
  there are `ahead`, how many come first, and `expected_wait_s`
* `claim` `{claim, citations}`: a complete, verified sentence and the citations that are new with it
* `note`: dates and disagreements
* exactly one of `answer` (the whole) and `error` (problem details), always last

An error that is known before the first event has its own status code, as in JSON.
"""


class StatusBody(BaseModel):
    """What the service is doing."""

    stage: str
    detail: str
    ahead: int | None = None
    """Questions that come first; None once this one has begun."""
    expected_wait_s: float | None = None

    @classmethod
    def of(cls, event: StatusEvent | Place) -> StatusBody:
        """The status, or the place in the queue."""
        if isinstance(event, StatusEvent):
            return cls(stage=event.stage, detail=event.detail)
        seconds = max(1, math.ceil(event.expected_wait_s))
        first = "you are next" if not event.ahead else f"{event.ahead} before you"
        return cls(
            stage="waiting",
            detail=f"{first}, about {seconds} s",
            ahead=event.ahead,
            expected_wait_s=round(event.expected_wait_s, 1),
        )


class ClaimEventBody(BaseModel):
    """A sentence and the citations that are new with it."""

    claim: ClaimBody
    citations: list[CitationBody]


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer, and the conversation in which it was stored."""

    answer: Answer
    conversation_id: str | None


WebEvent = StatusEvent | ClaimEvent | NoteEvent | Kept
Told = WebEvent | Place


async def require_json(request: Request) -> None:
    """Refuse other types of bodies: browsers send those cross-origin without a preflight."""
    if not is_json(request.headers.get("content-type")):
        raise HTTPException(415)


@router.post(
    "/chat",
    summary="Answer a question",
    response_model=AnswerBody,
    responses={
        200: {"content": event_stream(EVENTS)},
        **documented(400, 404, 413, 415, 422, 429, 500, 503),
    },
    dependencies=[Depends(require_json)],
)
async def post_chat(
    body: ChatRequest,
    request: Request,
    state: State,
    chat: Chat,
    kept: SeenStore,
    visitor: Visitor,
    stack: UntilResponded,
) -> Response:
    """Answer in claims, each with the numbers of the citations that support it."""
    await state.limits.count(request)
    question = Question(
        text=readable_question(body.question, limit=state.settings.max_question_characters),
        history=body.messages(),
        filters=body.filters.to_filters(),
        composer=body.composer,
        language=preferred(request.headers.get("accept-language")),
        as_typed=body.as_typed,
    )

    def begin() -> Iterator[WebEvent]:
        asked, conversation = question, body.conversation_id
        if conversation is not None:  # read once it is let in: a refusal opens no database
            asked = replace(question, history=_history(kept, conversation, visitor))
        return answering(state, chat, asked, visitor, conversation, note_of(request))

    run = await state.runner.start(begin, kind=kind_of_work(question), who=asker_of(request))
    stack.callback(run.stop)
    if prefers_event_stream(request.headers.get("accept")):
        first = await first_of(request, run)
        return EventSourceResponse(
            _event_stream(first, run, request),
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
    last = await last_of(request, run)
    content = AnswerBody.of(last.answer, last.conversation_id).model_dump(mode="json")
    return JSONResponse(content, headers={"Cache-Control": "no-store"})


def _history(
    kept: SeenConversations, conversation_id: str, visitor: str | None
) -> tuple[Message, ...]:
    conversation = kept.conversation(conversation_id, visitor=visitor)
    if conversation is None:
        raise NotFoundError("conversation")
    turns = conversation.answers[-MAX_HISTORY_TURNS:]
    return tuple(message for answer in turns for message in as_messages(answer))


def answering(
    state: WebState,
    chat: ChatServiceProtocol,
    question: Question,
    visitor: str | None,
    conversation_id: str | None,
    note: Note,
) -> Iterator[WebEvent]:
    """The service's events with the answer stored before it is told. Runs on one worker thread.

    Args:
        state: Of the application.
        chat: The service with the eyes of whoever asks.
        question: What is asked.
        visitor: Whose conversation it goes into.
        conversation_id: Which one; None begins another.
        note: Takes the answer for the audit log.
    """
    began = time.perf_counter()
    first_claim = True
    with closed_after(chat.stream(question)) as events:
        for event in events:
            if isinstance(event, AnswerDone):
                state.metrics.answer_seconds.observe(time.perf_counter() - began)
                state.metrics.count(event.answer)
                kept = _keep(state, event.answer, visitor, conversation_id)
                note.answered(kept.answer)
                yield kept
                return
            if first_claim and isinstance(event, ClaimEvent):
                first_claim = False
                state.metrics.first_claim_seconds.observe(time.perf_counter() - began)
            yield event
    raise RuntimeError("The service ended its stream without an answer.")


def _keep(
    state: WebState, answer: Answer, visitor: str | None, conversation_id: str | None
) -> Kept:
    """Store an answer. Where that fails, on a full disk for example, it is given all the same."""
    try:
        stored = state.conversations.append(
            answer,
            visitor=visitor,
            conversation_id=conversation_id,
            channel=Channel.API if is_program(visitor) else Channel.WEB,
        )
    except ConversationStoreError:
        logger.exception("An answer was given but not kept.")
        state.metrics.unstored.inc()
        return Kept(replace(answer, id=new_id()), conversation_id)
    return Kept(stored.answer, stored.conversation_id)


def kind_of_work(question: Question) -> str:
    """The kind of work, for the queue, which measures the duration of each kind."""
    return f"answer {question.composer or ''}"


async def first_of(request: Request, run: Run[WebEvent]) -> Told:
    """Its place in the queue, or its first event: an error before it has its own status code."""
    if (place := run.place) is not None:
        return place
    async with aclosing(_while_connected(request, run)) as events:
        return await anext(events)


async def last_of(request: Request, run: Run[WebEvent]) -> Kept:
    """Wait for the whole answer."""
    async with aclosing(_while_connected(request, run)) as events:
        *_, last = [event async for event in events]
    assert isinstance(last, Kept)  # noqa: S101 - `answering` ends with it or raises
    return last


async def _while_connected(request: Request, run: Run[WebEvent]) -> AsyncGenerator[WebEvent]:
    """The run's events, until the client disconnects."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        run.fail(ClientDisconnect())

    watching = asyncio.create_task(watch())
    try:
        async for event in run.events():
            if event is not None:
                yield event
    finally:
        watching.cancel()


async def _event_stream(first: Told, run: Run[WebEvent], request: Request) -> AsyncIterator[bytes]:
    """Encode events; whatever happens, exactly one `answer` or `error` comes last."""
    try:
        yield _encoded(first)
        if isinstance(first, Kept):
            return
        stage = first if isinstance(first, StatusEvent | Place) else None
        told = time.monotonic()
        async for event in run.events(idle_s=min(TOLD_EVERY_S, HEARTBEAT_S)):
            news = event or run.place
            if news is not None and news != stage:
                yield _encoded(news)
                stage = news if isinstance(news, StatusEvent | Place) else stage
                told = time.monotonic()
            elif time.monotonic() >= told + HEARTBEAT_S:  # a status said again is no news
                yield HEARTBEAT
                told = time.monotonic()
            # Lets a cancelled stream end although events are waiting.
            await anyio.lowlevel.checkpoint()
    except Exception as error:
        problem = problem_of(
            error, request_id=request_id_of(request), language=reader_language(request.headers)
        )
        yield format_sse_event(event="error", data_str=problem.model_dump_json())


def _encoded(event: Told) -> bytes:
    body: BaseModel
    match event:
        case StatusEvent() | Place():
            name, body = "status", StatusBody.of(event)
        case ClaimEvent():
            name = "claim"
            body = ClaimEventBody(
                claim=ClaimBody.of(event.claim),
                citations=[CitationBody.of(citation) for citation in event.citations],
            )
        case NoteEvent():
            name, body = "note", NotesBody.of(event.notes)
        case Kept():
            name, body = "answer", AnswerBody.of(event.answer, event.conversation_id)
    return format_sse_event(
        event=name, data_str=body.model_dump_json(exclude_none=name == "status")
    )
