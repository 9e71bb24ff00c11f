"""Visitors' ratings of answers: thumbs, reasons, a comment."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from app.errors import NotFoundError
from app.web.chat import require_json
from app.web.idempotency import IdempotentRoute
from app.web.problems import documented
from app.web.schemas.feedback import FeedbackBody, GivenFeedbackBody
from app.web.state import State, Visitor

router = APIRouter(route_class=IdempotentRoute, prefix="/api", tags=["feedback"])


@router.post(
    "/answers/{answer_id}/feedback",
    summary="Rate an answer",
    status_code=204,
    response_class=Response,
    responses=documented(400, 404, 413, 415, 422, 429, 500),
    dependencies=[Depends(require_json)],
)
async def post_feedback(
    answer_id: str, body: FeedbackBody, request: Request, state: State, visitor: Visitor
) -> None:
    """Store a rating; an earlier one of this visitor is replaced completely."""
    await state.limits.count(request)
    if not await run_in_threadpool(
        state.conversations.rate, answer_id, body.to_feedback(), visitor=visitor
    ):
        raise NotFoundError("answer")


@router.get(
    "/answers/{answer_id}/feedback",
    summary="Read your own rating of an answer",
    responses=documented(404, 500),
)
async def get_feedback(
    answer_id: str, response: Response, state: State, visitor: Visitor
) -> GivenFeedbackBody:
    """This visitor's rating of an answer."""
    if await run_in_threadpool(state.conversations.answer, answer_id, visitor=visitor) is None:
        raise NotFoundError("answer")
    response.headers["Cache-Control"] = "no-store"
    given = await run_in_threadpool(state.conversations.rating, answer_id, visitor=visitor)
    return GivenFeedbackBody.of(given)


@router.delete(
    "/answers/{answer_id}/feedback",
    summary="Take a rating back",
    status_code=204,
    response_class=Response,
    responses=documented(404, 500),
)
async def delete_feedback(answer_id: str, state: State, visitor: Visitor) -> None:
    """Erase this visitor's rating of an answer, if there is one."""
    if not await run_in_threadpool(state.conversations.unrate, answer_id, visitor=visitor):
        raise NotFoundError("answer")
