"""A chat service with prepared sources and replies, for tests of the doors."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from app.errors import UnknownComposerError
from app.protocols import FoundPassage, Readiness, SourceSummary, SourceVersion
from app.settings import Settings
from app.types import (
    Answer,
    AnswerDone,
    AnswerEvent,
    AnswerStatus,
    Citation,
    Claim,
    ClaimEvent,
    Disagreement,
    NearMiss,
    NoteEvent,
    Notes,
    Question,
    Receipt,
    SourceAge,
    StatusEvent,
)
from vectorstore.types import Audience, Document, Filters, Metadata, Sentence, document_id

HELD_STEP_S = 0.01
CREATED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

REPORT = """# Pharmacies as clinics

A regional insurer bought a chain of pharmacies in January. The price was $70 billion.

## What it wants

- Patients are seen nearer to home.
- Data from both sides are read together 🙂 by one team.

| Year | Clinics |
| --- | --- |
| 2018 | 1,100 |

Nobody knows yet whether it pays."""

INTERVIEW = "An undated interview.\n\nThe purchase is still under way, says the interviewer."


def make_document(name: str = "report", text: str = REPORT, **metadata: Any) -> Document:
    fields: dict[str, Any] = {
        "title": "Pharmacies as clinics",
        "authors": ("A. Writer", "B. Writer"),
        "publisher": "Example Review",
        "published": date(2019, 1, 15),
        "url": "https://example.org/pharmacies",
        "provenance": {"title": "front matter", "published": "front matter"},
    }
    uri = f"file:///corpus/{name}.md"
    return Document(
        id=document_id(uri),
        uri=uri,
        version=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        metadata=Metadata(**{**fields, **metadata}),
    )


def make_citation(document: Document, quote: str, *, n: int = 1, **overrides: Any) -> Citation:
    start = document.text.index(quote)
    citation = Citation(
        n=n,
        document_id=document.id,
        version=document.version,
        metadata=document.metadata,
        quote=quote,
        start=start,
        end=start + len(quote),
    )
    return replace(citation, **overrides)


def make_receipt(question: str, *documents: Document, **overrides: Any) -> Receipt:
    receipt = Receipt(
        question=question,
        condensed_query=question,
        composer="extractive",
        generation="gen-1",
        passages=tuple(
            {"id": f"{one.id}:{one.version[:12]}:00000", "score": 1.0, "cosine": 0.8, "bm25": 4.2}
            for one in documents
        ),
        answerability=0.9,
        timings_ms={"total": 12.5},
    )
    return replace(receipt, **overrides)


def make_answer(question: str = "What was bought?", **overrides: Any) -> Answer:
    report, interview = (
        make_document(),
        make_document(
            "interview",
            INTERVIEW,
            title="An interview",
            published=None,
            authors=(),
            publisher=None,
            url=None,
        ),
    )
    quotes = (
        "A regional insurer bought a chain of pharmacies in January.",
        "The price was $70 billion.",
    )
    citations = (
        *(
            make_citation(report, quote, n=n, heading=("Pharmacies as clinics",))
            for n, quote in enumerate(quotes, start=1)
        ),
        make_citation(interview, "The purchase is still under way, says the interviewer.", n=3),
    )
    answer = Answer(
        id="from-the-service",
        question=question,
        status=AnswerStatus.ANSWERED,
        claims=tuple(Claim(one.quote, (one.n,)) for one in citations),
        citations=citations,
        notes=Notes(
            newest=SourceAge(report.metadata.title, report.metadata.published),
            oldest=SourceAge(report.metadata.title, report.metadata.published),
            undated=1,
            disagreements=(Disagreement("status of the purchase", (1, 3)),),
        ),
        near_misses=(),
        composer="extractive",
        receipt=make_receipt(question, report, interview),
        created=CREATED,
    )
    return replace(answer, **overrides)


def make_abstention(question: str = "What is the moon made of?") -> Answer:
    report = make_document()
    text = "Nobody knows yet whether it pays."
    start = report.text.index(text)
    return make_answer(
        question,
        status=AnswerStatus.ABSTAINED,
        claims=(),
        citations=(),
        notes=Notes(),
        near_misses=(
            NearMiss(
                document_id=report.id,
                version=report.version,
                title=report.metadata.title,
                published=report.metadata.published,
                text=text,
                start=start,
                end=start + len(text),
                score=0.31,
            ),
        ),
        receipt=make_receipt(question, report, answerability=0.1),
        message="The sources do not say. 2 sources were searched; the newest is of 15 Jan 2019.",
    )


@dataclass
class FakeChatService:
    """Answers from a script; `held` makes it wait after a claim until the test lets it go on."""

    documents: list[Document] = field(
        default_factory=lambda: [
            make_document(),
            make_document(
                "interview",
                INTERVIEW,
                title="An interview",
                published=None,
                authors=(),
                publisher=None,
                url=None,
            ),
        ]
    )
    old_versions: list[Document] = field(default_factory=list)
    spans: dict[str, tuple[Sentence, ...]] = field(default_factory=dict)
    replies: dict[str, Answer] = field(default_factory=dict)
    error: Exception | None = None
    late_error: Exception | None = None
    readiness: Readiness = Readiness(ok=True, detail="Ready.", generation="gen-1", documents=2)
    questions: list[Question] = field(default_factory=list)
    searched: list[Filters] = field(default_factory=list)
    held: bool = False
    opened: int = 0
    closed: int = 0
    reached: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    pause: threading.Event = field(default_factory=threading.Event)
    counting: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, question: Question) -> Answer:
        *_, last = self.stream(question)
        assert isinstance(last, AnswerDone)
        return last.answer

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        with self._counted():
            self.questions.append(question)
            if self.error is not None:
                raise self.error
            if question.composer not in {None, "extractive"}:
                raise UnknownComposerError(str(question.composer), ["extractive"])
            yield StatusEvent("searching", "2 sources")
            answer = replace(
                self.replies.get(question.text) or make_answer(question.text),
                question=question.text,
            )
            for claim in answer.claims:
                citations = tuple(one for one in answer.citations if one.n in claim.citations)
                yield ClaimEvent(claim, citations)
                if self.is_held():
                    self.reached.release()
                    while self.is_held():
                        self.pause.wait(HELD_STEP_S)
                        yield StatusEvent("composing")
            if self.late_error is not None:
                raise self.late_error
            if answer.claims:
                yield NoteEvent(answer.notes)
            yield AnswerDone(answer)

    def is_held(self) -> bool:
        return self.held

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self.counting:
            self.opened += 1
        try:
            yield
        finally:
            with self.counting:
                self.closed += 1

    def seen_by(self, audience: Audience) -> Self:
        """All of it is for everybody."""
        return self

    def hides(self, document_ids: Collection[str], groups: Collection[str] = ()) -> bool:
        return False

    def search(self, text: str, filters: Filters, *, limit: int) -> Sequence[FoundPassage]:
        """Every paragraph that has a word of the text."""
        if self.error is not None:
            raise self.error
        self.searched.append(filters)
        words = text.casefold().split()
        found = []
        for one in self.documents:
            for part in one.text.split("\n\n"):
                if any(word in part.casefold() for word in words):
                    start = one.text.index(part)
                    place = (start, start + len(part))
                    sentences = tuple(
                        (start + each.start(), start + each.end())
                        for each in re.finditer(r"\S[^.]*\.", part)
                    )
                    passage = FoundPassage(
                        *(one.id, one.version, one.metadata, part, *place),
                        heading=(),
                        score=0.5,
                        sentences=sentences,
                    )
                    found.append(passage)
        return found[:limit]

    def sources(self) -> Sequence[SourceSummary]:
        return [
            SourceSummary(one.id, one.version, one.metadata, len(one.text))
            for one in self.documents
        ]

    def document(self, document_id: str, version: str | None = None) -> Document | None:
        candidates = self.documents if version is None else [*self.documents, *self.old_versions]
        for one in candidates:
            if one.id == document_id and (version is None or one.version.startswith(version)):
                return one
        return None

    def sentences(self, document_id: str, version: str | None = None) -> list[Sentence]:
        return list(self.spans.get(document_id, ()))

    def versions(self, document_id: str) -> list[SourceVersion]:
        known = [*self.documents, *self.old_versions]
        return [
            SourceVersion(one.version, CREATED, one in self.documents)
            for one in known
            if one.id == document_id
        ]

    def ready(self) -> Readiness:
        return self.readiness


def make_settings(folder: Path, **overrides: Any) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **overrides)
