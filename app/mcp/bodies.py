"""Results of the tools, in the form of the HTTP API where that has one."""

from __future__ import annotations

from pydantic import BaseModel, Field

from app.web.schemas.answers import DocumentBody
from app.web.schemas.passages import PassageBody
from vectorstore.types import Document


class SearchBody(BaseModel):
    """Passages near a text, best first. Near is not an answer."""

    passages: list[PassageBody]


class ExcerptBody(BaseModel):
    """A part of a source's text, and the part of it that was asked for."""

    document: DocumentBody
    version: str
    characters: int = Field(description="Length of the source's whole text.")
    start: int = Field(description="Where `text` begins in it, in Unicode code points.")
    end: int
    text: str
    quote: str | None = Field(description="What was asked for, without its context.")
    next_start: int | None = Field(description="Where to read on; null at the end.")

    @classmethod
    def of(
        cls, document: Document, start: int, end: int, quote: tuple[int, int] | None
    ) -> ExcerptBody:
        """Cut out of a document."""
        length = len(document.text)
        return cls(
            document=DocumentBody.of(document.id, document.metadata),
            version=document.version,
            characters=length,
            start=start,
            end=end,
            text=document.text[start:end],
            quote=document.text[slice(*quote)] if quote else None,
            next_start=end if end < length else None,
        )
