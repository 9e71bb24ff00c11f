"""A summary tells of the matter of whole paragraphs, not of single sentences. Pure."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence

OWN = 0.5
"""What a sentence's own log odds count beside the mean of its paragraph."""
LEAST = 1e-4
"""Chances are kept so far from 0 and 1: a single sure sentence makes no paragraph."""


def shared_in_paragraphs(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence with chances that the sentences of a paragraph share, the likeliest first.

    Of "the events of 2021" each sentence tells one, and no single one is likely to be the answer;
    their paragraph is.
    """
    odds: dict[tuple[str, int], list[float]] = defaultdict(list)
    for item in evidence:
        odds[_paragraph(item)].append(_log_odds(item.relevance))
    means = {place: sum(values) / len(values) for place, values in odds.items()}
    shared = [
        replace(
            item,
            relevance=_chance(
                OWN * _log_odds(item.relevance) + (1 - OWN) * means[_paragraph(item)]
            ),
        )
        for item in evidence
    ]
    return sorted(
        shared, key=lambda item: (-item.relevance, item.document_id, item.sentence.ordinal)
    )


def _paragraph(item: Evidence) -> tuple[str, int]:
    return item.document_id, item.sentence.paragraph


def _log_odds(chance: float) -> float:
    kept = min(max(chance, LEAST), 1 - LEAST)
    return math.log(kept / (1 - kept))


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
