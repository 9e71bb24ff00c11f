"""Changes to the library: sources are sent, read again, edited and erased.

Each change is a run in a process of its own, with the guarantees of the command line; the reply
comes at once and tells which run it is.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from app.access.scopes import Access
from app.errors import InvalidFieldError, NotFoundError
from app.manage.errors import TurnedAwayError
from app.manage.library import find_source, forget_edits, stored
from app.manage.seen import SeenRuns
from app.manage.uploads import MAX_FILE_BYTES, is_same, keep_file, safe_name, uploads_folder
from app.web.idempotency import IdempotentRoute
from app.web.problems import documented
from app.web.schemas.runs import RunBody
from app.web.state import Caller, SeenBoard, State, WebState
from vectorstore.edits import EditError, checked
from vectorstore.group_names import MAX_GROUPS, group_names
from vectorstore.maintenance import Regrouping
from vectorstore.runs import FILES_FOLDER, Run, RunFolder
from vectorstore.types import DocumentId
from vectorstore.types import document_id as document_id_of

PATH = "/api/sources"
MAX_FILES = 200
MAX_URLS = 200
MAX_URL_CHARACTERS = 2_000
_DOCUMENT = re.compile(r"[0-9a-f]{16}")

Groups = Annotated[list[str], Field(max_length=MAX_GROUPS)]

router = APIRouter(
    route_class=IdempotentRoute, tags=["management"], responses=documented(401, 403, 422, 500)
)


class EditBody(BaseModel):
    """What is stated about a source. Omitted fields stay; null means that there is none."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"title": "Harbour trade in 1921", "published": "1921", "authors": ["Ann Lee"]},
                {"groups": ["deals", "legal"]},
            ]
        },
    )

    title: str | None = None
    authors: list[str] | None = None
    publisher: str | None = None
    published: str | None = Field(default=None, examples=["2019-01-15", "2019-01", "2019"])
    url: str | None = None
    language: str | None = None
    groups: Groups | None = Field(
        default=None,
        description="Who may see it; an empty list is everybody, null lets the source say so "
        "again, from the next time that it is read.",
    )

    def restated(self) -> Regrouping | None:
        """Who may see it from now on; None where that is not to change.

        Raises:
            InvalidFieldError: If a name cannot be one of a group.
        """
        if "groups" not in self.model_fields_set:
            return None
        return Regrouping(None if self.groups is None else _named(self.groups, "body.groups"))

    def stated(self) -> list[str]:
        """As `accord sources --set` takes them.

        Raises:
            InvalidFieldError: If a field cannot have its value.
        """
        given = {name: getattr(self, name) for name in sorted(self.model_fields_set - {"groups"})}
        if not self.model_fields_set:
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


