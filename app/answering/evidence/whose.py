"""Whose reasons, gains and contributions a question asks for, and whose a sentence gives. Pure.

Why Nestlé wanted a deal is not answered by what Starbucks wanted, though both stand side by side
and read alike. Only sentences are set back that open with the other party, or stand under a heading
that names it alone, and only where what was read speaks of the right one, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from app.answering.evidence.evidence import Evidence
from app.answering.text.lexicon import GENERIC_NAMES
from app.answering.text.terms import Term, fold, is_function_word, key_of, keys, names_of, terms

OF_THE_OTHER = 0.05
"""What the chance of a sentence counts that speaks for the other party."""
SPOKEN = 0.15
"""Least chance of a sentence on the right party where others are set back."""
LOOKS_BACK = 3
"""Sentences that a pronoun's party is looked for before it."""

_AUX = (
    r"(?:did|does|do|has|have|had|is|are|was|were|will|would|can|could|should|might|didn['’]t|"
    r"doesn['’]t|don['’]t|wasn['’]t|isn['’]t|won['’]t|wouldn['’]t)"
)
_CAPITAL = r"[^\W\d_a-z][\w&.-]*"
_NAME = rf"{_CAPITAL}(?: (?:(?:of|de|&) )?{_CAPITAL})*"
_PARTY = rf"(?:[Tt]he )?(?P<party>{_NAME})(?P<more>(?:, | and | & |/| or ){_NAME})?"
_VERB = r"(?: (?!(?:and|or|to)\b)[a-z]+){0,2}?"


class _Kind(Enum):
    WISH = auto()
    """Why somebody does something, or what comes of it for them."""
    SHARE = auto()
    """What somebody puts in."""


_ASKS: tuple[tuple[_Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            _Kind.SHARE,
            rf"\b[Ww]hat (?:else )?{_AUX} {_PARTY}{_VERB} "
            r"(?:bring|contribute|offer|provide|add|supply|put in|put into|bringing|offering)\b",
        ),
        (_Kind.WISH, rf"\b[Ww]hy (?:else )?(?:{_AUX} )?{_PARTY}(?![’'])"),
        (
            _Kind.WISH,
            rf"\b[Ww]hat (?:else )?{_AUX} {_PARTY}{_VERB} "
            r"(?:gain|get|win|receive|hope|want|expect|obtain|earn|achieve|seek|look|need|gaining|"
            r"getting|hoping|looking|seeking|after)\b",
        ),
        (_Kind.WISH, rf"\b[Hh]ow (?:else )?{_AUX} {_PARTY}{_VERB} (?:benefit|profit|gain)\b"),
        (_Kind.WISH, rf"\b[Ww]hat (?:motivated|drove|prompted|led|made|moved) {_PARTY} "),
        (_Kind.WISH, rf"\b[Ww]hat(?:[’']s| is| was) in it for {_PARTY}"),
        (
            _Kind.WISH,
            r"\b(?:benefits?|advantages?|gains?|reasons?|motives?)\b[^?]*? (?:for|to) "
            rf"{_PARTY}\W*$",
        ),
    )
)
_BY = re.compile(rf"\bby (?:the )?{_CAPITAL}")
_WISHES = re.compile(
    r"\b(?:want|wish|hop|need|seek|sought|aim|intend|expect|gain|get|got|receiv|benefit|profit|obtain|"
    r"earn|look)(?:s|es|ed|ing|e|ts|ting)?\b",
    re.IGNORECASE,
)
OPENING = 6
"""Words of a sentence among which the party stands that it opens with."""
NEAR = 60
"""Characters behind the party's name within which its verb is looked for."""
_FOR = re.compile(r"\W*For\b")
"""Opens what something is to somebody: "For Apple the partnership opened a door"."""
_FROM = frozenset("from by with on of".split())
_OPENS = frozenset("the but and so yet also for with like as however".split())
_GENERIC = frozenset(map(key_of, GENERIC_NAMES))
_PRONOUNS = frozenset("it they its their he she his her".split())


@dataclass(frozen=True, slots=True)
class _Whose:
    """The party that a question is about, by the keys of its names' words."""

    kind: _Kind
    own: frozenset[str]


