from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from app.llm.errors import (
    ModelAuthenticationError,
    ModelBusyError,
    ModelError,
    ModelOutputError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from app.llm.translate import translated


class StatusError(Exception):
    """As clients of providers raise it."""

    def __init__(
        self, status: int, text: str = "no", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(text)
        self.status_code = status
        self.response = httpx.Response(status, headers=headers)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ModelRefusedError),
        (401, ModelAuthenticationError),
        (403, ModelAuthenticationError),
        (404, ModelRefusedError),
        (408, ModelBusyError),
        (422, ModelRefusedError),
        (429, ModelBusyError),
        (500, ModelUnavailableError),
        (503, ModelUnavailableError),
        (529, ModelUnavailableError),
    ],
)
def test_status_decides(status: int, kind: type[ModelError]) -> None:
    assert type(translated(StatusError(status))) is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), ModelTimeoutError),
        (httpx.ReadTimeout("slow"), ModelTimeoutError),
        (httpx.ConnectError("refused"), ModelUnavailableError),
        (httpx.RemoteProtocolError("cut"), ModelUnavailableError),
        (ConnectionResetError("reset"), ModelUnavailableError),
        (ValueError("no JSON"), ModelOutputError),
        (KeyError("choices"), ModelOutputError),
        (RuntimeError("?"), ModelError),
    ],
)
def test_without_a_status_the_kind_decides(error: Exception, kind: type[ModelError]) -> None:
    assert type(translated(error)) is kind


def test_ours_stay_as_they_are() -> None:
    error = ModelRefusedError("no")
    assert translated(error) is error


def test_what_may_be_a_key_is_left_out() -> None:
    key = "sk-proj-4f9a8b7c6d5e4f3a2b1c"
    assert key not in str(translated(StatusError(400, f"bad key {key}, model gpt-4o")))
    assert "gpt-4o" in str(translated(StatusError(400, f"bad key {key}, model gpt-4o")))
    assert "short1" not in str(translated(StatusError(401, "Incorrect key: short1")))


def test_long_messages_are_shortened_to_one_line() -> None:
    message = str(translated(StatusError(500, "lots\nof words " * 1_000)))
    assert len(message) < 400
    assert "\n" not in message


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-3", 0.0)])
def test_retry_after_in_seconds(value: str, seconds: float) -> None:
    error = translated(StatusError(429, headers={"Retry-After": value}))
    assert isinstance(error, ModelUnavailableError)
    assert error.retry_after_s == seconds


def test_retry_after_as_a_date() -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    error = translated(StatusError(503, headers={"Retry-After": when}))
    assert isinstance(error, ModelUnavailableError)
    assert error.retry_after_s == pytest.approx(60, abs=5)


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}])
def test_retry_after_that_says_nothing(headers: dict[str, str]) -> None:
    error = translated(StatusError(429, headers=headers))
    assert isinstance(error, ModelUnavailableError)
    assert error.retry_after_s is None


def test_what_may_be_tried_again() -> None:
    assert ModelBusyError("x").retryable
    assert ModelTimeoutError("x").retryable
    assert ModelOutputError("x").retryable
    assert not ModelOutputError("x", retryable=False).retryable
    assert not ModelRefusedError("x").retryable
    assert not ModelAuthenticationError("x").retryable
