"""Reading the catalog: what one generation serves, and old versions that permalinks point at."""

from __future__ import annotations

from vectorstore.document_reads import DocumentReads
from vectorstore.passage_reads import PassageReads
from vectorstore.records import (
    DocumentSummary,
    Extent,
    IndexedPassage,
    PassageSentences,
    StoredDocument,
    StoredPassage,
    VersionSummary,
)

__all__ = [
    "CatalogReader",
    "DocumentSummary",
    "Extent",
    "IndexedPassage",
    "PassageSentences",
    "StoredDocument",
    "StoredPassage",
    "VersionSummary",
]


class CatalogReader(DocumentReads, PassageReads):
    """Sees the documents of one generation, and nothing that is being written.

    Bound to one connection and so to one moment: use it from one thread at a time.
    """
