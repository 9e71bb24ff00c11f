"""GET /api/feedback: all ratings of answers, for the people who manage the sources.

It shows no ids and no visitors: the id of an answer without an owner would give access to it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from app.conversations.records import Channel, Opinion, Rating, Reason, as_messages
from app.conversations.use import MAX_OPINIONS
from app.types import AnswerStatus
from app.web.paging import Cursor, link_header, page_of
from app.web.problems import documented
from app.web.schemas.text import Day
from app.web.state import State
from app.web.unanswered import ADMIN_TOKEN, require_admin

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000

router = APIRouter(
    prefix="/api",
    tags=["feedback"],
    dependencies=[Security(ADMIN_TOKEN), Depends(require_admin)],
    responses=documented(401, 403, 422, 429, 500),
)


class OpinionBody(BaseModel):
    """One rating of an answer."""

    rating: Rating
    reasons: list[Reason]
    comment: str
    given: datetime = Field(description="When it was said, or last changed.")
    question: str
    condensed_query: str
    status: AnswerStatus = Field(description="As it was when the answer was given.")
    answer: str = Field(description="What was answered, without the words of erased documents.")
    sources: list[str] = Field(description="Ids of the sources that the answer cites.")
    channel: Channel
    asked: datetime

    @classmethod
    def of(cls, opinion: Opinion) -> OpinionBody:
        """From the store's record."""
        said, answer = opinion.feedback, opinion.answer
        return cls(
            rating=said.rating,
            reasons=list(said.reasons),
            comment=said.comment,
            given=opinion.given,
            question=answer.question,
            condensed_query=answer.receipt.condensed_query,
            status=opinion.status,
            answer=as_messages(answer)[1].content,
            sources=list(dict.fromkeys(one.document_id for one in answer.citations)),
            channel=opinion.channel,
            asked=answer.created,
        )


class FeedbackListBody(BaseModel):
    """Ratings with their answers, newest first."""

    since: date | None
    until: date | None
    feedback: list[OpinionBody]
    total: int = Field(
        description=f"How many there are, on all pages together; {MAX_OPINIONS:,} at most."
    )
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


@router.get("/feedback", summary="List what people said of answers")
async def list_feedback(
    request: Request,
    response: Response,
    state: State,
    since: Annotated[Day | None, Query(description="First day of ratings (UTC).")] = None,
    until: Annotated[Day | None, Query(description="Last day, included (UTC).")] = None,
    rating: Annotated[Rating | None, Query(description="Only ratings of this kind.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most to give.")] = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> FeedbackListBody:
    """Thumbs, reasons and comments, each with the question and the answer; newest first."""
    found = await run_in_threadpool(
        lambda: state.conversations.opinions(since=since, until=until, rating=rating)
    )
    page = page_of(found, limit, cursor, key=lambda one: f"{one.key} {one.given}")
    response.headers.update(
        {"Cache-Control": "no-store", "Vary": "Authorization", **link_header(request, page)}
    )
    return FeedbackListBody(
        since=since,
        until=until,
        feedback=[OpinionBody.of(one) for one in page.items],
        total=len(found),
        next=page.next,
    )
