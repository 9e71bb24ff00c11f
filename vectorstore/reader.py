"""Reading the catalog: what one generation serves, and old versions that permalinks point at."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import (
    Connection,
    Select,
    and_,
    func,
    literal,
    select,
)

from vectorstore import codec
from vectorstore.bases import (
    BaseUse,
    Layers,
    base_use,
    holds_any,
    read_layers,
    recent_documents,
)
from vectorstore.errors import NoIndexError, UnknownDocumentError
from vectorstore.groups import Stated, is_seen, read_access, read_hidden, read_names, read_revision
from vectorstore.lookup import lookup_statements
from vectorstore.places import places_of_equal_titles, read_places
from vectorstore.schema import (
    documents,
    generation_documents,
    generations,
    passages,
    sentences,
    shared_titles,
    texts,
    vectors,
    versions,
)
from vectorstore.types import (
    UNRESTRICTED,
    Audience,
    Document,
    DocumentId,
    Filters,
    FloatMatrix,
    Metadata,
    Passage,
    PassageId,
    PreparedDocument,
    Sentence,
    passage_id,
)

LOOKUP_BATCH = 2000  # rows asked for at a time
STREAM_BATCH = (
    1000  # passages read at a time while an index is built: about 10 MB with their vectors
)


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
    """Float32, as stored."""


class CatalogReader:
    """Sees the documents of one generation, and nothing that is being written.

    Bound to one connection and so to one moment: use it from one thread at a time.
    """

    def __init__(self, connection: Connection, generation: int | None) -> None:
        self._connection = connection
        self._lookups = lookup_statements(connection.dialect.name)
        self.generation = generation
        self._audience = UNRESTRICTED
        self._hidden: frozenset[DocumentId] = frozenset()

    def seen_by(self, audience: Audience, hidden: frozenset[DocumentId]) -> CatalogReader:
        """The same moment without what is hidden from somebody, in whatever version.

        Args:
            audience: Who reads.
            hidden: From `hidden_from`.
        """
        reader = CatalogReader(self._connection, self.generation)
        reader._audience, reader._hidden = audience, hidden
        return reader

    def hidden_from(self, audience: Audience) -> frozenset[DocumentId]:
        """Documents that an audience may not see, served or not."""
        return read_hidden(self._connection, audience)

    def group_names(self) -> frozenset[str]:
        """All groups for which there are documents."""
        return read_names(self._connection)

    def access_revision(self) -> str | None:
        """Changes with who may see what; None where nothing was ever restricted."""
        return read_revision(self._connection)

    def access(self) -> dict[DocumentId, Stated]:
        """Who may see what; documents that are left out are open to everybody."""
        stated = read_access(self._connection)
        return {name: one for name, one in stated.items() if name not in self._hidden}

    def _served(self, *columns: Any) -> Select[Any]:
        statement = (
            select(*columns)
            .join_from(generation_documents, versions)
            .join(documents)
            .where(generation_documents.c.generation == self.generation)
        )
        return statement.where(is_seen(self._audience)) if self._hidden else statement

    def knows(self, generation: int) -> bool:
        """Whether a generation's documents are still on record."""
        statement = select(generations.c.number).where(generations.c.number == generation)
        return self._connection.execute(statement).one_or_none() is not None

    def documents(self, ids: Sequence[DocumentId] | None = None) -> list[DocumentSummary]:
        """Documents that are served, by URI; `ids` restricts, and leaves their other places out."""
        statement = self._served(documents.c.uri, versions).order_by(documents.c.uri)
        if ids is not None:
            statement = statement.where(documents.c.id.in_(ids))
        rows = self._connection.execute(statement).all()
        told_apart = self._told_apart()
        elsewhere = read_places(self._connection) if ids is None else {}
        access = self.access() if ids is None else {}
        return [
            replace(
                _summary(row, told_apart.get(row.document_id), elsewhere.get(row.document_id, ())),
                access=access.get(row.document_id),
            )
            for row in rows
        ]

    def _told_apart(self) -> dict[DocumentId, str]:
        """What tells documents of equal titles apart."""
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
                codec.metadata_from_json(row.metadata), place=self._told_apart().get(document_id)
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
            yield f"{codec.metadata_from_json(row.metadata).title}.\n{row.text}"

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

    def passages(self, ids: Sequence[PassageId]) -> list[StoredPassage]:
        """Passages with their text, in the order of `ids`; those not served are left out."""
        rows = self._passage_rows(ids, self._lookups.passages)
        slices = self._slices((row.key, row.start_char, row.end_char) for row in rows.values())
        return [
            StoredPassage(
                codec.passage_from_row(row, name), slices[row.key, row.start_char, row.end_char]
            )
            for name in ids
            if (row := rows.get(name)) is not None
        ]

    def sentences(self, ids: Sequence[PassageId]) -> dict[PassageId, PassageSentences]:
        """Sentences of passages, with their text; passages not served are left out."""
        rows = self._passage_rows(ids, self._lookups.passages)
        ranges = {(row.key, row.first_sentence, row.last_sentence) for row in rows.values()}
        spans = {
            (row.version_key, row.ordinal): codec.sentence_from_row(row)
            for row in self._find(self._lookups.sentences, sorted(ranges))
        }
        slices = self._slices((row.key, row.start_char, row.end_char) for row in rows.values())
        return {
            name: _passage_sentences(row, spans, slices[row.key, row.start_char, row.end_char])
            for name, row in rows.items()
        }

    def passage_vectors(self, ids: Sequence[PassageId]) -> tuple[list[PassageId], FloatMatrix]:
        """Vectors of passages: the ids that are served, in the order of `ids`, and their rows."""
        rows = self._passage_rows(ids, self._lookups.passages_with_vector)
        found = [name for name in ids if name in rows]
        if not found:
            return [], np.empty((0, 0), dtype=np.float32)
        blobs = [rows[name].blob for name in found]
        return found, codec.vectors_from_blobs(blobs, len(blobs[0]) // 4)

    def extent(self, ids: Sequence[DocumentId] | None = None) -> Extent:
        """How many documents are served, and how new they are; `ids` restricts."""
        statement = self._served(func.count(), func.max(versions.c.published))
        if ids is not None:
            statement = statement.where(documents.c.id.in_(ids))
        number, newest = self._connection.execute(statement).one()
        return Extent(number, None if newest is None else date.fromisoformat(newest))

    def num_passages(self) -> int:
        """How many passages are served."""
        statement = self._served(func.coalesce(func.sum(versions.c.num_passages), 0))
        return int(self._connection.execute(statement).scalar_one())

    def passage_ids(self, document_ids: Iterable[DocumentId] | None = None) -> list[PassageId]:
        """Ids of all passages served, or of those of some documents."""
        statement = self._served(versions.c.document_id, versions.c.version, passages.c.ordinal)
        statement = statement.join(passages, passages.c.version_key == versions.c.key)
        if document_ids is None:
            return [passage_id(*row) for row in self._connection.execute(statement)]
        return [
            passage_id(*row)
            for some in _batches(sorted(document_ids))
            for row in self._connection.execute(statement.where(documents.c.id.in_(some)))
        ]

    def served_versions(self) -> dict[DocumentId, tuple[int, int]]:
        """Key of the version of each document served, and how many passages it has."""
        statement = self._served(versions.c.document_id, versions.c.key, versions.c.num_passages)
        return {row[0]: (row[1], row[2]) for row in self._connection.execute(statement)}

    def base_use(self, base: int) -> BaseUse:
        """How much of a base is served, and how much else."""
        return base_use(self._connection, self._number, base)

    def layers(self, base: int) -> Layers:
        """What is served beside a base, and what of the base is not."""
        return read_layers(self._connection, self._number, base)

    def recent_documents(self, base: int) -> list[DocumentId]:
        """Documents served that a base does not hold as they are, sorted."""
        return recent_documents(self._connection, self._number, base)

    def is_base_of_any(self, base: int, document_ids: Collection[DocumentId]) -> bool:
        """Whether a base was built from any version of these documents."""
        return holds_any(self._connection, base, document_ids)

    @property
    def _number(self) -> int:
        if self.generation is None:
            raise NoIndexError
        return self.generation

    def indexed_passages(
        self, document_ids: Sequence[DocumentId] | None = None
    ) -> Iterator[IndexedPassage]:
        """Every passage served, in order of document and position, to build indexes from."""
        statement = self._served(
            versions.c.key, documents.c.id, versions.c.version, versions.c.metadata
        ).order_by(documents.c.id)
        if document_ids is None:
            statements = [statement]
        else:
            statements = [
                statement.where(documents.c.id.in_(some)) for some in _batches(sorted(document_ids))
            ]
        for each in statements:
            for row in self._connection.execute(each).all():
                yield from self._indexed_passages_of(row)

    def _indexed_passages_of(self, version: Any) -> Iterator[IndexedPassage]:
        title = codec.metadata_from_json(version.metadata).title
        statement = (
            select(passages, vectors.c.passage.label("blob"))
            .join_from(
                passages,
                vectors,
                and_(
                    passages.c.version_key == vectors.c.version_key,
                    passages.c.ordinal == vectors.c.ordinal,
                ),
            )
            .where(passages.c.version_key == version.key)
            .order_by(passages.c.ordinal)
        )
        text = self._text(version.key)
        for batch in self._connection.execute(statement).partitions(STREAM_BATCH):
            for row in batch:
                yield IndexedPassage(
                    id=passage_id(version.id, version.version, row.ordinal),
                    document_id=version.id,
                    title=title,
                    heading=codec.heading_from_json(row.heading),
                    text=text[row.start_char : row.end_char],
                    vector=row.blob,
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

    def _text(self, version_key: int) -> str:
        statement = (
            select(texts.c.text).where(texts.c.version_key == version_key).order_by(texts.c.piece)
        )
        return "".join(self._connection.execute(statement).scalars())

    def _passage_rows(
        self, ids: Sequence[PassageId], statement: Select[Any]
    ) -> dict[PassageId, Any]:
        """Rows of the passages that are served, by id, in the order of `ids`."""
        wanted = {
            name: parts
            for name in ids
            if (parts := codec.split_passage_id(name)) and parts[0] not in self._hidden
        }
        rows = {
            (row.document_id, row.ordinal): row
            for row in self._find(statement, [(parts[0], parts[2]) for parts in wanted.values()])
        }
        found = {name: rows.get((document, n)) for name, (document, _, n) in wanted.items()}
        return {
            name: row
            for name, row in found.items()
            if row is not None and row.version.startswith(wanted[name][1])
        }

    def _find(self, statement: Select[Any], wanted: Sequence[Any]) -> Iterator[Any]:
        for at in range(0, len(wanted), LOOKUP_BATCH):
            parameters = {
                "wanted": json.dumps(wanted[at : at + LOOKUP_BATCH]),
                "generation": self.generation,
            }
            rows = self._connection.execute(statement, parameters).all()
            yield from (row for row in rows if row.version_key is not None)

    def _slices(self, spans: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int, int], str]:
        """Text of (version key, start, end) spans, reading only the pieces that they touch."""
        wanted = set(spans)
        pieces = {
            (key, piece)
            for key, start, end in wanted
            for piece in range(
                start // codec.PIECE_CHARS, max(start, end - 1) // codec.PIECE_CHARS + 1
            )
        }
        text = {
            (row.version_key, row.piece): row.text
            for row in self._find(self._lookups.pieces, sorted(pieces))
        }
        return {span: _slice(text, *span) for span in wanted}


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(names), LOOKUP_BATCH):
        yield names[at : at + LOOKUP_BATCH]


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


def _slice(pieces: dict[tuple[int, int], str], key: int, start: int, end: int) -> str:
    first = start // codec.PIECE_CHARS
    last = max(start, end - 1) // codec.PIECE_CHARS
    text = "".join(pieces[key, piece] for piece in range(first, last + 1))
    offset = first * codec.PIECE_CHARS
    return text[start - offset : end - offset]


def _passage_sentences(
    row: Any, spans: dict[tuple[int, int], Sentence], passage_text: str
) -> PassageSentences:
    inside = tuple(spans[row.key, n] for n in range(row.first_sentence, row.last_sentence + 1))
    return PassageSentences(
        sentences=inside,
        texts=tuple(
            passage_text[s.start - row.start_char : s.end - row.start_char] for s in inside
        ),
    )
