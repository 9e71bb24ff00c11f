"""Text and dates as JSON can carry them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator


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