class SourcesForm(BaseModel):
    """What is sent to be read."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"urls": ["https://example.org/article"], "groups": ["deals"], "dry_run": True}
            ]
        },
    )

    files: list[UploadFile] = Field(
        default=[], description="Any number of files, each of up to 50 MB."
    )
    urls: list[str] = Field(default=[], description="Addresses of web pages, one a field.")
    groups: Groups = Field(
        default=[],
        description="Who may see what is sent, whatever it says itself, one a field; without any, "
        "the sources say so.",
    )
    dry_run: bool = Field(
        default=False, description="Read and show what would be served; serve nothing of it."
    )
    replace: bool = Field(
        default=False, description="Let files take the place of sources of the same name."
    )


@router.post(
    PATH,
    summary="Add sources",
    status_code=202,
    responses=documented(400, 409, 413, 503),
)
async def post_sources(
    state: State,
    caller: Caller,
    seen: SeenBoard,
    form: Annotated[SourcesForm, Form(media_type="multipart/form-data")],
) -> RunBody:
    """Read files and web pages into the library; names the run that does it."""
    parts = (part for each in form.urls for part in re.split(r"\s+", each))
    urls = [part for part in parts if part]
    if len(form.files) > MAX_FILES or len(urls) > MAX_URLS:
        message = f"At most {MAX_FILES} files and {MAX_URLS} addresses are taken at once."
        raise InvalidFieldError(message, field="body")
    groups = _named([each for each in form.groups if each.strip()], "body.groups")
    return await run_in_threadpool(lambda: _told(seen, _add(state, caller, form, urls, groups)))


@router.post(
    PATH + "/{document_id}/ingest",
    summary="Read a source again",
    status_code=202,
    responses=documented(404, 503),
)
async def read_again(
    document_id: str,
    state: State,
    seen: SeenBoard,
    forget_edits: Annotated[
        bool, Query(description="Let count again what the source says of itself.")
    ] = False,
) -> RunBody:
    """From its file or address; where nothing has changed, nothing is done."""
    return await run_in_threadpool(
        lambda: _told(seen, _read_again(state, seen.access, document_id, forget_edits))
    )


@router.patch(
    PATH + "/{document_id}",
    summary="State something about a source",
    status_code=202,
    responses=documented(400, 404, 503),
)
async def edit_source(document_id: str, body: EditBody, state: State, seen: SeenBoard) -> RunBody:
    """Takes precedence over what the source states, now and whenever it is read again.

    Who may see it changes for every reader at the end of the run.
    """
    stated, restated = body.stated(), body.restated()
    return await run_in_threadpool(
        lambda: _told(seen, _edit(state, seen.access, document_id, stated, restated))
    )


@router.delete(
    PATH + "/{document_id}",
    summary="Erase a source",
    status_code=202,
    responses=documented(404, 503),
)
async def erase_source(document_id: str, state: State, seen: SeenBoard) -> RunBody:
    """Every version, text and vector, its uploaded file, and its words in stored answers."""
    return await run_in_threadpool(lambda: _told(seen, _erase(state, seen.access, document_id)))


def _told(seen: SeenRuns, run: Run) -> RunBody:
    return RunBody.of(*seen.as_seen([run]))


def _named(groups: list[str], field: str) -> tuple[str, ...]:
    try:
        return group_names(groups)
    except ValueError as error:
        raise InvalidFieldError(f"{error}.", field=field) from None


def _add(
    state: WebState, caller: Access, form: SourcesForm, urls: list[str], groups: tuple[str, ...]
) -> Run:
    folder = state.board.new_folder()
    try:
        return _begun(state, caller, folder, form, urls, groups)
    except BaseException:
        if folder.path.name.startswith("."):
            folder.discard()
        raise


def _begun(
    state: WebState,
    caller: Access,
    folder: RunFolder,
    form: SourcesForm,
    urls: list[str],
    groups: tuple[str, ...],
) -> Run:
    busy = set() if form.dry_run else state.board.busy_names()
    hidden = stored(state.settings, caller.audience)[1]
    names: list[str] = []
    targets: list[str] = []
    away: list[tuple[str, str]] = []
    for file in form.files:
        if not (file.filename or "") and not file.size:
            continue  # what browsers send for a field in which no file was chosen
        try:
            names.append(_kept(state, folder, file, busy, hidden, replace=form.replace))
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
        folder,
        uploads=names,
        targets=targets,
        turned_away=away,
        dry_run=form.dry_run,
        groups=groups,
        by=caller,
    )


def _kept(
    state: WebState,
    folder: RunFolder,
    file: UploadFile,
    busy: set[str],
    hidden: frozenset[DocumentId],
    *,
    replace: bool,
) -> str:
    name = safe_name(file.filename or "")
    if name in busy:
        raise TurnedAwayError("A run reads a file of this name now. Send it again afterwards.")
    kept = keep_file(folder.path, name, file.file, MAX_FILE_BYTES)
    there = uploads_folder(state.settings.data_dir) / name
    if document_id_of(str(there)) in hidden:
        kept.unlink()
        raise TurnedAwayError("A file of this name cannot be taken. Rename it.")
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


def _read_again(state: WebState, caller: Access, document_id: str, is_afresh: bool) -> Run:
    uri = _uri_of(state, caller, document_id)
    if is_afresh:
        forget_edits(state.settings, uri)
    return state.board.ingest(state.board.new_folder(), targets=[uri], by=caller)


def _edit(
    state: WebState,
    caller: Access,
    document_id: str,
    stated: list[str],
    restated: Regrouping | None,
) -> Run:
    _uri_of(state, caller, document_id)
    return state.board.edit(document_id, stated, restated=restated, by=caller)


def _erase(state: WebState, caller: Access, document_id: str) -> Run:
    _uri_of(state, caller, document_id)
    return state.board.remove(document_id, by=caller)


def _uri_of(state: WebState, caller: Access, document_id: str) -> str:
    uri = None
    if _DOCUMENT.fullmatch(document_id):
        uri = find_source(state.settings, document_id, caller.audience)
    if uri is None:
        raise NotFoundError("source")
    return uri
