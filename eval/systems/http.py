"""Requests over HTTP, and the meaning of each kind of failure for the run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from app.client.wire import retry_after
from eval.errors import BusyError, NoAnswerError, SystemUnusableError

GRACE_S = 5.0
"""The harness ends an attempt on time; the connection that it leaves behind ends soon after."""
SHOWN_CHARACTERS = 200

_BUSY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_CLOSED = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
    }
)
"""Every question would be turned away."""


@dataclass(frozen=True, slots=True)
class Response:
    """A JSON object and how long it took to come."""

    body: Mapping[str, Any]
    seconds: float


def build_client(
    base_url: str,
    *,
    timeout_s: float,
    headers: Mapping[str, str] | None = None,
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """A client for one server. It may be used from several threads.

    Args:
        base_url: Of the server.
        timeout_s: Longest time of an answer.
        headers: Sent with every request.
        transport: What carries requests; None is the network.

    Raises:
        SystemUnusableError: If that is no address.
    """
    if not base_url.startswith(("http://", "https://")):
        raise SystemUnusableError(
            f"{base_url!r} is not an address: it begins with http:// or https://"
        )
    try:
        return httpx.Client(
            base_url=base_url,
            headers=dict(headers or {}),
            timeout=timeout_s + GRACE_S,
            transport=transport,
        )
    except httpx.InvalidURL as error:
        raise SystemUnusableError(f"{base_url!r} is not an address: {error}.") from error


def request(
    client: httpx.Client, method: str, path: str, *, json: Mapping[str, Any] | None = None
) -> Response:
    """Send one request and read the JSON object that comes back.

    Raises:
        BusyError: If there is no connection, or the server has too much to do.
        SystemUnusableError: If it would turn every question away.
        NoAnswerError: If it fails otherwise, or what it sends is no JSON object.
    """
    began = time.perf_counter()
    try:
        response = client.request(method, path, json=json)
    except httpx.TransportError as error:
        raise BusyError(f"{client.base_url.host} did not answer: {_reason(error)}.") from error
    seconds = time.perf_counter() - began
    if response.is_success:
        return Response(_json_object(response), seconds)
    status = response.status_code
    told = f"{client.base_url.host} answered {status}: {_detail(response)}"
    if status in _CLOSED:
        told += f" ({method} {response.request.url.path})"
    wait_s = retry_after(response.headers.get("Retry-After"))
    raise failure(status, told, retry_after_s=wait_s)


def failure(
    status: int, told: str, *, retry_after_s: float | None
) -> BusyError | NoAnswerError | SystemUnusableError:
    """What an error of a server means for the run, by its status."""
    if status in _BUSY:
        return BusyError(told, retry_after_s=retry_after_s)
    return SystemUnusableError(told) if status in _CLOSED else NoAnswerError(told)


def _json_object(response: httpx.Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ValueError as error:
        raise NoAnswerError(f"{response.request.url.host} sent no JSON.") from error
    if not isinstance(body, dict):
        raise NoAnswerError(f"{response.request.url.host} sent JSON that is not an object.")
    return body


def _detail(response: httpx.Response) -> str:
    """What the server says went wrong: problem details (RFC 9457), OpenAI's form, or its text."""
    try:
        body = response.json()
    except ValueError:
        body = None
    said: Any = None
    if isinstance(body, dict):
        error = body.get("error")
        said = error.get("message") if isinstance(error, dict) else error
        said = said or body.get("detail") or body.get("title")
    return " ".join(str(said or response.text or response.reason_phrase).split())[:SHOWN_CHARACTERS]


def _reason(error: httpx.TransportError) -> str:
    return str(error) or type(error).__name__
