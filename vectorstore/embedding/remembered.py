"""An embedder for questions: each text is computed once, and alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from vectorstore.embedding.embedder import RunningEmbedder
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.types import FloatMatrix, FloatVector

REMEMBERED = 1024
"""Texts whose vectors are kept: 1.5 MB. A question is embedded for what kind of turn it is, and
again to be searched for."""


class RememberingEmbedder:
    """An `Embedder` around another. Safe to use from many threads.

    A text is embedded alone. Beside others it would be padded to the longest, which moves the last
    digit: its vector would depend on what was asked before.
    """

    def __init__(self, inner: RunningEmbedder) -> None:
        """Nothing is computed yet."""
        self._inner = inner
        self._vector = lru_cache(REMEMBERED)(self._embedded)

    @property
    def fingerprint(self) -> str:
        """Of the inner one."""
        return self._inner.fingerprint

    @property
    def runtime(self) -> str:
        """Of the inner one."""
        return self._inner.runtime

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._inner.dimension

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of the texts, each of unit length.

        Raises:
            EmptyTextError: If a text is empty or only white space.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return np.stack([self._vector(text) for text in texts])

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        """As the inner one does; nothing is kept."""
        return self._inner.embed_spanned(texts)

    def _embedded(self, text: str) -> FloatVector:
        vector: FloatVector = self._inner.embed([text])[0]
        return vector
