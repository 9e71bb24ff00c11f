"""What the doors (web, command line, and later others) need from the service behind them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from app.types import Answer, AnswerEvent, Question
from vectorstore.types import Audience, Document, DocumentId, Filters, Metadata, Sentence


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A document without its text, in the version that is answered from now."""

    id: DocumentId
    version: str
    metadata: Metadata
    characters: int
    """Length of the canonical text."""
    groups: tuple[str, ...] = ()
    """Who may see it; none is everybody."""


@dataclass(frozen=True, slots=True)
class SourceVersion:
    """One text that a source had."""

    version: str
    ingested: datetime
    """When this text was first read in."""
    is_current: bool


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that a search found: `text` stands at `[start:end]` of the document's text."""

    document_id: DocumentId
    version: str
    metadata: Metadata
    text: str
    start: int
    end: int
    heading: tuple[str, ...]
    score: float
    """In [0, 1], relative to the other passages of the same search."""
    sentences: tuple[tuple[int, int], ...] = ()
    """`start` and `end` of each of its sentences in the document's text, in reading order."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether questions can be answered now."""

    ok: bool
    detail: str
    """A sentence for whoever runs the server; names no path and no secret."""
    generation: str | None
    documents: int
    """As many as are seen."""
    view: str = ""
    """Another one for all who see another part of the generation; empty where all is seen."""


class LibraryProtocol(Protocol):
    """What can be read of the library. All methods block and may be called from several threads.

    Only what the audience may see is there: everybody's documents, until `seen_by` tells another
    audience. Each door tells whose eyes it lends.
    """

    def seen_by(self, audience: Audience) -> Self:
        """The same with the eyes of an audience; cheap enough for every request."""
        ...

    def hides(self, document_ids: Collection[DocumentId], groups: Collection[str] = ()) -> bool:
        """Whether any of these documents, served or not, or of these groups' is kept from it."""
        ...

    def search(self, text: str, filters: Filters, *, limit: int) -> Sequence[FoundPassage]:
        """The passages nearest to a text, best first. They are not read, so none need answer.

        Raises:
            ChatError: Where the text cannot be searched for, or no index is served.
        """
        ...

    def sources(self) -> Sequence[SourceSummary]:
        """All documents that answers may cite, in a stable order."""
        ...

    def document(self, document_id: DocumentId, version: str | None = None) -> Document | None:
        """One version of a document, the current one by default.

        `version` may be a prefix of at least twelve characters. Old versions stay readable; None if
        there is no such document or version.
        """
        ...

    def sentences(self, document_id: DocumentId, version: str | None = None) -> Sequence[Sentence]:
        """What each span of a document's text is, in reading order; `version` as in `document`."""
        ...

    def versions(self, document_id: DocumentId) -> Sequence[SourceVersion]:
        """All readable versions of a document, the latest first; none if there is no document."""
        ...

    def ready(self) -> Readiness:
        """Cheap enough to be asked every second."""
        ...


class ChatServiceProtocol(LibraryProtocol, Protocol):
    """The use case, for an audience. Methods block and may be called from several threads."""

    def answer(self, question: Question) -> Answer:
        """The last event of `stream`."""
        ...

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        """Status and claims as they become known; `AnswerDone` last.

        Closing the iterator early stops the work.

        Raises:
            ChatError: On the first step where the question cannot be asked or no index is served.
        """
        ...
