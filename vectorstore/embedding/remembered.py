"""An embedder for questions: each text is computed once, and alone."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from vectorstore.embedding.embedder import RunningEmbedder
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.types import FloatMatrix, FloatVector

REMEMBERED = 1024
"""Texts whose vectors are kept: 1.5 MB. A question is embedded for what kind of turn it is, and
again to be searched for; then its names may have their capitals, which many a model does not
see."""


class RememberingEmbedder:
    """An `Embedder` around another. Safe to use from many threads.

    A text is embedded alone. Beside others it would be padded to the longest, which moves the last
    digit: its vector would depend on what was asked before.
    """

    def __init__(self, inner: RunningEmbedder) -> None:
        self._inner = inner
        self._kept: OrderedDict[tuple[int, ...], FloatVector] = OrderedDict()
        self._keeping = Lock()

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

    def pieces(self, text: str) -> tuple[int, ...]:
        """As the inner one does."""
        return self._inner.pieces(text)

    def _vector(self, text: str) -> FloatVector:
        pieces = self._inner.pieces(text)
        with self._keeping:
            if pieces in self._kept:
                self._kept.move_to_end(pieces)
                return self._kept[pieces]
        vector: FloatVector = self._inner.embed([text])[0]
        with self._keeping:
            self._kept[pieces] = vector
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return vector
