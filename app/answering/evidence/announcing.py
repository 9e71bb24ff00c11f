"""Sentences in which a text speaks of itself: "This report examines …", "In conclusion, …". Pure.

They have the words of many questions, and say nothing about what is asked, or only once more and
in general what a sentence before them says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked

OF_ANNOUNCEMENTS = 0.2
"""What the chance of such a sentence counts, unless a document is asked about."""
OF_CONCLUSIONS = 0.3
"""The same of one in which it sums itself up."""
TELL_AS_MUCH = 0.5
"""Share of its chance from which on another sentence tells what it sums up; where none does, it is
the answer."""
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
_CONCLUDES = re.compile(
    r"\W*(?:in (?:conclusion|summary|sum|sintesi|conclusione)\b|(?:to sum|summing) up\b|"
    r"to (?:conclude|summari[sz]e)\b|all in all\b|taken together\b|altogether,|overall,|"
    r"zusammenfassend\b|insgesamt,|en (?:résumé|conclusion|resumen|conclusión)\b|"
    r"(?:kortom|samenvattend)\b|em (?:resumo|conclusão)\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(rf"\W*it (?:also |then |finally )?{_TELLS}\b", re.IGNORECASE)
_OF_TEXT = re.compile(rf"\b(?:{_TEXT}|about|study|authors?)\b", re.IGNORECASE)
_OF_CONCLUSION = re.compile(r"\bconclu\w+", re.IGNORECASE)


def announces(text: str) -> bool:
    """Whether a sentence only says what the text around it is going to tell."""
    return _ANNOUNCES.match(text) is not None


def concludes(text: str) -> bool:
    """Whether a sentence sums up the text in front of it."""
    return _CONCLUDES.match(text) is not None


def without_announcements(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, the likeliest first, with low chances for what a text says of itself.

    For choosing what is shown: whether there is an answer is told by all that was read.
    """
    found = list(evidence)
    if not _OF_CONCLUSION.search(asked.text):
        others = (item.relevance for item in found if not concludes(item.text))
        least = max(others, default=0.0) / TELL_AS_MUCH
        found = _sorted(
            replace(item, relevance=OF_CONCLUSIONS * item.relevance)
            if concludes(item.text) and item.relevance <= least
            else item
            for item in found
        )
    if asked.wants_summary or _OF_TEXT.search(asked.text):
        return found
    return _without_told(found)


def _without_told(evidence: Sequence[Evidence]) -> list[Evidence]:
    told = {_place(item) for item in evidence if announces(item.text)}
    told |= {
        _place(item)
        for item in evidence
        if _GOES_ON.match(item.text) and (item.document_id, item.sentence.ordinal - 1) in told
    }
    return _sorted(
        replace(item, relevance=OF_ANNOUNCEMENTS * item.relevance) if _place(item) in told else item
        for item in evidence
    )


def _sorted(evidence: Iterable[Evidence]) -> list[Evidence]:
    return sorted(
        evidence, key=lambda item: (-item.relevance, item.document_id, item.sentence.ordinal)
    )


def _place(item: Evidence) -> tuple[str, int]:
    return item.document_id, item.sentence.ordinal
