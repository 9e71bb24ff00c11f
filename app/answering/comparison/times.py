"""When something was, by the sentence that is likeliest to tell it. Pure.

What it is called has no verb of its own to look for ("the board changes"), so a sentence must be
likely, and speak of most of what is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.evidence.evidence import Evidence
from app.answering.text.amounts import Moment, moments
from app.answering.text.terms import content_terms, keys

LEAST = 0.2
"""Chance that a sentence must have to tell a time;"""
SHARE = 0.5
"""the share of the likeliest sentence's; and of the words for what happened that it must have."""
RIVAL = 0.8
"""Share of its chance from which on a sentence with another time leaves open which one is meant."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def time_told(
    question: str, name: frozenset[str], evidence: Sequence[Evidence]
) -> tuple[Evidence, Moment] | None:
    """The likeliest sentence that tells when something was, and the time that it gives.

    None where the likely ones give no year, another than the one asked about, or several times.

    Args:
        question: When it was: "When were the board changes at Haven?"
        name: Keys of whom it is asked about.
        evidence: As it was read for that.
    """
    wanted = keys(content_terms(_YEAR.sub("", question))) - name
    years = set(_YEAR.findall(question))
    least = max(LEAST, SHARE * max((item.relevance for item in evidence), default=0.0))
    told: list[tuple[Evidence, Moment]] = []
    for item in evidence:
        days = [one for one in moments(item.text) if one.date.year]
        is_of_it = item.relevance >= least and len(wanted & item.keys) >= SHARE * len(wanted)
        if days and is_of_it and len({str(one.date.year) for one in days} | years) == 1:
            told.append((item, days[0]))
    told.sort(key=lambda pair: -pair[0].relevance)
    for item, day in told[1:]:
        first, date = told[0]
        is_other = not (day.date.is_in(date.date) or date.date.is_in(day.date))
        if is_other and item.relevance >= RIVAL * first.relevance:
            return None
    return told[0] if told else None
