"""Errors of providers' clients to ours, once, here.

Clients differ, and none is imported: what counts is LangChain's own classes, the HTTP status that
the error carries, and last the names of its classes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAPIError,
    ModelConnectionError,
    ModelInvalidRequestError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
)
from langchain_core.exceptions import ModelAuthenticationError as LangChainAuthenticationError
from langchain_core.exceptions import ModelTimeoutError as LangChainTimeoutError

from app.llm.errors import (
    ModelAuthenticationError,
    ModelBusyError,
    ModelError,
    ModelOutputError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)

MAX_SHOWN = 300
"""Characters of a provider's own message that go into ours."""

# `httpx` and `httpx2`, `openai`, `anthropic`, `aiohttp` and `grpc` agree on such names.
_TIMED_OUT = ("Timeout",)
_NOT_REACHED = ("Connection", "Connect", "Transport", "Network", "ProtocolError")
_FAULT_IN_STREAM = ("APIError", "APIStatusError", "ResponseError", "ServiceUnavailable")
_NOT_IN_THE_PROTOCOL = ("ResponseValidation",)
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
_KEY_LIKE = re.compile(r"(?<![\w-])(?=[\w-]*\d)[\w-]{20,}")

_RETRYABLE_STATUSES = {408, 409, 425, 429}
_KEY_STATUSES = {401, 403}


def translated(error: Exception) -> ModelError:
    """The error of ours that says what this one does."""
    if isinstance(error, ModelError):
        return error
    status = _status(error)
    said = _said(error)
    if isinstance(error, LangChainAuthenticationError | ModelPermissionDeniedError) or (
        status in _KEY_STATUSES
    ):
        # What the provider says may repeat the key, so it is left out.
        return ModelAuthenticationError(
            "The provider of the chat model does not accept the key"
            + (f" (HTTP {status})." if status else ".")
        )
    if isinstance(error, ModelRateLimitError) or status in _RETRYABLE_STATUSES:
        return ModelBusyError(
            f"The chat model takes no more requests now (HTTP {status or 429}).",
            retry_after_s=_retry_after_s(error),
        )
    if isinstance(error, ContextOverflowError | ModelInvalidRequestError | ModelNotFoundError) or (
        status is not None and 400 <= status < 500
    ):
        return ModelRefusedError(f"The chat model refused the request (HTTP {status}): {said}")
    if isinstance(error, LangChainTimeoutError | TimeoutError) or _named(error, _TIMED_OUT):
        return ModelTimeoutError("The chat model did not answer in time.")
    if status is not None and status >= 500:
        return ModelUnavailableError(
            f"The chat model's server failed (HTTP {status}): {said}",
            retry_after_s=_retry_after_s(error),
        )
    if isinstance(error, ModelConnectionError | OSError) or _named(error, _NOT_REACHED):
        return ModelUnavailableError(f"The chat model could not be reached: {said}")
    if _named(error, _NOT_IN_THE_PROTOCOL):
        return ModelOutputError(f"The chat model's reply could not be read: {said}")
    if isinstance(error, ModelAPIError) or _named(error, _FAULT_IN_STREAM):
        return ModelUnavailableError(f"The chat model's server failed: {said}")
    if "content filter" in said.lower():  # Azure's client says it in a ValueError
        return ModelRefusedError("The chat model declined to answer.")
    if isinstance(error, _UNREADABLE):
        return ModelOutputError(f"The chat model's reply could not be read: {said}")
    return ModelError(f"Asking the chat model failed: {said}")


def _status(error: Exception) -> int | None:
    """The HTTP status; None where there is none, or where it is a success with an error inside."""
    response = getattr(error, "response", None)
    for owner in (error, response):
        status = getattr(owner, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _named(error: Exception, words: tuple[str, ...]) -> bool:
    return any(word in kind.__name__ for kind in type(error).__mro__ for word in words)


def _said(error: Exception) -> str:
    """The provider's own words on one line, shortened, without what may be a key."""
    words = " ".join(str(error).split()) or type(error).__name__
    return _KEY_LIKE.sub("[...]", words)[:MAX_SHOWN]


def _retry_after_s(error: Exception) -> float | None:
    """Seconds that the provider asks to wait (RFC 9110: seconds, or a date)."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None)
    if headers is None:
        return None
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
