"""Joining two rankings of the same passages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nlargest

from vectorstore.types import PassageId

EVEN_SHARE = 0.4
"""Weight of BM25 where neither half has a clear winner."""
SWAY = 0.15
"""How far a half with a clear winner pulls the weight its way."""
CLEAR_COSINE_LEAD = 0.06
CLEAR_BM25_LEAD = 0.2
"""Lead of the best over the second: in cosine, and as a share of the best BM25. The four numbers
were chosen on seven public sets at once (docs/decisions/0004-fusion-weights.md)."""


def min_max(scores: Mapping[PassageId, float]) -> dict[PassageId, float]:
    """Scores stretched to [0, 1] over these candidates; all 0 where they do not differ."""
    if not scores:
        return {}
    lowest, highest = min(scores.values()), max(scores.values())
    width = highest - lowest
    return {name: (score - lowest) / width if width > 0 else 0.0 for name, score in scores.items()}


def lexical_share(cosines: Mapping[PassageId, float], lexical: Mapping[PassageId, float]) -> float:
    """Weight of BM25 for one query, in [0.25, 0.55]: more for the half that has a clear winner."""
    first, second = _best_two(cosines)
    dense = min(1.0, (first - second) / CLEAR_COSINE_LEAD)
    first, second = _best_two(lexical)
    words = min(1.0, (first - second) / first / CLEAR_BM25_LEAD) if first > 0 else 0.0
    return EVEN_SHARE + SWAY * (words - dense)


def _best_two(scores: Mapping[PassageId, float]) -> tuple[float, float]:
    best = nlargest(2, scores.values())
    return (best[0], best[1]) if len(best) == 2 else (0.0, 0.0)


def convex(
    cosines: Mapping[PassageId, float],
    lexical: Mapping[PassageId, float],
    *,
    share: float | None = None,
) -> dict[PassageId, float]:
    """Convex combination of the two normalised scores, in [0, 1].

    Args:
        cosines: Similarity of every candidate.
        lexical: BM25 of the same candidates; 0 where no word matches.
        share: Weight of BM25 in [0, 1]; None takes `lexical_share`.

    Source: Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval",
    TOIS 42(1), 2023.
    """
    weight = lexical_share(cosines, lexical) if share is None else share
    dense, words = min_max(cosines), min_max(lexical)
    return {name: weight * words[name] + (1.0 - weight) * dense[name] for name in cosines}


def weighted_sum(
    rankings: Sequence[Mapping[PassageId, float]], weights: Sequence[float]
) -> dict[PassageId, float]:
    """Sum of several fused rankings; a passage that one of them lacks counts 0 there."""
    total: dict[PassageId, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for name, score in ranking.items():
            total[name] = total.get(name, 0.0) + weight * score
    return total
