"""Do two sentences of different documents give different answers to one question?

Rules first: the passages of both must speak of what is asked, and where a figure or a day is asked
for, each must give one that cannot be the other's (`told_values.py`), and not one of them only a
plan. What passes is weighed by a logistic model (`opposing_votes.py`) in which the reader's chance
of a contradiction is one vote among several (docs/answering.md). The second side may be less likely
by itself than a sentence that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import combinations

from app.answering.conflicts.opposing_votes import (
    chance,
    contradiction_for,
    plans,
    share_another_name,
    share_name,
    shared_words,
    votes,
)
from app.answering.conflicts.told_values import Told, dates_told, figures_told, wanted_figures
from app.answering.conversation.subject import leans_back
from app.answering.evidence.evidence import Evidence, asks
from app.answering.question.asking import Asked, Expects
from app.answering.text.lexicon import PREPOSITIONS
from app.answering.text.terms import content_terms, fold, is_function_word, keys, names_of, terms
from vectorstore.types import SentenceKind

Conflict = Callable[[str, str, str, float], float]
"""The chance that two answers to a question tell the same thing differently (`Reader.conflict`)."""

OPPOSED, OPPOSED_DAYS = 0.35, 0.5
"""From this chance on two sentences are shown as a disagreement (docs/answering.md); and of days,
since one thing is announced on one day and done on another."""
UNNAMED = 0.5
"""The same where their passages share no name of the question."""
NEAR = 0.03
"""Share of the likeliest sentence's chance that both must have."""
LIKELY = 0.3
"""The same where neither of them is among the chosen."""
CONSIDERED = 12
"""The likeliest sentences among which opposites are looked for."""
MOST_PAIRS = 6
"""So many pairs are read by the reader: each costs some milliseconds."""
MOST_SHOWN = 2
"""So many pairs are shown: the surest, and others that have a side in common with it."""
SHARED_WORDS = 2
"""So many words of the question in both passages make them speak of what is asked."""
STANDS_ALONE = 4
"""A question of so many subject words names itself what its "it" or "their" means."""
FEW_WORDS = 2
"""First words of a sentence, among which the name of somebody else stands."""
_LISTS = re.compile(
    r"\W*(?:please )?(?:list|name|give|show|tell|compare|summari[sz]e|what are|which are|pros)\b|"
    r".*\b(?:vs|versus)\b",
    re.I,
)
_ONE_OF = re.compile(
    r"\W*(?:\w+ )?which (?:one )?of (?:the |these |those |its |their )?[\w' -]*?(?:two|[a-z]s) "
    r"(?:is|was|has|does|did|[a-z]+[^s\W]s)\b",
    re.IGNORECASE,
)
"""Asks for one: "Which of the partners holds more?"."""
_OPEN = re.compile(r"\W*(?:whether|if)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:(?P<out>without|excluding|net of)|with|including|before|after) "
    r"(?P<what>(?:the |an? )?\w+)",
    re.IGNORECASE,
)
_TAKEN_IN = re.compile(
    r"\b(?:with|including|plus) (?P<what>[\w’']+(?: [\w’']+){0,2})", re.IGNORECASE
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SPEAKS = re.compile(
    r"\b(?:says?|said|according|tells?|told|writes?|wrote|reports?|reported|thinks?|believes?|"
    r"stated?|recalls?)\b",
    re.IGNORECASE,
)


def opposed(
    asked: Asked, chosen: Sequence[Evidence], others: Sequence[Evidence], conflict: Conflict
) -> list[tuple[Evidence, Evidence, float]]:
    """Pairs of opposed answers, the surest first, with their chances.

    Each further one has a sentence of the surest: a third source may side with either.

    Args:
        asked: The question.
        chosen: The sentences of the answer.
        others: All evidence.
        conflict: Of the reader; asked only where the rest makes a disagreement possible.
    """
    ranked = sorted(others, key=lambda item: -item.relevance)[:CONSIDERED]
    if not ranked or _wants_several(asked) or _leans_back(asked):
        return []
    places = {_place(item) for item in chosen}
    possible = [
        (beside, first, second)
        for first, second in combinations(ranked, 2)
        if _may_oppose(asked, first, second, ranked, places)
        for beside in [votes(asked, first, second, ranked)]
        if chance(beside, 1.0) >= _least(asked, first, second)
    ]
    possible.sort(key=lambda one: -chance(one[0], 0.5))
    judged = []
    for beside, first, second in possible[:MOST_PAIRS]:
        least = _least(asked, first, second)
        needed = contradiction_for(beside, least)
        read = conflict(first.text, second.text, asked.text, needed)
        if (sure := chance(beside, read)) >= least:
            judged.append((first, second, sure))
    judged.sort(key=lambda one: -one[2])
    surest = {_place(side) for one in judged[:1] for side in one[:2]}
    return [one for one in judged if surest & {_place(side) for side in one[:2]}][:MOST_SHOWN]


def _least(asked: Asked, first: Evidence, second: Evidence) -> float:
    """The chance from which on two sentences are shown as opposed."""
    if asked.expects is Expects.DATE:
        return OPPOSED_DAYS
    return OPPOSED if share_name(asked, first, second) else UNNAMED


def _wants_several(asked: Asked) -> bool:
    """Whether answers stand beside one another: each source may add to a list."""
    is_list = asked.wants_list or _LISTS.match(asked.text) is not None
    return is_list and _ONE_OF.match(asked.text) is None


def _leans_back(asked: Asked) -> bool:
    """Whether what is asked of was named before the question: then anything answers it.

    In "How many men lost their work in Pell?" "their" leans on the question itself.
    """
    return leans_back(asked.text) and not asked.names and len(asked.terms) < STANDS_ALONE


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
        and all(_states(asked, side) for side in (first, second))
        and _are_of_one(asked, first, second)
        and not _are_of_less(first, second, ranked[0])
        and not _is_vetoed(asked, first, second)
    )


