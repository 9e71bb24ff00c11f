"""The seams of the store: each has a real implementation and another real one or a fake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vectorstore.types import FloatMatrix, FloatVector, PassageId


@dataclass(frozen=True, slots=True)
class SpannedText:
    """A text to embed as a whole and, in the same pass, span by span.

    `text` is what the model reads; `spans` are character ranges of `text` (the sentences of a
    passage).
    """

    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SpannedVectors:
    """Vectors of one `SpannedText`, each of unit length."""

    whole: FloatVector
    spans: FloatMatrix
    """One row per span, mean of the contextual token vectors inside it."""


class Embedder(Protocol):
    """Turns text into vectors: float32, one row per text, rows of unit length."""

    @property
    def fingerprint(self) -> str:
        """Names the weights (model and hash) and the vector space; goes into the index manifest.

        Runtimes of the same weights that agree share a fingerprint.
        """
        ...

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        ...

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """Shape (len(texts), dimension); row i belongs to texts[i]."""
        ...

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        """One forward pass a text gives the vector of the whole and of each span."""
        ...


class PassageIndex(Protocol):
    """Nearest passages by vector."""

    def search(
        self, vector: FloatVector, *, limit: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[PassageId, float]]:
        """Best first: passage id and cosine similarity.

        `document_ids` restricts the search; empty finds nothing.
        """
        ...


class LexicalIndex(Protocol):
    """Best passages by words."""

    def search(
        self, text: str, *, limit: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[PassageId, float]]:
        """Best first: passage id and BM25 score.

        `document_ids` restricts the search; empty finds nothing.
        """
        ...
