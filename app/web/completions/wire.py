"""The format of OpenAI's chat completions, as far as it is supported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from app.types import Answer, Message
from app.web.completions.text import Mark, Span, Writer, without_frame
from app.web.schemas.answers import AnswerBody
from app.web.schemas.requests import FiltersBody
from app.web.schemas.text import EncodableText

DEFAULT_MODEL = "accord"
MODEL_PREFIX = "accord-"
"""Before the name of a composer."""
CHUNK = "chat.completion.chunk"
FINISHED, CUT = "stop", "length"
MAX_MESSAGES = 1_000


class TextPart(BaseModel):
    """A piece of a message that is text."""

    type: Literal["text"]
    text: EncodableText


class ChatMessage(BaseModel):
    """One message of the conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: EncodableText | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """Its words, whichever way they were sent."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """How a stream ends."""

    include_usage: StrictBool = False


class ResponseFormat(BaseModel):
    """What form the reply has: text, nothing else."""

    type: Literal["text"]


class AccordOptions(BaseModel):
    """Accord's own part of a request; OpenAI's clients send it as `extra_body`."""

    model_config = ConfigDict(extra="forbid")

    filters: FiltersBody = FiltersBody()
    frame: StrictBool = Field(
        default=True,
        description="Write notes, near misses and the list of sources into the text as well.",
    )


class CompletionRequest(BaseModel):
    """A conversation whose last message is the question. Unknown fields are ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "accord",
                    "messages": [{"role": "user", "content": "Why did the merger fail?"}],
                }
            ]
        }
    )

    model: EncodableText = Field(description="`accord`, or another of `GET /v1/models`.")
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=MAX_MESSAGES)]
    stream: StrictBool | None = False
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Whole sentences are left out above it; the first never is."
    )
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    n: Annotated[int, Field(ge=1, le=1)] | None = Field(
        default=1, description="The same question has the same answer, so there is one."
    )
    response_format: ResponseFormat | None = None
    tool_choice: Literal["none", "auto"] | None = Field(
        default=None, description="Tools are never called, so none can be demanded."
    )
    accord: AccordOptions = AccordOptions()

    @property
    def is_streamed(self) -> bool:
        """Whether the reply is to come piece by piece."""
        return bool(self.stream)

    @property
    def has_usage_chunk(self) -> bool:
        """Whether a stream ends with a chunk that counts tokens."""
        return self.stream_options is not None and self.stream_options.include_usage

    @property
    def limit(self) -> int | None:
        """Most tokens of the reply."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def instructions(self) -> list[str]:
        """The texts of system messages, in order."""
        return [one.text for one in self.messages if one.role in {"system", "developer"}]

    @property
    def prompt(self) -> str:
        """All that was sent, for counting."""
        return "\n".join(one.text for one in self.messages)

    def history(self) -> tuple[Message, ...]:
        """What was said before the question, as the service takes it."""
        return tuple(
            Message(one.role, without_frame(one.text) if one.role == "assistant" else one.text)
            for one in self.messages[:-1]
            if one.role in {"user", "assistant"} and one.text
        )


class UrlCitation(BaseModel):
    """Where a number in the text leads."""

    start_index: int = Field(description="Of the number in the text, in code points, from 0.")
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A number in the text, in OpenAI's form, and the quote behind it, in ours."""

    # OpenAI's own helper puts the pieces of a stream together by it, and fails without.
    index: int = Field(description="Its place in the list.")
    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation
    n: int = Field(description="The citation's number in `accord.citations`.")

    @classmethod
    def of(cls, index: int, mark: Mark, base_url: str) -> Annotation:
        """From the place of a number."""
        return cls(
            index=index,
            n=mark.citation.n,
            url_citation=UrlCitation(
                start_index=mark.start,
                end_index=mark.end,
                title=mark.citation.metadata.title,
                url=f"{base_url}{mark.citation.permalink}",
            ),
        )


class ClaimSpan(BaseModel):
    """`content[start:end]` is the text of `claims[claim]`; a claim that is not shown has none."""

    claim: int
    start: int
    end: int

    @classmethod
    def of(cls, span: Span) -> ClaimSpan:
        """From the record."""
        return cls(claim=span.claim, start=span.start, end=span.end)


class AccordBody(AnswerBody):
    """The whole answer as `POST /api/chat` gives it, and the places of its claims in the text."""

    spans: list[ClaimSpan]

    @classmethod
    def with_spans(
        cls, answer: Answer, conversation_id: str | None, spans: Iterable[Span]
    ) -> AccordBody:
        """From the service's record and what was written of it."""
        body = AnswerBody.of(answer, conversation_id)
        return cls(**dict(body), spans=[ClaimSpan.of(one) for one in spans])


class ReplyMessage(BaseModel):
    """What was answered."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one reply."""

    index: Literal[0] = 0
    message: ReplyMessage
    finish_reason: Literal["stop", "length"]
    logprobs: None = None


class CompletionUsageBody(BaseModel):
    """Tokens: as the chat model's provider reported them, else pieces of words counted here."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionBody(BaseModel):
    """A reply in OpenAI's form, with the whole answer in `accord`."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: CompletionUsageBody
    accord: AccordBody


class ModelBody(BaseModel):
    """A way to have answers written."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "accord"


class ModelListBody(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[ModelBody]


def annotations_of(writer: Writer, since: int = 0) -> list[Annotation]:
    """Of the numbers written, from the one at place `since` on."""
    marks = enumerate(writer.marks[since:], start=since)
    return [Annotation.of(index, mark, writer.base_url) for index, mark in marks]


def chunk(
    completion_id: str,
    created: int,
    model: str,
    *,
    delta: dict[str, Any],
    finish_reason: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One piece of a streamed reply."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
    return {
        "id": completion_id,
        "object": CHUNK,
        "created": created,
        "model": model,
        "choices": [choice],
        **more,
    }
