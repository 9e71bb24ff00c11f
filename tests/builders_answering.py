"""Evidence and readers by hand, for tests of the answering steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.answering.evidence.evidence import Evidence
from app.answering.text.terms import content_terms, keys
from app.answering.verification.verify import Failure, Support, verify
from app.reading.lexical import LexicalReader
from app.reading.protocol import PassageReading, ReadPassage
from app.types import Answer, Claim
from vectorstore.types import (
    Metadata,
    Passage,
    ScoredPassage,
    Sentence,
    SentenceKind,
    document_id,
    passage_id,
)

SUPPORT = LexicalReader().support
"""Counts words: enough where a test is about what becomes of a verdict."""


def failures_of(claim: Claim, answer: Answer, support: Support = SUPPORT) -> list[Failure]:
    """What a claim of an answer fails on, checked again against what it cites."""
    cited = [one for one in answer.citations if one.n in claim.citations]
    around = [each for one in cited for each in (one.metadata.title, *one.heading)]
    return verify(claim.text, [one.quote for one in cited], support, around=around)


def failures_in(
    claim: Mapping[str, Any], answer: Mapping[str, Any], support: Support = SUPPORT
) -> list[Failure]:
    """The same for an answer as the web's door sends it."""
    cited = [one for one in answer["citations"] if one["n"] in claim["citations"]]
    around = [each for one in cited for each in (one["document"]["title"], *one["heading"])]
    return verify(claim["text"], [one["quote"] for one in cited], support, around=around)


def make_evidence(
    text: str,
    *,
    uri: str = "/notes/alpha.md",
    ordinal: int = 0,
    start: int | None = None,
    passage_ordinal: int | None = None,
    relevance: float = 1.0,
    answers: float = 1.0,
    part: int = 0,
    published: date | None = date(2019, 1, 15),
    paragraph: int = 0,
    missing: frozenset[str] = frozenset(),
    kind: SentenceKind = SentenceKind.PROSE,
) -> Evidence:
    name = document_id(uri)
    start = 1000 * ordinal if start is None else start
    end = start + len(text)
    number = ordinal if passage_ordinal is None else passage_ordinal
    return Evidence(
        document_id=name,
        version="f" * 64,
        metadata=Metadata(uri.rsplit("/", 1)[-1], published=published),
        sentence=Sentence(ordinal, start, end, kind=kind, paragraph=paragraph),
        text=text,
        passage=ScoredPassage(
            Passage(
                passage_id(name, "f" * 64, number),
                name,
                "f" * 64,
                number,
                start,
                end,
                ("Part",),
                ordinal,
                ordinal,
            ),
            text,
            score=1.0,
            cosine=0.5,
            bm25=1.0,
        ),
        relevance=relevance,
        answers=answers,
        keys=keys(content_terms(text)),
        missing=missing,
        part=part,
    )


@dataclass
class ScriptedReader:
    """Implements `Reader`: chances as listed, by text; 0 for what is not listed."""

    sentences: Mapping[str, float] = field(default_factory=dict)
    supported: Mapping[str, float] = field(default_factory=dict)
    """By claim."""
    dependent: Sequence[str] = ()
    """Turns that are not understood alone."""
    fingerprint: str = "scripted"
    asked: list[str] = field(default_factory=list)
    """Questions that were read."""

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[PassageReading]:
        self.asked.append(question)
        found = []
        for passage in passages:
            chances = tuple(self.sentences.get(text, 0.0) for text in passage.sentences)
            found.append(PassageReading(max(chances, default=0.0), chances))
        return found

    def support(self, claim: str, evidence: Sequence[str], /, *, title: str = "") -> float:
        return self.supported.get(claim, 0.0)

    def depends(self, turn: str, history: Sequence[str]) -> float:
        return float(turn in self.dependent)

    def knows(self, word: str) -> bool:
        return True

    def conflict(self, first: str, second: str, about: str = "", least: float = 0.0) -> float:
        return 0.0
