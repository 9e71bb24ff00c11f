"""Text and dates as JSON can carry them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator


def iso_date(published: date | None, precision: str) -> str | None:
    """As much of a date as is known: "2019-01-15", "2019-01" or "2019"."""
    if published is None:
        return None
    length = {"year": 4, "month": 7}.get(precision, 10)
    return published.isoformat()[:length]


def encodable(text: str) -> str:
    """JSON can spell lone surrogates, which no encoding and no database takes."""
    return text.encode("utf-8", "replace").decode()


EncodableText = Annotated[str, AfterValidator(encodable)]


def _written_day(value: object) -> object:
    """Pydantic takes numbers for seconds since 1970, so that "2019" would be a day in January."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError('write a day as "YYYY-MM-DD"')


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Day = Annotated[date, BeforeValidator(_written_day)]
"""A day of the calendar, as in "2019-01-15", and nothing that merely can be read as one."""


def event_stream(description: str) -> dict[str, object]:
    """Server-Sent Events, for `responses` of the OpenAPI document: what one event is."""
    field = {"type": "string"}
    return {
        "text/event-stream": {
            "itemSchema": {
                "type": "object",
                "description": description,
                "properties": {"event": field, "data": field},
            }
        }
    }
