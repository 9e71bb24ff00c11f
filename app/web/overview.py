"""Overview for people who manage the sources: sources, health of the library, its use."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from app.doctor.findings import Level
from app.errors import NotFoundError
from app.manage.library import ManagedSource, health, managed_sources, original_of
from app.web.originals import original_response
from app.web.paging import Cursor, Limit, link_header, page_of
from app.web.problems import documented
from app.web.schemas.answers import DocumentBody
from app.web.schemas.runs import name_of
from app.web.schemas.text import Day
from app.web.state import State, WebState

router = APIRouter(
    prefix="/api/admin", tags=["management"], responses=documented(401, 403, 422, 500)
)


class ManagedSourceBody(DocumentBody):
    """A source, where it came from, and what people stated about it."""

    name: str = Field(description="Its file's name, or its address.")
    uri: str
    origin: Literal["upload", "address", "file"]
    language: str | None
    characters: int
    passages: int
    ingested: datetime
    fidelity: float | None
    provenance: dict[str, str]
    edited: list[str] = Field(description="Fields that people stated.")
    groups: list[str] = Field(description="Who may see it; none is everybody.")
    groups_stated: str | None = Field(
        description='Where that is said: "set by hand", "sources.toml", "front matter", '
        '"sync.toml"; null where nothing says it.'
    )
    other_places: list[str] = Field(description="Where the very same text lies, too.")

    @classmethod
    def of_source(cls, source: ManagedSource) -> ManagedSourceBody:
        """From the record."""
        one = source.summary
        origin: Literal["upload", "address", "file"] = (
            "address" if "://" in one.uri else "upload" if source.upload is not None else "file"
        )
        return cls(
            **DocumentBody.of(one.id, one.metadata).model_dump(),
            name=name_of(one.uri),
            uri=one.uri,
            origin=origin,
            language=one.metadata.language,
            characters=one.num_chars,
            passages=one.num_passages,
            ingested=one.ingested,
            fidelity=one.metadata.fidelity,
            provenance=dict(one.metadata.provenance),
            edited=list(source.edited),
            groups=list(one.access.groups) if one.access else [],
            groups_stated=one.access.origin if one.access else None,
            other_places=[name_of(each) for each in one.other_places],
        )


class ManagedSourceListBody(BaseModel):
    """All sources that answers may cite."""

    sources: list[ManagedSourceBody]
    total: int
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


class FindingBody(BaseModel):
    """The result of one check."""

    subject: str
    level: Level
    text: str
    remedy: str | None


class HealthReportBody(BaseModel):
    """Whether questions can be answered, and what the doctor finds."""

    ready: bool
    detail: str
    generation: str | None
    documents: int
    findings: list[FindingBody]


class DayOfUseBody(BaseModel):
    """What was asked on a day (UTC)."""

    date: date
    asked: int
    answered: int
    partial: int
    abstained: int
    up: int
    down: int


class UseByDayBody(BaseModel):
    """Days on which something was asked, in order."""

    days: list[DayOfUseBody]


@router.get("/sources", summary="List the sources for whoever keeps them")
async def get_managed_sources(
    request: Request,
    response: Response,
    state: State,
    limit: Limit = None,
    cursor: Cursor = None,
) -> ManagedSourceListBody:
    """Each with where it came from, what was edited, and who may see it."""
    found = await run_in_threadpool(managed_sources, state.settings)
    page = page_of(found, limit, cursor, key=lambda each: each.summary.id)
    response.headers.update(link_header(request, page))
    return ManagedSourceListBody(
        sources=[ManagedSourceBody.of_source(each) for each in page.items],
        total=len(found),
        next=page.next,
    )


@router.get(
    "/sources/{document_id}/original",
    summary="Get the file of a source",
    response_class=FileResponse,
    responses=documented(404),
)
async def get_original(document_id: str, state: State) -> Response:
    """As it was uploaded."""
    path = await run_in_threadpool(original_of, state.settings, document_id)
    if path is None:
        raise NotFoundError("uploaded file")
    return original_response(path)


@router.get("/health", summary="Examine the library")
async def get_library_health(state: State) -> HealthReportBody:
    """What `accord doctor` finds about what is stored, and whether this server is ready."""
    return await run_in_threadpool(_health, state)


@router.get("/usage", summary="Count what was asked, by day")
async def get_usage(
    state: State,
    since: Annotated[Day | None, Query(description="First day (UTC).")] = None,
    until: Annotated[Day | None, Query(description="Last day, included (UTC).")] = None,
) -> UseByDayBody:
    """Questions by outcome, and ratings; days without any are left out."""
    found = await run_in_threadpool(
        lambda: state.conversations.usage_by_day(since=since, until=until)
    )
    return UseByDayBody(
        days=[
            DayOfUseBody(
                date=day,
                asked=use.asked,
                answered=use.answered,
                partial=use.partial,
                abstained=use.abstained,
                up=use.up,
                down=use.down,
            )
            for day, use in found.items()
        ]
    )


def _health(state: WebState) -> HealthReportBody:
    readiness = state.chat.ready()
    return HealthReportBody(
        ready=readiness.ok,
        detail=readiness.detail,
        generation=readiness.generation,
        documents=readiness.documents,
        findings=[
            FindingBody(subject=each.subject, level=each.level, text=each.text, remedy=each.remedy)
            for each in health(state.settings)
        ],
    )
