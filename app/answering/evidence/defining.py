"""Does a sentence say what a thing is: "X, a pharmacy, …", "X is an alliance of …"? Pure.

A small reader takes each sentence with the name for an answer to "What is X?", and the one that
defines it in passing for the least.
"""

from __future__ import annotations

import re

from app.answering.text.lexicon import PREPOSITIONS
from app.answering.text.terms import fold

_WHAT_IS = re.compile(
    r"\W*(?:(?:and|so|but) )?(?:what(?:'?s| is| are| was| were)|who(?:'?s| is| was)) "
    r"(?P<thing>[^\W_](?:[\w&'’./-]| (?!of\b|for\b|in\b|on\b|about\b))*?)(?: exactly)?[\s?.!]*",
    re.IGNORECASE,
)
_BEHIND = (
    r"(?: \([^)]*\))?(?:, (?:which|who) (?:is|was|are|were)|,| is| was| are| were) "
    r"(?:an?|the|one of)\b"
)
_INSIDE = re.compile(
    rf"\b(?:{'|'.join(sorted(PREPOSITIONS))}|and|or|than|like)(?: the)? $", re.IGNORECASE
)
"""Before a name that stands in a phrase on something else."""


def defines(question: str, text: str) -> bool:
    """Whether a question asks what something is, and a sentence says it right behind its name.

    Args:
        question: In English.
        text: The sentence.
    """
    found = _WHAT_IS.fullmatch(fold(question))
    if found is None or not any(sign.isupper() for sign in found["thing"]):
        return False
    if re.search(r"'s? ", found["thing"]):  # "Haven's revenue" is asked for as a figure
        return False
    thing = re.escape(re.sub(r"^the ", "", found["thing"], flags=re.IGNORECASE))
    told = fold(text)
    said = re.finditer(rf"(?<!\w){thing}{_BEHIND}", told, re.IGNORECASE)
    return any(not _is_of_other(told[: each.start()], each[0], told[each.end() :]) for each in said)


def _is_of_other(before: str, said: str, behind: str) -> bool:
    """Whether a phrase ends with the name: "The owner of X is a …", "After X, the firm lost …"."""
    if _INSIDE.search(before) is None:
        return False
    is_beside = re.search(r", (?:an?|the|one of)$", said, re.IGNORECASE) is not None
    return not is_beside or "," not in behind
