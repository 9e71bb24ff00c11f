"""Sentences in which a text speaks of itself: "This report examines …". Pure.

They have the words of many questions and say nothing about what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked

OF_ANNOUNCEMENTS = 0.2
"""What the chance of such a sentence counts, unless a document is asked about."""
_TEXT = (
    r"(?:report|paper|article|briefing|pages?|post|chapter|sections?|guide|document|interview|"
    r"essay|series|column|memo|fact ?sheet|white ?paper|brochure|newsletter)"
)
_TELLS = (
    r"(?:examine|explore|outline|discusse?|describe|introduce|looks? at|cover|present|provide|"
    r"offer|set out|set|aim|focuse?|give|explain|share|summari[sz]e|tell)s?"
)
_ANNOUNCES = re.compile(
    rf"\W*(?:(?:this|the present|our|the following) {_TEXT}(?: \w+){{0,2}}? {_TELLS}\b|"
    rf"in (?:this|the following|what follows)(?: {_TEXT})?,? (?:we|i|you)\b|"
    rf"(?:we|i) hope (?:that )?(?:you|this)\b.*\b{_TEXT}\b|"
    rf"here(?:['’]s| is| are) (?:how|what|why)\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(rf"\W*it (?:also |then |finally )?{_TELLS}\b", re.IGNORECASE)
_OF_TEXT = re.compile(rf"\b(?:{_TEXT}|about|study|authors?)\b", re.IGNORECASE)


def announces(text: str) -> bool:
    """Whether a sentence only says what the text around it is going to tell."""
    return _ANNOUNCES.match(text) is not None


def without_announcements(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, the likeliest first, with low chances for what a text says of itself.

    For choosing what is shown: whether there is an answer is told by all that was read.
    """
    if asked.wants_summary or _OF_TEXT.search(asked.text):
        return list(evidence)
    told = {_place(item) for item in evidence if announces(item.text)}
    told |= {
        _place(item)
        for item in evidence
        if _GOES_ON.match(item.text) and (item.document_id, item.sentence.ordinal - 1) in told
    }
    found = [
        replace(item, relevance=OF_ANNOUNCEMENTS * item.relevance) if _place(item) in told else item
        for item in evidence
    ]
    return sorted(
        found, key=lambda item: (-item.relevance, item.document_id, item.sentence.ordinal)
    )


def _place(item: Evidence) -> tuple[str, int]:
    return item.document_id, item.sentence.ordinal
