"""Do two sentences of different documents give different answers to one question?

A logistic model over what the reader says of the two (does each answer, do they contradict each
other) and what their words say (figures of one kind that differ, a question that asks for several
things at once). Fitted on the training part of the clusters, as the mean of a model with and one
without the contradiction, which the reader has learnt on the same part (docs/answering.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import product

from app.answering.amounts import amounts, moments
from app.answering.asking import Asked, Expects
from app.answering.evidence import Evidence, asks
from app.answering.subject import leans_back
from app.answering.terms import content_terms, is_function_word, keys, terms

Conflict = Callable[[str, str], float]
"""The chance that two sentences tell the same thing differently (`Reader.conflict`)."""

OPPOSED = 0.35
"""From this chance on two sentences are shown as a disagreement: of the training part two in three
that are shown are labelled so, without the limits below (docs/answering.md)."""
NEAR = 0.1
"""Share of the likeliest sentence's chance that both must have."""
CONSIDERED = 6
"""The likeliest sentences among which opposites are looked for; each pair costs a reading."""
MOST_PAIRS = 6
CONSTANT = -1.07
CONTRADICT, FIRST, SECOND, ANSWERS = 0.67, -0.3, 0.5, 0.41
"""What the logits count: of the contradiction, of the likelier and the less likely sentence as
answers, and of the less likely passage."""
THIRD = -1.64
"""What a third sentence counts, by its share of the likeliest one's chance: then there are several
answers, not two opposed ones."""
SHARED = 2.44
"""The share of words that both have and the question has not."""
SEVERAL_ASKED, FIGURES, FIGURES_CONTRADICT, ASKS_FIGURE = -0.77, 0.6, 0.72, 0.84
_SURE = 1e-4
_NOUN_WITHIN = 3
_SEVERAL = re.compile(
    r"\b(?:and|or|then|changed?|formerly|later|first .* (?:second|last)|timeline|compare|each|all|"
    r"list|over the years|versus|how .* differ)\b",
    re.IGNORECASE,
)
"""Of a question that asks for more than one thing: two answers to it are no disagreement."""
_LISTS = re.compile(
    r"\W*(?:please )?(?:list|name|give|show|tell|compare|summari[sz]e|what are|which are|pros)\b",
    re.I,
)
_FIGURE = re.compile(
    r"\W*(?:how (?:often|much|many|long|big|old|far)|at what|what (?:share|price|sum|rate|part))\b",
    re.IGNORECASE,
)
MOST_MISSING = 1
"""Words of the question that neither an opposed sentence nor what stands around it need hold."""
_OPEN = re.compile(r"\W*(?:whether|if)\b", re.IGNORECASE)
_FIGURES = frozenset({Expects.MONEY, Expects.SHARE, Expects.NUMBER, Expects.DURATION})


def opposed(
    asked: Asked, chosen: Sequence[Evidence], others: Sequence[Evidence], conflict: Conflict
) -> tuple[Evidence, Evidence, float] | None:
    """The surest pair of opposed answers, one of them chosen; None where none is sure enough.

    Args:
        asked: The question.
        chosen: The sentences of the answer.
        others: All evidence.
        conflict: Of the reader; asked only where the rest makes a disagreement possible.
    """
    ranked = sorted(others, key=lambda item: -item.relevance)[:CONSIDERED]
    if not ranked or asked.wants_list or _LISTS.match(asked.text) or leans_back(asked.text):
        return None
    floor = NEAR * ranked[0].relevance
    places = {_place(item) for item in chosen}
    pairs = {
        frozenset((_place(first), _place(second))): (first, second)
        for first, second in product(ranked, ranked)
        if _place(first) in places
        and first.document_id != second.document_id
        and min(first.relevance, second.relevance) >= floor
        and all(_states(asked, side) for side in (first, second))
        and not _say_the_same(asked, first.text, second.text)
    }
    possible = [
        (beside, figures, pair)
        for pair in pairs.values()
        for beside, figures in [_beside(asked, *pair, ranked)]
        if _chance(beside, figures, 1.0) >= OPPOSED
    ]
    possible.sort(key=lambda one: -one[0])
    judged = [
        (_chance(beside, figures, conflict(first.text, second.text)), first, second)
        for beside, figures, (first, second) in possible[:MOST_PAIRS]
    ]
    best = max(judged, key=lambda one: one[0], default=None)
    if best is None or best[0] < OPPOSED:
        return None
    chance, first, second = best
    return first, second, chance


