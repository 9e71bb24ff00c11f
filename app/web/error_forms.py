"""Which form an error has: problem details for programs, a page for a person in a browser."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import Headers
from starlette.types import Scope

from app.languages.catalogue import say
from app.web.completions import errors as openai
from app.web.negotiation import reader_language
from app.web.problems import VARIES, Problem, problem_response
from app.web.root import path_below_root
from app.web.templates import template

FOR_PROGRAMS = ("/api/", "/v1/", "/mcp", "/metrics", "/static/", "/healthz", "/readyz")
"""Paths whose errors are JSON in a browser too."""


def respond(scope: Scope, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem as the response to a request."""
    if path_below_root(scope).startswith(openai.PREFIX):
        return openai.response(problem, headers)
    if _wants_page(scope):
        return _page(scope, problem, headers)
    return problem_response(problem, headers)


def _wants_page(scope: Scope) -> bool:
    """Whether a browser asks for a page: its `Accept` begins with HTML."""
    if scope["method"] not in {"GET", "HEAD"} or path_below_root(scope).startswith(FOR_PROGRAMS):
        return False
    return Headers(scope=scope).get("accept", "").lower().startswith("text/html")


def _page(scope: Scope, problem: Problem, headers: dict[str, str] | None) -> HTMLResponse:
    language = reader_language(Headers(scope=scope))
    content = template("error.html").substitute(
        root=escape(scope.get("root_path", "")),
        language=language,
        title=escape(problem.title),
        detail_language=problem.language,
        detail=escape(problem.detail),
        back=escape(say(language, "Ask a question")),
    )
    sent = {**(headers or {}), **VARIES, "Cache-Control": "no-store"}
    return HTMLResponse(content, problem.status, headers=sent)
