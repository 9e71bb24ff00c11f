"""Types of evaluation: cases, datasets, records of answers, scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from app.types import Message


class Answerability(StrEnum):
    """Whether the sources of a dataset answer a question."""

    ANSWERABLE = "answerable"
    PARTIAL = "partial"
    UNANSWERABLE = "unanswerable"
    UNKNOWN = "unknown"
    """Not said by the dataset; refusal is not scored."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document of a dataset's corpus, to be ingested as a user's would be."""

    id: str
    """The dataset's own name of it; cases and qrels refer to it."""
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a source that support the answer."""

    source: str | None
    """Id of the source; None where the dataset does not say which."""
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is expected of its answer. What is empty is not scored."""

    id: str
    """Unique in its dataset."""
    question: str
    history: tuple[Message, ...] = ()
    """The conversation so far, oldest first."""
    facts: tuple[tuple[str, ...], ...] = ()
    """The answer must hold every fact, in one of its forms."""
    forbidden: tuple[str, ...] = ()
    """Texts that must not be in the answer."""
    references: tuple[str, ...] = ()
    """Answers that people gave; the best match counts."""
    evidence: tuple[Quote, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    """Judged sources: grade by id, above 0 is relevant (qrels)."""
    within: tuple[str, ...] = ()
    """The search is restricted to these sources: "with the gold passage given"."""
    items: tuple[tuple[str, ...], ...] = ()
    """What a list question must name, each in one of its forms."""
    key_points: tuple[str, ...] = ()
    """Statements that the answer should make in its own words; their words are looked for."""
    answerability: Answerability = Answerability.UNKNOWN
    tags: tuple[str, ...] = ()
    notes: str = ""
    """For the person who keeps the cases; never scored."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases over one corpus."""

    name: str
    cases: tuple[Case, ...]
    corpus: tuple[SourceText, ...] = ()
    """Empty where `files` are to be ingested instead."""
    files: tuple[str, ...] = ()
    """Paths to ingest as they are. Ids of their sources are file names."""


@dataclass(frozen=True, slots=True)
class SaidCitation:
    """A citation as a system gave it."""

    n: int
    source: str | None
    """The dataset's id of the cited document; None if it is not in the dataset."""
    quote: str
    start: int | None = None
    end: int | None = None
    is_exact: bool | None = None
    """Whether `quote` is in the source at `start:end`; None if the system gives no span."""


@dataclass(frozen=True, slots=True)
class SaidClaim:
    """One sentence of an answer, and the numbers of its citations."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that the system read, in its order, best first."""

    source: str | None
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class Said:
    """What a system under test said to one case."""

    status: str
    """"answered", "partial" or "abstained"."""
    claims: tuple[SaidClaim, ...] = ()
    citations: tuple[SaidCitation, ...] = ()
    passages: tuple[FoundPassage, ...] = ()
    message: str | None = None
    """What an abstention says."""
    answerability: float | None = None
    """In [0, 1], how surely the system thinks that the sources answer."""
    receipt: Mapping[str, Any] = field(default_factory=dict)
    """As the system gave it: models, fingerprints, timings, verdicts."""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    seconds: float | None = None
    """What the question itself took, where reading the answer took time of its own."""

    @property
    def text(self) -> str:
        """The sentences that were shown as the answer; "" for an abstention."""
        return " ".join(claim.text for claim in self.claims)

    @property
    def abstained(self) -> bool:
        """Whether the system refused to answer."""
        return self.status == "abstained"


@dataclass(frozen=True, slots=True)
class Record:
    """One case and what became of it; one line of a run."""

    case_id: str
    said: Said | None
    """None where the system gave no answer: every measure of the case then counts as worst."""
    error: str | None
    """What went wrong, in a sentence."""
    seconds: float
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge or a support checker says."""

    value: float | None
    """In [0, 1]; None is unscored: the verdict could not be read."""
    detail: str = ""


class SupportChecker(Protocol):
    """Tells how surely evidence says what a claim says. Empty evidence never supports."""

    def support(self, claim: str, evidence: tuple[str, ...]) -> float:
        """In [0, 1]; 0.5 and above counts as supported."""
        ...


Scores = Mapping[str, float | None]
"""Of one case: value in the measure's own scale by measure name; None where it does not apply."""
