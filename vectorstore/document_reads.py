"""Reading documents: what one generation serves, and old versions that permalinks point at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, select

from vectorstore import codec
from vectorstore.errors import UnknownDocumentError
from vectorstore.moment import Moment
from vectorstore.places import places_of_equal_titles, read_places
from vectorstore.records import DocumentSummary, Extent, StoredDocument, VersionSummary
from vectorstore.schema import documents, passages, sentences, shared_titles, texts, versions
from vectorstore.types import Document, DocumentId, Filters, PreparedDocument, Sentence, passage_id


class DocumentReads(Moment):
    """Documents of the generation that is served at this moment."""

    def documents(self, ids: Sequence[DocumentId] | None = None) -> list[DocumentSummary]:
        """Documents that are served, by URI; `ids` restricts, and leaves their other places out."""
        statement = self._served(documents.c.uri, versions).order_by(documents.c.uri)
        if ids is not None:
            statement = statement.where(documents.c.id.in_(ids))
        rows = self._connection.execute(statement).all()
        told_apart = self._told_apart(ids)
        elsewhere = read_places(self._connection) if ids is None else {}
        access = self.access() if ids is None else {}
        return [
            replace(
                _summary(row, told_apart.get(row.document_id), elsewhere.get(row.document_id, ())),
                access=access.get(row.document_id),
            )
            for row in rows
        ]

    def extent(self, ids: Sequence[DocumentId] | None = None) -> Extent:
        """How many documents are served, and how new they are; `ids` restricts."""
        statement = self._served(func.count(), func.max(versions.c.published))
        if ids is not None:
            statement = statement.where(documents.c.id.in_(ids))
        number, newest = self._connection.execute(statement).one()
        return Extent(number, None if newest is None else date.fromisoformat(newest))

    def _told_apart(self, ids: Sequence[DocumentId] | None = None) -> dict[DocumentId, str]:
        """What tells documents of equal titles apart; `ids` may spare reading that of others."""
        if self._hidden:
            # Of a title that only hidden documents share nothing is to be seen.
            several = select(shared_titles.c.document_id).where(
                shared_titles.c.generation == self.generation
            )
            seen = self._served(documents.c.id, documents.c.uri, versions.c.metadata)
            rows = self._connection.execute(seen.where(documents.c.id.in_(several)))
            return places_of_equal_titles(rows)
        statement = select(shared_titles.c.document_id, shared_titles.c.place).where(
            shared_titles.c.generation == self.generation
        )
        if ids is not None:
            statement = statement.where(shared_titles.c.document_id.in_(ids))
        return {row.document_id: row.place for row in self._connection.execute(statement)}

    def document_ids(self, filters: Filters | None = None) -> list[DocumentId]:
        """Ids of the documents that are served and pass the filters, in order of id.

        A document without a date passes no date filter. Publishers compare without regard to case.
        """
        statement = self._served(documents.c.id).order_by(documents.c.id)
        if filters is not None:
            statement = statement.where(*_conditions(filters))
        return list(self._connection.execute(statement).scalars())

    def document(self, document_id: DocumentId, version: str | None = None) -> StoredDocument:
        """One document with its text.

        Args:
            document_id: Which document.
            version: Hash of an older version, or its first hex digits; None is the version served.

        Raises:
            UnknownDocumentError: If there is no such document or version.
        """
        row, current = self._version(document_id, version)
        document = Document(
            id=row.document_id,
            uri=row.uri,
            version=row.version,
            text=self._text(row.key),
            metadata=replace(
                codec.metadata_from_json(row.metadata),
                place=self._told_apart([document_id]).get(document_id),
            ),
        )
        return StoredDocument(
            document=document,
            is_current=row.version == current,
            current_version=current,
            ingested=datetime.fromisoformat(row.ingested),
        )

    def openings(self, limit: int) -> Iterator[str]:
        """Title and first piece of the text of each document, of so many documents at most."""
        statement = self._served(versions.c.metadata, texts.c.text)
        statement = statement.join(texts, texts.c.version_key == versions.c.key)
        statement = statement.where(texts.c.piece == 0).order_by(documents.c.id).limit(limit)
        for row in self._connection.execute(statement):
            yield f"{codec.title_from_json(row.metadata)}.\n{row.text}"

    def versions(self, document_id: DocumentId) -> list[VersionSummary]:
        """The texts that a document had and that can still be read, the latest first."""
        if document_id in self._hidden:
            return []
        served = self._served(versions.c.version).where(documents.c.id == document_id)
        current = self._connection.execute(served).scalar_one_or_none()
        # A new pipeline stores the same text again: it is one version all the same.
        statement = (
            select(versions.c.version, func.min(versions.c.ingested).label("ingested"))
            .where(versions.c.document_id == document_id, versions.c.state != "staged")
            .group_by(versions.c.version)
            .order_by(func.max(versions.c.key).desc())
        )
        return [
            VersionSummary(
                row.version, datetime.fromisoformat(row.ingested), row.version == current
            )
            for row in self._connection.execute(statement)
        ]

    def document_sentences(
        self, document_id: DocumentId, version: str | None = None
    ) -> tuple[Sentence, ...]:
        """All sentences of a document in reading order; `version` as in `document`."""
        row, _ = self._version(document_id, version)
        statement = (
            select(sentences)
            .where(sentences.c.version_key == row.key)
            .order_by(sentences.c.ordinal)
        )
        return tuple(map(codec.sentence_from_row, self._connection.execute(statement)))

    def prepared(self, document_id: DocumentId) -> PreparedDocument:
        """A document that is served with all its spans, as ingest made it.

        Raises:
            UnknownDocumentError: If it is not served.
        """
        row, _ = self._version(document_id, None)
        spans = (
            select(
                passages,
                literal(document_id).label("document_id"),
                literal(row.version).label("version"),
            )
            .where(passages.c.version_key == row.key)
            .order_by(passages.c.ordinal)
        )
        return PreparedDocument(
            self.document(document_id).document,
            self.document_sentences(document_id),
            tuple(
                codec.passage_from_row(each, passage_id(document_id, row.version, each.ordinal))
                for each in self._connection.execute(spans)
            ),
        )

    def _version(self, document_id: DocumentId, version: str | None) -> tuple[Any, str | None]:
        """The row of a version, and the hash of the version that is served."""
        served = self._served(versions.c.key, versions.c.version).where(
            documents.c.id == document_id
        )
        current = self._connection.execute(served).one_or_none()
        statement = (
            select(versions, documents.c.uri)
            .join_from(versions, documents)
            .where(documents.c.id == document_id, versions.c.state != "staged")
            .order_by(versions.c.key.desc())
        )
        if version is None or (current and current.version.startswith(version)):
            statement = statement.where(versions.c.key == (current.key if current else None))
        else:
            statement = statement.where(versions.c.version.startswith(version, autoescape=True))
        row = self._connection.execute(statement.limit(1)).one_or_none()
        if row is None or document_id in self._hidden:
            which = f"document {document_id}" + (f" in version {version}" if version else "")
            raise UnknownDocumentError(f"there is no {which}; `accord sources` lists what there is")
        return row, current.version if current else None


def _conditions(filters: Filters) -> list[Any]:
    conditions: list[Any] = []
    if filters.document_ids:
        conditions.append(documents.c.id.in_(filters.document_ids))
    if filters.publishers:
        names = [name.casefold() for name in filters.publishers]
        conditions.append(versions.c.publisher.in_(names))
    bounds: list[tuple[date | None, Any]] = [
        (filters.published_from, versions.c.published.__ge__),
        (filters.published_to, versions.c.published.__le__),
    ]
    conditions.extend(compare(day.isoformat()) for day, compare in bounds if day is not None)
    return conditions


def _summary(row: Any, place: str | None, elsewhere: Sequence[str]) -> DocumentSummary:
    return DocumentSummary(
        id=row.document_id,
        uri=row.uri,
        version=row.version,
        metadata=replace(codec.metadata_from_json(row.metadata), place=place),
        num_passages=row.num_passages,
        num_sentences=row.num_sentences,
        num_chars=row.num_chars,
        ingested=datetime.fromisoformat(row.ingested),
        other_places=tuple(elsewhere),
    )