def _states(asked: Asked, item: Evidence) -> bool:
    """Whether a sentence states something; of a row of a table only a figure or a day is told."""
    is_row = item.sentence.kind is SentenceKind.TABLE and not _has_value(asked)
    return not (is_row or asks(item.text)) and _OPEN.match(item.text) is None


def _are_of_one(asked: Asked, first: Evidence, second: Evidence) -> bool:
    """Whether both passages speak of what is asked.

    They hold one name of it, or several of its words: a letter on "our ward" need not name the
    hospital again. One of its words is enough where they share another name.
    """
    if share_name(asked, first, second):
        return True
    shared = len(shared_words(asked, first, second))
    if shared >= SHARED_WORDS:
        return True
    return shared > 0 and bool(asked.names) and share_another_name(first, second)


def _are_of_less(first: Evidence, second: Evidence, best: Evidence) -> bool:
    """Whether both are unlikely and lack a word of the question that the best, of a third, has.

    Two sources that date one company differently say nothing of the other that is asked about.
    """
    is_third = best.document_id not in {first.document_id, second.document_id}
    is_unlikely = max(first.relevance, second.relevance) < LIKELY * best.relevance
    return is_third and is_unlikely and bool(first.missing & second.missing - best.missing)


def _is_vetoed(asked: Asked, first: Evidence, second: Evidence) -> bool:
    """Whether two values are one, or of two things, or one is not given at all."""
    is_date = asked.expects is Expects.DATE
    is_figure = bool(wanted_figures(asked))
    if is_figure and figures_told(asked, first.text, second.text) is not Told.OTHER:
        return True
    if _is_conditional(asked, first, second) or (is_figure and _are_of_two_years(first, second)):
        return True
    if is_date and dates_told(asked, first.text, second.text) is not Told.OTHER:
        return True
    if (is_figure or is_date) and plans(first.text) != plans(second.text):
        return True
    if _names_another(asked, first) != _names_another(asked, second):
        return True
    return _has_value(asked) and _is_of_another(asked, first) != _is_of_another(asked, second)


def _is_conditional(asked: Asked, first: Evidence, second: Evidence) -> bool:
    """Whether a value is asked with or without something of which one side alone speaks.

    "With the debt" asks for another figure than the one that leaves the debt out.
    """
    said = _CONDITION.search(asked.text)
    if said is None:
        return False
    of_it = keys(content_terms(said["what"]))
    if said["out"] and any(
        of_it & keys(content_terms(taken["what"]))
        for side in (first, second)
        for taken in _TAKEN_IN.finditer(side.text)
    ):
        return True
    return any(
        of_it & one.keys and of_it & other.missing
        for one, other in ((first, second), (second, first))
    )


def _are_of_two_years(first: Evidence, second: Evidence) -> bool:
    """Whether two sources are named after different years: the reports of 2021 and of 2022."""
    one, other = (
        frozenset(_YEAR.findall(f"{side.metadata.title} {side.metadata.place or ''}"))
        for side in (first, second)
    )
    return bool(one and other) and not one & other


def _names_another(asked: Asked, item: Evidence) -> bool:
    """Whether a sentence names only somebody who is called partly like what is asked.

    "Walgreens Boots Alliance" is not "AllianceRx Walgreens Prime".
    """
    ours = [name.keys for name in names_of(asked.text)]
    alike = [name.keys for name in names_of(item.text) if any(name.keys & each for each in ours)]
    return bool(alike) and not any(name <= each or each <= name for name in alike for each in ours)


def _is_of_another(asked: Asked, item: Evidence) -> bool:
    """Whether a sentence begins with the name of somebody else and has none of the question's.

    Not where it only says where or when ("In Rett …"), nor for a person ("Ms Lund told us …"):
    people speak for what is asked.
    """
    names = {term.key for term in asked.names}
    if not names or names & item.keys or _SPEAKS.search(fold(item.text)):
        return False
    opening = terms(item.text)[:FEW_WORDS]
    if opening and opening[0].text.lower() in PREPOSITIONS:
        return False
    known = {term.key for term in terms(item.passage.text) if term.is_name}
    people = {key for name in names_of(item.text) if name.is_person for key in name.keys}
    return any(
        word.key in known - people
        for word in opening
        if word.text[:1].isupper() and not is_function_word(word.text)
    )


def _has_value(asked: Asked) -> bool:
    return bool(wanted_figures(asked)) or asked.expects in {Expects.DATE, Expects.STATUS}


def _place(item: Evidence) -> tuple[str, int]:
    return item.document_id, item.sentence.start
