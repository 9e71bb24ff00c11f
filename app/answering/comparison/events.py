"""Words for the events of a thing's life, and the date that a sentence gives for one. Pure."""

from __future__ import annotations

import re
from functools import cache

from app.answering.text.amounts import Moment, moments
from app.answering.text.terms import fold
from vectorstore.lexical import analyse

ALIKE = (
    "found form establish create set",
    "announce unveil",
    "start begin launch open",
    "sign agree",
    "close complete finalise finalize conclude",
    "close end dissolve terminate shut stop",
)
"""Verbs for one event, by groups; the first four begin something, the others end it."""
_NUM_BEGINNINGS = 4
MAY = re.compile(
    r"\b(?:could|would|(?-i:may)|might|should|planned|plans|hopes?|expected|aims?)\b", re.I
)
"""Of what is still to come."""
BEFORE = 4
"""How many times as far from its verb a date counts that stands before it."""


def families(event: str) -> tuple[set[str], set[str], set[str]]:
    """Stems of the verbs that mean an event, of others that may, and of those that mean another."""
    groups = [{stem for verb in verbs.split() for stem in analyse(verb)} for verbs in ALIKE]
    wanted = set(analyse(event))
    own = wanted.union(*(group for group in groups if wanted & group))
    begins, ends = set().union(*groups[:_NUM_BEGINNINGS]), set().union(*groups[_NUM_BEGINNINGS:])
    return (own, ends, begins) if own & ends else (own, begins, ends)


@cache
def stems_of_ends() -> frozenset[str]:
    """Stems of the verbs that end something."""
    verbs = " ".join(ALIKE[_NUM_BEGINNINGS:]).split()
    return frozenset(stem for verb in verbs for stem in analyse(verb))


def is_only_announced(text: str, event: str) -> bool:
    """Whether a sentence tells of an event that was still to come: "announced they would form"."""
    stems = set(analyse(text))
    announced = {stem for verb in ALIKE[1].split() for stem in analyse(verb)}
    is_asked = bool(announced & set(analyse(event)))
    return not is_asked and bool(announced & stems) and MAY.search(text) is not None


def day_of(text: str, event: str) -> Moment | None:
    """The date that stands nearest to the event's verb; the first where the verb is another."""
    days = [one for one in moments(text) if one.date.year]
    if not days:
        return None
    own, like, _ = families(event)
    places = [
        match.start()
        for match in re.finditer(r"\w+", fold(text))
        if set(analyse(match.group())) & (own if own & set(analyse(text)) else like)
    ]
    if not places:
        return next((one for one in days if one.side == "since"), days[0])
    return min(days, key=lambda one: min(_distance(one.start, at) for at in places))


def _distance(date_at: int, verb_at: int) -> int:
    """How far a date stands from a verb; one before it likely belongs to another."""
    return date_at - verb_at if date_at >= verb_at else BEFORE * (verb_at - date_at)
