"""Questions to go on with: such as the sources answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from app.answering.conversation.followups import Cited, candidates, headings_of, leads_on
from app.conversations.records import as_messages
from app.conversations.seen import SeenConversations
from app.errors import ChatError, NotFoundError
from app.protocols import ChatServiceProtocol
from app.types import Answer, Message, Question
from app.web.problems import documented
from app.web.state import Chat, SeenStore, State, UntilResponded, Visitor, asker_of

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/api", tags=["chat"])

MAX_FOLLOW_UPS = 3
MAX_TRIED = 8
"""Each costs the work of one answer; most are kept."""
MAX_DOCUMENTS = 4


class FollowUpsBody(BaseModel):
    """Questions that lead on from an answer, and that the sources answer."""

    questions: list[str]


@router.get(
    "/answers/{answer_id}/follow-ups",
    summary="Questions to go on with",
    responses=documented(404, 429, 500, 503),
)
async def get_follow_ups(
    answer_id: str,
    request: Request,
    state: State,
    chat: Chat,
    kept: SeenStore,
    visitor: Visitor,
    stack: UntilResponded,
) -> FollowUpsBody:
    """Up to three, each tried first. None while the server is busy: questions come before them."""
    await state.limits.count(request)
    found = await run_in_threadpool(_turns_up_to, kept, answer_id, visitor)
    if found is None:
        raise NotFoundError("answer")
    if 2 * state.runner.running >= state.settings.running_limit:
        return FollowUpsBody(questions=[])
    run = await state.runner.start(
        lambda: _follow_ups(chat, found), kind="follow-ups", who=asker_of(request)
    )
    stack.callback(run.stop)
    return FollowUpsBody(questions=[one async for one in run.events() if one is not None])


def _turns_up_to(
    kept: SeenConversations, answer_id: str, visitor: str | None
) -> list[Answer] | None:
    """The conversation up to an answer, which is last; None if it is not the visitor's."""
    stored = kept.answer(answer_id, visitor=visitor)
    if stored is None:
        return None
    conversation = kept.conversation(stored.conversation_id, visitor=visitor)
    turns = list(conversation.answers) if conversation else [stored.answer]
    last = next(n for n, one in enumerate(turns) if one.id == stored.answer.id)
    return turns[: last + 1]


def _follow_ups(chat: ChatServiceProtocol, turns: list[Answer]) -> Iterator[str]:
    answer = turns[-1]
    history = tuple(message for one in turns for message in as_messages(one))
    num_kept = 0
    cited = _cited(chat, answer)
    for question in candidates(answer, cited)[:MAX_TRIED]:
        if num_kept == MAX_FOLLOW_UPS:
            return
        following = _tried(chat, question, history)
        if following is not None and leads_on(answer, following, cited):
            num_kept += 1
            yield question


def _cited(chat: ChatServiceProtocol, answer: Answer) -> list[Cited]:
    """The documents that an answer cites, in order of citation."""
    places = answer.citations or answer.near_misses
    ids = list(dict.fromkeys(one.document_id for one in places))[:MAX_DOCUMENTS]
    documents = [one for one in map(chat.document, ids) if one is not None]
    return [Cited(one, headings_of(one, chat.sentences(one.id))) for one in documents]


def _tried(chat: ChatServiceProtocol, question: str, history: tuple[Message, ...]) -> Answer | None:
    try:
        return chat.answer(Question(question, history, composer="extractive"))
    except ChatError:
        logger.debug("A follow-up question was refused.", exc_info=True)
        return None
