"""What speaks for and against two sentences giving opposed answers to a question. Pure.

A logistic model: `votes` gives the values, `WEIGHTS` what each counts. Fitted offline
(docs/answering.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from app.answering.conflicts.told_values import Told, dates_told, figures_told, wanted_figures
from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked, Expects, named_kinds
from app.answering.text.terms import (
    all_keys,
    content_keys,
    content_terms,
    fold,
    keys,
    names_of,
    terms,
)

WEIGHTS: Mapping[str, float] = {
    "constant": 1.08,
    "both best": 1.19,
    "years apart": -1.46,
    "third": -0.82,
    "less likely": 0.42,
    "several asked": -1.29,
    "denied": 0.23,
    "newer tells change": -0.67,
    "planned": -1.14,
    "same names": -0.26,
    "other names": 0.16,
    "other years told": -0.67,
}
"""Of the log odds that two sentences are opposed; the names are those of `votes`."""
CONTRADICT = 1.65
"""What the logit of the reader's contradiction counts."""
UNDATED = 0.5
"""Years between two sources of which one has no date."""
LIKE = 0.5
"""A third sentence with this share of a side's words says the same."""
_SURE = 0.02
"""Chances are kept so far off 0 and 1."""
_LEAST_LIKELY = 0.005
"""A chance below it counts as it does."""

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
_CHANGE = re.compile(
    r"\b(?:since|now|new|newly|still|until|instead of|then|ago|formerly|later|earlier|already|"
    r"again|(?:last|this|next|that|first) (?:year|month|week|spring|summer|autumn|winter)|today|"
    r"meanwhile|no longer|any more|so far|to date|at first|at the start|after|before|"
    r"from (?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""Of a sentence that sets its time apart from another one."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def plans(text: str) -> bool:
    """Whether a sentence tells of a plan."""
    return _PLANS.search(_AS_PLANNED.sub("", fold(text))) is not None


def share_name(asked: Asked, first: Evidence, second: Evidence) -> bool:
    """Whether both passages hold a name of the question, and neither one that the other lacks.

    Where it is typed in small letters, a word that a passage writes as a name is one.
    """
    named = {term.key for term in asked.names}
    for side in (first, second):
        named |= {word.key for word in terms(side.passage.text) if word.is_name}
    # "Alliance" alone makes not each study of alliances one about Star Alliance.
    telling = named - named_kinds() or named
    one, other = (held_words(asked, side) & telling for side in (first, second))
    return bool(one) and one == other


def held_words(asked: Asked, item: Evidence) -> frozenset[str]:
    """Keys of the question that a passage holds, or the title and publisher of its document.

    A report "by Haven Health" speaks of Haven where it says "we".
    """
    heads = f"{item.metadata.title}. {item.metadata.publisher or ''}"
    return keys(asked.terms) & (all_keys(item.passage.text) | content_keys(heads))


def shared_words(asked: Asked, first: Evidence, second: Evidence) -> frozenset[str]:
    """Keys of the question that both passages hold, or what stands above them."""
    return held_words(asked, first) & held_words(asked, second)


def share_another_name(first: Evidence, second: Evidence) -> bool:
    """Whether the passages of both name somebody or something, asked for or not."""
    one, other = (
        frozenset[str]().union(*(name.keys for name in names_of(side.passage.text)))
        for side in (first, second)
    )
    return bool((one & other) - named_kinds())


def votes(
    asked: Asked, first: Evidence, second: Evidence, ranked: Sequence[Evidence]
) -> dict[str, float]:
    """What is found of two sentences, by the names that `WEIGHTS` has.

    Args:
        asked: The question.
        first: One of its answers.
        second: Another.
        ranked: The likeliest sentences, best first.
    """
    third = max(
        (
            each.relevance
            for each in ranked
            if each not in (first, second) and _is_third(asked, each, first, second)
        ),
        default=0.0,
    )
    is_status = asked.expects is Expects.STATUS
    is_name = asked.expects is Expects.NAME
    one, other = (_own_names(asked, side.text) for side in (first, second))
    denied = {_DENIES.search(fold(side.text)) is None for side in (first, second)}
    planned = {plans(side.text) for side in (first, second)}
    return {
        "constant": 1.0,
        "both best": float(all(_is_best(side, ranked) for side in (first, second))),
        "years apart": math.log1p(_years_between(first, second)),
        "third": (not is_status) * third / max(ranked[0].relevance, _SURE),
        "less likely": math.log(max(_LEAST_LIKELY, min(first.relevance, second.relevance))),
        "several asked": float(_SEVERAL.search(asked.text) is not None),
        "denied": float(is_status and len(denied) > 1),
        "newer tells change": float(_CHANGE.search(_newer(first, second).text) is not None),
        "planned": float(len(planned) > 1),
        "same names": float(bool(one & other)),
        "other names": float(is_name and bool(one and other) and not one & other),
        "other years told": float(_tell_other_years(asked, first, second)),
    }


def chance(values: Mapping[str, float], contradiction: float) -> float:
    """That two sentences are opposed, by their votes and the reader's chance of a contradiction."""
    beside = sum(weight * values[name] for name, weight in WEIGHTS.items())
    return 1.0 / (1.0 + math.exp(-(beside + CONTRADICT * logit(contradiction))))


def contradiction_for(values: Mapping[str, float], least: float) -> float:
    """The reader's chance of a contradiction below which `chance` is surely below `least`."""
    beside = sum(weight * values[name] for name, weight in WEIGHTS.items())
    needed = (logit(least) - beside) / CONTRADICT
    rounding = 1e-9
    return 1.0 / (1.0 + math.exp(-needed)) - rounding


def logit(probability: float) -> float:
    """Log odds, of a probability kept off 0 and 1."""
    kept = min(1 - _SURE, max(_SURE, probability))
    return math.log(kept / (1 - kept))


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


def _is_best(item: Evidence, ranked: Sequence[Evidence]) -> bool:
    """Whether no sentence of its document is likelier."""
    return item == next(each for each in ranked if each.document_id == item.document_id)


def _newer(first: Evidence, second: Evidence) -> Evidence:
    one, other = first.metadata.published, second.metadata.published
    return second if one and other and one < other else first


def _tell_other_years(asked: Asked, first: Evidence, second: Evidence) -> bool:
    """Whether each side names a year, and not the other's: then they tell of two times.

    Where a time is asked for, that is what they differ on.
    """
    known = set(_YEAR.findall(asked.text))
    one, other = (set(_YEAR.findall(side.text)) - known for side in (first, second))
    return asked.expects is not Expects.DATE and bool(one and other) and not one & other


def _years_between(first: Evidence, second: Evidence) -> float:
    one, other = first.metadata.published, second.metadata.published
    if one is None or other is None:
        return UNDATED
    return abs((one - other).days) / 365.25
