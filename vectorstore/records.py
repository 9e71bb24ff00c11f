"""What reading the catalog gives: documents, their versions, and passages with their text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from vectorstore.groups import Stated
from vectorstore.types import Document, DocumentId, Metadata, Passage, PassageId, Sentence


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is of some documents, without reading of any of them."""

    num_documents: int
    newest: date | None = None
    """When the last of them was published, as far as that is known."""


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document of a generation, without its text."""

    id: DocumentId
    uri: str
    version: str
    metadata: Metadata
    num_passages: int
    num_sentences: int
    num_chars: int
    ingested: datetime
    other_places: tuple[str, ...] = ()
    """Paths and addresses of other sources that say the same, word for word."""
    access: Stated | None = None
    """Who may see it; None is everybody."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One version of a document with its text."""

    document: Document
    is_current: bool
    """False where a newer version has replaced it (or none is served any more)."""
    current_version: str | None
    """The version that is served now."""
    ingested: datetime


@dataclass(frozen=True, slots=True)
class VersionSummary:
    """One canonical text that a document had."""

    version: str
    ingested: datetime
    """When it was first stored."""
    is_current: bool


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage and its text, `document.text[passage.start:passage.end]`."""

    passage: Passage
    text: str


@dataclass(frozen=True, slots=True)
class PassageSentences:
    """The sentences of one passage; both have the same length and order."""

    sentences: tuple[Sentence, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """What the indexes are built from."""

    id: PassageId
    document_id: DocumentId
    title: str
    heading: tuple[str, ...]
    text: str
    vector: bytes
    """Float32, little-endian: exactly what the index must give back."""
