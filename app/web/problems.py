"""Every error as problem details (RFC 9457), and their description in the OpenAPI document.

Titles, and details that are meant for readers, are in the language of `Accept-Language`; what is
wrong with a field of a request is for programmers, in English.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, PrivateAttr
from starlette.exceptions import HTTPException
from starlette.types import Scope

from app.errors import (
    AnswerTimeoutError,
    ChatError,
    ConversationStoreError,
    EmptyLibraryError,
    InvalidFieldError,
    KeyInUseError,
    KeyReusedError,
    NotFoundError,
    NotReadyError,
    OutdatedIndexError,
    OverloadedError,
    QuestionEmptyError,
    QuestionTooLongError,
    RateLimitedError,
    UnknownComposerError,
    UnknownModelError,
)
from app.languages.catalogue import ENGLISH, marked, say, translated
from app.manage.errors import RunConflictError
from app.web.negotiation import reader_language
from app.web.unknown import PREFIX as API
from app.web.unknown import methods_of, told

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
VARIES = {"Vary": "Accept-Language"}
"""A cache keeps one response for each language."""

OWN_FAULT_DETAIL = marked(
    "Something went wrong on our side. It was logged; try again, or name the request id."
)
WRONG_TOKEN_DETAIL = marked(
    "The token that was sent does not open this: it may be misspelt, revoked or expired, or lack "
    "the scope that is needed here."
)
NOT_READY_RETRY_S = 5
IN_USE_RETRY_S = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its status, the last part of its type, and its title."""

    status: int
    slug: str
    title: str
    """In English, a message of the catalogues."""
    detail: str | None = None
    """A message for readers; None shows the error's own message, which is written for them."""


INVALID = Kind(422, "invalid-request", marked("The request is invalid"))
OWN_FAULT = Kind(500, "own-fault", marked("Something went wrong"), OWN_FAULT_DETAIL)

# Looked up along the error's class hierarchy, so that a new error has a status from its parent.
KINDS: dict[type[ChatError], Kind] = {
    QuestionEmptyError: Kind(422, "question-empty", marked("The question is empty")),
    QuestionTooLongError: Kind(422, "question-too-long", marked("The question is too long")),
    UnknownComposerError: Kind(422, "unknown-composer", marked("There is no such composer")),
    InvalidFieldError: INVALID,
    KeyInUseError: Kind(
        409, "idempotency-key-in-use", marked("The first request with this key is not finished")
    ),
    KeyReusedError: Kind(
        422, "idempotency-key-reused", marked("The key belongs to another request")
    ),
    RunConflictError: Kind(409, "run-conflict", marked("Not possible in this state of the run")),
    UnknownModelError: Kind(404, "unknown-model", marked("There is no such model")),
    NotFoundError: Kind(404, "not-found", marked("Not found")),
    EmptyLibraryError: Kind(
        503, "empty-library", marked("Nothing to search yet"), EmptyLibraryError.TOLD
    ),
    OutdatedIndexError: Kind(
        503, "outdated-index", marked("Not ready yet"), OutdatedIndexError.TOLD
    ),
    NotReadyError: Kind(503, "not-ready", marked("Not ready yet"), NotReadyError.TOLD),
    OverloadedError: Kind(503, "overloaded", marked("Too busy")),
    RateLimitedError: Kind(429, "too-many-requests", marked("Too many requests")),
    AnswerTimeoutError: Kind(503, "timeout", marked("It took too long")),
    ConversationStoreError: OWN_FAULT,
    ChatError: OWN_FAULT,
}

# What the framework raises by number: the phrase of the status, and a sentence.
HTTP_PROBLEMS: dict[int, tuple[str, str]] = {
    400: (
        marked("Bad Request"),
        marked("The body is neither JSON in UTF-8 nor the form that is expected here."),
    ),
    401: (
        marked("Unauthorized"),
        marked("This needs the server's ACCORD_ADMIN_TOKEN, sent as `Authorization: Bearer`."),
    ),
    403: (
        marked("Forbidden"),
        marked(
            "This shows other people's questions, so it is closed. Whoever runs the server opens "
            "it by setting ACCORD_ADMIN_TOKEN; send that as `Authorization: Bearer`."
        ),
    ),
    404: (marked("Not found"), marked("There is nothing at this address.")),
    405: (
        marked("Method Not Allowed"),
        marked("This address cannot be used with this HTTP method."),
    ),
    413: (
        marked("Content Too Large"),
        marked("The request is larger than this server accepts."),
    ),
    415: (marked("Unsupported Media Type"), marked("Send the body as application/json.")),
    501: (marked("Not Implemented"), marked("This server cannot do this.")),
}


class FieldError(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description='Where it stands, as in "body.history.0.role".')
    message: str


