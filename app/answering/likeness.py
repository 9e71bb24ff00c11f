"""How near two single words are in meaning, by the embedder that is there anyway."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from threading import Lock

import numpy as np

from vectorstore.protocols import Embedder
from vectorstore.types import FloatVector

REMEMBERED_WORDS = 20_000
"""About 30 MB of vectors."""
UNRELATED = 0.45
"""Words picked at random lie below this cosine, and so do many that only go together."""
SAME = 0.80
"""Synonyms ("shops" and "stores", "worried" and "concerned") lie above this one."""
FULL_CREDIT = 0.8
"""A word that means the same still counts less than the word itself."""


class WordLikeness:
    """Compares words by their vectors; remembers vectors. Safe to use from many threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, FloatVector] = OrderedDict()
        self._lock = Lock()

    def credit(self, wanted: Sequence[str], held: Collection[str]) -> list[float]:
        """For each word wanted, how well the nearest word held stands for it, in [0, 0.8]."""
        if not wanted or not held:
            return [0.0] * len(wanted)
        vectors = self._vectors([*wanted, *sorted(held)])
        nearest = (vectors[: len(wanted)] @ vectors[len(wanted) :].T).max(axis=1)
        share = np.clip((nearest - UNRELATED) / (SAME - UNRELATED), 0.0, 1.0)
        return [float(FULL_CREDIT * each) for each in share]

    def _vectors(self, words: Sequence[str]) -> np.ndarray:
        folded = [word.lower() for word in words]
        with self._lock:
            new = sorted({word for word in folded if word not in self._known})
        fresh = dict(zip(new, self._embedder.embed(new), strict=True)) if new else {}
        with self._lock:
            self._known.update(fresh)
            rows = [fresh[word] if word in fresh else self._known[word] for word in folded]
            while len(self._known) > REMEMBERED_WORDS:
                self._known.popitem(last=False)
        return np.stack(rows)
