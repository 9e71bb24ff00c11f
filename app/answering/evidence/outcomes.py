"""Does a sentence say what became of a thing: that it failed, was approved? Pure.

A word for the outcome must stand in it, since a small reader takes much for a failure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.evidence.evidence import Evidence
from app.answering.question.overall_shapes import Kind, Overall, overall
from app.answering.text.terms import fold, key_of, terms

NEAR = 0.3
"""Share of the likeliest sentence's chance from which on a sentence may be shown."""
BEFORE = 4
"""Words before the outcome's in which a "not" or "may" takes it back."""

_END = (
    r"(?:fail(?:ed|s|ure)|collaps\w+|dissol\w+|disband\w*|bankrupt\w*|insolven\w+|liquidat\w+|"
    r"abandon(?:ed|s)|"
    r"scrapped|cancel+ed|folded|ended|ends|end its|gave up|given up|fell (?:apart|through)|broke "
    r"(?:up|down)|broken off|"
    r"called off|went (?:wrong|bust|under|bankrupt)|c[oa]me to (?:an end|nothing)"
)
_ENDED = re.compile(rf"\b{_END}|clos(?:ed|ure)|shut(?: down)?|wound (?:up|down))\b", re.IGNORECASE)
_DEAL_ENDED = re.compile(rf"\b{_END})\b", re.IGNORECASE)
"""A deal that closed has come about."""
_TAKEN_BACK = frozenset(
    "not never no nor neither would could might may should if whether until unless cannot "
    "without avoid".split()
)
_DEALS = frozenset(
    {Kind.DEAL, Kind.ACQUISITION, Kind.MERGER, Kind.INVESTMENT, Kind.LICENCE, Kind.PAYMENT}
)


def has_no_outcome(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether things of a kind are asked for by their outcome, and no likely sentence tells it.

    Args:
        question: In English.
        evidence: What was read.
    """
    asked = overall(question)
    if asked is None or not asked.outcome or not evidence:
        return False
    best = max(item.relevance for item in evidence)
    return not any(tells(item, asked) for item in evidence if item.relevance >= NEAR * best)


def tells(item: Evidence, asked: Overall) -> bool:
    """Whether a word for the outcome stands there, and nothing takes it back."""
    text = fold(item.text)
    ended = _DEAL_ENDED if asked.kind in _DEALS else _ENDED
    if ended.fullmatch(asked.outcome) or (asked.kind in _DEALS and asked.outcome == "failed"):
        places = [found.start() for found in ended.finditer(text)]
    else:
        wanted = key_of(asked.outcome)
        places = [word.start for word in terms(item.text) if word.key == wanted]
    return any(_stands(text[:place]) for place in places)


def _stands(before: str) -> bool:
    words = re.findall(r"[\w']+", re.split(r"[.;:]|, (?:and|but)\b", before)[-1].lower())[-BEFORE:]
    return _TAKEN_BACK.isdisjoint(words) and not any(word.endswith("n't") for word in words)
