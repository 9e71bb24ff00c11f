"""What a summary tells first: one document where one is named, dated sentences of events. Pure."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked
from app.answering.question.summaries import names_one_source
from app.answering.text.amounts import moments

DATED = 2.0
"""What the log odds of a sentence with a date gain where a summary of events is asked for."""
_EVENTS = re.compile(
    r"\b(?:events?|developments?|milestones?|changes?|happen(?:s|ed)?)\b", re.IGNORECASE
)


def to_sum_up(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence that a summary is made of.

    "Based on Haven's 2021 report" means one document: the one in which most is likely. Of two
    reports on one company the other one has the same words. What happened is told with its date;
    what is said of it in general has none, and has more words of the question.
    """
    found = list(evidence)
    if names_one_source(asked.text):
        sums: dict[str, float] = defaultdict(float)
        for item in found:
            sums[item.document_id] += item.relevance
        meant = max(sums, key=lambda name: (sums[name], name), default="")
        found = [item for item in found if item.document_id == meant]
    if _EVENTS.search(asked.text):
        found = [_likelier(item) if moments(item.text) else item for item in found]
    return found


def _likelier(item: Evidence) -> Evidence:
    odds = math.exp(DATED)
    return replace(item, relevance=item.relevance * odds / (1 + item.relevance * (odds - 1)))
