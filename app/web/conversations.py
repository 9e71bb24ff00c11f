"""Conversations and answers that were kept. What belongs to another visitor does not exist here."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from app.conversations.records import Conversation
from app.errors import NotFoundError
from app.web.paging import Cursor, Limit, link_header, page_of
from app.web.problems import documented
from app.web.schemas.answers import AnswerBody
from app.web.state import State, Visitor, welcome

router = APIRouter(prefix="/api", tags=["conversations"])

DEFAULT_LIMIT = 100
"""What a page shows at most beside what one reads."""


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
    total: int = Field(description="How many there are, on all pages together.")
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


@router.get(
    "/conversations", summary="List this visitor's conversations", responses=documented(422, 500)
)
async def get_conversations(
    request: Request,
    response: Response,
    state: State,
    visitor: Visitor,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> ConversationListBody:
    """Conversations of the browser that asks; a caller without the cookie has none.

    A browser whose page is of this origin, but not ours, gets its cookie here.
    """
    if visitor is None:
        if request.headers.get("sec-fetch-site") == "same-origin":
            welcome(request, response, state.settings)
        return ConversationListBody(conversations=[], total=0, next=None)
    found = await run_in_threadpool(state.conversations.conversations, visitor=visitor, limit=None)
    # One that goes on comes first again, so its time is part of what names its place.
    page = page_of(found, limit, cursor, key=lambda one: f"{one.id} {one.updated}")
    response.headers.update(link_header(request, page))
    return ConversationListBody(
        conversations=[
            ConversationSummaryBody(
                id=one.id, title=one.title, created=one.created, updated=one.updated
            )
            for one in page.items
        ],
        total=len(found),
        next=page.next,
    )


@router.get(
    "/conversations/{conversation_id}",
    summary="Read a conversation",
    responses=documented(404, 500),
)
async def get_conversation(
    conversation_id: str, state: State, visitor: Visitor
) -> ConversationBody:
    """A conversation with all its answers."""
    found = await run_in_threadpool(
        state.conversations.conversation, conversation_id, visitor=visitor
    )
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
async def get_answer(answer_id: str, state: State, visitor: Visitor) -> AnswerBody:
    """An answer as it was given, with its receipt."""
    stored = await run_in_threadpool(state.conversations.answer, answer_id, visitor=visitor)
    if stored is None:
        raise NotFoundError("answer")
    return AnswerBody.of(stored.answer, stored.conversation_id)
