"""Requests and responses of the API. A test compares them with the OpenAPI document.

Fields that a newer server adds are kept as they are; see pydantic's `model_extra`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class _Model(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class Turn(_Model):
    """One earlier message of a conversation that the caller keeps."""

    role: Literal["user", "assistant"]
    content: str


class Filters(_Model):
    """What may be searched; what is left out restricts nothing."""

    document_ids: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None


class Document(_Model):
    """Who says it."""

    id: str
    title: str
    authors: tuple[str, ...]
    publisher: str | None
    published: str | None
    """"2019-01-15", "2019-01" or "2019": as much as is known."""
    url: str | None
    place: str | None = None
    caution: str | None = None


class Citation(_Model):
    """A numbered link to one exact quote: `text[start:end] == quote` in the cited version."""

    n: int
    document: Document
    version: str
    quote: str
    start: int
    end: int
    heading: tuple[str, ...]
    page: int | None
    permalink: str
    """Path on the server that opens the source at the quote."""
    language: str | None = None
    """Of the quote ("fr"); None where it is not sure."""


class Claim(_Model):
    """One sentence of an answer and the numbers of the citations that support it."""

    text: str
    citations: tuple[int, ...]
    verdict: str
    form: str
    """"item" is one of a list, "sentence" anything else."""
    heading: str
    """What it is to be shown under; empty where nothing is."""


class Cell(_Model):
    """One place of a table; without citations it says only that nothing is said."""

    text: str
    citations: tuple[int, ...]


class Row(_Model):
    """One attribute of the things that are compared."""

    label: str
    cells: tuple[Cell, ...]


class Table(_Model):
    """Things side by side; the column of labels has no name."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Lead(_Model):
    """The answer in a word or two: a run of a cited quote, or "Yes" or "No" for one."""

    text: str
    citation: int
    start: int
    end: int
    against: str = ""
    """What an older source says to the contrary; empty where none does."""
    against_citation: int | None = None


class SourceAge(_Model):
    """A cited source and its date."""

    title: str
    published: str | None


class Disagreement(_Model):
    """Sources that differ, the newer first."""

    subject: str
    citations: tuple[int, ...]


class Notes(_Model):
    """Dates and disagreements of the cited sources."""

    newest: SourceAge | None
    oldest: SourceAge | None
    undated: int
    disagreements: tuple[Disagreement, ...]


class NearMissDocument(_Model):
    """Where a near miss stands."""

    id: str
    title: str
    published: str | None


class NearMiss(_Model):
    """A passage that came near without answering. Not a citation."""

    document: NearMissDocument
    version: str
    text: str
    start: int
    end: int
    score: float
    permalink: str
    language: str | None = None
    """Of the text; None where it is not sure."""


class Usage(_Model):
    """What the chat model took."""

    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None


class Receipt(_Model):
    """How an answer came about."""

    question: str
    condensed_query: str
    composer: str
    generation: str
    passages: tuple[Mapping[str, Any], ...]
    answerability: float
    verdicts: tuple[Mapping[str, Any], ...]
    counts: Mapping[str, int]
    model: str | None
    prompt_fingerprint: str | None
    usage: Usage | None
    problem: str | None
    timings_ms: Mapping[str, float]


class Answer(_Model):
    """A whole answer. An abstention has a message and near misses, but no claims or citations."""

    id: str
    conversation_id: str | None
    question: str
    status: str
    """"answered", "partial" or "abstained"."""
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    notes: Notes
    near_misses: tuple[NearMiss, ...]
    composer: str
    message: str | None
    fallback: str | None
    table: Table | None
    receipt: Receipt
    created: datetime
    kind: str = "question"
    """Of the turn; one that asks nothing of the sources ("courtesy", "help") has a message."""
    understood: str | None = None
    """The question as it was understood, where that differs from what was typed."""
    lead: Lead | None = None
    """The answer in a word or two, where that is sure."""
    language: str = "en"
    """Of `message`, `fallback` and what sources differ on; quotes are in their source's."""

    @property
    def text(self) -> str:
        """The sentences with their numbers; the message where there are none."""
        said = [
            " ".join(filter(None, [one.text, "".join(f"[{n}]" for n in one.citations)]))
            for one in self.claims
        ]
        return "\n".join(said) or (self.message or "")


class Status(_Model):
    """Of a stream: what the server is doing."""

    stage: str
    detail: str


class NewClaim(_Model):
    """Of a stream: a verified sentence and the citations that are new with it."""

    claim: Claim
    citations: tuple[Citation, ...]


class Source(Document):
    """A source without its text."""

    version: str
    language: str | None
    characters: int
    fidelity: float | None = None


class Span(_Model):
    """`text[start:end]` of a source's text."""

    start: int
    end: int


class Passage(_Model):
    """A passage that a search found: `text` is at `[start:end]` of the source's text."""

    document: Document
    version: str
    text: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    """Of the source's text, in reading order."""
    heading: tuple[str, ...]
    score: float
    """In [0, 1], relative to the other passages of the same search."""
    permalink: str


class PassageList(_Model):
    """Passages near a text, best first."""

    passages: tuple[Passage, ...]
    total: int
    next: str | None = None


class SourceList(_Model):
    """Sources that answers may cite."""

    sources: tuple[Source, ...]
    total: int
    matching: int = 0
    next: str | None = None


class SourceVersion(_Model):
    """One text that a source had."""

    version: str
    ingested: datetime
    is_current: bool


class SourceText(Source):
    """A source with the text that `citations[].start` and `end` index."""

    provenance: Mapping[str, str]
    changed_since: bool
    current_version: str | None
    versions: tuple[SourceVersion, ...]
    text: str
    blocks: tuple[Mapping[str, Any], ...]


class ConversationSummary(_Model):
    """A conversation without its answers."""

    id: str
    title: str
    created: datetime
    updated: datetime
    is_pinned: bool = False
    is_shared: bool = False


class Conversation(ConversationSummary):
    """A conversation with its answers, oldest first."""

    is_own: bool
    answers: tuple[Answer, ...]


class ConversationList(_Model):
    """The caller's conversations, the latest first."""

    conversations: tuple[ConversationSummary, ...]
    total: int = 0
    next: str | None = None


class Feedback(_Model):
    """Thumbs, with reasons and words for a thumbs-down."""

    rating: Literal["up", "down"]
    reasons: tuple[str, ...] = ()
    comment: str = ""


class GivenFeedback(_Model):
    """What the caller said of an answer; `rating` is None where nothing was said."""

    rating: Literal["up", "down"] | None = None
    reasons: tuple[str, ...] = ()
    comment: str = ""


class Questions(_Model):
    """Questions that can be asked."""

    questions: tuple[str, ...]


class Readiness(_Model):
    """Whether questions can be answered."""

    ready: bool
    detail: str
    generation: str | None
    documents: int
