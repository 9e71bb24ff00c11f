"""What can go wrong with the store, as one tree.

VectorStoreError
├── CatalogError
│   ├── CatalogVersionError      written by another version of the program
│   └── UnknownDocumentError     no such document or version
├── IndexUnusableError
│   ├── NoIndexError             nothing has been ingested yet
│   ├── IndexMismatchError       built by another embedder, chunker or format
│   └── IndexCorruptError        files differ from the manifest and no former generation is left
├── VerificationError            a new generation differs from the catalog; it was not published
├── ErasureError                 what is erased here is quoted elsewhere still
├── StoreLockedError             another job is writing
└── EmbeddingError               a model could not be loaded or did not give sane vectors
"""

from __future__ import annotations


class VectorStoreError(Exception):
    """Root of everything that this package raises on purpose."""


class CatalogError(VectorStoreError):
    """The catalog refused an operation."""


class CatalogVersionError(CatalogError):
    """The catalog was written by another version of the program."""


class UnknownDocumentError(CatalogError):
    """No such document, or no such version of it."""


class IndexUnusableError(VectorStoreError):
    """There is no index that can be served."""


class NoIndexError(IndexUnusableError):
    """Nothing has been ingested yet."""

    def __init__(self) -> None:
        super().__init__("nothing has been ingested yet; run `accord ingest PATH`")


class IndexMismatchError(IndexUnusableError):
    """The index was built by another embedder, chunker or format than the program uses now."""


class IndexCorruptError(IndexUnusableError):
    """Index files are torn or missing."""


class VerificationError(VectorStoreError):
    """An index does not hold exactly what the catalog holds."""


class ErasureError(VectorStoreError):
    """Documents are erased, but their words could not be taken out of what else is stored."""


class StoreLockedError(VectorStoreError):
    """Another process is writing to the same data directory."""


class EmbeddingError(VectorStoreError):
    """A model could not be loaded, or did not give one sane vector per text."""
