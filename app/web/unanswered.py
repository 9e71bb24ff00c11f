"""Questions without an answer or with a thumbs-down, for the people who manage the sources.

This shows what other people asked, so it needs a token. It shows no ids: the id of an answer
without an owner would give access to it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app.access.scopes import Scope
from app.conversations.clusters import Cluster, clusters
from app.conversations.records import Channel, Gap, Rating, Reason, Usage, as_messages
from app.conversations.table import CSV, as_csv
from app.conversations.use import MAX_GAPS
from app.types import AnswerStatus
from app.web.negotiation import JSON
from app.web.paging import Cursor, link_header, page_of
from app.web.problems import documented
from app.web.schemas.answers import NearMissBody
from app.web.schemas.text import Day
from app.web.state import State, WebState, access_of

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
MAX_EXAMPLES = 5
"""The latest of a cluster: enough to see what was meant."""
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept, Authorization"}
ADMIN_TOKEN = HTTPBearer(
    scheme_name="adminToken", description="ACCORD_ADMIN_TOKEN of the server.", auto_error=False
)
"""For the OpenAPI document; `require_admin` is what refuses."""


async def require_admin(request: Request, state: State) -> None:
    """Let the holder of the admin token, or of an API token for everything, pass.

    Raises:
        HTTPException: 403 where no admin token is set, 401 where another or none is sent.
        RateLimitedError: If this address tries too often.
    """
    if access_of(request).may(Scope.ADMIN):
        return
    if state.settings.admin_token is None:
        raise HTTPException(403)
    await state.limits.count(request)
    raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


router = APIRouter(
    prefix="/api",
    tags=["unanswered"],
    dependencies=[Security(ADMIN_TOKEN), Depends(require_admin)],
    responses=documented(401, 403, 422, 429, 500),
)


class UseBody(BaseModel):
    """How many answers were given in the time, and what people thought of them."""

    asked: int
    answered: int
    partial: int
    abstained: int
    up: int
    down: int

    @classmethod
    def of(cls, usage: Usage) -> UseBody:
        """From the store's record."""
        return cls(
            asked=usage.asked,
            answered=usage.answered,
            partial=usage.partial,
            abstained=usage.abstained,
            up=usage.up,
            down=usage.down,
        )


class OpinionBody(BaseModel):
    """A thumbs-down."""

    rating: Rating
    reasons: list[Reason]
    comment: str


class ExampleBody(BaseModel):
    """One time that it was asked."""

    question: str
    condensed_query: str
    status: AnswerStatus = Field(description="As it was when the answer was given.")
    answer: str = Field(description="What was answered, without the words of erased documents.")
    channel: Channel
    created: datetime
    reasons: list[str]
    feedback: list[OpinionBody]

    @classmethod
    def of(cls, gap: Gap) -> ExampleBody:
        """From the store's record."""
        return cls(
            question=gap.answer.question,
            condensed_query=gap.answer.receipt.condensed_query,
            status=gap.status,
            answer=as_messages(gap.answer)[1].content,
            channel=gap.channel,
            created=gap.answer.created,
            reasons=list(gap.reasons),
            feedback=[
                OpinionBody(rating=one.rating, reasons=list(one.reasons), comment=one.comment)
                for one in gap.downs
            ],
        )


class DayBody(BaseModel):
    """How often it was asked on a day (UTC)."""

    date: date
    count: int


