"""`Idempotency-Key`: a request that changes something may be sent again, and is done once.

As the IETF's draft (draft-ietf-httpapi-idempotency-key-header) has it: the same key with the same
request gets the response that was kept, with another request 422, and while the first one is being
answered 409. Only what was done is kept: what was refused or failed may be tried again with the
same key.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine
from typing import Annotated, Any

import anyio
from fastapi import Depends, Header, Request, params
from fastapi.responses import Response, StreamingResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from app.audit.records import Action
from app.conversations.idempotency import Claim, IdempotencyStore, KeptResponse
from app.errors import ChatError, ConversationStoreError
from app.web.audit import REPEATED, note_of
from app.web.negotiation import prefers_event_stream
from app.web.problems import documented
from app.web.state import access_of, seen_conversations, visitor_of, web_state

logger = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
METHODS = frozenset({"POST", "PATCH"})
MAX_KEY_CHARACTERS = 255
PATTERN = rf"^[!-~]{{1,{MAX_KEY_CHARACTERS}}}$"
_UNKEPT = frozenset({"content-length", "set-cookie"})
_CHUNK = 1 << 20

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


async def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            pattern=PATTERN,
            description="Names this request, as a UUID does. Sent again with the same key within a "
            "day, it is not done again: it gets the response that it got.",
        ),
    ] = None,
) -> str | None:
    """The key of a request, without the quotation marks that the draft has around it."""
    return _unquoted(key)


def _unquoted(key: str | None) -> str | None:
    return key.removeprefix('"').removesuffix('"') if key else None


class IdempotentRoute(APIRoute):
    """A route whose changes may be repeated with a key; reading is not affected."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **arguments: Any) -> None:
        if not METHODS.isdisjoint(arguments.get("methods") or ()):
            arguments["dependencies"] = [
                *(arguments.get("dependencies") or ()),
                Depends(idempotency_key),
            ]
            arguments["responses"] = {**documented(409, 422), **(arguments.get("responses") or {})}
        super().__init__(path, endpoint, **arguments)

    def get_route_handler(self) -> Handler:
        """The route's own handler, or what it answered before."""
        handle = super().get_route_handler()
        if METHODS.isdisjoint(self.methods or ()):
            return handle
        is_form = isinstance(getattr(self.body_field, "field_info", None), params.Form)

        async def handle_once(request: Request) -> Response:
            key = _unquoted(request.headers.get(HEADER))
            # What is no key is refused by the parameter.
            if not key or len(key) > MAX_KEY_CHARACTERS:
                return await handle(request)
            try:
                fingerprint = await _fingerprint(request, is_form=is_form)
                return await _once(request, handle, key, fingerprint)
            finally:
                await request.close()  # the files of a form, also where the route was not asked

        return handle_once


async def _once(request: Request, handle: Handler, key: str, fingerprint: str) -> Response:
    state = web_state(request)
    store = IdempotencyStore(state.conversations.engine)
    caller = _caller(request)
    try:
        found = await run_in_threadpool(store.claim, caller, key, fingerprint)
        if isinstance(found, KeptResponse) and not await _is_shown(request, found):
            await run_in_threadpool(store.forget, caller, key)
            found = await run_in_threadpool(store.claim, caller, key, fingerprint)
    except ChatError:
        await state.limits.count(request)
        raise
    if isinstance(found, KeptResponse):
        await state.limits.count(request)
        note = note_of(request)
        note.outcome, note.subject = REPEATED, found.answer_id
        headers = {**dict(found.headers), REPLAYED: "true"}
        return Response(found.body, found.status, headers)
    try:
        response = await handle(request)
    except BaseException:
        await _released(store, found)
        raise
    if not 200 <= response.status_code < 300:
        await _released(store, found)
    elif isinstance(response, StreamingResponse):
        response.body_iterator = _kept_at_its_end(
            response.body_iterator, request, response, store, found
        )
    else:
        await _keep(request, response, store, found, bytes(response.body))
    return response


async def _kept_at_its_end(
    told: AsyncIterable[Any],
    request: Request,
    response: StreamingResponse,
    store: IdempotencyStore,
    claim: Claim,
) -> AsyncIterator[Any]:
    """The stream; stored once it has sent its answer, and dropped if it is interrupted."""
    parts: list[bytes] = []
    is_whole = False
    try:
        async for part in told:
            parts.append(part.encode() if isinstance(part, str) else bytes(part))
            yield part
        is_whole = True
    finally:
        if is_whole and _answer_id(request) is not None:
            await _keep(request, response, store, claim, b"".join(parts))
        else:
            await _released(store, claim)


async def _keep(
    request: Request, response: Response, store: IdempotencyStore, claim: Claim, body: bytes
) -> None:
    headers = tuple(
        (name, value) for name, value in response.headers.items() if name not in _UNKEPT
    )
    kept = KeptResponse(response.status_code, headers, body, _answer_id(request))
    try:
        await run_in_threadpool(store.keep, claim, kept)
    except ConversationStoreError:
        logger.exception("A response was given but not kept; with its key it is made again.")


async def _released(store: IdempotencyStore, claim: Claim) -> None:
    with anyio.CancelScope(shield=True):  # also where the client has gone
        try:
            await run_in_threadpool(store.release, claim)
        except ConversationStoreError:
            logger.exception("A key could not be given up; it is free again in ten minutes.")


async def _is_shown(request: Request, found: KeptResponse) -> bool:
    """Whether the caller may still see what was answered, and nothing of it was erased."""
    if found.answer_id is None:
        return True
    seen = seen_conversations(request)
    return await run_in_threadpool(seen.shows, found.answer_id, visitor=visitor_of(request))


def _answer_id(request: Request) -> str | None:
    note = note_of(request)
    return note.subject if note.action == Action.ASK else None


def _caller(request: Request) -> str:
    """Who sends a request. Programs without a token are distinguished by their address."""
    address = request.client.host if request.client else ""
    groups = ",".join(sorted(access_of(request).groups))
    return f"{visitor_of(request) or f'address:{address}'}\0{groups}"


async def _fingerprint(request: Request, *, is_form: bool) -> str:
    """The same for what asks for the same: of a form its values, whose boundaries are random."""
    digest = hashlib.sha256()

    def add(*parts: str | bytes) -> None:
        for part in parts:
            raw = part.encode() if isinstance(part, str) else part
            digest.update(len(raw).to_bytes(8, "big") + raw)

    is_stream = prefers_event_stream(request.headers.get("accept"))
    add(request.method, request.url.path, request.url.query, str(is_stream))
    if not is_form:
        add(await request.body())
        return digest.hexdigest()
    form: FormData = await request.form()
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            add(name, value.filename or "", await _hash_of(value))
        else:
            add(name, value)
    return digest.hexdigest()


async def _hash_of(file: UploadFile) -> bytes:
    digest = hashlib.sha256()
    while chunk := await file.read(_CHUNK):
        digest.update(chunk)
    await file.seek(0)
    return digest.digest()
