"""Building of requests and parsing of responses, the same for both clients."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from app.client.errors import AccordError, BrokenStreamError, ProblemError, UnreachableError
from app.client.models import Answer, Feedback, Filters, NewClaim, Notes, Status, Turn

DEFAULT_TIMEOUT_S = 60.0
"""Longer than a server lets an answer take."""
DEFAULT_PASSAGES = 10
EVENT_STREAM = "text/event-stream"
SHOWN_CHARACTERS = 200

ANSWER = "/api/answers/{}"
FEEDBACK = "/api/answers/{}/feedback"
FOLLOW_UPS = "/api/answers/{}/follow-ups"
CONVERSATION = "/api/conversations/{}"
SOURCE = "/api/sources/{}"

Event = Status | NewClaim | Notes | Answer
"""What a stream yields; the answer is the last."""
M = TypeVar("M", bound=BaseModel)
_EVENTS: dict[str, type[Status | NewClaim | Notes | Answer]] = {
    "status": Status,
    "claim": NewClaim,
    "note": Notes,
    "answer": Answer,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    also_read: tuple[int, ...] = ()
    """Statuses whose body is read although they stand for an error."""


def options(
    base_url: str, *, token: str | None, timeout_s: float, headers: Mapping[str, str] | None
) -> dict[str, Any]:
    """Arguments for httpx's clients.

    Raises:
        ValueError: If `base_url` is no address.
    """
    if not base_url.startswith(("http://", "https://")):
        raise ValueError(f"{base_url!r} is not an address: it begins with http:// or https://.")
    sent = dict(headers or {})
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    try:
        httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise ValueError(f"{base_url!r} is not an address: {error}.") from error
    return {"base_url": base_url.rstrip("/"), "headers": sent, "timeout": timeout_s}


def chat(
    question: str,
    history: Sequence[Turn | Mapping[str, str]],
    conversation_id: str | None,
    filters: Filters | None,
    composer: str | None,
    as_typed: bool,
    idempotency_key: str | None,
) -> Call:
    """Ask."""
    body: dict[str, Any] = {"question": question}
    if history:
        turns = [Turn.model_validate(one) for one in history]
        body["history"] = [one.model_dump(mode="json") for one in turns]
    if conversation_id is not None:
        body["conversation_id"] = conversation_id
    if filters is not None:
        body["filters"] = filters.model_dump(mode="json")
    if composer is not None:
        body["composer"] = composer
    if as_typed:
        body["as_typed"] = True
    return Call("POST", "/api/chat", json=body, headers=_keyed(idempotency_key))


def search(query: str, filters: Filters | None, limit: int) -> Call:
    """Search."""
    body: dict[str, Any] = {"query": query, "limit": limit}
    if filters is not None:
        body["filters"] = filters.model_dump(mode="json")
    return Call("POST", "/api/search", json=body)


def sources(
    words: str | None, publisher: str | None, first: date | None, last: date | None
) -> Call:
    """List sources."""
    given = {
        "q": words,
        "publisher": publisher,
        "published_from": first and first.isoformat(),
        "published_to": last and last.isoformat(),
    }
    return Call("GET", "/api/sources", {name: one for name, one in given.items() if one})


def source(source_id: str, version: str | None) -> Call:
    """Read a source."""
    call = at("GET", SOURCE, source_id)
    return replace(call, params={"version": version}) if version else call


def feedback(
    answer_id: str,
    rating: str,
    reasons: Sequence[str],
    comment: str,
    idempotency_key: str | None,
) -> Call:
    """Rate an answer."""
    given = Feedback.model_validate(
        {"rating": rating, "reasons": tuple(reasons), "comment": comment}
    )
    return replace(
        at("POST", FEEDBACK, answer_id),
        json=given.model_dump(mode="json"),
        headers=_keyed(idempotency_key),
    )


def _keyed(idempotency_key: str | None) -> dict[str, str]:
    return {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}


def of(model: type[M], response: httpx.Response, call: Call) -> M:
    """The body of a response that was read.

    Raises:
        ProblemError: If the server refused or failed.
        AccordError: If what it sent is nothing of Accord's.
    """
    check(response, call)
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        raise AccordError(
            f"{call.method} {call.path} gave something that is not Accord's: {error}"
        ) from error


def check(response: httpx.Response, call: Call) -> None:
    """Raise where a response that was read is an error.

    Raises:
        ProblemError: If the server refused or failed.
    """
    if response.is_success or response.status_code in call.also_read:
        return
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        body = {"detail": " ".join(response.text.split())[:SHOWN_CHARACTERS]}
    raise ProblemError(
        response.status_code, body, retry_after_s=retry_after(response.headers.get("Retry-After"))
    )


@contextmanager
def reached(base_url: httpx.URL) -> Iterator[None]:
    """Failures of the connection as ours."""
    try:
        yield
    except httpx.TransportError as error:
        reason = str(error) or type(error).__name__
        raise UnreachableError(f"{base_url} did not answer: {reason}.") from error


class EventReader:
    """Lines of a stream become events."""

    def __init__(self) -> None:
        self._name, self._data = "", list[str]()
        self.is_done = False

    def feed(self, line: str) -> Iterable[Event]:
        """The event that ends with this line, if one does.

        Raises:
            ProblemError: If the server says that it failed.
        """
        if line:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                self._name = value
            elif name == "data":
                self._data.append(value)
            return ()
        name, data = self._name, "\n".join(self._data)
        self._name, self._data = "", []
        if name == "error":
            body = json.loads(data)
            raise ProblemError(int(body["status"]), body)
        model = _EVENTS.get(name)
        if model is None or not data:
            return ()  # a newer server may tell more
        self.is_done = model is Answer
        return (model.model_validate_json(data),)

    def end(self) -> None:
        """To be called when no more lines come.

        Raises:
            BrokenStreamError: If the answer has not come.
        """
        if not self.is_done:
            raise BrokenStreamError("The stream broke off before its answer was whole.")


def retry_after(header: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds to wait, from a `Retry-After` that is a number or a date; None if it is neither."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


READY = Call("GET", "/readyz", also_read=(503,))
STARTERS = Call("GET", "/api/starters")
CONVERSATIONS = Call("GET", "/api/conversations")


def at(method: str, path: str, *ids: str) -> Call:
    """A call whose path has ids in the places of `{}`."""
    return Call(method, path.format(*(quote(one, safe="") for one in ids)))
