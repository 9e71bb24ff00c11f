"""Which form an error has: problem details for programs, a page for a person in a browser."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import Headers
from starlette.types import Scope

from app.languages.catalogue import ENGLISH, say
from app.web.completions import errors as openai
from app.web.negotiation import reader_language
from app.web.problems import Problem, problem_response
from app.web.root import path_below_root
from app.web.templates import template

FOR_PROGRAMS = ("/api/", "/v1/", "/mcp", "/metrics", "/static/", "/healthz", "/readyz")
"""Whoever opens one of these in a browser wants to see what a program sees."""


def respond(scope: Scope, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """A problem as the response to a request."""
    if path_below_root(scope).startswith(openai.PREFIX):
        return openai.response(problem, headers)
    if _is_of_a_person(scope):
        return _page(scope, problem, headers)
    return problem_response(problem, headers)


def _is_of_a_person(scope: Scope) -> bool:
    """Whether a browser asks for a page: those name HTML before all else."""
    if scope["method"] not in {"GET", "HEAD"} or path_below_root(scope).startswith(FOR_PROGRAMS):
        return False
    return Headers(scope=scope).get("accept", "").lower().startswith("text/html")


def _page(scope: Scope, problem: Problem, headers: dict[str, str] | None) -> HTMLResponse:
    language = reader_language(Headers(scope=scope))
    title = say(language, problem.title)
    content = template("error.html").substitute(
        root=escape(scope.get("root_path", "")),
        # Of the title, which browsers read out too; it is English where it has no translation.
        language=language if title != problem.title else ENGLISH,
        title=escape(title),
        detail_language=problem.language,
        detail=escape(problem.detail),
    )
    sent = {**(headers or {}), "Cache-Control": "no-store"}
    return HTMLResponse(content, problem.status, headers=sent)
