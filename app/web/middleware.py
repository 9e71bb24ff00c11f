"""Around every request: id, size limit, origin, security headers, log line, last error handler."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import request_id as current_request_id
from app.web.error_forms import respond
from app.web.metrics import Metrics
from app.web.negotiation import reader_language
from app.web.problems import plain_problem, problem_of, retry_headers
from app.web.root import path_below_root, rooted
from app.web.sites import REFUSAL, Sites

logger = logging.getLogger("app.web.access")

REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

CLIENT_GONE = 499
"""For logs and counts only: nobody is there to receive a status."""

# Nothing comes from elsewhere, and nothing runs that is not in a file of ours.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class EdgeMiddleware:
    """Accord's outermost layer; plain ASGI, so that streams and disconnects pass unchanged."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        max_body_bytes: int,
        sites: Sites,
        larger: Mapping[str, int] | None = None,
        frame_ancestors: Sequence[str] = (),
        root_path: str = "",
    ) -> None:
        """`larger` gives paths another largest body, in bytes; frames are for these origins.

        `root_path` is the path that a proxy serves this below.
        """
        self._root_path = root_path
        self._app = app
        self._metrics = metrics
        self._max_body_bytes = max_body_bytes
        self._sites = sites
        self._larger = dict(larger or {})
        framed_by = " ".join(frame_ancestors) or "'none'"
        policy = f"{CONTENT_SECURITY_POLICY}; frame-ancestors {framed_by}"
        self._headers = {"Content-Security-Policy": policy, **SECURITY_HEADERS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        scope = rooted(scope, self._root_path)
        request_id = _request_id(scope)
        current_request_id.set(request_id)
        method = scope["method"]
        if method == "HEAD":  # what may be read may be looked at; the server sends no body
            scope = {**scope, "method": "GET"}
        language = reader_language(Headers(scope=scope))
        crossing = self._sites.crossing(scope)
        scope.setdefault("state", {}).update(request_id=request_id, site=crossing.site)
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                for name, value in crossing.headers:
                    if name == "Vary":
                        headers.add_vary_header(value)
                    else:
                        headers[name] = value
            elif method == "HEAD" and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            if crossing.is_preflight:
                await Response(status_code=204)(scope, receive, send_with_headers)
            elif crossing.is_refused:
                problem = plain_problem(
                    403, request_id=request_id, language=language, detail=REFUSAL
                )
                await respond(scope, problem)(scope, receive, send_with_headers)
            elif self._is_too_large(scope):
                problem = plain_problem(413, request_id=request_id, language=language)
                await respond(scope, problem)(scope, receive, send_with_headers)
            else:
                await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            status = CLIENT_GONE
        except Exception as error:
            if status:
                # The response has begun; the server closes the connection and logs the reason.
                raise
            problem = problem_of(error, request_id=request_id, language=language)
            response = respond(scope, problem, retry_headers(error))
            await response(scope, receive, send_with_headers)
        finally:
            status = status or HTTPStatus.INTERNAL_SERVER_ERROR
            self._record(scope, method, status, began, request_id)

    def _is_too_large(self, scope: Scope) -> bool:
        """By its own account; FastAPI counts bodies of undeclared length as they arrive."""
        declared = Headers(scope=scope).get("content-length", "")
        allowed = self._larger.get(path_below_root(scope), self._max_body_bytes)
        return declared.isdecimal() and int(declared[:20]) > allowed

    def _record(
        self, scope: Scope, method: str, status: int, began: float, request_id: str
    ) -> None:
        seconds = time.perf_counter() - began
        # The pattern, never the path: a path may carry an id that is a secret.
        route = getattr(scope.get("route"), "path", None) or "unmatched"
        method = method if method in _METHODS else "other"
        self._metrics.requests.labels(method, route, str(int(status))).inc()
        self._metrics.request_seconds.labels(method, route).observe(seconds)
        fields = {
            "method": method,
            "route": route,
            "status": int(status),
            "milliseconds": round(seconds * 1000, 1),
            "request_id": request_id,
        }
        text = "%s %s %d %.0f ms %s"
        logger.info(text, method, route, status, seconds * 1000, request_id, extra=fields)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _request_id(scope: Scope) -> str:
    """The caller's id where it is harmless, else a new one."""
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
