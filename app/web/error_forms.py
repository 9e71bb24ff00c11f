"""Which form an error has: problem details everywhere, but for doors that others have defined."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from app.web.completions import errors as openai
from app.web.problems import Problem, problem_response


def respond(path: str, problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem as the response to a request for this path."""
    if path.startswith(openai.PREFIX):
        return openai.response(problem, headers)
    return problem_response(problem, headers)
