"""Checks tokens and sign-in of every request, for all interfaces of the server."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import quote

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from app.access.open_door import STRANGE_HOST, KnownHosts
from app.access.scopes import EVERYTHING, OPEN, Access
from app.access.scopes import Scope as AccessScope
from app.access.tokens import PREFIX, Token, TokenStore
from app.errors import ChatError, ConversationStoreError
from app.languages.catalogue import marked
from app.settings import Settings
from app.sites import Site
from app.web.error_forms import respond
from app.web.negotiation import reader_language
from app.web.origin import is_foreign
from app.web.people import People
from app.web.problems import documented, plain_problem, problem_of, retry_headers
from app.web.root import path_below_root
from app.web.state import Limits

logger = logging.getLogger(__name__)

BEARER = "bearer "
TOKEN_COOKIE = "accord_token"  # noqa: S105 - the name of a cookie
HTML = "text/html"
NOTICED_S = 1.0
"""A server that was open asks for tokens this long after the first one was made, and while it is
asked much at most `LATEST` times as long: nobody waits for a look at the database then."""
LATEST = 2.0
NEEDED = marked(
    "This server answers only with a token, sent as `Authorization: Bearer`. Whoever runs it makes "
    "one with `accord token create`."
)
SIGN_IN_NEEDED = marked(
    "This server answers only people who have signed in and programs with a token, sent as "
    "`Authorization: Bearer`."
)
BAD_TOKEN = marked("This token is unknown, expired or revoked.")
WRONG_SCOPE = marked("This needs a token with one of these scopes: {scopes}.")

_NEVER = float("-inf")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""Of no path that there is. The router takes "/api/runs\\n" for "/api/runs", rules would not."""
_ASK = frozenset({AccessScope.ASK})
_SOURCES = frozenset({AccessScope.SOURCES})
_FEEDBACK = frozenset({AccessScope.FEEDBACK})
_INGEST = frozenset({AccessScope.INGEST})
_ADMIN = frozenset({AccessScope.ADMIN})

SIGN_IN, SIGN_OUT = "/sign-in", "/sign-out"
SIGN_IN_START, CALLBACK = f"{SIGN_IN}/start", f"{SIGN_IN}/callback"
BACK_CHANNEL = f"{SIGN_OUT}/back-channel"
FRONT_PAGES = frozenset({"/"})
"""Of use only to somebody who may ask."""
PUBLIC = FRONT_PAGES | {
    "/healthz",
    "/readyz",
    "/widget.js",
    "/unanswered",
    "/admin",
    "/openapi.json",
    "/api/version",
    "/docs",
    SIGN_IN,
    SIGN_IN_START,
    CALLBACK,
    SIGN_OUT,
    BACK_CHANNEL,  # its requests carry a token that the issuer has signed
}
"""Shown without a token: probes, and pages that hold nothing before they have fetched it."""
# Its requests carry Slack's signature, which says more than a token.
PUBLIC_PREFIXES = ("/static/", "/docs/files/", "/slack/")
# The first that fits; whatever fits none is for the admin alone.
RULES: tuple[tuple[re.Pattern[str], frozenset[AccessScope]], ...] = tuple(
    (re.compile(pattern), scopes)
    for pattern, scopes in (
        (r"/api/answers/[^/]+/feedback", _FEEDBACK),
        (r"/api/(?:chat|starters)", _ASK),
        (r"/(?:api/)?(?:conversations|answers)(?:/.*)?", _ASK),
        (r"/v1/.*", _ASK),
        (r"/api/sources(?:/.*)?", _SOURCES),
        (r"/api/search", _SOURCES),
        (r"/sources/.*", _SOURCES),
        (r"/mcp", _ASK | _SOURCES),  # each of its tools asks again
        (r"/api/runs(?:/.*)?", _INGEST),
        (r"/api/(?:unanswered.*|feedback)", _ADMIN),
        (r"/metrics", _ADMIN),
    )
)


CHANGES = re.compile(r"/api/sources(?:/.*)?")
"""What may be read here with less may be changed with the scope for ingest only."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
MANAGED = re.compile(r"/api/(?:runs|admin)(?:/.*)?")
TO_CHANGE = marked(
    "This needs a token also where none is needed to ask: it changes the library. Whoever runs the "
    "server sets ACCORD_ADMIN_TOKEN, or makes one with `accord token create NAME --scope admin`. A "
    "browser signs in with it at /sign-in."
)
FOREIGN = marked(
    "A page of another origin sent this with the sign-in of this browser. Only Accord's own pages "
    "may."
)


def scopes_for(path: str, method: str = "GET") -> frozenset[AccessScope] | None:
    """The scopes of which one is needed for a path; None if everybody may see it."""
    if path in PUBLIC or path.startswith(PUBLIC_PREFIXES):
        return None
    if method not in READING and CHANGES.fullmatch(path):
        return _INGEST
    return next((scopes for rule, scopes in RULES if rule.fullmatch(path)), _ADMIN)


class Refusal(NamedTuple):
    """Why a request may not pass."""

    status: int
    detail: str
    """A message of the catalogues, with a place for each of the values."""
    values: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The credentials that a request shows."""

    access: Access | None
    is_bad: bool = False
    """It shows a token of Accord's form that is not valid."""
    token: Token | None = None
    problem: str | None = None
    """Why somebody who has signed in is not admitted."""


