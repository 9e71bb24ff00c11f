"""How far a deal has come, by what a sentence says of it. Pure."""

from __future__ import annotations

import re
from enum import Enum

from app.answering.text.terms import fold


class Status(Enum):
    """How far a deal has come."""

    PENDING = re.compile(
        r"\b(?:in the works|pending|proposed|propos\w+ to|plans? to|planned|in talks|negotiat\w+|"
        r"awaiting|subject to approval|under way|underway|seek\w* approval|"
        r"would (?:buy|acquire|merge|create)|agreed to (?:buy|acquire|merge)|expected to close|"
        r"evolving)\b",
        re.IGNORECASE,
    )
    DONE = re.compile(
        r"\b(?:closed|completed|finali[sz]ed|has acquired|have acquired|acquired|bought|took over|"
        r"went into effect|became effective|launched|formed|merged)\b",
        re.IGNORECASE,
    )
    ENDED = re.compile(
        r"\b(?:terminated|called off|abandoned|dissolved|disbanded|ended|wound down|scrapped|"
        r"collapsed|blocked|fell apart|walked away|withdrew|shut down)\b",
        re.IGNORECASE,
    )


_NOT_DONE = re.compile(
    r"\b(?:not|never|yet to|before|until|if|when|once)\b(?:\W+\w+){0,3}?\W+"
    r"(?:close[sd]?|completed?|finali[sz]ed?|acquired?|formed|merged?)\b",
    re.IGNORECASE,
)
"""What is said to be not done, or not before something, is pending."""


def status_of(text: str) -> Status | None:
    """The one status that a sentence speaks of; None if it speaks of none or of several."""
    folded = fold(text)
    found = {status for status in Status if status.value.search(folded)}
    if Status.DONE in found and _NOT_DONE.search(folded):
        found = found - {Status.DONE} | {Status.PENDING}
    return found.pop() if len(found) == 1 else None
