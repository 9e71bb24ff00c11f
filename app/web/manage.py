"""Changes to the library: sources are sent, read again, edited and erased.

Each change is a run in a process of its own, with the guarantees of the command line; the reply
comes at once and tells which run it is.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from app.errors import InvalidFieldError, NotFoundError
from app.manage.errors import TurnedAwayError
from app.manage.library import find_source, forget_edits
from app.manage.uploads import MAX_FILE_BYTES, is_same, keep_file, safe_name, uploads_folder
from app.web.problems import documented
from app.web.schemas.runs import RunBody
from app.web.state import State, WebState
from vectorstore.edits import EditError, checked
from vectorstore.runs import FILES_FOLDER, Run, RunFolder

PATH = "/api/sources"
MAX_FILES = 200
MAX_URLS = 200
MAX_URL_CHARACTERS = 2_000
_DOCUMENT = re.compile(r"[0-9a-f]{16}")

router = APIRouter(tags=["management"], responses=documented(401, 403, 422, 500))


class EditBody(BaseModel):
    """What is stated about a source. What is left out stays; null says that there is none."""

    model_config = ConfigDict(extra="forbid")

    title: str | None = None
    authors: list[str] | None = None
    publisher: str | None = None
    published: str | None = Field(default=None, examples=["2019-01-15", "2019-01", "2019"])
    url: str | None = None
    language: str | None = None

    def stated(self) -> list[str]:
        """As `accord sources --set` takes them.

        Raises:
            InvalidFieldError: If a field cannot have its value.
        """
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if not given:
            raise InvalidFieldError("Name at least one field to change.", field="body")
        values = []
        for name, value in given.items():
            try:
                good = checked(name, value)
            except EditError as error:
                raise InvalidFieldError(str(error), field=f"body.{name}") from None
            text = (
                "; ".join(each.replace(";", ",") for each in good or ())
                if (name == "authors")
                else good or ""
            )
            values.append(f"{name}={text}")
        return values


@router.post(
    PATH,
    summary="Add sources",
    status_code=202,
    responses=documented(409, 413, 503),
)
async def post_sources(
    state: State,
    files: Annotated[
        list[UploadFile], File(description="Any number of files, each of up to 50 MB.")
    ] = [],  # noqa: B006 - FastAPI's way to say that none is needed
    urls: Annotated[list[str], Form(description="Addresses of web pages, one a field.")] = [],  # noqa: B006
    dry_run: Annotated[
        bool, Form(description="Read and show what would be served; serve nothing of it.")
    ] = False,
    replace: Annotated[
        bool, Form(description="Let files take the place of sources of the same name.")
    ] = False,
) -> RunBody:
    """Read files and web pages into the library; names the run that does it."""
    given = [part.strip() for each in urls for part in re.split(r"\s+", each) if part.strip()]
    if len(files) > MAX_FILES or len(given) > MAX_URLS:
        message = f"At most {MAX_FILES} files and {MAX_URLS} addresses are taken at once."
        raise InvalidFieldError(message, field="body")
    run = await run_in_threadpool(_add, state, files, given, dry_run, replace)
    return RunBody.of(run)


@router.post(
    PATH + "/{document_id}/ingest",
    summary="Read a source again",
    status_code=202,
    responses=documented(404, 503),
)
async def read_again(
    document_id: str,
    state: State,
    forget_edits: Annotated[
        bool, Query(description="Let count again what the source says of itself.")
    ] = False,
) -> RunBody:
    """From its file or address; where nothing has changed, nothing is done."""
    return RunBody.of(await run_in_threadpool(_read_again, state, document_id, forget_edits))


@router.patch(
    PATH + "/{document_id}",
    summary="State something about a source",
    status_code=202,
    responses=documented(404, 503),
)
async def edit_source(document_id: str, body: EditBody, state: State) -> RunBody:
    """Goes before what the source says of itself, now and whenever it is read again."""
    stated = body.stated()
    return RunBody.of(await run_in_threadpool(_edit, state, document_id, stated))


@router.delete(
    PATH + "/{document_id}",
    summary="Erase a source",
    status_code=202,
    responses=documented(404, 503),
)
async def erase_source(document_id: str, state: State) -> RunBody:
    """Every version, text and vector, its uploaded file, and its words in stored answers."""
    return RunBody.of(await run_in_threadpool(_erase, state, document_id))


def _add(
    state: WebState, files: list[UploadFile], urls: list[str], dry_run: bool, replace: bool
) -> Run:
    folder = state.board.new_folder()
    try:
        return _begun(state, folder, files, urls, dry_run, replace)
    except BaseException:
        if folder.path.name.startswith("."):
            folder.discard()
        raise


def _begun(
    state: WebState,
    folder: RunFolder,
    files: list[UploadFile],
    urls: list[str],
    dry_run: bool,
    replace: bool,
) -> Run:
    busy = set() if dry_run else state.board.busy_names()
    names: list[str] = []
    targets: list[str] = []
    away: list[tuple[str, str]] = []
    for file in files:
        if not (file.filename or "") and not file.size:
            continue  # what browsers send for a field in which no file was chosen
        try:
            names.append(_kept(state, folder, file, busy, replace=replace))
        except TurnedAwayError as error:
            away.append((_shown(file.filename), str(error)))
    for url in dict.fromkeys(urls):
        try:
            targets.append(_address(url))
        except TurnedAwayError as error:
            away.append((_shown(url), str(error)))
    if not names and not targets:
        told = "; ".join(f"{name}: {reason}" for name, reason in away)
        raise InvalidFieldError(
            told or "Send at least one file in `files` or address in `urls`.", field="body"
        )
    return state.board.ingest(
        folder, uploads=names, targets=targets, turned_away=away, dry_run=dry_run
    )


def _kept(
    state: WebState, folder: RunFolder, file: UploadFile, busy: set[str], *, replace: bool
) -> str:
    name = safe_name(file.filename or "")
    if name in busy:
        raise TurnedAwayError("A run reads a file of this name now. Send it again afterwards.")
    kept = keep_file(folder.path, name, file.file, MAX_FILE_BYTES)
    there = uploads_folder(state.settings.data_dir) / name
    if there.exists() and not replace and not is_same(there, folder.path / FILES_FOLDER / name):
        kept.unlink()
        raise TurnedAwayError(
            "There is another source of this name. Rename the file, or let it be replaced."
        )
    return name


def _address(url: str) -> str:
    if len(url) > MAX_URL_CHARACTERS:
        raise TurnedAwayError(f"It has more than {MAX_URL_CHARACTERS:,} characters.")
    # A name of a file would be read from the server's own disk.
    if not re.match(r"https?://[^\s/]", url, re.IGNORECASE) or "\0" in url:
        raise TurnedAwayError("An address begins with http:// or https://.")
    return url


def _shown(name: str | None) -> str:
    return (name or "").encode("utf-8", "replace").decode()[:200] or "(no name)"


def _read_again(state: WebState, document_id: str, is_afresh: bool) -> Run:
    uri = _uri_of(state, document_id)
    if is_afresh:
        forget_edits(state.settings, uri)
    return state.board.ingest(state.board.new_folder(), targets=[uri])


def _edit(state: WebState, document_id: str, stated: list[str]) -> Run:
    _uri_of(state, document_id)
    return state.board.edit(document_id, stated)


def _erase(state: WebState, document_id: str) -> Run:
    _uri_of(state, document_id)
    return state.board.remove(document_id)


def _uri_of(state: WebState, document_id: str) -> str:
    uri = find_source(state.settings, document_id) if _DOCUMENT.fullmatch(document_id) else None
    if uri is None:
        raise NotFoundError("source")
    return uri
