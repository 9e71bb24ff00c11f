"""Reading the library: what there is, its texts, and passages near a text; nothing is answered."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Self

from app.errors import EmptyLibraryError, NotReadyError, OutdatedIndexError
from app.protocols import FoundPassage, Readiness, SourceSummary, SourceVersion
from app.questions import MAX_QUESTION_CHARACTERS, readable_question
from vectorstore.errors import (
    IndexMismatchError,
    IndexUnusableError,
    NoIndexError,
    UnknownDocumentError,
)
from vectorstore.live import LiveGeneration, LiveIndex
from vectorstore.protocols import Embedder
from vectorstore.retrieval import opened, rank
from vectorstore.types import (
    EVERYBODY,
    Audience,
    Document,
    DocumentId,
    Filters,
    Sentence,
)


class LibraryReader:
    """The library as one audience sees it; until told otherwise, as everybody does.

    All that is read goes through `generation`, so that what an audience may not see is not there.
    Safe to use from many threads.
    """

    def __init__(
        self, live: LiveIndex, embedder: Embedder, *, longest: int = MAX_QUESTION_CHARACTERS
    ) -> None:
        """Store the arguments; the first call opens the index.

        Args:
            live: The index.
            embedder: Embeds what is searched for; must share the index's fingerprint.
            longest: Characters of a text that is searched for.
        """
        self._live = live
        self._embedder = embedder
        self._limit = longest
        self._audience = EVERYBODY

    def seen_by(self, audience: Audience) -> Self:
        """The same with the eyes of an audience; costs nothing."""
        if audience == self._audience:
            return self
        other = copy.copy(self)
        other._audience = audience
        return other

    @contextmanager
    def generation(self) -> Iterator[LiveGeneration]:
        """What is served now, as far as it is seen.

        Raises:
            NotReadyError: If nothing can be searched yet.
        """
        try:
            with self._live.generation(self._audience) as generation:
                yield generation
        except IndexUnusableError as error:
            raise _seen_as(error)(str(error)) from error

    def search(self, text: str, filters: Filters, *, limit: int) -> list[FoundPassage]:
        """The passages nearest to a text, best first; nothing is read or judged."""
        query = readable_question(text, limit=self._limit)
        with self.generation() as generation:
            reader = generation.reader
            ids = None if filters == Filters() else reader.document_ids(filters)
            ranking = rank(generation, query, self._embedder.embed([query])[0], document_ids=ids)
            passages = opened(reader, [ranking], ranking.fused, limit=limit)
            sentences = reader.sentences([one.passage.id for one in passages])
            wanted = sorted({one.passage.document_id for one in passages})
            metadata = {each.id: each.metadata for each in reader.documents(wanted)}
        return [
            FoundPassage(
                document_id=one.passage.document_id,
                version=one.passage.version,
                metadata=metadata[one.passage.document_id],
                text=one.text,
                start=one.passage.start,
                end=one.passage.end,
                heading=one.passage.heading,
                score=one.score,
                sentences=tuple(
                    (each.start, each.end) for each in sentences[one.passage.id].sentences
                ),
            )
            for one in passages
        ]

    def sources(self) -> list[SourceSummary]:
        """All documents that answers may cite."""
        with self.generation() as generation:
            return [
                SourceSummary(
                    s.id,
                    s.version,
                    s.metadata,
                    s.num_chars,
                    s.access.groups if s.access else (),
                )
                for s in generation.reader.documents()
            ]

    def document(self, document_id: DocumentId, version: str | None = None) -> Document | None:
        """One version of a document; None if there is none."""
        with self.generation() as generation:
            try:
                return generation.reader.document(document_id, version).document
            except UnknownDocumentError:
                return None

    def sentences(self, document_id: DocumentId, version: str | None = None) -> list[Sentence]:
        """The sentences of one version of a document; none if there is no such version."""
        with self.generation() as generation:
            try:
                return list(generation.reader.document_sentences(document_id, version))
            except UnknownDocumentError:
                return []

    def versions(self, document_id: DocumentId) -> list[SourceVersion]:
        """All readable versions of a document, the latest first."""
        with self.generation() as generation:
            return [
                SourceVersion(one.version, one.ingested, one.is_current)
                for one in generation.reader.versions(document_id)
            ]

    def groups(self) -> tuple[str, ...]:
        """Those of the audience's groups for which there are documents, sorted."""
        if not self._audience.groups and not self._audience.sees_all:
            return ()
        return self._live.sight(self._audience).groups

    def hides(self, document_ids: Collection[DocumentId], groups: Collection[str] = ()) -> bool:
        """Whether any of these documents, served or not, or of these groups' is kept from it."""
        if self._audience.sees_all:
            return False
        if not self._audience.groups.issuperset(groups):
            return True
        if not document_ids:
            return False
        return not self._live.sight(self._audience).hidden.isdisjoint(document_ids)

    def ready(self) -> Readiness:
        """Whether questions can be answered now. Documents are counted as far as they are seen."""
        try:
            with self._live.generation(self._audience) as generation:
                count = len(generation.documents)
                is_empty = not count and not generation.hidden
                problem = "nothing has been ingested yet" if is_empty else self._live.problem()
                return Readiness(
                    not is_empty, problem or "ready", generation.name, count, generation.view
                )
        except IndexUnusableError as error:
            return Readiness(ok=False, detail=str(error), generation=None, documents=0)

    def close(self) -> None:
        """Let go of the index; requests under way finish first."""
        self._live.close()


def _seen_as(error: IndexUnusableError) -> type[NotReadyError]:
    """What it means to whoever asks: only some of it passes by itself."""
    if isinstance(error, NoIndexError):
        return EmptyLibraryError
    if isinstance(error, IndexMismatchError):
        return OutdatedIndexError
    return NotReadyError
