"""Stored conversations and answers.

What belongs to another visitor does not exist here, unless it is shared.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, field_validator
from starlette.concurrency import run_in_threadpool

from app.conversations.records import Conversation
from app.conversations.store import MAX_TITLE_CHARACTERS
from app.errors import NotFoundError
from app.web.chat import require_json
from app.web.paging import Cursor, Limit, link_header, page_of
from app.web.problems import documented
from app.web.schemas.answers import AnswerBody
from app.web.schemas.text import EncodableText, encodable
from app.web.state import SeenStore, State, Visitor, welcome

router = APIRouter(prefix="/api", tags=["conversations"])
MAX_WORDS_CHARACTERS = 200
Containing = Annotated[
    EncodableText,
    Query(
        max_length=MAX_WORDS_CHARACTERS,
        description="Words that the title, a question or an answer holds.",
    ),
]

DEFAULT_LIMIT = 100
"""What a page shows at most beside what one reads."""


class ConversationSummaryBody(BaseModel):
    """A conversation without its turns."""

    id: str
    title: str
    created: datetime
    updated: datetime
    is_pinned: bool = Field(default=False, description="Stands first in its owner's list.")
    is_shared: bool = Field(
        default=False, description="Whoever may ask and knows its id may read it."
    )

    @classmethod
    def summary(cls, conversation: Conversation) -> ConversationSummaryBody:
        """From the store's record."""
        return ConversationSummaryBody(
            id=conversation.id,
            title=conversation.title,
            created=conversation.created,
            updated=conversation.updated,
            is_pinned=conversation.is_pinned,
            is_shared=conversation.is_shared,
        )


class ConversationBody(ConversationSummaryBody):
    """A conversation with its answers, oldest first."""

    is_own: bool = Field(description="Whether the caller may go on with it, change and erase it.")
    answers: list[AnswerBody]

    @classmethod
    def of(cls, conversation: Conversation, visitor: str | None) -> ConversationBody:
        """From the store's record, as seen by the reader."""
        return cls(
            **dict(cls.summary(conversation)),
            is_own=conversation.visitor in {None, visitor},
            answers=[AnswerBody.of(answer, conversation.id) for answer in conversation.answers],
        )


class ConversationChangeBody(BaseModel):
    """What is to change of a conversation; what is left out stays."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "Haven, for the board"}, {"is_shared": True}]},
    )

    title: (
        Annotated[
            str,
            Field(
                max_length=MAX_TITLE_CHARACTERS,
                json_schema_extra={"minLength": 1, "pattern": r"\S"},
            ),
        ]
        | None
    ) = None
    is_pinned: StrictBool | None = None
    is_shared: StrictBool | None = None

    @field_validator("title")
    @classmethod
    def _title_says_something(cls, title: str | None) -> str | None:
        if title is None:
            return None
        plain = " ".join(encodable(title).split())
        if not plain:
            raise ValueError("a title needs a letter, a digit or a sign")
        return plain


class ConversationListBody(BaseModel):
    """A visitor's conversations: pinned ones first, then the latest."""

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
    kept: SeenStore,
    visitor: Visitor,
    containing: Containing = "",
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
    found = await run_in_threadpool(kept.conversations, visitor=visitor, containing=containing)
    # One that goes on comes first again, so its time is part of what names its place.
    page = page_of(found, limit, cursor, key=lambda one: f"{one.id} {one.updated} {one.is_pinned}")
    response.headers.update(link_header(request, page))
    return ConversationListBody(
        conversations=[ConversationSummaryBody.summary(one) for one in page.items],
        total=len(found),
        next=page.next,
    )


@router.get(
    "/conversations/{conversation_id}",
    summary="Read a conversation",
    responses=documented(404, 500),
)
async def get_conversation(
    conversation_id: str, kept: SeenStore, visitor: Visitor
) -> ConversationBody:
    """A conversation with all its answers: an own one, or one that somebody shares."""
    found = await run_in_threadpool(
        kept.conversation, conversation_id, visitor=visitor, or_shared=True
    )
    if found is None:
        raise NotFoundError("conversation")
    return ConversationBody.of(found, visitor)


@router.patch(
    "/conversations/{conversation_id}",
    summary="Rename, pin or share a conversation",
    status_code=204,
    response_class=Response,
    responses=documented(400, 404, 413, 415, 422, 500),
    dependencies=[Depends(require_json)],
)
async def change_conversation(
    conversation_id: str, body: ConversationChangeBody, state: State, visitor: Visitor
) -> None:
    """Change an own conversation. Others can read a shared one, but not continue it."""
    is_done = await run_in_threadpool(
        state.conversations.change,
        conversation_id,
        visitor=visitor,
        title=body.title,
        is_pinned=body.is_pinned,
        is_shared=body.is_shared,
    )
    if not is_done:
        raise NotFoundError("conversation")


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
