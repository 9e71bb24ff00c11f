"""Reading passages: for answers, by id; for indexes, all of them; and what lies over a base."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Select, and_, func, select

from vectorstore import codec
from vectorstore.bases import (
    BaseUse,
    Layers,
    base_use,
    holds_any,
    read_layers,
    recent_documents,
)
from vectorstore.moment import Moment, batches
from vectorstore.records import IndexedPassage, PassageSentences, StoredPassage
from vectorstore.schema import documents, passages, vectors, versions
from vectorstore.types import DocumentId, FloatMatrix, PassageId, Sentence, passage_id

STREAM_BATCH = (
    1000  # passages read at a time while an index is built: about 10 MB with their vectors
)


class PassageReads(Moment):
    """Passages of the generation that is served at this moment."""

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
        return found, codec.vectors_from_rows(
            [(rows[name].blob, rows[name].packed) for name in found]
        )

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
            for some in batches(sorted(document_ids))
            for row in self._connection.execute(statement.where(documents.c.id.in_(some)))
        ]

    def served_versions(self) -> dict[DocumentId, tuple[int, int]]:
        """Key of the version of each document served, and how many passages it has."""
        statement = self._served(versions.c.document_id, versions.c.key, versions.c.num_passages)
        rows = self._connection.execute(statement).all()
        return {row[0]: (row[1], row[2]) for row in rows}

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
                statement.where(documents.c.id.in_(some)) for some in batches(sorted(document_ids))
            ]
        for each in statements:
            for row in self._connection.execute(each).all():
                yield from self._indexed_passages_of(row)

    def _indexed_passages_of(self, version: Any) -> Iterator[IndexedPassage]:
        title = codec.title_from_json(version.metadata)
        statement = (
            select(passages, vectors.c.passage.label("blob"), vectors.c.packed)
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
            matrix = codec.vectors_from_rows([(row.blob, row.packed) for row in batch])
            for row, vector in zip(batch, matrix, strict=True):
                yield IndexedPassage(
                    id=passage_id(version.id, version.version, row.ordinal),
                    document_id=version.id,
                    title=title,
                    heading=codec.heading_from_json(row.heading),
                    text=text[row.start_char : row.end_char],
                    vector=vector.tobytes(),
                )

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
