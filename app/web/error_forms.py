"""Which form an error has: problem details everywhere, but for doors that others have defined."""

from __future__ import annotations

from fastapi.responses import JSONResponse
from starlette.types import Scope

from app.web.completions import errors as openai
from app.web.problems import Problem, problem_response
from app.web.root import path_below_root


def respond(scope: Scope, problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem as the response to a request."""
    if path_below_root(scope).startswith(openai.PREFIX):
        return openai.response(problem, headers)
    return problem_response(problem, headers)
