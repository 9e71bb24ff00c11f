"""Ratings of answers, as JSON."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from app.conversations.records import MAX_COMMENT_CHARACTERS, Feedback, Rating, Reason
from app.web.schemas.text import EncodableText


def _readable(text: str) -> str:
    """A comment without what says nothing, and NUL, which PostgreSQL does not take."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cn", "Co"})
    return unicodedata.normalize("NFC", "".join(kept)).strip()


class FeedbackBody(BaseModel):
    """Thumbs, with reasons and words for a thumbs-down."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"rating": "up"},
                {"rating": "down", "reasons": ["outdated"], "comment": "That was before 2019."},
            ]
        },
    )

    rating: Rating
    reasons: Annotated[list[Reason], Field(max_length=len(Reason))] = []
    comment: Annotated[
        EncodableText, Field(max_length=MAX_COMMENT_CHARACTERS), AfterValidator(_readable)
    ] = ""

    @model_validator(mode="after")
    def _reasons_are_for_thumbs_down(self) -> Self:
        if self.reasons and self.rating is Rating.UP:
            raise ValueError("reasons say what is wrong, so they come with a thumbs-down only")
        return self

    def to_feedback(self) -> Feedback:
        """The same, as the store takes it; each reason once, in the order of the list."""
        return Feedback(
            self.rating, tuple(one for one in Reason if one in self.reasons), self.comment
        )


class GivenFeedbackBody(BaseModel):
    """This visitor's rating of an answer; `rating` is null if there is none."""

    rating: Rating | None = None
    reasons: list[Reason] = []
    comment: str = ""

    @classmethod
    def of(cls, given: Feedback | None) -> GivenFeedbackBody:
        """From the store's record."""
        if given is None:
            return cls()
        return cls(rating=given.rating, reasons=list(given.reasons), comment=given.comment)
