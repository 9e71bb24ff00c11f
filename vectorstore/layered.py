"""Search over the vectors of a base and those of what was added since, as if they were one index.

The base is Chroma's; what came later is few and is compared one by one, which is exact. What the
base holds and is served no more is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from vectorstore.chroma import ChromaIndex
from vectorstore.types import DocumentId, FloatMatrix, FloatVector, PassageId

SPARE = 16  # asked for beyond the limit where something may have to be passed over
GROWTH = 4  # how much more is asked for when all that was spare had to be


class LayeredVectors:
    """Nearest passages by cosine similarity; implements `PassageIndex`."""

    def __init__(
        self,
        base: ChromaIndex | None,
        dead: Collection[DocumentId],
        recent_ids: Sequence[PassageId],
        recent: FloatMatrix,
    ) -> None:
        """One row of `recent` for each of `recent_ids`, unit length.

        Args:
            base: Holds passages of other documents than the recent ones, and of dead ones; None
                where all passages are recent.
            dead: Documents whose passages in the base are served no more.
            recent_ids: Passages beside the base.
            recent: Their vectors.
        """
        self._base = base
        self._dead = frozenset(dead)
        self._recent_ids = list(recent_ids)
        self._recent = recent
        self._recent_documents = np.array([_document(name) for name in recent_ids], dtype=object)

    def without(self, documents: Collection[DocumentId]) -> LayeredVectors:
        """The same, in which the passages of some documents are not found."""
        kept = [n for n, name in enumerate(self._recent_ids) if _document(name) not in documents]
        names = [self._recent_ids[n] for n in kept]
        return LayeredVectors(self._base, self._dead.union(documents), names, self._recent[kept])

    def search(
        self, vector: FloatVector, *, limit: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[PassageId, float]]:
        """Best first: passage id and cosine similarity; ties in order of id."""
        found = self._in_base(vector, limit, document_ids)
        found += self._among_recent(vector, limit, document_ids)
        return sorted(found, key=lambda item: (-item[1], item[0]))[: max(limit, 0)]

    def _in_base(
        self, vector: FloatVector, limit: int, document_ids: Sequence[str] | None
    ) -> list[tuple[PassageId, float]]:
        if self._base is None:
            return []
        if not self._dead:
            return self._base.search(vector, limit=limit, document_ids=document_ids)
        if document_ids is not None:
            # Nothing that Chroma finds among these is dead.
            wanted = [name for name in document_ids if name not in self._dead]
            return self._base.search(vector, limit=limit, document_ids=wanted)
        asked = limit + SPARE if limit > 0 else 0
        while True:
            found = self._base.search(vector, limit=asked)
            live = [item for item in found if _document(item[0]) not in self._dead]
            if len(live) >= limit or len(found) < asked:
                return live[:limit]
            asked *= GROWTH

    def _among_recent(
        self, vector: FloatVector, limit: int, document_ids: Sequence[str] | None
    ) -> list[tuple[PassageId, float]]:
        if limit < 1 or not self._recent_ids:
            return []
        query = np.asarray(vector, dtype=np.float32)
        length = float(np.linalg.norm(query))
        if not length:
            return []
        scores = self._recent @ (query / length)
        places = np.arange(len(scores))
        if document_ids is not None:
            places = places[np.isin(self._recent_documents, list(document_ids))]
        # In order of id among equals: the recent passages are sorted by it.
        best = places[np.argsort(-scores[places], kind="stable")[:limit]]
        return [(self._recent_ids[n], float(scores[n])) for n in best]


def _document(passage: PassageId) -> DocumentId:
    return passage.partition(":")[0]
