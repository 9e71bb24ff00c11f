"""How near two single words are in meaning, by the embedder that is there anyway."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from app.answering.remembering import REMEMBERED_TEXTS, RememberingEmbedder
from vectorstore.protocols import Embedder

UNRELATED = 0.45
"""Words picked at random lie below this cosine, and so do many that only go together."""
SAME = 0.80
"""Synonyms ("shops" and "stores", "worried" and "concerned") lie above this one."""
FULL_CREDIT = 0.8
"""A word that means the same still counts less than the word itself."""


class WordLikeness:
    """Compares words by their vectors; remembers vectors. Safe to use from many threads."""

    def __init__(self, embedder: Embedder, *, remembered: int = REMEMBERED_TEXTS) -> None:
        """Nothing is computed yet; so many words are remembered."""
        self._memory = RememberingEmbedder(embedder, capacity=remembered)

    def credit(self, wanted: Sequence[str], held: Collection[str]) -> list[float]:
        """For each word wanted, how well the nearest word held stands for it, in [0, 0.8]."""
        if not wanted or not held:
            return [0.0] * len(wanted)
        vectors = self._memory.recall([word.lower() for word in (*wanted, *sorted(held))])
        nearest = (vectors[: len(wanted)] @ vectors[len(wanted) :].T).max(axis=1)
        share = np.clip((nearest - UNRELATED) / (SAME - UNRELATED), 0.0, 1.0)
        return [float(FULL_CREDIT * each) for each in share]