class Doorkeeper:
    """Checks secrets, and whether one is required."""

    def __init__(self, settings: Settings, tokens: TokenStore) -> None:
        asks_people = settings.oidc_issuer is not None or settings.proxy_user_header is not None
        self._required = settings.require_token
        if self._required is None and asks_people:
            self._required = True
        self.needed = SIGN_IN_NEEDED if asks_people else NEEDED
        """The message for a request without credentials."""
        secret = settings.admin_token
        self._admin = None if secret is None else secret.get_secret_value().encode()
        self._tokens = tokens
        self._has_any = False
        self._asked_at = _NEVER
        self._asking: asyncio.Task[None] | None = None

    def look_at(self, text: str) -> Shown:
        """Check a secret. Reads the database."""
        # Headers arrive as Latin-1 whatever bytes they hold.
        given = text.encode("latin-1", "replace")
        if self._admin is not None and secrets.compare_digest(given, self._admin):
            return Shown(EVERYTHING)
        if not text.startswith(PREFIX):
            # What clients of other services send where no key is needed.
            return Shown(None)
        token = self._tokens.check(text)
        return Shown(None, is_bad=True) if token is None else Shown(token.access, token=token)

    async def is_token_needed(self) -> bool:
        """Whether every request needs a token or a sign-in."""
        if self._required is not None or self._has_any:
            return self._required is not False
        age_s = time.monotonic() - self._asked_at
        if age_s >= NOTICED_S and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask_again())
        if age_s >= LATEST * NOTICED_S and self._asking is not None:
            # Shielded: one whose client goes away asks for the others, too.
            await asyncio.shield(self._asking)
        return self._has_any

    async def _ask_again(self) -> None:
        try:
            self._has_any = await run_in_threadpool(self._tokens.has_any)
        except ConversationStoreError:
            if self._asked_at == _NEVER:
                raise
            # There was none a moment ago, and nobody makes one in a database that is away:
            # questions are answered then, although answers are not kept.
            logger.exception("Whether there are tokens now could not be read.")
        self._asked_at = time.monotonic()


