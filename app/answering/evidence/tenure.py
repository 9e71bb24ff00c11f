"""Who holds a post now: whoever left it, by what was read, is shown with that, or behind who came.

"Norlab is led by Per Lindqvist" (2019) answers who leads it, until a newer source says that he
resigned. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.evidence.evidence import Evidence
from app.answering.evidence.roles import NEAR, TOLD, asks_holder
from app.answering.text.terms import Name, fold, names_of, terms

OUTDATED = 0.2
"""What the chance of a sentence counts in whose person's place a newer source names another."""
SHOWN = 0.9
"""What that counts of the chance of the sentence on a post which tells that it was given up."""
BEHIND = 3
"""Sentences behind the one that names a person, in which "he" may be that one."""

_LEFT = re.compile(
    r"\b(?:resign(?:s|ed|ation)?|step(?:s|ped)? (?:down|aside|back)|retire[sd]?|quit|(?:was|were|"
    r"been|is) "
    r"(?:\w+ )?(?:dismissed|fired|sacked|ousted|removed|replaced|succeeded|suspended|voted out)|"
    r"(?:lost|loses|g(?:a|i)ven? up|gives up|left|leaves|relinquish\w*|vacat\w+|hand\w* "
    r"over)\b[^.;]{0,40}"
    r"\b(?:posts?|jobs?|office|offices|roles?|positions?|chair|company|firm|helm|reins|duties)|"
    r"died|"
    r"stood down|parted (?:ways|company))\b",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"\b(?:took over|takes over|succe(?:eds|eded)|replaced|(?:was|is|been) (?:named|appointed|"
    r"made|elected|chosen)|"
    r"(?:became|becomes) |followed (?:him|her)|new (?:head|chief|ceo|director|president|chair\w*|"
    r"boss))",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"^\W*(?:he|she)\b|\b(?:he|she) (?:was|resigned|left|stepped|lost|gave|quit|retired|died)\b",
    re.I,
)
_PRESENT = re.compile(
    r"^\W*(?:(?:and|so|but|ok(?:ay)?)\W+)*who(?:'s| is| are| leads?| runs?| heads?| chairs?| "
    r"manages?| directs?)\b|"
    r"\b(?:now|currently|today|at present|these days)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|led|ran|headed|first|former|ex|before|until|19\d\d|20\d\d)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Departure:
    """A sentence by which somebody gave up a post."""

    item: Evidence
    person: str
    """Key of the surname."""


def without_former_holders(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, where who holds a post now is asked and who held it has left.

    The sentence that tells so is shown beside the other one; in an older document that one counts
    little, and a sentence that names who came after counts as much as it did.

    Args:
        question: In English, standing alone.
        evidence: What was read, weighed.
    """
    plain = fold(question)
    if not asks_holder(plain) or not _PRESENT.search(plain) or _PAST.search(plain):
        return list(evidence)
    best = max((item.relevance for item in evidence), default=0.0)
    holding = {
        _surname(person): item
        for item in sorted(evidence, key=lambda each: each.relevance)
        for person in _people(item.text)
        if item.relevance >= max(TOLD, NEAR * best) and not _LEFT.search(fold(item.text))
    }
    places = {(item.document_id, item.sentence.ordinal): item for item in evidence}
    left = [
        _Departure(item, person)
        for item in evidence
        if _LEFT.search(fold(item.text)) and (person := _who_left(item, holding, places))
    ]
    if not left:
        return list(evidence)
    return [_seen(item, left, holding) for item in evidence]


def tells_departure(evidence: Sequence[Evidence]) -> bool:
    """Whether a sentence tells that somebody gave up a post."""
    return any(_LEFT.search(fold(item.text)) for item in evidence)


def _seen(item: Evidence, left: Sequence[_Departure], holding: Mapping[str, Evidence]) -> Evidence:
    best = max(holding[each.person].relevance for each in left)
    if any(item is each.item for each in left):
        return replace(item, relevance=max(item.relevance, SHOWN * best))
    people = {_surname(person) for person in _people(item.text)}
    gone = {each.person for each in left}
    if people and people <= gone and any(_is_older(item, each.item) for each in left):
        return replace(item, relevance=OUTDATED * item.relevance)
    follows = any(
        item.document_id == each.item.document_id
        and 0 <= item.sentence.ordinal - each.item.sentence.ordinal <= BEHIND
        for each in left
    )
    if follows and people - gone and _CAME.search(fold(item.text)):
        return replace(item, relevance=max(item.relevance, best))
    return item


def _who_left(
    item: Evidence,
    holding: Mapping[str, Evidence],
    places: Mapping[tuple[str, int], Evidence],
) -> str:
    """The surname of a holder whose leaving a sentence tells, by name or as "he"; else ""."""
    for person in holding:
        if person in item.keys:
            return person
    if not _PRONOUN.search(item.text):
        return ""
    for back in range(1, BEHIND + 1):
        before = places.get((item.document_id, item.sentence.ordinal - back))
        people = [] if before is None else [_surname(each) for each in _people(before.text)]
        if people:
            return people[-1] if people[-1] in holding else ""
    return ""


def _is_older(item: Evidence, other: Evidence) -> bool:
    one, two = item.metadata.published, other.metadata.published
    return one is not None and two is not None and one < two


def _people(text: str) -> list[Name]:
    """Names that may be people's: of two words or more, or announced as such."""
    return [name for name in names_of(text) if name.is_person or len(name.text.split()) > 1]


def _surname(name: Name) -> str:
    return terms(f"x {name.text}")[-1].key
