"""Runs that change the library: progress, results, and what a dry run would serve."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated

import anyio
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.concurrency import run_in_threadpool

from app.errors import NotFoundError
from app.manage.errors import TurnedAwayError
from app.manage.seen import SeenRuns
from app.manage.uploads import safe_name, uploads_folder
from app.web.idempotency import IdempotentRoute
from app.web.originals import original_response
from app.web.paging import Cursor, link_header, page_of
from app.web.problems import documented
from app.web.schemas.runs import PreparedBody, RunBody, RunListBody
from app.web.schemas.text import event_stream
from app.web.state import SeenBoard
from vectorstore.runs import FILES_FOLDER, KEPT_RUNS, PREPARED_FOLDER, Run
from vectorstore.types import document_id as document_id_of

LOOK_EVERY_S = 0.25
HEARTBEAT_S = 15.0
HEARTBEAT = b": still at work\n\n"
EVENTS = (
    "Server-Sent Events: `run` with the run as it stands, whenever that changes; `over` with it "
    "once it has ended, which is the last."
)
_DOCUMENT = re.compile(r"[0-9a-f]{16}")

router = APIRouter(
    route_class=IdempotentRoute,
    prefix="/api/runs",
    tags=["management"],
    responses=documented(401, 403, 404, 422, 500),
)


@router.get("", summary="List runs")
async def get_runs(
    request: Request,
    response: Response,
    seen: SeenBoard,
    limit: Annotated[int, Query(ge=1, le=200, description="Most to give at once.")] = 50,
    cursor: Cursor = None,
) -> RunListBody:
    """The newest first, whoever started them: this page, the command line, a schedule."""
    runs = await run_in_threadpool(seen.board.runs, KEPT_RUNS)
    page = page_of(runs, limit, cursor, key=lambda run: run.id)
    response.headers.update(link_header(request, page))
    shown = await run_in_threadpool(seen.as_seen, list(page.items))
    return RunListBody(runs=[RunBody.of(run) for run in shown], total=len(runs), next=page.next)


@router.get("/{run_id}", summary="Look at a run")
async def get_run(run_id: str, seen: SeenBoard) -> RunBody:
    """Its state, and the report once there is one.

    A token with groups sees nothing of the documents that these do not see.
    """
    return RunBody.of(await run_in_threadpool(seen.run, run_id))


@router.get(
    "/{run_id}/events",
    summary="Follow a run",
    response_class=Response,
    responses={200: {"content": event_stream(EVENTS)}},
)
async def get_run_events(run_id: str, seen: SeenBoard) -> Response:
    """Until it is over. The first event is the present state, so a client may reconnect."""
    run = await run_in_threadpool(seen.board.run, run_id)
    return EventSourceResponse(
        _events(seen, run),
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.post(
    "/{run_id}/start", summary="Do what a run was about", status_code=202, responses=documented(409)
)
async def start_run(run_id: str, seen: SeenBoard) -> RunBody:
    """After a dry run: serve it. After one that failed or crashed: try again."""

    def start() -> Run:
        seen.own_folder(run_id)
        return seen.board.start_again(run_id, by=seen.access)

    return await run_in_threadpool(_told, seen, start)


@router.post("/{run_id}/stop", summary="Stop a run", status_code=202, responses=documented(409))
async def stop_run(run_id: str, seen: SeenBoard) -> RunBody:
    """The previous index is still served."""

    def stop() -> Run:
        seen.own_folder(run_id)
        return seen.board.stop(run_id)

    return await run_in_threadpool(_told, seen, stop)


@router.delete("/{run_id}", summary="Forget a run", status_code=204, responses=documented(409))
async def discard_run(run_id: str, seen: SeenBoard) -> None:
    """With the files that were sent for it and are not served."""
    await run_in_threadpool(seen.own_folder, run_id)
    await run_in_threadpool(seen.board.discard, run_id)


@router.get("/{run_id}/prepared/{document_id}", summary="See what would be served")
async def get_prepared(run_id: str, document_id: str, seen: SeenBoard) -> PreparedBody:
    """The text that a dry run made of a source, what is known of it, and what was left out."""
    return await run_in_threadpool(_prepared, seen, run_id, document_id)


@router.get("/{run_id}/files/{name}", summary="See what was sent", response_class=FileResponse)
async def get_run_file(run_id: str, name: str, seen: SeenBoard) -> Response:
    """The original of a file that is not served yet."""
    return await run_in_threadpool(_file, seen, run_id, name)


def _told(seen: SeenRuns, does: Callable[[], Run]) -> RunBody:
    (run,) = seen.as_seen([does()])
    return RunBody.of(run)


async def _events(seen: SeenRuns, run: Run) -> AsyncIterator[bytes]:
    told: Run | None = None
    told_at = time.monotonic()
    while True:
        if run != told:
            (shown,) = await run_in_threadpool(seen.as_seen, [run])
            body = RunBody.of(shown).model_dump_json()
            yield format_sse_event(event="over" if run.is_over else "run", data_str=body)
            told, told_at = run, time.monotonic()
            if run.is_over:
                return
        elif time.monotonic() - told_at >= HEARTBEAT_S:
            yield HEARTBEAT
            told_at = time.monotonic()
        await anyio.sleep(LOOK_EVERY_S)
        try:
            run = await run_in_threadpool(seen.board.run, run.id)
        except NotFoundError:
            return


def _prepared(seen: SeenRuns, run_id: str, document_id: str) -> PreparedBody:
    path = seen.own_folder(run_id) / PREPARED_FOLDER / f"{document_id}.json"
    seen.check_seen(document_id)
    if not _DOCUMENT.fullmatch(document_id) or not path.is_file():
        raise NotFoundError("source in this run")
    return PreparedBody.model_validate(json.loads(path.read_text(encoding="utf-8")))


def _file(seen: SeenRuns, run_id: str, name: str) -> Response:
    try:
        is_safe = safe_name(name) == name
    except TurnedAwayError:
        is_safe = False
    path = seen.own_folder(run_id) / FILES_FOLDER / name
    seen.check_seen(document_id_of(str(uploads_folder(seen.settings.data_dir) / name)))
    if not is_safe or not path.is_file() or path.is_symlink():
        raise NotFoundError("file in this run")
    return original_response(path)
