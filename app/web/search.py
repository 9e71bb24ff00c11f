"""GET and POST /api/search: the passages most similar to a text, without an answer."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.errors import InvalidFieldError
from app.protocols import ChatServiceProtocol, FoundPassage
from app.questions import MAX_QUESTION_CHARACTERS, readable_question
from app.web.chat import require_json
from app.web.paging import CURSOR_FORM, Cursor, Page, link_header, page_of
from app.web.problems import documented
from app.web.schemas.passages import PassageBody
from app.web.schemas.requests import (
    DAYS_REVERSED,
    MAX_FILTER_VALUES,
    FiltersBody,
    days_reversed,
)
from app.web.schemas.text import Day, EncodableText
from app.web.sources import PERSONAL
from app.web.state import Chat, State, UntilResponded, WebState, asker_of

router = APIRouter(prefix="/api", tags=["sources"])

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_FOUND = 100
"""More than one search ever ranks: all of them are on the pages together."""
_TEXT: JsonDict = {"minLength": 1, "maxLength": MAX_QUESTION_CHARACTERS}
_TOLD = "Words or a question. It needs a letter or digit."

Values = Annotated[list[EncodableText], Query(max_length=MAX_FILTER_VALUES)]


class SearchRequest(BaseModel):
    """What is searched for, and where."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"query": "partnerships", "limit": 5}]}
    )

    query: str = Field(description=_TOLD, json_schema_extra=_TEXT)
    filters: FiltersBody = FiltersBody()
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Most passages to give.")] = (
        DEFAULT_LIMIT
    )
    cursor: Annotated[
        str | None,
        Field(pattern=CURSOR_FORM, description="`next` of the previous response."),
    ] = None


class SearchResultBody(BaseModel):
    """Passages similar to a text, best first. They need not answer it."""

    passages: list[PassageBody]
    total: int = Field(description="How many were found, on all pages together.")
    next: str | None = Field(description="`cursor` of the next page; null at the end.")

    @classmethod
    def of(cls, page: Page[FoundPassage], total: int) -> SearchResultBody:
        """From a page of what was found."""
        return cls(
            passages=[PassageBody.of(one) for one in page.items], total=total, next=page.next
        )


@router.get("/search", summary="Search the sources", responses=documented(422, 429, 500, 503))
async def get_search(
    request: Request,
    response: Response,
    state: State,
    chat: Chat,
    stack: UntilResponded,
    q: Annotated[str, Query(description=_TOLD, json_schema_extra=_TEXT)],
    document_id: Annotated[Values, Query(description="Only these sources.")] = [],  # noqa: B006
    publisher: Annotated[Values, Query(description="Only these publishers.")] = [],  # noqa: B006
    published_from: Day | None = None,
    published_to: Day | None = None,
    limit: Annotated[
        int, Query(ge=1, le=MAX_LIMIT, description="Most passages to give.")
    ] = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> SearchResultBody:
    """The passages most similar to a text by words and meaning, best first."""
    if days_reversed(published_from, published_to):
        raise InvalidFieldError(f"{DAYS_REVERSED}.", field="query.published_from")
    filters = FiltersBody(
        document_ids=document_id,
        publishers=publisher,
        published_from=published_from,
        published_to=published_to,
    )
    asked = SearchRequest(query=q, filters=filters, limit=limit, cursor=cursor)
    page, total = await _searched(request, state, chat, stack, asked)
    response.headers.update({**PERSONAL, **link_header(request, page)})
    return SearchResultBody.of(page, total)


@router.post(
    "/search",
    summary="Search the sources, with the words in the body",
    responses=documented(400, 413, 415, 422, 429, 500, 503),
    dependencies=[Depends(require_json)],
)
async def post_search(
    body: SearchRequest,
    request: Request,
    response: Response,
    state: State,
    chat: Chat,
    stack: UntilResponded,
) -> SearchResultBody:
    """The same with the text in the body, which does not appear in logs of proxies."""
    page, total = await _searched(request, state, chat, stack, body)
    response.headers["Cache-Control"] = "no-store"
    return SearchResultBody.of(page, total)


async def _searched(
    request: Request,
    state: WebState,
    chat: ChatServiceProtocol,
    stack: AsyncExitStack,
    asked: SearchRequest,
) -> tuple[Page[FoundPassage], int]:
    """The page that was asked for, and how many passages there are on all pages."""
    await state.limits.count(request)
    text = readable_question(asked.query, limit=state.settings.max_question_characters)
    filters = asked.filters.to_filters()
    # In the line of the questions, since it takes the same cores.
    run = await state.runner.start(
        lambda: iter((chat.search(text, filters, limit=MAX_FOUND),)),
        kind="search",
        who=asker_of(request),
    )
    stack.callback(run.stop)
    found = [each async for part in run.events() if part is not None for each in part]
    page = page_of(
        found,
        asked.limit,
        asked.cursor,
        key=lambda one: f"{one.document_id} {one.version} {one.start}",
    )
    return page, len(found)
