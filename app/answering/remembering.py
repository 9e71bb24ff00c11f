"""An embedder that keeps the vectors of short texts it will be asked for again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from vectorstore.protocols import Embedder, SpannedText, SpannedVectors
from vectorstore.types import FloatMatrix, FloatVector

REMEMBERED_TEXTS = 20_000
"""About 30 MB of vectors."""


class RememberingEmbedder:
    """An `Embedder` around another. Safe to use from many threads."""

    def __init__(self, embedder: Embedder, *, capacity: int = REMEMBERED_TEXTS) -> None:
        """Nothing is computed yet; `capacity` counts texts, the longest unused is forgotten."""
        self._embedder = embedder
        self._capacity = capacity
        self._known: OrderedDict[str, FloatVector] = OrderedDict()
        self._lock = Lock()

    @property
    def fingerprint(self) -> str:
        """Of the embedder behind it."""
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        """Length of every vector."""
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """Computed anew: questions are seldom asked twice."""
        return self._embedder.embed(texts)

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        """Computed anew."""
        return self._embedder.embed_spanned(texts)

    def recall(self, texts: Sequence[str]) -> FloatMatrix:
        """Like `embed`; what is known is not computed again, the rest in one go and then kept."""
        with self._lock:
            rows = {text: self._known[text] for text in texts if text in self._known}
        if new := sorted({text for text in texts if text not in rows}):
            rows |= dict(zip(new, self._embedder.embed(new), strict=True))
        with self._lock:
            for text, row in rows.items():
                self._known[text] = row
                self._known.move_to_end(text)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)
        found = [rows[text] for text in texts]
        return np.stack(found) if found else np.empty((0, self.dimension), dtype=np.float32)
