"""The records that all layers share: documents, sentences, passages, queries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]
"""Shape (rows, dimension), float32."""

FloatVector = NDArray[np.float32]
"""Shape (dimension,), float32."""

DocumentId = str
PassageId = str


class SentenceKind(StrEnum):
    """What a span of the canonical text is for a reader."""

    PROSE = "prose"
    LIST_ITEM = "list_item"
    HEADING = "heading"
    TABLE = "table"
    CAPTION = "caption"
    REFERENCE = "reference"
    """A bibliography entry, end note or legal note: kept, but no support for a claim."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document. An unknown value is None, never a guess.

    `provenance` says, for each field that is known, where it came from ("front matter",
    "html meta", "pdf info", "sources.toml", "inferred from the text: …", "file name").
    """

    title: str
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: date | None = None
    published_precision: str = "day"
    """"day", "month" or "year": how much of `published` is known."""
    url: str | None = None
    language: str | None = None
    fidelity: float | None = None
    """Share of the words that the source shows which stand in the text, in order; None where that
    was not or cannot be told."""
    place: str | None = None
    """Tells it from other documents of the same title: the end of its path or address. Found when
    it is read, not stored; None where its title is the only one."""
    groups: tuple[str, ...] | None = None
    """Who may see it, as the file itself says; None where it says nothing, empty where everybody
    may. What holds is in the catalog (`vectorstore.groups`)."""
    provenance: Mapping[str, str] = field(default_factory=dict)

    @property
    def caution(self) -> str | None:
        """A sentence to whoever reads what is cited; None where there is nothing to say."""
        if self.fidelity is None or self.fidelity >= LOW_FIDELITY:
            return None
        return f"Only {self.fidelity:.0%} of the words of this source could be read; compare it."


LOW_FIDELITY = 0.8
"""Below this share of its words a document is flagged."""


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one source after cleaning. All spans index `text`, the canonical text."""

    id: DocumentId
    """Derived from `uri` alone (see `document_id`), so it stays when the text changes."""
    uri: str
    """Canonical path or URL."""
    version: str
    """SHA-256 (hex) of the canonical text."""
    text: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, list item, heading or table row.

    Its text is `document.text[start:end]`, without outer white space.
    """

    ordinal: int
    """Position in the document, from 0, in reading order."""
    start: int
    end: int
    kind: SentenceKind = SentenceKind.PROSE
    heading: tuple[str, ...] = ()
    """Headings above it, outermost first."""
    repeats: bool = False
    """A pull quote that repeats a sentence which stands elsewhere in the document."""
    foreign: bool = False
    """Plainly belongs to another article: kept for the reader, never cited."""
    page: int | None = None
    paragraph: int = 0
    """Ordinal of the paragraph (or list, or table) that it stands in."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed and retrieved: a run of whole sentences under one heading."""

    id: PassageId
    document_id: DocumentId
    version: str
    ordinal: int
    start: int
    end: int
    heading: tuple[str, ...]
    first_sentence: int
    """Ordinal of its first sentence."""
    last_sentence: int
    """Ordinal of its last sentence, inclusive."""


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """What ingest makes of one source: the document and its spans, ready to embed and store."""

    document: Document
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Restricts retrieval. Empty means no restriction."""

    document_ids: tuple[DocumentId, ...] = ()
    publishers: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """With whose eyes the library is read."""

    groups: frozenset[str] = frozenset()
    """Documents of these groups are seen, and those of none."""
    sees_all: bool = False


EVERYBODY = Audience()
UNRESTRICTED = Audience(sees_all=True)


@dataclass(frozen=True, slots=True)
class Query:
    """A standalone search request."""

    text: str
    filters: Filters = Filters()


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage and how well it fits; higher is better."""

    passage: Passage
    text: str
    score: float
    """Fused score in [0, 1], relative to this query's candidates."""
    cosine: float
    """Similarity of query and passage vectors, in [-1, 1]."""
    bm25: float
    """Lexical score, 0 when no term matches; unbounded above."""


def document_id(uri: str) -> DocumentId:
    """The id of a source: sixteen hex digits, the same for the same URI always."""
    return hashlib.sha256(uri.encode()).hexdigest()[:16]


def passage_id(document: DocumentId, version: str, ordinal: int) -> PassageId:
    """Names a passage of one version of a document; sorts in reading order."""
    return f"{document}:{version[:12]}:{ordinal:05d}"
