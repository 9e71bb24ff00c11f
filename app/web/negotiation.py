"""Reads the headers that say what a body is and what a client would like to get."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import Message

from app.languages.catalogue import ENGLISH, preferred

EVENT_STREAM = "text/event-stream"
JSON = "application/json"


def is_json(content_type: str | None) -> bool:
    """Whether a body declares itself to be JSON."""
    if content_type is None:
        return False
    header = Message()
    header["content-type"] = content_type
    kind = header.get_content_type()
    return kind == JSON or (kind.startswith("application/") and kind.endswith("+json"))


def prefers_event_stream(accept: str | None) -> bool:
    """Whether `Accept` ranks an event stream above JSON; of equals, the one named first."""
    if accept is None:
        return False
    best, chosen = 0.0, False
    for item in accept.split(","):
        media, _, parameters = item.partition(";")
        kind = media.strip().lower()
        quality = _quality(parameters)
        if kind in {EVENT_STREAM, JSON, "*/*", "application/*"} and quality > best:
            best, chosen = quality, kind == EVENT_STREAM
    return chosen


def reader_language(headers: Mapping[str, str]) -> str:
    """The language of the product's own words for a client with these headers."""
    return preferred(headers.get("accept-language")) or ENGLISH


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
