"""The fields of a question."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from app.questions import MAX_QUESTION_CHARACTERS
from app.types import Message
from app.web.schemas.text import Day, EncodableText
from vectorstore.types import Filters

MAX_FILTER_VALUES = 200
"""Enough for a picked set of documents; a whole collection needs no filter."""


class HistoryMessage(BaseModel):
    """One earlier turn, for callers that store the conversation themselves."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: EncodableText


DAYS_REVERSED = "published_from is later than published_to, so no day is left"


def days_reversed(since: date | None, until: date | None) -> bool:
    """Whether no day lies between the two."""
    return since is not None and until is not None and since > until


class FiltersBody(BaseModel):
    """Restricts what is searched; omitted fields do not restrict it."""

    model_config = ConfigDict(extra="forbid")

    document_ids: Annotated[list[EncodableText], Field(max_length=MAX_FILTER_VALUES)] = []
    publishers: Annotated[list[EncodableText], Field(max_length=MAX_FILTER_VALUES)] = []
    published_from: Day | None = None
    published_to: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if days_reversed(self.published_from, self.published_to):
            raise ValueError(DAYS_REVERSED)
        return self

    def to_filters(self) -> Filters:
        """The same, as the service takes it."""
        return Filters(
            document_ids=tuple(self.document_ids),
            publishers=tuple(self.publishers),
            published_from=self.published_from,
            published_to=self.published_to,
        )


class ChatRequest(BaseModel):
    """A question, alone or as part of a conversation."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "Why do health-care companies form partnerships?"},
                {
                    "question": "And what about retailers?",
                    "history": [
                        {"role": "user", "content": "Why do insurers form partnerships?"},
                        {"role": "assistant", "content": "To reach patients earlier."},
                    ],
                },
            ]
        },
    )

    question: str = Field(
        description="What to answer. Control characters are ignored; it needs a letter or digit.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION_CHARACTERS, "pattern": r"\w"},
    )
    conversation_id: EncodableText | None = Field(
        default=None,
        description="Continues a conversation, by the id that an earlier answer gave. Its stored "
        "turns are the history then, and `history` is not read.",
    )
    history: list[HistoryMessage] = Field(default=[], description="Earlier turns, oldest first.")
    filters: FiltersBody = FiltersBody()
    composer: EncodableText | None = Field(
        default=None, description="How to write the answer; null takes the default."
    )
    as_typed: StrictBool = Field(
        default=False,
        description="Ask exactly these words: correct no typing error, use no earlier turn. For "
        "questions that were understood otherwise, as `understood` of an answer says.",
    )

    def messages(self) -> tuple[Message, ...]:
        """`history` as the service takes it."""
        return tuple(Message(role=turn.role, content=turn.content) for turn in self.history)
