"""Single sign-on: /sign-in/start, /sign-in/callback, and the issuer's /sign-out/back-channel."""

from __future__ import annotations

import logging
import re
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from app.access.people import IssuerAwayError, NotAdmittedError, SignOnError
from app.access.scopes import Access
from app.access.sessions import SIGN_IN_LIFETIME, LogoutRepeatedError, SignIn
from app.audit.records import Action
from app.errors import ConversationStoreError, NotFoundError
from app.languages.catalogue import ENGLISH, marked, say, translated
from app.web.access import BACK_CHANNEL, CALLBACK, SIGN_IN_START
from app.web.audit import note_of
from app.web.negotiation import reader_language
from app.web.people import People
from app.web.sign_in import limited_form, people_of, safe_path, sign_in_page
from app.web.state import State, base_url

if TYPE_CHECKING:
    from app.access.oidc import Provider

logger = logging.getLogger(__name__)

BROWSER_COOKIE = "accord_signing_in"
"""Binds the way back to the browser that went; a link from elsewhere signs nobody in."""
STALE = marked(
    "This sign-in has expired, was finished already, or was not begun in this browser. Please try "
    "again."
)
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_ERROR = re.compile(r"[a-z_]{1,40}")
MAX_CODE = 4096
_NOT_STORED = {"Cache-Control": "no-store"}

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN_START)
async def get_start(request: Request, state: State, next: str = "/") -> Response:  # noqa: A002
    """Send a browser to the issuer."""
    await state.limits.count(request)
    people, provider = _provider_of(request)
    language = reader_language(request.headers)
    onwards = safe_path(request, next)
    brought = request.cookies.get(BROWSER_COOKIE, "")
    # The same for several tabs that sign in at once.
    browser = brought if _SECRET.fullmatch(brought) else secrets.token_urlsafe(32)
    sign_in = SignIn(secrets.token_urlsafe(32), secrets.token_urlsafe(64), onwards)
    try:
        await provider.check()
        value = await run_in_threadpool(people.sessions.begin, sign_in, browser=browser)
        address = await provider.authorization_url(
            redirect_uri=f"{base_url(request)}{CALLBACK}",
            state=value,
            nonce=sign_in.nonce,
            verifier=sign_in.verifier,
        )
    except SignOnError as error:
        notice = error.said(language)
        return await sign_in_page(request, onwards, notice, HTTPStatus.BAD_GATEWAY)
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
    response.set_cookie(
        BROWSER_COOKIE,
        browser,
        max_age=int(SIGN_IN_LIFETIME.total_seconds()),
        path=people.cookie_path,
        httponly=True,
        # The issuer's page leads back here, which is a link from another site.
        samesite="lax",
        secure=state.settings.secure_cookies,
    )
    return response


@router.get(CALLBACK)
async def get_callback(request: Request, state: State) -> Response:
    """Redeem the code with which the issuer sends a browser back, and sign it in."""
    await state.limits.count(request)
    people, provider = _provider_of(request)
    language = reader_language(request.headers)
    query = request.query_params
    browser = request.cookies.get(BROWSER_COOKIE, "")
    begun = await run_in_threadpool(people.sessions.take, query.get("state", ""), browser=browser)
    if begun is None:
        return await sign_in_page(request, "/", say(language, STALE), HTTPStatus.BAD_REQUEST)
    onwards = safe_path(request, begun.onwards)
    note = note_of(request)
    note.action = Action.SIGN_IN
    if (told := query.get("error")) is not None:
        logger.warning("The issuer signed nobody in: %r", told[:200])
        reason = told if _ERROR.fullmatch(told) else "error"
        notice = say(
            language, "The sign-on service refused ({reason}). Please try again.", reason=reason
        )
        return await sign_in_page(request, onwards, notice, HTTPStatus.FORBIDDEN)
    code = query.get("code", "")
    if not 0 < len(code) <= MAX_CODE:
        return await sign_in_page(request, onwards, say(language, STALE), HTTPStatus.BAD_REQUEST)
    try:
        await provider.check_way_back(query.get("iss"))
        session = await provider.redeem(
            code,
            redirect_uri=f"{base_url(request)}{CALLBACK}",
            nonce=begun.nonce,
            verifier=begun.verifier,
        )
    except SignOnError as error:
        logger.warning("Nobody was signed in: %s", error)
        status = HTTPStatus.FORBIDDEN
        if isinstance(error, IssuerAwayError):
            status = HTTPStatus.BAD_GATEWAY
        elif not isinstance(error, NotAdmittedError):
            status = HTTPStatus.BAD_REQUEST
        return await sign_in_page(request, onwards, error.said(language), status)
    signed_in = people.admitted(session.account)
    note.access = signed_in.access or Access(frozenset(), person=session.account.person)
    if signed_in.access is None:
        notice = translated(language, signed_in.problem or "")
        return await sign_in_page(request, onwards, notice, HTTPStatus.FORBIDDEN)
    response = RedirectResponse(onwards, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
    await people.farewell(request, response)
    await people.welcome(response, session)
    response.delete_cookie(BROWSER_COOKIE, path=people.cookie_path)
    return response


@router.post(BACK_CHANNEL)
async def post_back_channel(request: Request, state: State) -> Response:
    """End sessions for the issuer (OpenID Connect Back-Channel Logout 1.0).

    200 where the logout token is valid, whether or not somebody was signed in; 400 otherwise.
    """
    people, provider = _provider_of(request)
    form = await limited_form(request)
    token = form.get("logout_token", [""])[0]
    try:
        logout = await provider.logout(token)
        ended = await run_in_threadpool(people.sessions.close_for, logout)
    except LogoutRepeatedError:
        return await _no_logout(request, state, "The logout token was used before.")
    except SignOnError as error:
        # The notice alone: what is wrong with a token is for the log, not for whoever made it up.
        return await _no_logout(request, state, error.said(ENGLISH), str(error))
    except ConversationStoreError:
        logger.exception("Sessions could not be ended for the issuer.")
        return _logout_refused("The sessions could not be ended. Send the logout token again.")
    if ended:
        note = note_of(request)
        note.action, note.subject = Action.SIGN_OUT, ""
        note.access = Access(frozenset(), person=ended[0])
    return Response(status_code=HTTPStatus.OK, headers=_NOT_STORED)


async def _no_logout(request: Request, state: State, told: str, reason: str = "") -> Response:
    """Refuse, and count it against the limit of the address.

    Successes are not counted: an issuer signs out many people at once from one address.
    """
    await state.limits.count(request)
    logger.warning("The issuer's logout did nothing: %s", reason or told)
    return _logout_refused(told)


def _logout_refused(told: str) -> Response:
    body = {"error": "invalid_request", "error_description": told}
    return JSONResponse(body, HTTPStatus.BAD_REQUEST, headers=_NOT_STORED)


def _provider_of(request: Request) -> tuple[People, Provider]:
    people = people_of(request)
    if people.provider is None:
        raise NotFoundError("page")
    return people, people.provider
