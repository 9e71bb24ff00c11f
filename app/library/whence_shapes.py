"""What is asked about the answer before: where it stands, as of when, how sure it is. Pure.

A pattern stands on one line where it can: cut in two it is harder to read than long.
"""

from __future__ import annotations

import re
from enum import Enum, auto


class Whence(Enum):
    """What is asked about the answer before."""

    PLACE = auto()
    """Where it stands, and who says so."""
    AGE = auto()
    """As of when it is."""
    CERTAIN = auto()
    """Whether it is sure."""


_SO = r"(?:that|this|it|so|the said)"
_SOURCE = (
    r"(?:source|document|article|text|paper|report|note|page|passage|quote|citation|reference)s?"
)
_TOLD = (
    r"(?:(?:figure|number|statement|claim|quote|sentence|percentage|amount|date|estimate|statistic|answer|fact)s?|information|"
    r"info|data)"
)
_SHAPES: tuple[tuple[Whence, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            Whence.PLACE,
            rf"where (?:exactly )?(?:does|do|did|is|are|was|has) (?:it|they|that|this|he|she|the {_SOURCE}|your {_SOURCE})"
            rf"(?: (?:exactly|actually))? (?:say|said|state|stated|stand|come from|from|written|mentioned|found|"
            rf"taken from|quoted|coming from)(?: {_SO})?(?: (?:exactly|in the {_SOURCE}))?",
        ),
        (Whence.PLACE, rf"where (?:stands?|comes?|says?|said|written|is written) {_SO}(?: from)?"),
        (
            Whence.PLACE,
            rf"(?:from )?where (?:did|do|have) (?:you|u) (?:get|got|find|found|read|see|seen|take|taken|have)"
            rf" (?:{_SO}|that {_TOLD})(?: from)?",
        ),
        (
            Whence.PLACE,
            rf"where (?:exactly )?(?:does|do|did|is|are|was|were) (?:that|this|these|those|your) {_TOLD} "
            r"(?:(?:come|taken|coming|quoted) from|from|stand|stated|written|mentioned)",
        ),
        (Whence.PLACE, rf"where can (?:i|we) (?:read|find|see|check|verify) {_SO}"),
        (
            Whence.PLACE,
            rf"who (?:exactly )?(?:has )?(?:said|says|say|claims?|claimed|states?) {_SO}(?: exactly)?",
        ),
        (Whence.PLACE, rf"who (?:has )?{_SO} (?:said|says|claimed)"),
        (Whence.PLACE, r"who (?:wrote|has written|reported|published) (?:that|this)"),
        (Whence.PLACE, r"says who|according to (?:whom|who|what)|who says"),
        (
            Whence.PLACE,
            rf"(?:(?:what|which|where) (?:is|are) |what's )?(?:the |your |its |a )*(?:exact )?{_SOURCE}(?: (?:please|for|of|on|"
            rf"behind))*(?: (?:that|this|it))?",
        ),
        (
            Whence.PLACE,
            rf"(?:in )?(?:which|what) {_SOURCE} (?:says?|states?|said|is|does|was|stands?) {_SO}(?: (?:from|in|say|come "
            r"from|stand|stand in))*",
        ),
        (
            Whence.PLACE,
            rf"(?:do you have|is there|have you got|can you (?:give|show|name)(?: me)?|give me|show me)(?: an?| the| your| any)*"
            rf" {_SOURCE}(?: (?:for|of) (?:that|this|it))?",
        ),
        (
            Whence.PLACE,
            r"(?:can you )?(?:show|tell|prove)(?: (?:it to )?me)? where(?: (?:it|that) (?:says|stands|is)(?: that| so)?)?",
        ),
        (
            Whence.CERTAIN,
            r"(?:and )?(?:are (?:you|they)|you)(?: (?:\w+ly|so|quite|very|a?\s?(?:100|hundred)\s?(?:%|percent)))*"
            r" (?:sure|certain|positive)(?: (?:about|of) (?:that|this|it)(?: \w+)?| (?:that )?(?:it|that|this)(?: is|'s) "
            r"(?:true|right|correct|so))?",
        ),
        (
            Whence.CERTAIN,
            r"how (?:do|can|did|would) (?:you|we|i) (?:know|be (?:so )?sure)(?: (?:that|this|it|so))?",
        ),
        (
            Whence.CERTAIN,
            r"(?:is|was) (?:(?:that|this) (?:really |actually |definitely )?(?:certain|reliable|sure|accurate|a fact|confirmed)|"
            r"(?:that|this|it) (?:really |actually |definitely )?(?:true|right|correct))",
        ),
        (Whence.CERTAIN, r"(?:can|should) (?:i|we) (?:trust|rely on|believe) (?:that|this|it|you)"),
        (
            Whence.CERTAIN,
            r"i (?:always |had )?(?:think|thought|heard|read|believe|believed|was told|remember|guess)(?: that)? "
            r"(?:it|that|this|they|there) (?:was|is|were|are|has|had|did|would)\b.{0,60}",
        ),
        (
            Whence.AGE,
            rf"(?:and )?(?:as of|from|of|since) (?:when|what (?:date|day|year))(?: (?:is|was|date|are) (?:that|this|it|the said|the|"
            rf"these|those)(?: (?:information|data|figures?|numbers?|answer|{_SOURCE}|from))*)?",
        ),
        (
            Whence.AGE,
            r"(?:how (?:old|recent|current|up to date|fresh|new)|when|what (?:date|year)) (?:is|are|was) (?:(?:that|this|"
            r"these|those)|(?:that|this|the|these|those|your) (?:information|data|figures?|numbers?|answer|statement|"
            rf"{_SOURCE}))(?: (?:from|dated|as of))?",
        ),
        (
            Whence.AGE,
            r"is (?:(?:that|this|it) (?:still )?(?:current|up to date|recent|the latest)|(?:that|this|it) still (?:so|true|the case)|"
            r"(?:that|this) still valid)(?: (?:today|now))?",
        ),
    )
)
_DOUBTS = re.compile(
    r"(?:(?:oh|hm+|no|what|wait|ok|okay|is (?:that|this|it)|but|and)\b[,!?. ]*)*"
    r"(?:really|seriously|honestly|for real|true|correct|wirklich|im ernst|echt|vraiment|de verdad|en serio|davvero|sul serio|sério|is (?:that|this) so|you don't say|no way)"
    r"(?:\b[,!?. ]*(?:so|true)?)*",
    re.IGNORECASE,
)
"""Says by itself that somebody wonders: "really??"."""
_BARE_AGE = re.compile(r"when (?:is|was) (?:that|this|it|the)\Z", re.IGNORECASE)
"""Asks for the day of what was told, not of the telling."""
_AROUND = re.compile(
    r"^(?:(?:and|but|so|ok|okay|hm+|um+|sorry|wait|please|pls|really|well|oh|thanks|thank you)\b[,!.? ]*)+"
    r"|[\s?.!,]*(?:\b(?:please|pls|then|though|actually|exactly|now|again)\b[?.!\s]*)*$",
    re.IGNORECASE,
)
MAX_WORDS = 12


def whence(text: str) -> Whence | None:
    """What a turn asks about the answer before it; None if it asks something else.

    Args:
        text: The turn in English words.
    """
    plain = " ".join(text.replace("’", "'").split())
    if len(plain.split()) > MAX_WORDS:
        return None
    if _DOUBTS.fullmatch(plain):
        return Whence.CERTAIN
    plain = _AROUND.sub("", plain)
    if _BARE_AGE.fullmatch(plain):
        return None
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(plain)), None)
