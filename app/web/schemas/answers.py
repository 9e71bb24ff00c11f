"""An answer, its citations and its receipt as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from app.languages.identify import language_of
from app.llm.types import Usage
from app.turns.kinds import TurnKind
from app.types import (
    Answer,
    AnswerStatus,
    Citation,
    Claim,
    Disagreement,
    Form,
    Lead,
    NearMiss,
    Notes,
    Receipt,
    SourceAge,
    Table,
    Verdict,
)
from app.web.schemas.text import iso_date
from vectorstore.types import Metadata


class DocumentBody(BaseModel):
    """The cited document."""

    id: str
    title: str
    authors: list[str]
    publisher: str | None
    published: str | None = Field(
        description='"2019-01-15", "2019-01" or "2019": as much as is known.'
    )
    url: str | None
    place: str | None = Field(
        default=None,
        description="The end of its path or address, where another source has the same title.",
    )
    caution: str | None = Field(
        default=None, description="A sentence for the reader where too little of it could be read."
    )

    @classmethod
    def of(cls, document_id: str, metadata: Metadata) -> DocumentBody:
        """From a document's id and metadata."""
        return cls(
            id=document_id,
            title=metadata.title,
            authors=list(metadata.authors),
            publisher=metadata.publisher,
            published=iso_date(metadata.published, metadata.published_precision),
            url=metadata.url,
            place=metadata.place,
            caution=metadata.caution,
        )


class CitationBody(BaseModel):
    """A numbered link to one exact quote: `text[start:end] == quote` in the cited version."""

    n: int
    document: DocumentBody
    version: str
    quote: str
    start: int = Field(description="In Unicode code points, from 0.")
    end: int
    heading: list[str]
    page: int | None
    permalink: str
    language: str | None = Field(
        default=None, description='Of the quote ("fr"); null where it is not sure.'
    )

    @classmethod
    def of(cls, citation: Citation) -> CitationBody:
        """From the service's record."""
        return cls(
            n=citation.n,
            document=DocumentBody.of(citation.document_id, citation.metadata),
            version=citation.version,
            quote=citation.quote,
            start=citation.start,
            end=citation.end,
            heading=list(citation.heading),
            page=citation.page,
            permalink=citation.permalink,
            language=language_of(citation.quote),
        )


class ClaimBody(BaseModel):
    """One sentence of the answer and the numbers of the citations that support it."""

    text: str
    citations: list[int]
    verdict: Verdict
    form: Form = Field(description='"item": one of a list, on a line of its own.')
    heading: str = Field(description="What it is to be shown under; empty where nothing is.")

    @classmethod
    def of(cls, claim: Claim) -> ClaimBody:
        """From the service's record."""
        return cls(
            text=claim.text,
            citations=list(claim.citations),
            verdict=claim.verdict,
            form=claim.form,
            heading=claim.heading,
        )


class CellBody(BaseModel):
    """One cell of a table; without citations, the sources give no value."""

    text: str
    citations: list[int]


class RowBody(BaseModel):
    """One attribute of the things that are compared."""

    label: str
    cells: list[CellBody] = Field(description="One for each column.")


class TableBody(BaseModel):
    """A comparison."""

    columns: list[str] = Field(description="Names of the things; the column of labels has none.")
    rows: list[RowBody]

    @classmethod
    def of(cls, table: Table | None) -> TableBody | None:
        """From the service's record."""
        if table is None:
            return None
        rows = [
            RowBody(
                label=row.label,
                cells=[CellBody(text=c.text, citations=list(c.citations)) for c in row.cells],
            )
            for row in table.rows
        ]
        return cls(columns=list(table.columns), rows=rows)


class LeadBody(BaseModel):
    """The short answer: a part of a cited quote, or "Yes" or "No" with a quote."""

    text: str
    citation: int = Field(description="The number of the citation that supports it.")
    start: int = Field(description="In the text of the cited document, as the citation's own.")
    end: int
    against: str = Field("", description="What an older source says to the contrary, if one does.")
    against_citation: int | None = Field(None, description="The number of that source's citation.")

    @classmethod
    def of(cls, lead: Lead | None) -> LeadBody | None:
        """From the service's record."""
        if lead is None:
            return None
        return cls(
            text=lead.text,
            citation=lead.citation,
            start=lead.start,
            end=lead.end,
            against=lead.against,
            against_citation=lead.against_citation,
        )


class SourceAgeBody(BaseModel):
    """A cited source and its date."""

    title: str
    published: str | None

    @classmethod
    def of(cls, age: SourceAge | None) -> SourceAgeBody | None:
        """From the service's record."""
        if age is None:
            return None
        return cls(title=age.title, published=iso_date(age.published, age.precision))


class DisagreementBody(BaseModel):
    """Sources that differ, the newer first."""

    subject: str
    citations: list[int]

    @classmethod
    def of(cls, disagreement: Disagreement) -> DisagreementBody:
        """From the service's record."""
        return cls(subject=disagreement.subject, citations=list(disagreement.citations))


class NotesBody(BaseModel):
    """Dates and disagreements of the cited sources."""

    newest: SourceAgeBody | None
    oldest: SourceAgeBody | None
    undated: int
    disagreements: list[DisagreementBody]

    @classmethod
    def of(cls, notes: Notes) -> NotesBody:
        """From the service's record."""
        return cls(
            newest=SourceAgeBody.of(notes.newest),
            oldest=SourceAgeBody.of(notes.oldest),
            undated=notes.undated,
            disagreements=[DisagreementBody.of(one) for one in notes.disagreements],
        )