def _states(asked: Asked, item: Evidence) -> bool:
    """Whether a sentence states something of all that the question names."""
    is_open = asks(item.text) or _OPEN.match(item.text) is not None
    names = {term.key for term in asked.names}
    return not (is_open or names & item.missing or len(item.missing) > MOST_MISSING)


def _say_the_same(asked: Asked, first: str, second: str) -> bool:
    """Whether both give one day or figure where such is asked for."""
    if asked.expects is Expects.DATE:
        return any(one.is_said_by(other) for one in moments(first) for other in moments(second))
    if asked.expects in _FIGURES:
        one, other = _figures(first), _figures(second)
        return any(one[kind] & other[kind] for kind in one.keys() & other.keys())
    return False


def _beside(
    asked: Asked, first: Evidence, second: Evidence, ranked: Sequence[Evidence]
) -> tuple[float, bool]:
    """The logit without the contradiction, and whether figures of one kind differ."""
    more, less = sorted((first.relevance, second.relevance), reverse=True)
    third = max((e.relevance for e in ranked if e is not first and e is not second), default=0.0)
    own = keys(content_terms(asked.text))
    shared = len((first.keys & second.keys) - own)
    shared_share = shared / max(1, min(len(first.keys), len(second.keys)))
    several = bool(_SEVERAL.search(asked.text)) or len(list(moments(asked.text))) > 1
    figures = _figures_differ(first.text, second.text)
    asks_figure = asked.expects in _FIGURES or _FIGURE.match(asked.text) is not None
    logit = (
        CONSTANT
        + FIRST * _logit(more)
        + SECOND * _logit(less)
        + ANSWERS * _logit(min(first.answers, second.answers))
        + THIRD * third / max(ranked[0].relevance, _SURE)
        + SHARED * shared_share
        + SEVERAL_ASKED * several
        + FIGURES * figures
        + ASKS_FIGURE * asks_figure
    )
    return logit, figures


def _chance(beside: float, figures: bool, contradiction: float) -> float:
    told = _logit(contradiction)
    logit = beside + CONTRADICT * told + FIGURES_CONTRADICT * figures * told
    return 1.0 / (1.0 + math.exp(-logit))


def _figures_differ(first: str, second: str) -> bool:
    """Whether each has just one figure of some kind, and the two are not the same."""
    one, other = _figures(first), _figures(second)
    return any(
        len(one[kind]) == len(other[kind]) == 1 and one[kind] != other[kind]
        for kind in one.keys() & other.keys()
    )


def _figures(text: str) -> dict[str, set[float]]:
    """Values by unit or, without one, by the word that is counted; ordinals left out."""
    found: dict[str, set[float]] = {}
    for amount in amounts(text):
        if amount.unit == "th":
            continue
        counted = (
            word.key
            for word in terms(text[amount.end :])[:_NOUN_WITHIN]
            if not is_function_word(word.text) and not word.is_number
        )
        kind = amount.unit or f"of {next(counted, '')}"
        found.setdefault(kind, set()).add(amount.value)
    return found


def _logit(chance: float) -> float:
    chance = min(1 - _SURE, max(_SURE, chance))
    return math.log(chance / (1 - chance))


def _place(item: Evidence) -> tuple[str, int]:
    return item.document_id, item.sentence.start
