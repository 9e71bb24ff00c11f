"""How far a deal has come, where a newer source overtakes an older one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.text.statuses import Status, status_of

TOLD = 0.3
"""What a sentence gains that says how far a deal has come."""


def as_it_stands(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same without what a newer source has overtaken: what was planned there is done here.

    The newest such sentence counts as much as the one it replaces. One that says how far a deal has
    come counts more than others.

    Args:
        evidence: Sentences about one deal, of several documents.
    """
    told = [(item, status_of(item.text)) for item in evidence]
    ends = [item for item, status in told if status in {Status.DONE, Status.ENDED}]
    last = max(ends, key=published, default=None)
    kept, overtaken = [], 0.0
    for item, status in told:
        if status is Status.PENDING and last is not None and published(item) < published(last):
            overtaken = max(overtaken, item.relevance)
        else:
            counts = TOLD * (status is not None)
            kept.append(replace(item, relevance=min(1.0, item.relevance + counts)))
    return [
        replace(item, relevance=max(item.relevance, overtaken))
        if last is not None and item.text == last.text
        else item
        for item in kept
    ]


def published(item: Evidence) -> int:
    """The day of a sentence's document as an ordinal; 0 where it is not known."""
    day = item.metadata.published
    return day.toordinal() if day else 0
