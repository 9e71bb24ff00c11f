"""Does a question put things side by side, or all of a kind in one order? Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answering.question.comparison import Asks, Comparison
from app.answering.question.comparison_shapes import comparison
from app.answering.question.overall_shapes import Overall, overall
from app.answering.question.qualifiers import qualifiers
from app.answering.question.rephrasing import as_question
from app.answering.question.times import times_compared

TWO = 2
_WHICH = re.compile(
    r"\W*(?:(?:and|so|ok(?:ay)?|but)\W+)*(?:which|what|who)(?: one)?"
    r"(?: of (?:them|the two|these))? "
    r"(?:is|was|are|were|has|had|cost|costs|paid|lasted) (?:the )?(?:[\w-]+ ){0,2}[\w-]+\W*$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"How do (?P<one>.+?) and (?P<other>(?:(?! and ).)+?) (?:compare|differ)\b", re.IGNORECASE
)
_BY_HOW_MUCH = re.compile(
    r"\W*(?:(?:and|so|ok(?:ay)?|but)\W+)*(?:by )?"
    r"(?:how (?:much|many \w+|far)(?: (?:more|less|longer|shorter|older|newer|larger|bigger|"
    r"smaller|cheaper|dearer|earlier|later))?(?: (?:is|was|are) (?:that|it))?|"
    r"what(?:'s| is) the difference)(?: exactly)?\W*",
    re.IGNORECASE,
)


def compares(text: str, *earlier: str) -> Comparison | Overall | None:
    """What a question compares or counts over all sources; None if it does neither.

    Args:
        text: The question.
        earlier: The questions before it, the last one first, for what "it" and "of them" mean.
    """
    before = next(iter(earlier), "")
    text = next((said for each in earlier if (said := _of_the_two(text, each)) != text), text)
    compared = comparison(before) if before and _BY_HOW_MUCH.fullmatch(text) else None
    if compared is not None and len(compared.things) == TWO and len(compared.attributes) == 1:
        return replace(compared, asks=Asks.DIFFERENCE)
    compared = comparison(text, before)
    is_wide = compared is None or compared.is_open or compared.asks is Asks.TABLE
    if is_wide and (times := times_compared(text)):
        return times
    if compared:
        besides = qualifiers(text, compared)
        return replace(
            compared,
            besides=frozenset(term.key for term in besides if term.is_name),
            narrowed=frozenset(term.key for term in besides if not term.is_name),
        )
    if found := overall(text, before):
        return found
    return next((found for each in earlier[1:] if (found := overall(text, each))), None)


def _of_the_two(text: str, before: str) -> str:
    """With the two things that the question before compared: "which one is older, A or B?"."""
    compared = _COMPARED.match(as_question(before)) if _WHICH.match(text) else None
    if compared is None:
        return text
    return f"{text.rstrip(' ?.!')}, {compared['one']} or {compared['other']}?"