class Problem(BaseModel):
    """What went wrong, for a person and for a program; never the text of an internal error."""

    type: str = Field(examples=["urn:accord:problem:question-too-long"])
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[FieldError] = []
    _language: str = PrivateAttr(ENGLISH)

    @property
    def language(self) -> str:
        """Of `detail`: the reader's, or English where there is no translation."""
        return self._language


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """FastAPI's `responses` for a route that may answer with these statuses, as problem+json."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def kind_of(error: BaseException) -> Kind:
    """The kind of an error; unknown exceptions are internal errors."""
    for ancestor in type(error).__mro__:
        if (kind := KINDS.get(ancestor)) is not None:
            return kind
    return OWN_FAULT


def problem_of(error: BaseException, *, request_id: str, language: str = ENGLISH) -> Problem:
    """Describe an error to a reader, and log it if it is an internal error."""
    kind = kind_of(error)
    if kind.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("Request %s failed.", request_id, exc_info=error)
    elif kind.detail is not None:
        logger.warning("Request %s: %s", request_id, error)
    english = kind.detail or _said(error, ENGLISH)
    detail = say(language, kind.detail) if kind.detail else _said(error, language)
    problem = Problem(
        type=f"urn:accord:problem:{kind.slug}",
        title=say(language, kind.title),
        status=kind.status,
        detail=detail,
        request_id=request_id,
        errors=(
            [FieldError(field=error.field, message=str(error))]
            if isinstance(error, InvalidFieldError)
            else []
        ),
    )
    problem._language = ENGLISH if detail == english else language
    return problem


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """A problem as an HTTP response."""
    content = problem.model_dump(exclude_defaults=not problem.errors)
    sent = {**(headers or {}), **VARIES}
    return JSONResponse(content, problem.status, headers=sent, media_type=MEDIA_TYPE)


def _said(error: BaseException, language: str) -> str:
    return error.said(language) if isinstance(error, ChatError) else str(error)


def plain_problem(
    status: int,
    *,
    request_id: str,
    language: str = ENGLISH,
    detail: str | None = None,
    values: Mapping[str, object] | None = None,
) -> Problem:
    """A problem that has no meaning beyond its status code.

    Args:
        status: The HTTP status code, 400 to 599.
        request_id: As in the log.
        language: Of the reader.
        detail: A message of the catalogues; None takes the usual sentence for the status.
        values: What is in its places; None where it has none, whatever braces it holds.
    """
    phrase = HTTPStatus(status).phrase
    title, usual = HTTP_PROBLEMS.get(status, (phrase, f"{phrase}."))
    english = detail or usual
    said = translated(language, english)
    is_translated = said != english
    if values is not None:
        said = said.format(**values)
    problem = Problem(
        type="about:blank",
        title=say(language, title),
        status=status,
        detail=said,
        request_id=request_id,
    )
    problem._language = language if is_translated else ENGLISH
    return problem


def retry_headers(error: BaseException) -> dict[str, str] | None:
    """`Retry-After`, if repeating the request makes sense."""
    if isinstance(error, OverloadedError | RateLimitedError):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, KeyInUseError):
        return {"Retry-After": str(IN_USE_RETRY_S)}
    if kind_of(error).status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(NOT_READY_RETRY_S)}
    return None


def request_id_of(request: Request) -> str:
    """The id that the middleware gave to this request."""
    return str(getattr(request.state, "request_id", ""))


def _detail_of(status: int, request: Request) -> str | None:
    """What is told instead of the usual sentence: a token that is wrong is not one that lacks."""
    is_sent = "authorization" in request.headers
    return WRONG_TOKEN_DETAIL if status == HTTPStatus.UNAUTHORIZED and is_sent else None


Respond = Callable[[Scope, Problem, dict[str, str] | None], Response]
"""A problem as the response to this request."""


def install(app: FastAPI, respond: Respond) -> None:
    """Answer every error of `app` with problem details, and document them."""
    _describe(app)

    @app.exception_handler(ChatError)
    async def on_chat_error(request: Request, error: ChatError) -> Response:
        problem = problem_of(
            error, request_id=request_id_of(request), language=reader_language(request.headers)
        )
        return respond(request.scope, problem, retry_headers(error))

    @app.exception_handler(HTTPException)
    async def on_http_exception(request: Request, error: HTTPException) -> Response:
        problem = plain_problem(
            error.status_code,
            request_id=request_id_of(request),
            language=reader_language(request.headers),
            detail=_detail_of(error.status_code, request),
        )
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (allowed := methods_of(request)):
            headers["Allow"] = ", ".join(allowed)
        return respond(request.scope, problem, headers)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        problems, language = error.errors(), reader_language(request.headers)
        if any(one["type"] == "json_invalid" for one in problems):
            problem = plain_problem(400, request_id=request_id_of(request), language=language)
            return respond(request.scope, problem, None)
        fields = [
            FieldError(
                field=".".join(map(_printable, one["loc"])), message=_printable(told(request, one))
            )
            for one in problems
        ]
        problem = Problem(
            type=f"urn:accord:problem:{INVALID.slug}",
            title=say(language, INVALID.title),
            status=INVALID.status,
            detail="; ".join(f"{one.field}: {one.message}" for one in fields),
            request_id=request_id_of(request),
            errors=fields,
        )
        return respond(request.scope, problem, None)


def _describe(app: FastAPI) -> None:
    """Describe problem details in the OpenAPI document instead of the framework's own errors."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs")
        schemas["Problem"] = problem
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        for path, operations in document["paths"].items():
            for operation in operations.values():
                if path.startswith(API):  # for what it does not know
                    told_of = {str(code): what for code, what in documented(422).items()}
                    operation["responses"] = {**operation["responses"], **told_of}
                # Where we document no 422, the framework does for any parameter, even a string.
                if MEDIA_TYPE not in operation["responses"].get("422", {}).get("content", {}):
                    operation["responses"].pop("422", None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _printable(part: object) -> str:
    """Field names come from the client and may hold lone surrogates, which UTF-8 cannot carry."""
    return str(part).encode("utf-8", "replace").decode()
