"""The page on which a person signs in: at the issuer, or with a token."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app.access.people import SignOnError
from app.access.scopes import OPEN
from app.audit.records import Action
from app.languages.catalogue import marked, say, translated
from app.web.access import BAD_TOKEN, SIGN_IN, SIGN_IN_START, SIGN_OUT, TOKEN_COOKIE, Doorkeeper
from app.web.audit import note_of
from app.web.negotiation import reader_language
from app.web.origin import is_foreign
from app.web.people import People
from app.web.problems import VARIES
from app.web.state import State, access_of, base_url
from app.web.templates import template

MAX_FORM_BYTES, MAX_FORM_FIELDS = 8 * 1024, 8
MAX_COOKIE_S = 30 * 86_400
"""A month, then one enters the token again; it ends earlier where the token does."""
# A path of ours, and nothing that a browser would take for another host.
_PATH = re.compile(r"/(?![/\\])[^\s\\]*")
# As for all pages, but without scripts, and with a form.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_BUTTON = (
    '<p class="sign-on"><a class="button" href="{href}">{sign_in}</a> '
    "<span>{with_account}</span></p>"
)
_PEOPLE = marked(
    "This library answers people who have signed in. If you have no account, use a token."
)
_TOKENS = marked(
    "This library answers people who have a token. Whoever runs it makes one with {command}."
)
SIGN_IN_WORDS = marked("Sign in")
_HEADERS = {
    **VARIES,
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    # Without a referrer, browsers call the origin of a form "null".
    "Referrer-Policy": "same-origin",
}

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN)
async def get_sign_in(request: Request, next: str = "/") -> HTMLResponse:  # noqa: A002
    """The sign-in page; `next` is where it leads back to."""
    return await sign_in_page(request, next)


@router.post(SIGN_IN)
async def post_sign_in(request: Request, state: State) -> Response:
    """Keep a token in a cookie that no script reads."""
    language = reader_language(request.headers)
    if is_foreign(request):
        notice = say(language, "Sign in on this page itself.")
        return await sign_in_page(request, "/", notice, HTTPStatus.FORBIDDEN)
    await state.limits.count(request)
    form = await limited_form(request)
    # As a header would bring it, which is how the secret is compared from now on.
    text = form.get("token", [""])[0].strip().encode().decode("latin-1")
    onwards = form.get("next", ["/"])[0]
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    shown = await run_in_threadpool(doorkeeper.look_at, text)
    note = note_of(request)
    note.action, note.access, note.subject = Action.SIGN_IN, shown.access, ""
    if shown.access is None:
        return await sign_in_page(
            request, onwards, translated(language, BAD_TOKEN), HTTPStatus.UNAUTHORIZED
        )
    target = safe_path(request, onwards)
    response = RedirectResponse(target, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
    expires = None if shown.token is None else shown.token.expires
    left = MAX_COOKIE_S if expires is None else int((expires - datetime.now(UTC)).total_seconds())
    response.set_cookie(
        TOKEN_COOKIE,
        text,
        max_age=max(1, min(left, MAX_COOKIE_S)),
        path="/",
        httponly=True,
        # Links to sources in mails and chats open; nothing is sent from another page.
        samesite="lax",
        secure=state.settings.secure_cookies,
    )
    return response


@router.get(SIGN_OUT)
async def get_sign_out(request: Request) -> Response:
    """End the session on all servers, and forget the token in this browser.

    A token stays valid elsewhere. If the issuer has an address for that, the person is signed out
    there too.
    """
    root = request.scope.get("root_path", "")
    if is_foreign(request):
        return RedirectResponse(f"{root}/", HTTPStatus.SEE_OTHER)
    response = RedirectResponse(f"{root}{SIGN_IN}", HTTPStatus.SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    response.delete_cookie(TOKEN_COOKIE, path="/")
    people = people_of(request)
    if access_of(request) is not OPEN:
        note_of(request).action = Action.SIGN_OUT
    session = await people.farewell(request, response)
    if session is not None and people.provider is not None:
        with suppress(SignOnError):  # one is signed out here all the same
            back = f"{base_url(request)}{SIGN_IN}"
            elsewhere = await people.provider.end_url(id_token=session.id_token, back=back)
            if elsewhere is not None:
                response.headers["Location"] = elsewhere
    return response


def people_of(request: Request) -> People:
    """The application's `People`."""
    people = request.app.state.people
    assert isinstance(people, People)  # noqa: S101 - create_app puts it there
    return people


async def sign_in_page(
    request: Request, onwards: str, notice: str = "", status: int = HTTPStatus.OK
) -> HTMLResponse:
    """The page for signing in; `notice`, in the reader's language, says why the last try failed."""
    language = reader_language(request.headers)
    target = safe_path(request, onwards)
    root = request.scope.get("root_path", "")
    provider = people_of(request).provider
    button = ""
    if provider is not None:
        start = f"{root}{SIGN_IN_START}?next={quote(target, safe='')}"
        account = say(language, "with your account at {host}", host=provider.issuer.host)
        button = _BUTTON.format(
            href=escape(start),
            sign_in=escape(say(language, SIGN_IN_WORDS)),
            with_account=escape(account),
        )
        try:
            await provider.check()
        except SignOnError as error:
            button, notice = "", notice or error.said(language)
    told = f'<p class="notice" role="alert">{escape(notice)}</p>' if notice else ""
    content = template("sign-in.html").substitute(
        root=root,
        next=escape(target),
        notice=told,
        sign_on=button,
        focus="" if button else " autofocus",
        byline=_byline(language, signs_on=provider is not None),
        language=language,
        sign_in=escape(say(language, SIGN_IN_WORDS)),
        token=escape(say(language, "Token")),
        with_token=escape(say(language, "Sign in with the token")),
    )
    return HTMLResponse(content, status, headers=_HEADERS)


def _byline(language: str, *, signs_on: bool) -> str:
    if signs_on:
        return escape(say(language, _PEOPLE))
    # Catalogues hold no markup, so what they say is escaped and the command put in after that.
    said = escape(translated(language, _TOKENS))
    return said.format(command="<code>accord token create</code>")


def safe_path(request: Request, onwards: str) -> str:
    """The path to continue to: one of this server, or the first page."""
    return onwards if _PATH.fullmatch(onwards) else f"{request.scope.get('root_path', '')}/"


async def limited_form(request: Request) -> dict[str, list[str]]:
    """The fields of a form; 400 where there are too many, 413 where it is too large."""
    try:
        return parse_qs(await _limited_body(request), max_num_fields=MAX_FORM_FIELDS)
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None


async def _limited_body(request: Request) -> str:
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MAX_FORM_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return parts.decode("utf-8", "replace")