class NearMissDocumentBody(BaseModel):
    """The document of a near miss."""

    id: str
    title: str
    published: str | None


class NearMissBody(BaseModel):
    """A passage that came near without answering. Not a citation."""

    document: NearMissDocumentBody
    version: str
    text: str
    start: int
    end: int
    score: float
    language: str | None = None
    permalink: str

    @classmethod
    def of(cls, miss: NearMiss) -> NearMissBody:
        """From the service's record."""
        return cls(
            document=NearMissDocumentBody(
                id=miss.document_id, title=miss.title, published=iso_date(miss.published, "day")
            ),
            version=miss.version,
            text=miss.text,
            start=miss.start,
            end=miss.end,
            score=miss.score,
            permalink=f"/sources/{miss.document_id}?version={miss.version[:12]}"
            f"&start={miss.start}&end={miss.end}",
            language=language_of(miss.text),
        )


class UsageBody(BaseModel):
    """Tokens and cost of the chat model; null if provider or settings do not state them."""

    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None

    @classmethod
    def of(cls, usage: Usage | None) -> UsageBody | None:
        """From the service's record."""
        if usage is None:
            return None
        return cls(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=usage.cost_usd,
        )


def _told(verdict: Mapping[str, Any]) -> Mapping[str, Any]:
    """A verdict without the text of a rejected sentence, which is stored but not sent."""
    if not verdict.get("dropped") and verdict["verdict"] != Verdict.REPAIRED:
        return verdict
    checks = [str(failure).partition(":")[0] for failure in verdict["failures"]]
    return {**{k: v for k, v in verdict.items() if k != "text"}, "failures": checks}


class ReceiptBody(BaseModel):
    """How the answer was made. It holds no sentence that is not shown."""

    question: str
    condensed_query: str
    composer: str
    generation: str
    passages: list[Mapping[str, Any]]
    answerability: float
    verdicts: list[Mapping[str, Any]] = Field(
        description="Of each proposed sentence. Of one that is not shown, only what it failed on: "
        "its words are kept with the answer, but not sent."
    )
    counts: Mapping[str, int] = Field(
        description="Of the proposed sentences: how many were shown, moved, repaired, dropped …"
    )
    model: str | None
    prompt_fingerprint: str | None
    usage: UsageBody | None
    problem: str | None = Field(
        description="What kept the chat model's answer from being shown, or from being shown alone."
    )
    timings_ms: Mapping[str, float]

    @classmethod
    def of(cls, receipt: Receipt) -> ReceiptBody:
        """From the service's record."""
        return cls(
            question=receipt.question,
            condensed_query=receipt.condensed_query,
            composer=receipt.composer,
            generation=receipt.generation,
            passages=list(receipt.passages),
            answerability=receipt.answerability,
            verdicts=[_told(verdict) for verdict in receipt.verdicts],
            counts=receipt.counts,
            model=receipt.model,
            prompt_fingerprint=receipt.prompt_fingerprint,
            usage=UsageBody.of(receipt.usage),
            problem=receipt.problem,
            timings_ms=receipt.timings_ms,
        )


class AnswerBody(BaseModel):
    """A whole answer. An abstention has a message and near misses, but no claims or citations."""

    id: str
    conversation_id: str | None
    question: str
    status: AnswerStatus
    claims: list[ClaimBody]
    citations: list[CitationBody]
    notes: NotesBody
    near_misses: list[NearMissBody]
    composer: str
    message: str | None
    fallback: str | None = Field(
        description="Tells the reader why the sources' own words are shown although a chat model "
        "was asked."
    )
    table: TableBody | None = Field(description="What is compared, side by side.")
    receipt: ReceiptBody
    created: datetime
    kind: TurnKind = Field(
        default=TurnKind.QUESTION,
        description="What kind of turn it was. One that asks nothing of the sources (courtesy, "
        "help, conversation, request, noise) has the status of an abstention, and its message is "
        "the whole reply; nothing was left unanswered.",
    )
    understood: str | None = Field(
        default=None,
        description="The question as it was understood in its conversation, where that differs "
        "from what was typed.",
    )
    lead: LeadBody | None = Field(
        default=None, description="The answer in a word or two, where that is sure."
    )
    language: str = Field(
        default="en",
        description='Of `message`, `fallback` and the subjects of disagreements ("de"). Quotes are '
        "in their source's.",
    )

    @classmethod
    def of(cls, answer: Answer, conversation_id: str | None) -> AnswerBody:
        """From the service's record; `conversation_id` is that of the stored answer."""
        return cls(
            id=answer.id,
            conversation_id=conversation_id,
            question=answer.question,
            status=answer.status,
            claims=[ClaimBody.of(claim) for claim in answer.claims],
            citations=[CitationBody.of(citation) for citation in answer.citations],
            notes=NotesBody.of(answer.notes),
            near_misses=[NearMissBody.of(miss) for miss in answer.near_misses],
            composer=answer.composer,
            message=answer.message,
            fallback=answer.fallback,
            table=TableBody.of(answer.table),
            receipt=ReceiptBody.of(answer.receipt),
            created=answer.created,
            kind=TurnKind(answer.kind),
            understood=answer.understood,
            lead=LeadBody.of(answer.lead),
            language=answer.language,
        )
