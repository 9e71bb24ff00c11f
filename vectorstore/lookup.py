"""Statements that fetch many rows at once: the list of what is wanted is one JSON parameter.

Built once for each database, because building and compiling them costs ten times what running
does. All joins are outer ones, because SQLite keeps their order: it would otherwise start from the
largest table. What is not found gives a row of nulls.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, cast, func, select

from vectorstore.schema import generation_documents, passages, sentences, texts, vectors, versions


@dataclass(frozen=True, slots=True)
class LookupStatements:
    """Each takes `wanted`, a JSON list of lists; the first two take `generation`, too."""

    passages: Select[Any]
    """Wanted are (document id, ordinal)."""
    passages_with_vector: Select[Any]
    """The same, with the passage's vector as `blob` and `packed`."""
    sentences: Select[Any]
    """Wanted are (version key, first ordinal, last ordinal)."""
    pieces: Select[Any]
    """Wanted are (version key, number of the piece)."""


@cache
def lookup_statements(dialect: str) -> LookupStatements:
    """The statements for a database, by SQLAlchemy's name of it."""
    return LookupStatements(
        passages=_passages(dialect),
        passages_with_vector=_with_vectors(_passages(dialect)),
        sentences=_sentences(dialect),
        pieces=_pieces(dialect),
    )


def _wanted(dialect: str) -> tuple[Any, Any]:
    """The parameter as a table, and a function that gives its columns as text or number."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import JSONB  # 0.05 s that SQLite does not need

        parameter = cast(bindparam("wanted"), JSONB)
        rows = func.jsonb_array_elements(parameter).table_valued("value", name="wanted")
        return (
            rows,
            lambda n, number: (
                cast(rows.c.value.op("->>")(n), Integer) if number else rows.c.value.op("->>")(n)
            ),
        )
    rows = func.json_each(bindparam("wanted")).table_valued("value", name="wanted")
    return rows, lambda n, _number: func.json_extract(rows.c.value, f"$[{n}]")


def _passages(dialect: str) -> Select[Any]:
    wanted, part = _wanted(dialect)
    served = generation_documents
    return (
        select(versions.c.key, versions.c.document_id, versions.c.version, passages)
        .select_from(wanted)
        .join(
            served,
            and_(
                served.c.generation == bindparam("generation"),
                served.c.document_id == part(0, False),
            ),
            isouter=True,
        )
        .join(versions, versions.c.key == served.c.version_key, isouter=True)
        .join(
            passages,
            and_(passages.c.version_key == versions.c.key, passages.c.ordinal == part(1, True)),
            isouter=True,
        )
    )


def _with_vectors(statement: Select[Any]) -> Select[Any]:
    return statement.add_columns(vectors.c.passage.label("blob"), vectors.c.packed).join(
        vectors,
        and_(
            vectors.c.version_key == passages.c.version_key,
            vectors.c.ordinal == passages.c.ordinal,
        ),
        isouter=True,
    )


def _sentences(dialect: str) -> Select[Any]:
    wanted, part = _wanted(dialect)
    inside = sentences.c.ordinal.between(part(1, True), part(2, True))
    return (
        select(sentences)
        .select_from(wanted)
        .join(sentences, and_(sentences.c.version_key == part(0, True), inside), isouter=True)
    )


def _pieces(dialect: str) -> Select[Any]:
    wanted, part = _wanted(dialect)
    return (
        select(texts)
        .select_from(wanted)
        .join(
            texts,
            and_(texts.c.version_key == part(0, True), texts.c.piece == part(1, True)),
            isouter=True,
        )
    )
