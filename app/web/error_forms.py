"""Which form an error has: problem details for programs, a page for a person in a browser."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from string import Template

from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import Headers
from starlette.types import Scope

from app.web.completions import errors as openai
from app.web.negotiation import reader_language
from app.web.problems import Problem, problem_response
from app.web.root import path_below_root

PAGE = Path(__file__).parent / "static" / "error.html"
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
    content = _template().substitute(
        root=escape(scope.get("root_path", "")),
        language=reader_language(Headers(scope=scope)),
        title=escape(problem.title),
        detail=escape(problem.detail),
    )
    sent = {**(headers or {}), "Cache-Control": "no-store"}
    return HTMLResponse(content, problem.status, headers=sent)


@cache
def _template() -> Template:
    return Template(PAGE.read_text(encoding="utf-8"))
