"""Do two sentences of different documents give different answers to one question?

Rules first: the passages of both must name something that the question names, and where a figure or
a day is asked for, each must give one that cannot be the other's (`told_values.py`), and not one of
them only a plan. What passes is weighed by a logistic model in which the reader's chance of a
contradiction is one vote among several (docs/answering.md). The second side may be less likely by
itself than a sentence that is shown.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from itertools import combinations

from app.answering.asking import Asked, Expects, named_kinds
from app.answering.evidence import Evidence, asks
from app.answering.subject import leans_back
from app.answering.terms import (
    content_terms,
    fold,
    is_function_word,
    keys,
    names_of,
    terms,
)
from app.answering.told_values import Told, dates_told, figures_told, wanted_figures

Conflict = Callable[[str, str], float]
"""The chance that two sentences tell the same thing differently (`Reader.conflict`)."""

OPPOSED = 0.2
"""From this chance on two sentences are shown as a disagreement (docs/answering.md)."""
OPENLY = 0.5
"""The same of reasons, names and whatever else has no value that could be told apart by rules."""
NEAR = 0.1
"""Share of the likeliest sentence's chance that both must have."""
LIKELY = 0.3
"""The same where neither of them is among the chosen."""
CONSIDERED = 8
"""The likeliest sentences among which opposites are looked for."""
MOST_PAIRS = 6
"""So many pairs are read by the reader: each costs some milliseconds."""
CONSTANT = -0.89
CONTRADICT = 2.03
"""What the logit of the reader's contradiction counts."""
THIRD = -1.89
"""What a third answer counts, by its share of the likeliest one's chance: then there are several
answers, not two opposed ones."""
YEARS_APART = -0.52
"""Each year between two sources of a figure or day: it may have changed."""
ANSWERS, LESS_LIKELY, RATIO = 0.19, 0.43, 0.95
"""The logits of the less likely passage and sentence, and the latter's share of the likelier's."""
OTHER_FIGURE, OTHER_DAY = 1.99, 3.69
DENIED = 1.7
"""Of a question for yes or no: one side denies something."""
SEVERAL_ASKED, OPEN = -0.83, -1.05
OTHER_NAMES, SAME_NAMES = 1.07, -1.54
"""Of a question for a name, or one that tells no kind: names that the question has not."""
PLANNED = -0.58
"""One side tells of a plan."""
OTHER_TIME = -1.73
"""Both name days or years, and not the same ones, where none is asked for."""
COVERED = -2.49
"""The share of the question's words in the sentence that has fewer: the reader takes many for an
answer, so its chance says less there."""
MOST_YEARS = 6.0
UNDATED = 0.5
"""Years between two sources of which one has no date."""
FEW_WORDS = 2
LIKE = 0.5
"""A third sentence with this share of a side's words says the same."""
_SURE = 0.02

