"""The sources: their list, their text, and a page that opens one at a cited sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from app.errors import NotFoundError
from app.protocols import ChatServiceProtocol, SourceSummary
from app.web.negotiation import reader_language
from app.web.paging import Cursor, Limit, link_header, page_of
from app.web.problems import documented
from app.web.reading import Block, BlockKind, blocks_of
from app.web.reading_page import reading_page
from app.web.schemas.answers import DocumentBody
from app.web.schemas.passages import SpanBody
from app.web.schemas.text import Day
from app.web.state import Chat
from vectorstore.types import Document, Metadata

PERSONAL = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
"""What one caller may see another may not: no cache between keeps it."""


async def _is_personal(response: Response) -> None:
    response.headers.update(PERSONAL)


router = APIRouter(tags=["sources"], dependencies=[Depends(_is_personal)])

_DOCUMENT = re.compile(r"[0-9a-f]{16}")
_VERSION = re.compile(r"[0-9a-f]{12,64}")

Version = Annotated[
    str | None,
    Query(
        description="A version or its first twelve or more characters; the current one if left out."
    ),
]


class SourceBody(DocumentBody):
    """A source without its text."""

    version: str
    language: str | None
    characters: int = Field(description="Length of its text.")
    fidelity: float | None = Field(
        default=None,
        description="Share of the words that it shows which stand in its text; null if not known.",
    )

    @classmethod
    def of_summary(cls, summary: SourceSummary) -> SourceBody:
        """From the service's record."""
        return cls(
            **DocumentBody.of(summary.id, summary.metadata).model_dump(),
            version=summary.version,
            language=summary.metadata.language,
            characters=summary.characters,
            fidelity=summary.metadata.fidelity,
        )


class SourceListBody(BaseModel):
    """Sources that answers may cite."""

    sources: list[SourceBody]
    total: int = Field(description="How many there are without any filter.")
    matching: int = Field(description="How many fit the filters, on all pages together.")
    next: str | None = Field(description="`cursor` of the next page; null at the end.")


class BlockBody(SpanBody):
    """A heading, paragraph, list item or table row, without its mark-up."""

    kind: BlockKind
    level: int = Field(description="Of a heading, from 1; else 0.")
    is_foreign: bool = Field(description="Plainly from another article; never cited.")
    cells: list[SpanBody] = Field(description="Of a table row; else empty.")

    @classmethod
    def of(cls, block: Block) -> BlockBody:
        """From the record."""
        return cls(
            kind=block.kind,
            start=block.start,
            end=block.end,
            level=block.level,
            is_foreign=block.is_foreign,
            cells=[SpanBody(start=start, end=end) for start, end in block.cells],
        )


class SourceVersionBody(BaseModel):
    """One text that the source had."""

    version: str
    ingested: datetime = Field(description="When this text was first read in.")
    is_current: bool


class SourceTextBody(SourceBody):
    """A source with the canonical text that `citations[].start` and `end` index."""

    provenance: Mapping[str, str] = Field(description="Where each known field came from.")
    changed_since: bool = Field(description="Whether the source has changed since, or is gone.")
    current_version: str | None = Field(description="null if the source is gone.")
    versions: list[SourceVersionBody] = Field(description="The latest first.")
    text: str
    blocks: list[BlockBody] = Field(description="How to lay the text out for reading.")


@router.get("/api/sources", summary="List the sources", responses=documented(422, 500))
async def get_sources(
    request: Request,
    response: Response,
    chat: Chat,
    q: Annotated[
        str | None, Query(description="Words that title, author or publisher must have.")
    ] = None,
    publisher: Annotated[str | None, Query(description="Exactly this publisher.")] = None,
    published_from: Day | None = None,
    published_to: Day | None = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> SourceListBody:
    """All documents that answers may cite; with filters, those that fit all of them."""
    summaries = await run_in_threadpool(chat.sources)
    words = (q or "").casefold().split()
    chosen = [
        one
        for one in summaries
        if has_words(one.metadata, words)
        and (publisher is None or one.metadata.publisher == publisher)
        and _is_between(one.metadata.published, published_from, published_to)
    ]
    page = page_of(chosen, limit, cursor, key=lambda one: one.id)
    response.headers.update(link_header(request, page))
    return SourceListBody(
        sources=[SourceBody.of_summary(one) for one in page.items],
        total=len(summaries),
        matching=len(chosen),
        next=page.next,
    )


@router.get(
    "/api/sources/{document_id}",
    summary="Read a source",
    responses=documented(404, 422, 500),
)
async def get_source(document_id: str, chat: Chat, version: Version = None) -> SourceTextBody:
    """Metadata, where each field came from, and the whole canonical text of one version."""
    document, current = await run_in_threadpool(find_source, chat, document_id, version)
    sentences = await run_in_threadpool(chat.sentences, document.id, document.version)
    metadata = document.metadata
    return SourceTextBody(
        **DocumentBody.of(document.id, metadata).model_dump(),
        version=document.version,
        language=metadata.language,
        characters=len(document.text),
        fidelity=metadata.fidelity,
        provenance=dict(metadata.provenance),
        changed_since=current != document.version,
        current_version=current,
        versions=[
            SourceVersionBody(version=one.version, ingested=one.ingested, is_current=one.is_current)
            for one in await run_in_threadpool(chat.versions, document.id)
        ],
        text=document.text,
        blocks=[BlockBody.of(block) for block in blocks_of(document.text, sentences)],
    )


@router.get(
    "/sources/{document_id}",
    summary="Page to read a source, opened at a span",
    response_class=HTMLResponse,
    responses=documented(404, 422, 500),
)
async def get_reading_page(
    request: Request,
    document_id: str,
    chat: Chat,
    version: Version = None,
    start: Annotated[int | None, Query(ge=0)] = None,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> HTMLResponse:
    """The text with `start` to `end` highlighted; says when the source has changed since."""
    document, current = await run_in_threadpool(find_source, chat, document_id, version)
    sentences = await run_in_threadpool(chat.sentences, document.id, document.version)
    span = None if start is None or end is None else (start, end)
    page = reading_page(
        document,
        span,
        current=current,
        sentences=sentences,
        root=request.scope["root_path"],
        language=reader_language(request.headers),
    )
    vary = f"Accept-Language, {PERSONAL['Vary']}"
    return HTMLResponse(page, headers={**PERSONAL, "Vary": vary})


def find_source(
    chat: ChatServiceProtocol, document_id: str, version: str | None
) -> tuple[Document, str | None]:
    """A document and the version of the same source that is current, None if the source is gone.

    Raises:
        NotFoundError: If there is no such source or version.
    """
    kind = "source" if version is None else "version of a source"
    if not _DOCUMENT.fullmatch(document_id) or (version and not _VERSION.fullmatch(version)):
        raise NotFoundError(kind)
    document = chat.document(document_id, version or None)
    if document is None:
        raise NotFoundError(kind)
    if not version:
        return document, document.version
    current = chat.document(document_id)
    return document, None if current is None else current.version


def has_words(metadata: Metadata, words: list[str]) -> bool:
    """Whether title, authors or publisher have all of these case-folded words."""
    fields = (metadata.title, *metadata.authors, metadata.publisher or "")
    haystack = " ".join(fields).casefold()
    return all(word in haystack for word in words)


def _is_between(published: date | None, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    if published is None:
        return False
    return (first is None or first <= published) and (last is None or published <= last)
