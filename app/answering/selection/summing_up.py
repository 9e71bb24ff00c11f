"""What a summary is made of: one document where one is named, and the kind asked for. Pure."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked
from app.answering.question.summaries import names_one_source
from app.answering.text.amounts import amounts, moments

TELLS = 2.0
"""What the log odds of a sentence gain that is of the kind which is to be summed up."""
_AHEAD = re.compile(
    r"\b(?:will|shall|plans?|planned|aims?|aimed|intends?|expects?|expected|hopes?|seeks?|"
    r"looking ahead|going forward|future|upcoming|(?:coming|next) (?:years?|months?))\b",
    re.IGNORECASE,
)
_KINDS: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = tuple(
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), is_told_by)
    for asked, is_told_by in (
        (r"events?|developments?|milestones?|changes?|happen(?:s|ed)?", moments),
        (r"indicators?|figures?|numbers?|results?|ratios?|metrics?", amounts),
        (r"outlook|future|plans?|prospects?|goals?", _AHEAD.search),
    )
)
"""What happened is told with its date, figures by a number, and what lies ahead by "will"."""


def to_sum_up(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence that a summary is made of.

    "Based on Haven's 2021 report" means one document: the one in which most is likely. Of two
    reports on one company the other one has the same words. Sentences of the kind that is asked
    for gain: those that speak of "the events of the year" in general have more of the question's
    words, and tell none.
    """
    found = list(evidence)
    if names_one_source(asked.text):
        sums: dict[str, float] = defaultdict(float)
        for item in found:
            sums[item.document_id] += item.relevance
        meant = max(sums, key=lambda name: (sums[name], name), default="")
        found = [item for item in found if item.document_id == meant]
    for asks, is_told_by in _KINDS:
        if asks.search(asked.text):
            found = [_likelier(item) if is_told_by(item.text) else item for item in found]
    return found


def _likelier(item: Evidence) -> Evidence:
    odds = math.exp(TELLS)
    return replace(item, relevance=item.relevance * odds / (1 + item.relevance * (odds - 1)))
