"""Recognises refusals of other chatbots by their words, as they have no status.

A small list, on purpose: each pattern is a way in which assistants say that their sources have no
answer. docs/evaluation.md shows it. It errs towards "answered".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

REFUSAL_SENTENCES = 3
"""A refusal may add where to look or what was searched; more is an answer to something."""

_KNOWS = r"(?:know|have|find|see|contain|include|provide|mention|say|state|specify|answer)"
_NOT = r"(?:do(?:es)? not|don't|doesn't|did not|didn't|cannot|can't|could not|couldn't)"
_MATERIAL = r"(?:sources?|documents?|context|passages?|texts?|articles?|information|materials?)"

REFUSALS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "I don't know", "I do not have any information on …", "We could not find …"
        rf"\b(?:I|we)\s+(?:\w+\s+)?{_NOT}\s+(?:\w+\s+)?{_KNOWS}\b",
        # "The sources do not say …", "The provided context doesn't contain …"
        rf"\b{_MATERIAL}\s+(?:\w+\s+){{0,3}}?{_NOT}\s+(?:\w+\s+){{0,2}}?{_KNOWS}\b",
        # "There is no information …", "No relevant documents were found"
        rf"(?:^|\b(?:is|are|was|were|have|has|find|found|see)\s+)no\s+(?:\w+\s+){{0,2}}?{_MATERIAL}\b",
        # "I'm unable to answer", "I am not able to find", "I cannot answer"
        r"\b(?:unable|not able)\s+to\s+(?:answer|find|determine|provide|help)\b",
        rf"\b(?:I|we)\s+(?:cannot|can't|can not)\s+{_KNOWS}\b",
        # "is not mentioned in …", "cannot be determined from …", "not enough information"
        rf"\b(?:is|are|was|were)\s+not\s+(?:\w+\s+)?(?:mentioned|specified|stated|provided|available)"
        rf"\b[^.]*\b{_MATERIAL}\b",
        r"\bcannot be (?:answered|determined)\b",
        rf"\b(?:not enough|insufficient)\s+(?:\w+\s+)?{_MATERIAL}\b",
        # "Sorry, …" alone says nothing; this is the usual pair
        r"\b(?:sorry|apologi[sz]e)\b[^.]*\b(?:cannot|can't|unable|don't|do not|not able)\b",
    )
)
"""Any of them in the first sentence."""


def opens_with_refusal(sentences: Sequence[str]) -> bool:
    """Whether the first sentence says that there is no answer."""
    return bool(sentences) and any(
        each.search(sentences[0].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
        for each in REFUSALS
    )


def status_of(sentences: Sequence[str], *, cites: bool) -> str:
    """A short refusal without a citation is "abstained", one that goes on "partial".

    Args:
        sentences: Of the whole reply.
        cites: Whether it cites anything.
    """
    if not opens_with_refusal(sentences):
        return "answered"
    return "partial" if cites or len(sentences) > REFUSAL_SENTENCES else "abstained"
