"""Tables of the catalog, the one truth from which every index is derived."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

SCHEMA_VERSION = 3
"""Raised with every change of a table; see `migrations` for what becomes of older catalogs."""

tables = MetaData()


def _version_key(*, primary_key: bool = True) -> Column[int]:
    return Column(
        "version_key", ForeignKey("versions.key", ondelete="CASCADE"), primary_key=primary_key
    )


info = Table(
    "catalog_info",
    tables,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Schema version and the name that keeps two catalogs apart on one Chroma server."""

documents = Table(
    "documents",
    tables,
    Column("id", Text, primary_key=True),
    Column("uri", Text, nullable=False, unique=True),
)

places = Table(
    "places",
    tables,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("uri", Text, primary_key=True),
)
"""Where else the very text of a document lies: sources that say the same, word for word."""

document_access = Table(
    "document_access",
    tables,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("origin", Text, nullable=False),
)
"""Of documents for which it is stated who may see them: where that stands."""

document_groups = Table(
    "document_groups",
    tables,
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
)
"""Who may see a document, in whatever version: any of these groups. Without one, everybody."""

erasures = Table("erasures", tables, Column("document_id", Text, primary_key=True))
"""Documents erased here whose words stored answers may still quote; whoever keeps those asks."""

edits = Table(
    "edits",
    tables,
    Column("uri", Text, primary_key=True),
    Column("fields", Text, nullable=False),  # JSON
)
"""What people state about sources; it goes before what those say of themselves."""

versions = Table(
    "versions",
    tables,
    Column("key", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("version", Text, nullable=False),  # SHA-256 of the canonical text
    Column("state", Text, nullable=False),
    Column("metadata", Text, nullable=False),  # JSON
    Column("publisher", Text),  # publisher and published repeat the metadata, to filter by
    Column("published", Text),
    Column("num_chars", Integer, nullable=False),
    Column("num_sentences", Integer, nullable=False),
    Column("num_passages", Integer, nullable=False),
    Column("raw_sha256", Text, nullable=False),  # of the source's bytes and side metadata
    Column("pipeline", Text, nullable=False),  # version of cleaning, splitting and chunking
    Column("embedder", Text, nullable=False),  # fingerprint
    Column("ingested", Text, nullable=False),  # ISO time, UTC
    CheckConstraint("state IN ('staged', 'live', 'superseded')", name="version_state"),
    Index("versions_by_document", "document_id", "version"),
    sqlite_autoincrement=True,  # a key is never used again, so an old index cannot meet a new row
)
"""Each change of a text, of the pipeline or of the embedder makes a row; only its state changes."""

texts = Table(
    "texts",
    tables,
    _version_key(),
    Column("piece", Integer, primary_key=True),
    Column("text", Text, nullable=False),
)
"""Canonical text in pieces of equal length, so that one passage of a long document reads little."""

sentences = Table(
    "sentences",
    tables,
    _version_key(),
    Column("ordinal", Integer, primary_key=True),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("heading", Text, nullable=False),  # JSON list
    Column("repeats", Boolean, nullable=False),
    Column("foreign_text", Boolean, nullable=False),
    Column("page", Integer),
    Column("paragraph", Integer, nullable=False),
)

passages = Table(
    "passages",
    tables,
    _version_key(),
    Column("ordinal", Integer, primary_key=True),
    Column("start_char", Integer, nullable=False),
    Column("end_char", Integer, nullable=False),
    Column("heading", Text, nullable=False),  # JSON list
    Column("first_sentence", Integer, nullable=False),
    Column("last_sentence", Integer, nullable=False),
)

vectors = Table(
    "vectors",
    tables,
    _version_key(),
    Column("ordinal", Integer, primary_key=True),
    Column("passage", LargeBinary, nullable=False),
    Column("packed", Integer),  # how many numbers; null: float32 as it is, of an earlier version
)
"""A passage's vector, as `codec.vector_to_row` packs it."""

runs = Table(
    "runs",
    tables,
    Column("id", Integer, primary_key=True),
    Column("started", Text, nullable=False),
    Column("report", Text, nullable=False),  # JSON
    sqlite_autoincrement=True,
)

generations = Table(
    "generations",
    tables,
    Column("number", Integer, primary_key=True),
    Column("created", Text, nullable=False),
    sqlite_autoincrement=True,
)

generation_documents = Table(
    "generation_documents",
    tables,
    Column("generation", ForeignKey("generations.number", ondelete="CASCADE"), primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column(
        "version_key", ForeignKey("versions.key", ondelete="CASCADE"), nullable=False, index=True
    ),
)
"""Which version of each document a generation serves."""

shared_titles = Table(
    "shared_titles",
    tables,
    Column("generation", ForeignKey("generations.number", ondelete="CASCADE"), primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("place", Text, nullable=False),
)
"""Of documents whose title another one has in the same generation: what tells them apart."""

generation_bases = Table(
    "generation_bases",
    tables,
    Column("generation", ForeignKey("generations.number", ondelete="CASCADE"), primary_key=True),
    Column("base", Integer, nullable=False),
)
"""The vectors that a generation builds on, by the number of the one that they were made for."""

base_documents = Table(
    "base_documents",
    tables,
    Column("base", Integer, primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("version_key", Integer, nullable=False),  # no reference: the version may go before
    Column("num_passages", Integer, nullable=False),
)
"""Which version of each document is in a base."""

pointer = Table(
    "pointer",
    tables,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("generation", ForeignKey("generations.number"), nullable=False),
)
"""The one row that says what is served: changing it publishes a run."""
