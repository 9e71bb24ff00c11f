"""Errors in OpenAI's form, so that its clients raise their usual exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from app.web.problems import Problem, problem_of

PREFIX = "/v1/"

_TYPES = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
_CODES = {
    "question-too-long": "context_length_exceeded",
    "too-many-requests": "rate_limit_exceeded",
    "unknown-model": "model_not_found",
}
"""By the last part of our own type of problem, where OpenAI has a name for it."""
_CODES_BY_STATUS = {HTTPStatus.UNAUTHORIZED: "invalid_api_key"}


class ErrorDetail(BaseModel):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorBody(BaseModel):
    """An error as OpenAI sends it."""

    error: ErrorDetail
    request_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """A status and a body."""

    status: int
    content: dict[str, Any]


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these errors."""
    return {
        status: {"description": HTTPStatus(status).phrase, "model": ErrorBody}
        for status in statuses
    }


def error_of(error: BaseException, *, request_id: str) -> Told:
    """An exception in OpenAI's form; internal errors are logged."""
    return told(problem_of(error, request_id=request_id))


def told(problem: Problem) -> Told:
    """Problem details in OpenAI's form."""
    status = HTTPStatus(problem.status)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        status = HTTPStatus.BAD_REQUEST  # OpenAI knows no other for what cannot be read
    slug = problem.type.rpartition(":")[2]
    param = problem.errors[0].field.removeprefix("body.") if problem.errors else None
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    body = ErrorBody(
        error=ErrorDetail(
            message=problem.detail,
            type=_TYPES.get(status, kind),
            param=param,
            code=_CODES.get(slug) or _CODES_BY_STATUS.get(status),
        ),
        request_id=problem.request_id,
    )
    return Told(int(status), body.model_dump())


def response(problem: Problem, headers: dict[str, str] | None) -> JSONResponse:
    """Problem details as a response in OpenAI's form."""
    shown = told(problem)
    return JSONResponse(shown.content, shown.status, headers=headers)