class AccessMiddleware:
    """Inside of `EdgeMiddleware`, so that refusals are counted, logged and have its headers."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        doorkeeper: Doorkeeper,
        people: People,
        limits: Limits,
        hosts: KnownHosts | None = None,
    ) -> None:
        """`hosts` are the names under which everybody is answered; None stands for all names."""
        self._app = app
        self._hosts = hosts
        self._people = people
        self._doorkeeper = doorkeeper
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "websocket":
            # There is none; one that came would have passed nobody here.
            await WebSocketClose()(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        request_id = str(state.get("request_id", ""))
        path = path_below_root(scope)
        request = Request(scope)
        language = reader_language(request.headers)
        if _CONTROL.search(path):
            problem = plain_problem(404, request_id=request_id, language=language)
            await respond(scope, problem)(scope, receive, send)
            return
        try:
            shown = state["shown"] = await self._shown(request, state.get("site"))
            if shown.token is not None and shown.token.requests_per_minute is not None:
                await self._limits.count_token(shown.token.id, shown.token.requests_per_minute)
            refused = await self._refusal(path, shown, state.get("site"), request)
            if refused is None and _is_forged(request, path, shown, state.get("site")):
                refused = Refusal(403, FOREIGN)
            if await self._is_to_sign_in(request, shown, refused):
                address = sign_in_address(scope, request.url.query)
                await RedirectResponse(address, 303)(scope, receive, send)
                return
            if refused is not None:
                await self._limits.count(request)  # whoever guesses, guesses slowly
        except ChatError as error:
            problem = problem_of(error, request_id=request_id, language=language)
            await respond(scope, problem, retry_headers(error))(scope, receive, send)
            return
        if refused is not None:
            headers = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
            problem = plain_problem(
                refused.status,
                request_id=request_id,
                language=language,
                detail=refused.detail,
                values=refused.values,
            )
            await respond(scope, problem, headers)(scope, receive, send)
            return
        state["access"] = shown.access or OPEN
        await self._app(scope, receive, send)

    async def _shown(self, request: Request, site: Site | None) -> Shown:
        text = bearer(request.headers)
        if text is not None:
            shown = await run_in_threadpool(self._doorkeeper.look_at, text)
            if shown.access is not None or shown.is_bad:
                return shown
        if site is not None:
            # What a foreign page asks, it asks for whoever sits before it, and not as our people.
            return Shown(None)
        signed_in = await self._people.look_at(request)
        if signed_in is not None and signed_in.access is not None:
            return Shown(signed_in.access)
        problem = None if signed_in is None else signed_in.problem
        if (cookie := request.cookies.get(TOKEN_COOKIE)) is None:
            return Shown(None, problem=problem)
        shown = await run_in_threadpool(self._doorkeeper.look_at, cookie)
        # A browser sends it without having been asked, so an old one does no harm.
        return replace(shown, is_bad=False, problem=None if shown.access else problem)

    async def _refusal(
        self, path: str, shown: Shown, site: Site | None, request: Request
    ) -> Refusal | None:
        """None where the request may pass."""
        needed = scopes_for(path, request.method)
        if shown.problem is not None and (needed is not None or path in FRONT_PAGES):
            return Refusal(403, shown.problem)
        if needed is None:
            return None
        if shown.is_bad:
            return Refusal(401, BAD_TOKEN)
        access = shown.access
        if access is None and (needed == _INGEST or MANAGED.fullmatch(path)):
            return Refusal(401, TO_CHANGE)
        is_required = await self._doorkeeper.is_token_needed()
        if access is None and site is not None:
            # Listed by whoever runs the server, to be asked from without a password.
            access = OPEN
        if access is None:
            if is_required:
                return Refusal(401, self._doorkeeper.needed)
            # A page whose name was made to lead here (DNS rebinding) has neither secret nor site.
            is_known = self._hosts is None or self._hosts.has(request.headers.get("host"))
            return None if is_known else Refusal(403, STRANGE_HOST)
        if not any(access.may(one) for one in needed):
            # Where no token is asked for, one that opens little closes nothing.
            is_open = not is_required and any(OPEN.may(one) for one in needed)
            scopes = ", ".join(sorted(one.value for one in needed))
            return None if is_open else Refusal(403, WRONG_SCOPE, {"scopes": scopes})
        return None

    async def _is_to_sign_in(self, request: Request, shown: Shown, refused: Refusal | None) -> bool:
        """Whether to redirect a person who has not signed in to the sign-in page."""
        is_page = request.method == "GET" and HTML in request.headers.get("accept", "")
        if not is_page or shown.access is not None or shown.is_bad or shown.problem is not None:
            return False
        if path_below_root(request.scope) in FRONT_PAGES:
            return await self._doorkeeper.is_token_needed()
        return refused is not None and refused.status == 401


def _is_forged(request: Request, path: str, shown: Shown, site: Site | None) -> bool:
    """Whether a foreign page makes a browser change something with its sign-in (CSRF).

    The sign-in is a token or a session in a cookie, or what a proxy says of the person.

    Listed sites send no cookies, and programs send no origin.
    """
    if request.method in READING or path == SIGN_IN or site is not None:
        return False
    if bearer(request.headers) is not None:
        return False
    is_managed = MANAGED.fullmatch(path) or CHANGES.fullmatch(path)
    is_signed_in = shown.access is not None or TOKEN_COOKIE in request.cookies
    return bool(is_managed or is_signed_in) and is_foreign(request)


def describe(app: FastAPI) -> None:
    """Document in OpenAPI that a token may be needed, and the errors without one."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        schemes = document["components"].setdefault("securitySchemes", {})
        schemes["token"] = {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token, as `accord token create` makes it; where none is asked "
            "for, everybody may do without.",
        }
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                needed = scopes_for(path, method.upper())
                if needed is None:
                    continue
                is_managed = needed == _INGEST or MANAGED.fullmatch(path)
                without: list[dict[str, Any]] = [] if is_managed else [{}]
                operation["security"] = [{"token": []}, *operation.get("security", without)]
                operation["responses"] = {
                    **{str(code): told for code, told in documented(401, 403).items()},
                    **operation["responses"],
                }
        app.openapi_schema = document
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def sign_in_address(scope: Scope, query: str) -> str:
    """The address to which a browser without sign-in is redirected."""
    path = scope["path"]
    onwards = quote(f"{path}?{query}" if query else path, safe="")
    return f"{scope.get('root_path', '')}{SIGN_IN}?next={onwards}"


def bearer(headers: Headers) -> str | None:
    """The bearer token of a request; None if it has none."""
    header = headers.get("authorization", "")
    if header[: len(BEARER)].lower() != BEARER:
        return None
    return header[len(BEARER) :].strip() or None
