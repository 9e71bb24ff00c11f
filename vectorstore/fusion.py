"""Joining two rankings of the same passages. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vectorstore.types import PassageId

LEXICAL_SHARE = 0.5
"""Weight of BM25 beside the cosine. Even shares have the best worst case over all public sets tried
(docs/retrieval.md); reciprocal rank fusion is below them nearly everywhere."""


def min_max(scores: Mapping[PassageId, float]) -> dict[PassageId, float]:
    """Scores stretched to [0, 1] over these candidates; all 0 where they do not differ."""
    if not scores:
        return {}
    lowest, highest = min(scores.values()), max(scores.values())
    width = highest - lowest
    return {name: (score - lowest) / width if width > 0 else 0.0 for name, score in scores.items()}


def convex(
    cosines: Mapping[PassageId, float],
    lexical: Mapping[PassageId, float],
    *,
    lexical_share: float = LEXICAL_SHARE,
) -> dict[PassageId, float]:
    """Convex combination of the two normalised scores, in [0, 1].

    Args:
        cosines: Similarity of every candidate.
        lexical: BM25 of the same candidates; 0 where no word matches.
        lexical_share: Weight of BM25 in [0, 1].

    Source: Bruch, Gai & Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 42(1),
    2023.
    """
    dense, words = min_max(cosines), min_max(lexical)
    return {
        name: lexical_share * words[name] + (1.0 - lexical_share) * dense[name] for name in cosines
    }


def weighted_sum(
    rankings: Sequence[Mapping[PassageId, float]], weights: Sequence[float]
) -> dict[PassageId, float]:
    """Sum of several fused rankings; a passage that one of them lacks counts 0 there."""
    total: dict[PassageId, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for name, score in ranking.items():
            total[name] = total.get(name, 0.0) + weight * score
    return total
