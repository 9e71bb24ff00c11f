"""Questions that go on from one about the library: "and in 2018?", "summarise the second one". Pure.

Each is put into the words of a whole question, which `app.library.asking` then reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.library.asking import library_question
from app.library.words import DOCUMENT, PLURAL

_ORDINALS = {
    word: n
    for n, words in enumerate(
        (
            "first|1st|1",
            "second|2nd|2",
            "third|3rd|3",
            "fourth|4th|4",
            "fifth|5th|5",
            "sixth|6th|6",
        ),
        1,
    )
    for word in words.split("|")
} | {"last": 0, "latter": 0, "former": 1}
_ONE = re.compile(
    rf"\b(?:the |that |this )(?P<nth>first|second|third|fourth|fifth|sixth|last|latter|former|[1-6](?:st|nd|rd|th)) "
    rf"(?:one|{DOCUMENT}|of (?:them|these|those))\b|\b(?:number|no\.?|nr\.?|#) ?(?P<no>[1-6])\b",
    re.IGNORECASE,
)
_THE_NTH = re.compile(
    r"\bthe (?P<nth>first|second|third|fourth|fifth|sixth|last|latter|former)(?=\W*\Z| (?:is|was|written|published|says?|about|from)\b)",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    rf"\b(?:(?P<ask>which|what|how many)(?: ones?)?|any|one|some|all) of (?:them|these|those)(?: {PLURAL})?\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"(?:and |so |but )?(?P<ask>which|how many)(?: ones?)? "
    r"(?P<tail>(?:are|were|is|was|come|mention|speak|talk|deal) .+?)[\s?.!]*",
    re.IGNORECASE,
)
"""Of those just told of: "how many are from 2018?"."""
_THE_ONE = re.compile(r"\bthe ones? (?=(?:about|on|by|from|of|that) )", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:(?:and|but|or|what about|how about|only|just|now|ok|okay|same)\b,? ?)*(?:(?:those|the ones?|the ones that are|ones|some|any|"
    rf"(?:all |the |any )?{PLURAL}) ?)?"
    r"(?P<tail>(?:19|20)\d\d|(?:in|from|since|before|after|until|by|about|on|mentioning|published|written|without|that mention|with) \S.*?)[\s?.!]*",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:published |written )?(?:in|from|since|before|after|until|of) (?:\w+ )?(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r" (?:on|about|regarding|mentioning|that mentions?|mentions?) (?!\b(?:19|20)\d\d).+\Z",
    re.IGNORECASE,
)
MAX_WORDS = 12


def goes_on(text: str, before: str) -> bool:
    """Whether a turn goes on from a question about the library.

    Args:
        text: The turn in English words.
        before: The question before it, in full.
    """
    return in_full(text, before, ("a", "b", "c", "d", "e", "f")) is not None


def is_of_those(text: str) -> bool:
    """Whether a turn asks only of the documents just told of: "which of them …"."""
    return _OF_THEM.search(text) is not None


def in_full(text: str, before: str, titles: Sequence[str]) -> str | None:
    """The whole question; None if the turn does not go on from one about the library.

    Args:
        text: The turn in English words.
        before: The question before it, in full.
        titles: Of the documents told of last, in their order.
    """
    if len(text.split()) > MAX_WORDS or not _is_of_library(before):
        return None
    if found := _ONE.search(text) or _THE_NTH.search(text):
        nth = _ORDINALS[(found["nth"] or found.groupdict().get("no") or "").lower()]
        if not titles or nth > len(titles):
            return None
        named = f'the article "{titles[nth - 1]}"'
        is_bare = len(found.group().split()) + 1 >= len(text.split())  # "and the second one?"
        return (
            f"summarise {named}" if is_bare else text[: found.start()] + named + text[found.end() :]
        )
    if found := _OF_THEM.search(text):
        of_all = f"{found['ask'] or 'which'} documents"
        whole = text[: found.start()] + of_all + text[found.end() :]
    elif _THE_ONE.search(text) and (whole := _THE_ONE.sub("the article ", text)) != text:
        if _is_of_library(whole):
            return whole
        return None
    elif found := _WHICH.fullmatch(text):
        whole = f"{found['ask']} documents {found['tail']}?"
    elif found := _TAIL.fullmatch(text):
        tail = found["tail"]
        tail = f"in {tail}" if tail[:1].isdigit() else tail
        asked = before.rstrip(" ?.!")
        whole = f"{(_TIME if _TIME.match(tail) else _TOPIC).sub('', asked)} {tail}?"
    else:
        return None
    whole = " ".join(whole.split())
    return whole if _is_of_library(whole) else None


def _is_of_library(text: str) -> bool:
    """Whether a question is about the library if it names what there is."""
    return library_question(text, knows=bool, writes=bool) is not None