_AFRESH = (
    r"what|how|when|who|whom|whose|where|why|which|is|was|are|were|do|does|did|has|have|since|"
    r"later|now|then|after\w*|today|finally|currently|lately"
)
_SEVERAL = re.compile(
    rf"\band (?:(?:by|for|of|with|from|at|to|in|on) )?(?:{_AFRESH})\b|"
    r"\band (?:in|from|as of|by|since|until) (?:\w+ )?(?:19|20)\d\d|"
    r"\b(?:chang(?:e|ed|es)|formerly|nowadays|originally|timeline|compar\w+|each|versus|vs|"
    r"differ\w*|past and present|at first|respectively|over the (?:years|time|seasons)|"
    r"developed|fared?|evolved?|grown|unlike|(?:planned|promised|expected|agreed|first|before) and|"
    r"both)\b",
    re.IGNORECASE,
)
"""Of a question that asks for more than one thing: two answers to it are seldom a disagreement."""
_LISTS = re.compile(
    r"\W*(?:please )?(?:list|name|give|show|tell|compare|summari[sz]e|what are|which are|pros)\b",
    re.I,
)
_OPEN = re.compile(r"\W*(?:whether|if)\b", re.IGNORECASE)
_PLANS = re.compile(
    r"\b(?:will|shall|should|would|ought|plans?|planned(?! \w+s\b)|planning|expect(?:s|ed|ation)?|"
    r"aim(?:s|ed)?|hope[sd]?|count(?:s|ed)? on|reckon(?:s|ed)?|foresee[sn]?|foreseen|"
    r"intend(?:s|ed)?|(?:is|are|was) due|target(?:s|ed)?|goal|propos\w+|set aside|forecast|"
    r"projected|scheduled|wants?|wished|(?:is|are|was|were) to|budgeted|recommend\w*|"
    r"undertak\w+|promis\w+|advis\w+)\b",
    re.IGNORECASE,
)
_AS_PLANNED = re.compile(
    r"\b(?:as|than) (?:was |had been )?(?:promised|planned|agreed|expected|foreseen)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not?|never|none|nobody|nothing|neither|nor|without|cannot|refus\w+|den(?:y|ies|ied)|"
    r"reject\w*|end(?:s|ed)?|stop\w*|drop(?:s|ped)|abandon\w*|g(?:i|a)ven? up|cancel\w*|"
    r"terminated?|br(?:o|ea)ken? off|call(?:ed)? off|withdr\w+|left|closed|sold|exclud\w+|lack\w*|"
    r"fail\w*|free|declin\w+|wound up|dissol\w+|remov\w+)\b|n't\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"\b(?:says?|said|according|tells?|told|writes?|wrote|reports?|reported|thinks?|believes?|"
    r"stated?|recalls?)\b",
    re.IGNORECASE,
)


def opposed(
    asked: Asked, chosen: Sequence[Evidence], others: Sequence[Evidence], conflict: Conflict
) -> tuple[Evidence, Evidence, float] | None:
    """The surest pair of opposed answers; None where none is sure enough.

    Args:
        asked: The question.
        chosen: The sentences of the answer.
        others: All evidence.
        conflict: Of the reader; asked only where the rest makes a disagreement possible.
    """
    ranked = sorted(others, key=lambda item: -item.relevance)[:CONSIDERED]
    if not ranked or asked.wants_list or _LISTS.match(asked.text) or leans_back(asked.text):
        return None
    places = {_place(item) for item in chosen}
    least = OPPOSED if _has_value(asked) else OPENLY
    possible = [
        (beside, first, second)
        for first, second in combinations(ranked, 2)
        if _may_oppose(asked, first, second, ranked, places)
        for beside in [_beside(asked, first, second, ranked)]
        if _chance(beside, 1.0) >= least
    ]
    possible.sort(key=lambda one: -one[0])
    judged = [
        (_chance(beside, conflict(first.text, second.text)), first, second)
        for beside, first, second in possible[:MOST_PAIRS]
    ]
    best = max(judged, key=lambda one: one[0], default=None)
    if best is None or best[0] < least:
        return None
    chance, first, second = best
    return first, second, chance


def _may_oppose(
    asked: Asked,
    first: Evidence,
    second: Evidence,
    ranked: Sequence[Evidence],
    places: set[tuple[str, int]],
) -> bool:
    if first.document_id == second.document_id:
        return False
    is_shown = bool({_place(first), _place(second)} & places)
    floor = (NEAR if is_shown else LIKELY) * ranked[0].relevance
    return (
        bool(places)
        and min(first.relevance, second.relevance) >= floor
        and all(_states(side) for side in (first, second))
        and _are_of_one(asked, first, second)
        and not _is_vetoed(asked, first, second)
    )


def _states(item: Evidence) -> bool:
    """Whether a sentence states something."""
    return not asks(item.text) and _OPEN.match(item.text) is None


def _are_of_one(asked: Asked, first: Evidence, second: Evidence) -> bool:
    """Whether the passages of both hold one name of the question.

    Where it is typed in small letters, a word that a passage writes as a name is one.
    """
    shared = keys(asked.terms)
    named = {term.key for term in asked.names}
    for side in (first, second):
        words = terms(side.passage.text)
        shared &= keys(words) | keys(content_terms(side.metadata.title))
        named |= {word.key for word in words if word.is_name}
    # "Alliance" alone makes not each study of alliances one about Star Alliance.
    telling = named - named_kinds() or named
    return not shared.isdisjoint(telling)


def _is_vetoed(asked: Asked, first: Evidence, second: Evidence) -> bool:
    """Whether two values are one, or of two things, or one is not given at all."""
    is_date = asked.expects is Expects.DATE
    is_figure = bool(wanted_figures(asked))
    if is_figure and figures_told(asked, first.text, second.text) is not Told.OTHER:
        return True
    if is_date and dates_told(asked, first.text, second.text) is not Told.OTHER:
        return True
    if (is_figure or is_date) and _plans(first.text) != _plans(second.text):
        return True
    return _has_value(asked) and _is_of_another(asked, first) != _is_of_another(asked, second)


def _is_of_another(asked: Asked, item: Evidence) -> bool:
    """Whether a sentence begins with the name of somebody else and has none of the question's."""
    names = {term.key for term in asked.names}
    if not names or names & item.keys or _SPEAKS.search(fold(item.text)):
        return False
    known = {term.key for term in terms(item.passage.text) if term.is_name}
    return any(
        word.key in known
        for word in terms(item.text)[:FEW_WORDS]
        if word.text[:1].isupper() and not is_function_word(word.text)
    )


def _has_value(asked: Asked) -> bool:
    return bool(wanted_figures(asked)) or asked.expects in {Expects.DATE, Expects.STATUS}


def _plans(text: str) -> bool:
    return _PLANS.search(_AS_PLANNED.sub("", fold(text))) is not None


def _beside(asked: Asked, first: Evidence, second: Evidence, ranked: Sequence[Evidence]) -> float:
    """The logit without the contradiction."""
    more, less = sorted((first.relevance, second.relevance), reverse=True)
    third = max(
        (
            e.relevance
            for e in ranked
            if e not in (first, second) and _is_third(asked, e, first, second)
        ),
        default=0.0,
    )
    is_date = asked.expects is Expects.DATE
    is_figure = bool(wanted_figures(asked))
    is_name = asked.expects is Expects.NAME
    is_untold = asked.expects is Expects.ANYTHING and not is_figure
    one, other = (_own_names(asked, side.text) for side in (first, second))
    denied = {_DENIES.search(fold(side.text)) is None for side in (first, second)}
    planned = {_plans(side.text) for side in (first, second)}
    words = keys(asked.terms)
    return (
        CONSTANT
        + THIRD * third / max(ranked[0].relevance, _SURE)
        + YEARS_APART * (is_figure or is_date) * _years_between(first, second)
        + ANSWERS * _logit(min(first.answers, second.answers))
        + LESS_LIKELY * _logit(less)
        + RATIO * less / max(more, _SURE)
        + OTHER_FIGURE * is_figure
        + OTHER_DAY * is_date
        + DENIED * (asked.expects is Expects.STATUS and len(denied) > 1)
        + SEVERAL_ASKED * (_SEVERAL.search(asked.text) is not None)
        + OPEN * (is_untold or asked.expects is Expects.REASON)
        + OTHER_NAMES * ((is_name or is_untold) and bool(one and other) and not one & other)
        + SAME_NAMES * ((is_name or is_untold) and bool(one & other))
        + PLANNED * (len(planned) > 1)
        + OTHER_TIME * (not is_date and dates_told(asked, first.text, second.text) is Told.OTHER)
        + COVERED * min(len(words & side.keys) for side in (first, second)) / max(1, len(words))
    )


def _is_third(asked: Asked, item: Evidence, first: Evidence, second: Evidence) -> bool:
    """Whether a sentence gives another answer than either side."""
    sides = [side.text for side in (first, second)]
    if wanted_figures(asked):
        return all(figures_told(asked, item.text, side) is Told.OTHER for side in sides)
    if asked.expects is Expects.DATE:
        return all(dates_told(asked, item.text, side) is Told.OTHER for side in sides)
    own = keys(content_terms(asked.text))
    mine = item.keys - own
    return not any(
        len(mine & side.keys) >= LIKE * max(1, min(len(mine), len(side.keys - own)))
        for side in (first, second)
    )


def _own_names(asked: Asked, text: str) -> frozenset[str]:
    """Keys of the names in a sentence that the question has not."""
    own = keys(content_terms(asked.text))
    return frozenset[str]().union(*(name.keys for name in names_of(text) if not name.keys & own))


def _years_between(first: Evidence, second: Evidence) -> float:
    one, other = first.metadata.published, second.metadata.published
    if one is None or other is None:
        return UNDATED
    return min(abs((one - other).days) / 365.25, MOST_YEARS)


def _chance(beside: float, contradiction: float) -> float:
    return 1.0 / (1.0 + math.exp(-(beside + CONTRADICT * _logit(contradiction))))


def _logit(chance: float) -> float:
    chance = min(1 - _SURE, max(_SURE, chance))
    return math.log(chance / (1 - chance))


def _place(item: Evidence) -> tuple[str, int]:
    return item.document_id, item.sentence.start