class ClusterBody(BaseModel):
    """Questions that ask the same."""

    question: str = Field(description="The wording asked most often.")
    condensed_query: str = Field(description="What was searched for the first time.")
    count: int
    first_seen: datetime
    last_seen: datetime
    reasons: dict[str, int] = Field(
        description='Number of answers by reason: "abstained", "partial", "thumbs_down" and the '
        "reasons that came with a thumbs-down."
    )
    channels: dict[str, int]
    days: list[DayBody]
    near_misses: list[NearMissBody] = Field(description="The nearest passages, when last asked.")
    examples: list[ExampleBody] = Field(
        description="The latest of each wording, newest first, and others that were rated."
    )

    @classmethod
    def of(cls, cluster: Cluster) -> ClusterBody:
        """From the clusters of the log."""
        return cls(
            question=cluster.question,
            condensed_query=cluster.condensed_query,
            count=len(cluster.gaps),
            first_seen=cluster.first_seen,
            last_seen=cluster.last_seen,
            reasons=cluster.reasons,
            channels=cluster.channels,
            days=[DayBody(date=day, count=count) for day, count in cluster.days.items()],
            near_misses=[NearMissBody.of(miss) for miss in cluster.near_misses],
            examples=[ExampleBody.of(gap) for gap in cluster.told_apart[:MAX_EXAMPLES]],
        )


class UnansweredBody(BaseModel):
    """Use of the service, and its unanswered questions."""

    since: date | None
    until: date | None
    usage: UseBody
    gaps: int = Field(
        description=f"Answers that are clustered here; the newest {MAX_GAPS:,} at most."
    )
    total: int = Field(description="Clusters without `limit`.")
    next: str | None = Field(description="`cursor` of the next page; null at the end.")
    clusters: list[ClusterBody] = Field(description="The largest first.")


Since = Annotated[Day | None, Query(description="First day on which it was asked (UTC).")]
Until = Annotated[Day | None, Query(description="Last day, included (UTC).")]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most clusters to give.")]


@router.get(
    "/unanswered",
    summary="List what found no answer, or a bad one",
    response_model=UnansweredBody,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
async def get_unanswered(
    request: Request,
    state: State,
    since: Since = None,
    until: Until = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Refused, partial and disliked answers, near-duplicate questions together."""
    if _wants_csv(request.headers.get("accept")):
        return await run_in_threadpool(_csv, request, state, since, until, limit, cursor)
    return await run_in_threadpool(_json, request, state, since, until, limit, cursor)


@router.get(
    "/unanswered.csv",
    summary="The same as a table",
    response_class=Response,
    responses={200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
async def get_unanswered_csv(
    request: Request,
    state: State,
    since: Since = None,
    until: Until = None,
    limit: Limit = MAX_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """One row a cluster. No cell can start a formula in a spreadsheet."""
    return await run_in_threadpool(_csv, request, state, since, until, limit, cursor)


def _wants_csv(accept: str | None) -> bool:
    """Whether `Accept` names CSV and not JSON: a client that accepts both gets JSON."""
    named = {one.partition(";")[0].strip().lower() for one in (accept or "").split(",")}
    return CSV in named and JSON not in named


def _json(
    request: Request,
    state: WebState,
    since: date | None,
    until: date | None,
    limit: int,
    cursor: str | None,
) -> Response:
    gaps = state.conversations.gaps(since=since, until=until)
    found = clusters(gaps)
    page = page_of(found, limit, cursor, key=_key)
    body = UnansweredBody(
        since=since,
        until=until,
        usage=UseBody.of(state.conversations.usage(since=since, until=until)),
        gaps=len(gaps),
        total=len(found),
        next=page.next,
        clusters=[ClusterBody.of(one) for one in page.items],
    )
    headers = {**_HEADERS, **link_header(request, page)}
    return JSONResponse(body.model_dump(mode="json"), headers=headers)


def _csv(
    request: Request,
    state: WebState,
    since: date | None,
    until: date | None,
    limit: int,
    cursor: str | None,
) -> Response:
    found = clusters(state.conversations.gaps(since=since, until=until))
    page = page_of(found, limit, cursor, key=_key)
    name = 'attachment; filename="unanswered.csv"'
    headers = {**_HEADERS, **link_header(request, page), "Content-Disposition": name}
    return Response(as_csv(page.items), media_type=CSV, headers=headers)


def _key(cluster: Cluster) -> str:
    """Its first question, and what decides where it stands."""
    first = cluster.gaps[0].answer.id
    return f"{first} {len(cluster.gaps)} {cluster.last_seen}"
