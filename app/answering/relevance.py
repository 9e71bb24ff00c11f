"""How likely each sentence belongs into the answer: its passage's chance times its own in it.

Both are logistic models over what sets a sentence or a passage apart from the other candidates of
the same search, the few that were read closely. Their weights come from `accord eval fit` over
several sets at once.
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
    titled_below: float
    """In cosine with the question when read alone behind its title, of all candidates."""
    titled_below_in_passage: float
    titled_place: float
    """Logarithm of its rank by that, from 1."""


@dataclass(frozen=True, slots=True)
class PassageSigns:
    """Of a passage: its best sentences' features, and how far they are ahead of its best rival's.

    Behind, they are negative: the distance to the best of all.
    """

    cosine: float
    cosine_ahead: float
    passage_cosine_ahead: float
    fused_ahead: float
    coverage: float
    window: float
    window_ahead: float
    names: float
    place: float
    """Its rank by fused score, in tenths, at most 1."""
    leads: float
    """1 if it has the best fused score."""
    score_ahead: float
    """In the weighted score of its best sentence."""
    titled: float
    titled_ahead: float


SENTENCE_WEIGHTS = SentenceSigns(
    cosine_below=0.14,
    cosine_below_in_passage=-1.18,
    window_below=-0.62,
    window_below_in_passage=1.44,
    shape=0.66,
    news=-0.86,
    crowd=0.07,
    length=0.29,
    leads=0.61,
    names=-0.47,
    relation=0.89,
    score_below=0.45,
    titled_below=-3.66,
    titled_below_in_passage=6.12,
    titled_place=-0.48,
)
SENTENCE_CONSTANT = 0.07
PASSAGE_WEIGHTS = PassageSigns(
    cosine=-1.91,
    cosine_ahead=1.44,
    passage_cosine_ahead=-1.16,
    fused_ahead=-1.49,
    coverage=-3.38,
    window=3.91,
    window_ahead=0.66,
    names=0.25,
    place=-4.97,
    leads=0.85,
    score_ahead=2.48,
    titled=2.37,
    titled_ahead=7.8,
)
PASSAGE_CONSTANT = -0.58

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
    titled = max((_titled(item) for item in evidence), default=0.0)
    places = _places([_titled(item) for item in evidence])
    best = {
        name: (
            max(item.features.cosine for item in inside),
            max(item.features.window for item in inside),
            math.log(len(inside)),
            max(_titled(item) for item in inside),
        )
        for name, inside in passages.items()
    }
    rows = []
    for item, place in zip(evidence, places, strict=True):
        features = item.features
        nearest, widest, crowd, best_titled = best[item.passage.passage.id]
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
                titled_below=_titled(item) - titled,
                titled_below_in_passage=_titled(item) - best_titled,
                titled_place=math.log(1 + place),
            )
        )
    return rows


def passage_signs(
    evidence: Sequence[Evidence], passages: dict[PassageId, list[Evidence]] | None = None
) -> dict[PassageId, PassageSigns]:
    """What the model of passages reads, by passage."""
    passages = _by_passage(evidence) if passages is None else passages
    groups = list(passages.values())
    cosines = [max(item.features.cosine for item in inside) for inside in groups]
    windows = [max(item.features.window for item in inside) for inside in groups]
    scores = [max(item.score for item in inside) for inside in groups]
    titled = [max(_titled(item) for item in inside) for inside in groups]
    fused = [inside[0].features.passage for inside in groups]
    whole = [inside[0].features.passage_cosine for inside in groups]
    places = _places(fused)
    ahead = {
        "cosine_ahead": _ahead(cosines),
        "passage_cosine_ahead": _ahead(whole),
        "fused_ahead": _ahead(fused),
        "window_ahead": _ahead(windows),
        "score_ahead": _ahead(scores),
        "titled_ahead": _ahead(titled),
    }
    return {
        name: PassageSigns(
            cosine=cosines[number],
            coverage=max(item.features.coverage for item in inside),
            window=windows[number],
            names=max(item.features.names for item in inside),
            place=min(places[number], LAST_PLACE) / LAST_PLACE,
            leads=float(places[number] == 0),
            titled=titled[number],
            **{sign: values[number] for sign, values in ahead.items()},
        )
        for number, (name, inside) in enumerate(passages.items())
    }


def _titled(item: Evidence) -> float:
    return 0.0 if item.titled is None else item.titled


def _places(values: Sequence[float]) -> list[int]:
    """The rank of each, highest first from 0; of equals the first is before."""
    order = sorted(range(len(values)), key=lambda index: -values[index])
    place = dict(zip(order, range(len(order)), strict=True))
    return [place[index] for index in range(len(values))]


def _ahead(values: Sequence[float]) -> list[float]:
    """How far each is ahead of the best of the others; 0 for one that is alone."""
    if len(values) < 2:
        return [0.0] * len(values)
    best, second = sorted(values, reverse=True)[:2]
    leader = values.index(best)
    return [value - (second if index == leader else best) for index, value in enumerate(values)]


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
