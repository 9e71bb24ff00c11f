"""Conversations and answers that were kept. What belongs to another visitor does not exist here."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from app.conversations.records import Conversation
from app.errors import NotFoundError
from app.web.problems import documented
from app.web.schemas.answers import AnswerBody
from app.web.state import SeenStore, State, Visitor, welcome

router = APIRouter(prefix="/api", tags=["conversations"])


class ConversationSummaryBody(BaseModel):
    """A conversation without its turns."""

    id: str
    title: str
    created: datetime
    updated: datetime


class ConversationBody(ConversationSummaryBody):
    """A conversation with its answers, oldest first."""

    answers: list[AnswerBody]

    @classmethod
    def of(cls, conversation: Conversation) -> ConversationBody:
        """From the store's record."""
        return cls(
            id=conversation.id,
            title=conversation.title,
            created=conversation.created,
            updated=conversation.updated,
            answers=[AnswerBody.of(answer, conversation.id) for answer in conversation.answers],
        )


class ConversationListBody(BaseModel):
    """A visitor's conversations, the latest first."""

    conversations: list[ConversationSummaryBody]


@router.get(
    "/conversations", summary="List this visitor's conversations", responses=documented(500)
)
async def get_conversations(
    request: Request, response: Response, state: State, visitor: Visitor
) -> ConversationListBody:
    """Conversations of the browser that asks; a caller without the cookie has none.

    A browser whose page is of this origin, but not ours, gets its cookie here.
    """
    if visitor is None:
        if request.headers.get("sec-fetch-site") == "same-origin":
            welcome(request, response, state.settings)
        return ConversationListBody(conversations=[])
    found = await run_in_threadpool(state.conversations.conversations, visitor=visitor)
    return ConversationListBody(
        conversations=[
            ConversationSummaryBody(
                id=one.id, title=one.title, created=one.created, updated=one.updated
            )
            for one in found
        ]
    )


@router.get(
    "/conversations/{conversation_id}",
    summary="Read a conversation",
    responses=documented(404, 500),
)
async def get_conversation(
    conversation_id: str, kept: SeenStore, visitor: Visitor
) -> ConversationBody:
    """A conversation with all its answers."""
    found = await run_in_threadpool(kept.conversation, conversation_id, visitor=visitor)
    if found is None:
        raise NotFoundError("conversation")
    return ConversationBody.of(found)


@router.delete(
    "/conversations/{conversation_id}",
    summary="Erase a conversation",
    status_code=204,
    response_class=Response,
    responses=documented(404, 500),
)
async def delete_conversation(conversation_id: str, state: State, visitor: Visitor) -> None:
    """Erase a conversation and its answers for good."""
    if not await run_in_threadpool(state.conversations.delete, conversation_id, visitor=visitor):
        raise NotFoundError("conversation")


@router.get("/answers/{answer_id}", summary="Read an answer", responses=documented(404, 500))
async def get_answer(answer_id: str, kept: SeenStore, visitor: Visitor) -> AnswerBody:
    """An answer as it was given, with its receipt; withheld if the caller may see less now."""
    stored = await run_in_threadpool(kept.answer, answer_id, visitor=visitor)
    if stored is None:
        raise NotFoundError("answer")
    return AnswerBody.of(stored.answer, stored.conversation_id)