def without_other_parties(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, with low chances for what gives another party's reasons, gains or contributions.

    Args:
        question: In English, standing alone.
        evidence: What was read.
    """
    asked = _whose(question)
    if asked is None:
        return list(evidence)
    places = {(item.document_id, item.sentence.ordinal): item for item in evidence}
    written = _names_by_document(evidence)
    sides = [
        _side(item, asked, _others(item, asked, question, written[item.document_id]), places)
        for item in evidence
    ]
    told = any(
        side is True and item.relevance >= SPOKEN
        for item, side in zip(evidence, sides, strict=True)
    )
    if not told:
        return list(evidence)
    return [
        replace(item, relevance=OF_THE_OTHER * item.relevance) if side is False else item
        for item, side in zip(evidence, sides, strict=True)
    ]


def _whose(question: str) -> _Whose | None:
    text = fold(question)
    for kind, pattern in _ASKS:
        found = pattern.search(text)
        if found is None:
            continue
        if _BY.search(text[found.end() :]):
            return None  # "why was Aetna bought by CVS" asks for CVS's reasons, mostly
        own = _name_keys(found["party"]) | _name_keys(found["more"] or "")
        return _Whose(kind, own) if own else None
    return None


def _side(
    item: Evidence,
    asked: _Whose,
    others: frozenset[str],
    places: Mapping[tuple[str, int], Evidence],
) -> bool | None:
    """Whether a sentence speaks for the party asked about; False for another, None if unknown."""
    if not others:
        return None
    heading = _heading(item, asked.own, others)
    if heading is not None:
        return heading
    party = _party_of(item, asked.own, others, places)
    if party is None:
        return None
    wishes = _WISHES.search(item.text[:NEAR]) is not None
    if asked.kind is _Kind.SHARE:
        # What somebody gets is what another puts in: "BioNTech could receive $563 million".
        return None if not party and _is_from(item.text, asked.own) else party is not wishes
    if party:
        return True
    if asked.own & item.keys:
        return None  # what the other wants of it, or from it
    return False if wishes or _FOR.match(item.text) else None


def _is_from(text: str, own: frozenset[str]) -> bool:
    """Whether a sentence on another party says what it has of the one asked about."""
    words = terms(text)
    return any(
        word.key in own
        and (word.text.endswith(("'s", "s'")) or (n > 0 and words[n - 1].text.lower() in _FROM))
        for n, word in enumerate(words)
    )


def _names_by_document(evidence: Sequence[Evidence]) -> dict[str, frozenset[str]]:
    """Keys of what each document writes as a name within its sentences, people left out.

    A heading in capitals makes names of all its words.
    """
    found: dict[str, set[str]] = {}
    for item in evidence:
        names = (name for name in names_of(item.text) if not name.is_person)
        found.setdefault(item.document_id, set()).update(*(name.keys for name in names))
    return {document: frozenset(each) for document, each in found.items()}


def _others(
    item: Evidence, asked: _Whose, question: str, written: frozenset[str]
) -> frozenset[str]:
    """Keys of the other names of the question and of the document's title and heading."""
    above = " ".join((item.metadata.title, *item.passage.passage.heading))
    named = _name_keys(question) | (_name_keys(above) & written)
    return named - asked.own - _GENERIC


def _heading(item: Evidence, own: frozenset[str], others: frozenset[str]) -> bool | None:
    """Whose section a sentence stands in, where its heading names one of them."""
    heading = item.passage.passage.heading
    if not heading or heading[-1] == item.metadata.title:
        return None
    named = keys(terms(f"x {heading[-1]}"))
    is_own, is_other = bool(named & own), bool(named & others)
    return is_own if is_own != is_other else None


def _party_of(
    item: Evidence,
    own: frozenset[str],
    others: frozenset[str],
    places: Mapping[tuple[str, int], Evidence],
) -> bool | None:
    """Whether a sentence opens with the party asked about, with another one, or with neither."""
    for back in range(LOOKS_BACK):
        earlier = places.get((item.document_id, item.sentence.ordinal - back))
        if earlier is None:
            return None
        words = list(terms(earlier.text)[:OPENING])
        while words and words[0].text.lower() in _OPENS:
            words = words[1:]
        if not words:
            return None
        first = words[0]
        if first.text.lower() in _PRONOUNS:
            continue
        if not first.text[:1].isupper():
            return None
        run = _opening_name(words)
        is_own, is_other = bool(run & own), bool(run & others)
        return is_own if is_own != is_other else None
    return None


def _opening_name(words: Sequence[Term]) -> frozenset[str]:
    """Keys of the words with a capital that a sentence opens with, also beyond an "and"."""
    run = []
    for word in words:
        if word.text[:1].isupper():
            run.append(word)
        elif word.text.lower() not in {"and", "of"}:
            break
    return keys(run)


def _name_keys(text: str) -> frozenset[str]:
    words = terms(f"x {text}")
    return keys(word for word in words if word.is_name and not is_function_word(word.text))
