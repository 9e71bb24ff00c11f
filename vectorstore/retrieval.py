"""From words and vectors to ranked passages: dense and lexical candidates, fused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vectorstore.fusion import convex
from vectorstore.live import LiveGeneration
from vectorstore.reader import CatalogReader
from vectorstore.types import DocumentId, FloatVector, PassageId, ScoredPassage

CANDIDATES = 40
"""Taken from each index before fusing. Lists of 100 change nDCG@10 by less than 0.005 on any set
and cost more time; a list question reads 20 passages."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates of one query, each with its fused score and the two scores behind it."""

    fused: dict[PassageId, float]
    cosines: dict[PassageId, float]
    bm25: dict[PassageId, float]

    @property
    def best_cosine(self) -> float:
        """Similarity of the nearest passage; -1 where there is none."""
        return max(self.cosines.values(), default=-1.0)


def rank(
    generation: LiveGeneration,
    text: str,
    vector: FloatVector,
    *,
    document_ids: Sequence[DocumentId] | None = None,
) -> Ranking:
    """Every passage that either index finds near, scored by both.

    Args:
        generation: The indexes to search, and the catalog of that moment.
        text: Searched by its words.
        vector: Searched by similarity; unit length.
        document_ids: Restricts the search; None searches all.
    """
    cosines = dict(generation.vectors.search(vector, limit=CANDIDATES, document_ids=document_ids))
    bm25 = dict(generation.lexical.search(text, limit=CANDIDATES, document_ids=document_ids))
    only_lexical = [name for name in bm25 if name not in cosines]
    if only_lexical:
        found, vectors = generation.reader.passage_vectors(only_lexical)
        cosines |= {name: float(row @ vector) for name, row in zip(found, vectors, strict=True)}
    only_dense = [name for name in cosines if name not in bm25]
    if only_dense:
        bm25 |= generation.lexical.score(text, only_dense)
    bm25 = {name: bm25[name] for name in cosines}
    return Ranking(convex(cosines, bm25), cosines, bm25)


def opened(
    reader: CatalogReader,
    rankings: Sequence[Ranking],
    scores: Mapping[PassageId, float],
    *,
    limit: int,
) -> list[ScoredPassage]:
    """The passages with the highest scores, best first; ties by id.

    Cosine and BM25 of the result are those of the first ranking that has the passage.
    """
    order = sorted(scores, key=lambda name: (-scores[name], name))[:limit]
    return [
        ScoredPassage(
            passage=stored.passage,
            text=stored.text,
            score=scores[stored.passage.id],
            cosine=_first(rankings, "cosines", stored.passage.id),
            bm25=_first(rankings, "bm25", stored.passage.id),
        )
        for stored in reader.passages(order)
    ]


def _first(rankings: Sequence[Ranking], field: str, name: PassageId) -> float:
    for ranking in rankings:
        scores: dict[PassageId, float] = getattr(ranking, field)
        if name in scores:
            return scores[name]
    return 0.0
