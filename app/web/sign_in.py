"""A page on which a person enters a token, for browsers, which send none by themselves."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import escape
from http import HTTPStatus
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app.web.access import SIGN_IN, SIGN_OUT, TOKEN_COOKIE, Doorkeeper
from app.web.origin import is_foreign
from app.web.state import State

PAGE = Path(__file__).parent / "static" / "sign-in.html"
MAX_FORM_BYTES = 8 * 1024
MAX_COOKIE_S = 30 * 86_400
"""A month, then one enters the token again; it ends earlier where the token does."""
WRONG = "This token is unknown, expired or revoked."
# A path of ours, and nothing that a browser would take for another host.
_PATH = re.compile(r"/(?![/\\])[^\s\\]*")
# As for all pages, but without scripts, and with a form.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    # Without a referrer, browsers call the origin of a form "null".
    "Referrer-Policy": "same-origin",
}

router = APIRouter(include_in_schema=False)


@router.get(SIGN_IN)
async def get_sign_in(next: str = "/") -> HTMLResponse:  # noqa: A002 - as addresses call it
    """The form; it leads back to where one came from."""
    return _page(next)


@router.post(SIGN_IN)
async def post_sign_in(request: Request, state: State) -> Response:
    """Keep a token in a cookie that no script reads."""
    if is_foreign(request):
        return _page("/", "Sign in on this page itself.", HTTPStatus.FORBIDDEN)
    await state.limits.count(request)
    form = parse_qs(await _limited_body(request), max_num_fields=8)
    text = form.get("token", [""])[0].strip()
    onwards = form.get("next", ["/"])[0]
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    shown = await run_in_threadpool(doorkeeper.look_at, text)
    if shown.access is None:
        return _page(onwards, WRONG, HTTPStatus.UNAUTHORIZED)
    response = RedirectResponse(_safe(onwards), HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
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
    """Forget the token in this browser; it stays valid elsewhere."""
    response = RedirectResponse(
        f"{request.scope.get('root_path', '')}{SIGN_IN}", HTTPStatus.SEE_OTHER
    )
    response.delete_cookie(TOKEN_COOKIE, path="/")
    return response


def _page(onwards: str, notice: str = "", status: int = HTTPStatus.OK) -> HTMLResponse:
    template = Template(PAGE.read_text(encoding="utf-8"))
    told = f'<p class="notice" role="alert">{escape(notice)}</p>' if notice else ""
    content = template.substitute(next=escape(_safe(onwards)), notice=told)
    return HTMLResponse(content, status, headers=_HEADERS)


def _safe(onwards: str) -> str:
    return onwards if _PATH.fullmatch(onwards) else "/"


async def _limited_body(request: Request) -> str:
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MAX_FORM_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return parts.decode("utf-8", "replace")
