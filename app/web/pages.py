"""The pages for asking and for managing the sources, the widget, and their files."""

from __future__ import annotations

import gzip
import hashlib
from html import escape
from pathlib import Path

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from app.languages.catalogue import marked, say, translated
from app.web.access import SIGN_OUT
from app.web.middleware import CONTENT_SECURITY_POLICY
from app.web.negotiation import reader_language
from app.web.people import session_secret
from app.web.problems import VARIES
from app.web.state import State, WebState, access_of, welcome
from app.web.templates import STATIC, template

MIN_COMPRESSED_BYTES = 1024
FRESH_S = 600
"""Foreign pages name the widget without its version, so an update reaches them within that."""
STALE_S = 86_400
FOR_EVER_S = 31_536_000
_NEEDS_JAVASCRIPT = marked("This page needs JavaScript.")
_READ_UNANSWERED = marked("Programs can read {path}.")
_ADD_OTHERWISE = marked("Programs can use {path}, people {command}.")

router = APIRouter(include_in_schema=False)


class Widget:
    """The built script, read and compressed once."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.compressed = gzip.compress(self.content, 9, mtime=0)
        self.version = hashlib.sha256(self.content).hexdigest()[:16]
        self.address = f"/widget.js?v={self.version}"

    def response(self, request: Request, version: str | None) -> Response:
        """The script, for any page: it is public, and holds nothing of anybody."""
        is_this = version == self.version
        headers = {
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": f"public, max-age={FOR_EVER_S}, immutable"
            if is_this
            else f"public, max-age={FRESH_S}, stale-while-revalidate={STALE_S}",
            "ETag": f'W/"{self.version}"',
            "Vary": "Accept-Encoding",
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        content = self.content
        if "gzip" in request.headers.get("accept-encoding", ""):
            content, headers["Content-Encoding"] = self.compressed, "gzip"
        return Response(content, media_type="text/javascript", headers=headers)


class RevalidatedFiles(StaticFiles):
    """Static files that browsers ask about again, so that an update shows at once."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """A file, or 304 where the browser has it already."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "no-cache"
        return response


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def get_widget(request: Request, v: str | None = Query(default=None)) -> Response:
    """The widget; with the version in its address it is kept for ever."""
    widget: Widget = request.app.state.widget
    return widget.response(request, v)


@router.api_route("/", methods=["GET", "HEAD"])
async def get_page(request: Request, state: State) -> HTMLResponse:
    """The page; a browser that comes for the first time gets its visitor cookie here."""
    account = _account(request, state)
    response = _page(request, "index.html", account=account)
    if account:
        # It names somebody; the next to use this browser must not see that.
        response.headers["Cache-Control"] = "private, no-store"
    welcome(request, response, state.settings)
    return response


@router.api_route("/unanswered", methods=["GET", "HEAD"])
async def get_unanswered_page(request: Request) -> HTMLResponse:
    """The page of unanswered questions; its content needs the admin token."""
    language = reader_language(request.headers)
    needs = translated(language, _NEEDS_JAVASCRIPT)
    programs = _with_code(translated(language, _READ_UNANSWERED), path="GET /api/unanswered")
    return _page(
        request,
        "unanswered.html",
        language=language,
        heading=escape(say(language, "Unanswered questions")),
        byline=escape(
            say(
                language,
                "What people asked and the sources did not answer, or not well. It shows what the "
                "sources lack.",
            )
        ),
        noscript=f"{escape(needs)} {programs}",
    )


@router.api_route("/admin", methods=["GET", "HEAD"])
async def get_admin_page(request: Request) -> HTMLResponse:
    """The page to manage the sources; its content needs a token."""
    language = reader_language(request.headers)
    needs = translated(language, _NEEDS_JAVASCRIPT)
    ways = _with_code(
        translated(language, _ADD_OTHERWISE), path="POST /api/sources", command="accord ingest"
    )
    response = _page(
        request,
        "admin.html",
        language=language,
        title=escape(say(language, "Sources")),
        heading=escape(say(language, "Manage the sources")),
        byline=escape(
            say(language, "Add, check, edit and erase the sources that answers are taken from.")
        ),
        sign_out=escape(say(language, "Sign out")),
        noscript=f"{escape(needs)} {ways}",
    )
    # It shows originals beside what was read of them, in frames in which nothing runs.
    policy = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'; frame-ancestors 'none'"
    response.headers["Content-Security-Policy"] = policy
    return response


def _account(request: Request, state: WebState) -> str:
    """Attributes that tell the page who has signed in, and where signing out leads."""
    access = access_of(request)
    if access.person is None:
        return ""
    shown = f' data-account="{escape(access.person.name)}"'
    sign_out = state.settings.proxy_sign_out
    if session_secret(request) is not None and state.settings.oidc_issuer is not None:
        sign_out = f"{request.scope['root_path']}{SIGN_OUT}"
    return shown if sign_out is None else f'{shown} data-sign-out="{escape(sign_out)}"'


def _page(request: Request, name: str, **parts: str) -> HTMLResponse:
    root = request.scope["root_path"]
    address = root + request.app.state.widget.address
    content = template(name).safe_substitute(root=root, widget=address, **parts)
    headers = {"Cache-Control": "no-cache", **(VARIES if "language" in parts else {})}
    return HTMLResponse(content, headers=headers)


def _with_code(message: str, **texts: str) -> str:
    """A message as HTML, with what one would type in its places."""
    return escape(message).format(**{name: f"<code>{text}</code>" for name, text in texts.items()})


def install(app: FastAPI) -> None:
    """Serve the pages and their files."""
    app.state.widget = Widget(STATIC / "widget.js")
    app.include_router(router)
    files = RevalidatedFiles(directory=STATIC)
    app.mount("/static", GZipMiddleware(files, minimum_size=MIN_COMPRESSED_BYTES), name="static")
