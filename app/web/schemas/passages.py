"""Passages that a search found, as JSON."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.protocols import FoundPassage
from app.web.schemas.answers import DocumentBody


class SpanBody(BaseModel):
    """`text[start:end]`."""

    start: int
    end: int


class PassageBody(BaseModel):
    """A passage: `text` is `[start:end]` of the source's text."""

    document: DocumentBody
    version: str
    text: str
    start: int = Field(description="In Unicode code points, from 0.")
    end: int
    sentences: list[SpanBody] = Field(
        description="The sentences of the passage, as spans of the source's text, in reading order."
    )
    heading: list[str]
    score: float = Field(description="In [0, 1], relative to the other passages.")
    permalink: str = Field(description="Opens the source's page at the passage.")

    @classmethod
    def of(cls, found: FoundPassage) -> PassageBody:
        """From the service's record."""
        return cls(
            document=DocumentBody.of(found.document_id, found.metadata),
            version=found.version,
            text=found.text,
            start=found.start,
            end=found.end,
            sentences=[SpanBody(start=start, end=end) for start, end in found.sentences],
            heading=list(found.heading),
            score=found.score,
            permalink=f"/sources/{found.document_id}?version={found.version[:12]}"
            f"&start={found.start}&end={found.end}",
        )
