"""How likely each sentence belongs into the answer: its passage's chance times its own in it.

Both are logistic models over what sets a sentence or a passage apart from the other candidates of
the same search. Their weights come from `accord eval fit` over several sets at once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

from app.answering.evidence import Evidence
from vectorstore.types import PassageId


@dataclass(frozen=True, slots=True)
class SentenceSigns:
    """Of a sentence; "below" are distances to the best, 0 for the best itself and else negative."""

    cosine_below: float
    """In cosine with the question, of all candidates."""
    cosine_below_in_passage: float
    window_below: float
    """In the share of the question's words in and around it, of all candidates."""
    window_below_in_passage: float
    shape: float
    news: float
    crowd: float
    """Logarithm of how many sentences of its passage may be cited."""
    length: float
    """Logarithm of its words."""
    leads: float
    """1 if it is the nearest to the question in its passage."""
    names: float
    relation: float
    score_below: float
    """In the weighted score, which hands a lead on to the sentences behind a cue."""


@dataclass(frozen=True, slots=True)
class PassageSigns:
    """Of a passage: its best sentences' features, and how far they are below all passages' best."""

    cosine: float
    cosine_below: float
    passage_cosine_below: float
    fused_below: float
    coverage: float
    window: float
    window_below: float
    names: float
    place: float
    """Its rank by fused score, in tenths, at most 1."""
    leads: float
    """1 if it has the best fused score."""
    score_below: float
    """In the weighted score of its best sentence."""


SENTENCE_WEIGHTS = SentenceSigns(
    cosine_below=0.76,
    cosine_below_in_passage=0.96,
    window_below=0.24,
    window_below_in_passage=0.53,
    shape=0.46,
    news=-2.91,
    crowd=-0.42,
    length=-0.07,
    leads=0.67,
    names=1.94,
    relation=0.67,
    score_below=0.95,
)
SENTENCE_CONSTANT = 0.94
PASSAGE_WEIGHTS = PassageSigns(
    cosine=1.27,
    cosine_below=0.66,
    passage_cosine_below=-0.89,
    fused_below=-1.3,
    coverage=-2.44,
    window=3.52,
    window_below=-0.14,
    names=3.18,
    place=-2.36,
    leads=2.16,
    score_below=1.87,
)
PASSAGE_CONSTANT = -5.14

LAST_PLACE = 10
"""Passages further down are all alike; a search reads 12."""


def relevances(evidence: Sequence[Evidence]) -> list[float]:
    """The relevance of each sentence, in the order given.

    A passage that has no rival is sure: somebody restricted the search to it.
    """
    passages = _by_passage(evidence)
    signs = passage_signs(evidence, passages)
    own = sentence_signs(evidence, passages)
    chances = {
        name: 1.0 if len(passages) == 1 else _logistic(PASSAGE_WEIGHTS, each, PASSAGE_CONSTANT)
        for name, each in signs.items()
    }
    return [
        chances[item.passage.passage.id] * _logistic(SENTENCE_WEIGHTS, each, SENTENCE_CONSTANT)
        for item, each in zip(evidence, own, strict=True)
    ]


def sentence_signs(
    evidence: Sequence[Evidence], passages: dict[PassageId, list[Evidence]] | None = None
) -> list[SentenceSigns]:
    """What the model of sentences reads, one row a sentence."""
    passages = _by_passage(evidence) if passages is None else passages
    cosine = max((item.features.cosine for item in evidence), default=0.0)
    window = max((item.features.window for item in evidence), default=0.0)
    score = max((item.score for item in evidence), default=0.0)
    best = {
        name: (
            max(item.features.cosine for item in inside),
            max(item.features.window for item in inside),
            math.log(len(inside)),
        )
        for name, inside in passages.items()
    }
    rows = []
    for item in evidence:
        features = item.features
        nearest, widest, crowd = best[item.passage.passage.id]
        rows.append(
            SentenceSigns(
                cosine_below=features.cosine - cosine,
                cosine_below_in_passage=features.cosine - nearest,
                window_below=features.window - window,
                window_below_in_passage=features.window - widest,
                shape=features.shape,
                news=features.news,
                crowd=crowd,
                length=math.log(max(1, len(item.text.split()))),
                leads=float(features.cosine == nearest),
                names=features.names,
                relation=features.relation,
                score_below=item.score - score,
            )
        )
    return rows


def passage_signs(
    evidence: Sequence[Evidence], passages: dict[PassageId, list[Evidence]] | None = None
) -> dict[PassageId, PassageSigns]:
    """What the model of passages reads, by passage."""
    passages = _by_passage(evidence) if passages is None else passages
    cosine = max((item.features.cosine for item in evidence), default=0.0)
    window = max((item.features.window for item in evidence), default=0.0)
    score = max((item.score for item in evidence), default=0.0)
    nearest = max((item.features.passage_cosine for item in evidence), default=0.0)
    ranked = sorted(
        {name: inside[0].features.passage for name, inside in passages.items()}.items(),
        key=lambda pair: (-pair[1], pair[0]),
    )
    place = {name: number for number, (name, _) in enumerate(ranked)}
    fused = ranked[0][1] if ranked else 0.0
    found = {}
    for name, inside in passages.items():
        own_cosine = max(item.features.cosine for item in inside)
        own_window = max(item.features.window for item in inside)
        found[name] = PassageSigns(
            cosine=own_cosine,
            cosine_below=own_cosine - cosine,
            passage_cosine_below=inside[0].features.passage_cosine - nearest,
            fused_below=inside[0].features.passage - fused,
            coverage=max(item.features.coverage for item in inside),
            window=own_window,
            window_below=own_window - window,
            names=max(item.features.names for item in inside),
            place=min(place[name], LAST_PLACE) / LAST_PLACE,
            leads=float(place[name] == 0),
            score_below=max(item.score for item in inside) - score,
        )
    return found


def _by_passage(evidence: Sequence[Evidence]) -> dict[PassageId, list[Evidence]]:
    passages: dict[PassageId, list[Evidence]] = {}
    for item in evidence:
        passages.setdefault(item.passage.passage.id, []).append(item)
    return passages


def _logistic(
    weights: SentenceSigns | PassageSigns, signs: SentenceSigns | PassageSigns, constant: float
) -> float:
    total = constant + sum(
        getattr(weights, field.name) * getattr(signs, field.name) for field in fields(signs)
    )
    return 1.0 / (1.0 + math.exp(-total))
