"""What a question becomes: claims, citations, notes, the answer, the events that lead up to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.llm.types import Usage
from vectorstore.types import DocumentId, Filters, Metadata


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: str
    """"user" or "assistant"."""
    content: str
    documents: tuple[DocumentId, ...] = ()
    """What an answer cites, best first: "that article" means one of them."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a door hands to the service."""

    text: str
    history: tuple[Message, ...] = ()
    filters: Filters = Filters()
    composer: str | None = None
    """Name of the composer to use; None takes the configured one."""
    language: str | None = None
    """Of the client ("de"): that of what the product itself says, where the question's own language
    is not sure."""
    as_typed: bool = False
    """To be asked in these words: no slip is mended, and nothing is taken from what went before."""


class AnswerStatus(StrEnum):
    """How much of the question the sources answer."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    ABSTAINED = "abstained"


class Verdict(StrEnum):
    """What verification said of one claim."""

    SUPPORTED = "supported"
    REPAIRED = "repaired"
    """The wording was replaced by the evidence's own."""
    UNSUPPORTED = "unsupported"
    """Never reaches a reader as a cited claim; where shown, its text says what it is."""
    CATALOG = "catalog"
    """What the catalog records of a document: title, author, date, length. Its citation opens the
    document; its metadata say where each value comes from."""
    COMPUTED = "computed"
    """Follows from cited values by the comparison or sum that it shows."""


class Form(StrEnum):
    """How a claim stands on a page."""

    SENTENCE = "sentence"
    ITEM = "item"
    """One of a list: on a line of its own."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A link from claims to one exact quote.

    `text[start:end] == quote` for the canonical text of that version.
    """

    n: int
    """Counts from 1 within an answer."""
    document_id: DocumentId
    version: str
    metadata: Metadata
    quote: str
    start: int
    end: int
    heading: tuple[str, ...] = ()
    page: int | None = None

    @property
    def permalink(self) -> str:
        """Path of the reading view, opened at the quote, in the version that was cited."""
        span = f"start={self.start}&end={self.end}"
        return f"/sources/{self.document_id}?version={self.version[:12]}&{span}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer and the numbers of the citations that support it."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict = Verdict.SUPPORTED
    form: Form = Form.SENTENCE
    heading: str = ""
    """What it is to be shown under, where claims are shown by headings: where it stands in its
    source, or the question that begins to be answered here, where a turn asks several."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a table; without citations it says only that nothing is said."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute of the things side by side."""

    label: str
    cells: tuple[Cell, ...]
    """One for each column of its table."""


@dataclass(frozen=True, slots=True)
class Table:
    """Things side by side."""

    columns: tuple[str, ...]
    """Names of the things; the column of labels has none."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """The answer in a word or two, where that is sure: a run of a cited quote."""

    text: str
    """As it stands in the source, or "Yes" or "No" for the whole quote."""
    citation: int
    start: int
    """Of the run, in the canonical text, as `Citation.start`."""
    end: int
    against: str = ""
    """What an older source says to the contrary, in words of our own; empty where none does."""
    against_citation: int | None = None
    """The number of that source's citation."""

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """Its words as they are shown one after another, each with the number it rests on."""
        first, _, rest = self.text.partition(" ")
        # It begins a line: "The end of February", but "iPhone" as it is.
        text = f"{first.capitalize()} {rest}".rstrip() if first.islower() else self.text
        if not self.against or self.against_citation is None:
            return ((text, self.citation),)
        return ((f"{text};", self.citation), (self.against, self.against_citation))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two sources that give different values for the same thing."""

    subject: str
    """What they differ on, in a few words ("status of the CVS-Aetna merger")."""
    citations: tuple[int, ...]
    """The newer source first."""


@dataclass(frozen=True, slots=True)
class SourceAge:
    """One cited source and its date; `published` is None where the source gives none."""

    title: str
    published: date | None
    precision: str = "day"


@dataclass(frozen=True, slots=True)
class Notes:
    """What a reader should know beside the claims."""

    newest: SourceAge | None = None
    oldest: SourceAge | None = None
    undated: int = 0
    """How many cited sources carry no date."""
    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A passage that came near without answering. Not a citation."""

    document_id: DocumentId
    version: str
    title: str
    published: date | None
    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a chat model had to do with an answer."""

    model: str
    """As people know it: "openai:NAME"."""
    prompts: str
    """The prompts by name with their fingerprints: "answer:9f2c… rules:…"."""
    usage: Usage = Usage()  # noqa: RUF009 - frozen

    def with_more(self, other: ModelUse | None) -> ModelUse:
        """This use and another one of the same model, as one."""
        if other is None:
            return self
        prompts = sorted({*self.prompts.split(), *other.prompts.split()})
        return ModelUse(self.model, " ".join(prompts), self.usage.with_more(other.usage))


@dataclass(frozen=True, slots=True)
class Receipt:
    """How an answer came about; enough to replay it and to compare two of them."""

    question: str
    condensed_query: str
    composer: str
    generation: str
    reader: str = ""
    """Fingerprint of what judged the sentences."""
    passages: tuple[Mapping[str, Any], ...] = ()
    """Of each retrieved passage: id, start, end, score, cosine, bm25."""
    answerability: float = 0.0
    """In [0, 1]: how surely the evidence answers; below the threshold the answer abstains."""
    verdicts: tuple[Mapping[str, Any], ...] = ()
    """Of each proposed claim: text, verdict, the checks that failed."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Of the proposed sentences: how many were shown, moved to other quotes, dropped …"""
    model: str | None = None
    prompt_fingerprint: str | None = None
    """Of every prompt used, by name."""
    usage: Usage | None = None
    problem: str | None = None
    """What kept the chat model's answer from being shown, or from being shown alone."""
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question. An abstention has neither claims nor citations."""

    id: str
    question: str
    status: AnswerStatus
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    notes: Notes
    near_misses: tuple[NearMiss, ...]
    composer: str
    receipt: Receipt
    created: datetime
    message: str | None = None
    """A sentence to the reader where there are no claims: what was searched, what is missing."""
    fallback: str | None = None
    """Tells the reader why the sources' own words are shown although a chat model was asked."""
    table: Table | None = None
    """What is compared, side by side; beside the claims, never without any."""
    kind: str = "question"
    """Of the turn (`app.turns.kinds.TurnKind`). What asks nothing of the sources ("courtesy",
    "help", "conversation", "request", "noise") is an abstention, with a message to show."""
    understood: str | None = None
    """The question as it was understood in its conversation, where that differs from what was
    typed."""
    lead: Lead | None = None
    """The answer in a word or two, where that is sure."""
    language: str = "en"
    """Of what the product itself says in it and around it; quotes are in their source's."""
    groups: tuple[str, ...] = ()
    """Whose documents could have a part in it, beside those of everybody: who is not in all of them
    may not read it. Never shown."""


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """What the service is doing: "condensing", "searching", "composing".

    Said again several times a second while a chat model is waited for, so that whoever reads the
    events can stop: doors show it once.
    """

    stage: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ClaimEvent:
    """A complete, verified sentence with its new citations. Nothing shown is ever taken back."""

    claim: Claim
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class NoteEvent:
    """Dates and disagreements."""

    notes: Notes


@dataclass(frozen=True, slots=True)
class AnswerDone:
    """The whole answer; always the last event of a stream that succeeded."""

    answer: Answer


AnswerEvent = StatusEvent | ClaimEvent | NoteEvent | AnswerDone
