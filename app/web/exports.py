"""Answers and conversations as Markdown, DOCX, and a page to print."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from app.conversations.seen import SeenConversations
from app.errors import NotFoundError
from app.exports.footnoted import FootnotedDocument, footnoted
from app.exports.markdown import as_markdown
from app.web.print_page import print_page
from app.web.problems import documented
from app.web.state import SeenStore, State, Visitor, base_url

router = APIRouter(tags=["exports"])

MAX_NAME_CHARACTERS = 60
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


class Format(StrEnum):
    """What an export is written in."""

    MARKDOWN = "md"
    DOCX = "docx"


MEDIA_TYPES = {
    Format.MARKDOWN: "text/markdown; charset=utf-8",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _as_docx(document: FootnotedDocument) -> bytes:
    from app.exports.word import as_docx  # brings python-docx and lxml: not for every start

    return as_docx(document)


WRITERS: dict[Format, Callable[[FootnotedDocument], bytes]] = {
    Format.MARKDOWN: lambda document: as_markdown(document).encode(),
    Format.DOCX: _as_docx,
}
Wanted = Annotated[Format, Query(alias="format", description="`md` or `docx`.")]
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()}},
    **documented(404, 422, 429, 500),
}


@router.get(
    "/api/answers/{answer_id}/export",
    summary="An answer as a file with footnotes",
    response_class=Response,
    responses=FILES,
)
async def get_answer_export(
    answer_id: str,
    request: Request,
    state: State,
    kept: SeenStore,
    visitor: Visitor,
    wanted: Wanted,
) -> Response:
    """The sentences with numbered notes, each with source, quote and links."""
    await state.limits.count(request)
    return await run_in_threadpool(_file, _answer(request, kept, visitor, answer_id), wanted)


@router.get(
    "/api/conversations/{conversation_id}/export",
    summary="A conversation as a file with footnotes",
    response_class=Response,
    responses=FILES,
)
async def get_conversation_export(
    conversation_id: str,
    request: Request,
    state: State,
    kept: SeenStore,
    visitor: Visitor,
    wanted: Wanted,
) -> Response:
    """All its questions and answers, with one numbering of the notes."""
    await state.limits.count(request)
    found = _conversation(request, kept, visitor, conversation_id)
    return await run_in_threadpool(_file, found, wanted)


@router.get(
    "/answers/{answer_id}/print",
    summary="An answer as a page to print",
    response_class=HTMLResponse,
    responses=documented(404, 500),
)
async def get_answer_page(
    answer_id: str, request: Request, kept: SeenStore, visitor: Visitor
) -> HTMLResponse:
    """With its notes at the end."""
    return await run_in_threadpool(
        _page, _answer(request, kept, visitor, answer_id), request.scope["root_path"]
    )


@router.get(
    "/conversations/{conversation_id}/print",
    summary="A conversation as a page to print",
    response_class=HTMLResponse,
    responses=documented(404, 500),
)
async def get_conversation_page(
    conversation_id: str, request: Request, kept: SeenStore, visitor: Visitor
) -> HTMLResponse:
    """With its notes at the end."""
    return await run_in_threadpool(
        _page, _conversation(request, kept, visitor, conversation_id), request.scope["root_path"]
    )


Finder = Callable[[], FootnotedDocument]


def _answer(
    request: Request, kept: SeenConversations, visitor: str | None, answer_id: str
) -> Finder:
    def find() -> FootnotedDocument:
        stored = kept.answer(answer_id, visitor=visitor)
        if stored is None:
            raise NotFoundError("answer")
        return footnoted(stored.answer.question, [stored.answer], base_url=base_url(request))

    return find


def _conversation(
    request: Request, kept: SeenConversations, visitor: str | None, conversation_id: str
) -> Finder:
    def find() -> FootnotedDocument:
        found = kept.conversation(conversation_id, visitor=visitor, or_shared=True)
        if found is None or not found.answers:
            raise NotFoundError("conversation")
        return footnoted(found.title, found.answers, base_url=base_url(request))

    return find


def _file(find: Finder, wanted: Format) -> Response:
    document = find()
    name = _NOT_IN_NAMES.sub("-", document.title.lower())[:MAX_NAME_CHARACTERS].strip("-")
    headers = {
        "Content-Disposition": f'attachment; filename="{name or "accord"}.{wanted.value}"',
        "Cache-Control": "no-store",
    }
    return Response(WRITERS[wanted](document), media_type=MEDIA_TYPES[wanted], headers=headers)


def _page(find: Finder, root: str) -> HTMLResponse:
    return HTMLResponse(print_page(find(), root=root), headers={"Cache-Control": "no-store"})
