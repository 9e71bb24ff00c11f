"""What a request to sum something up asks for, as a question that the reader knows. Pure."""

from __future__ import annotations

import re

from app.answering.question.agreement import what_was

_REQUEST = re.compile(
    r"\W*(?:(?:based on|according to|from|in|using) (?P<source>(?:[^,?!.]|\.(?=[\w'’]))+), )?"
    r"(?:(?:please|pls|now|briefly)\b,? )*"
    r"(?:(?:can|could|would) you (?:please |briefly )?)?(?:give (?:me|us) )?"
    r"(?:summari[sz]e|sum up|recap|outline|(?:an? (?:\w+ )?)?(?:overview|summary|recap) of) "
    r"(?P<what>[^?!]+?)[\s.?!]*",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:who|what|which|when|where|why|how)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"[^\W\d_][^su\W\d_]s$|\b(?:all|both|each|every|these|those)\b|,| and ", re.I)
"""A source of several: "the articles"."""
_OWNER = re.compile(r"(?:the )?(?P<owner>[^\W\d_a-z][^'’]*?)['’]s? ")
_OWNED = re.compile(r"\b(?:the|this) (?:company|firm|group|organi[sz]ation)\b", re.IGNORECASE)
_ALL = re.compile(
    r"(?:everything|all|what is (?:said|known))(?: there is)? (?:on|about|of) ", re.IGNORECASE
)


def names_one_source(question: str) -> bool:
    """Whether a request for a summary says of which one document: "Based on the 2021 report, …"."""
    found = _REQUEST.fullmatch(question)
    source = (found["source"] or "").strip() if found else ""
    return bool(source) and _SEVERAL.search(source) is None


def as_read(question: str) -> str:
    """A request for a summary as the question that its sentences answer; any other as it is.

    "Based on Haven's 2021 report, summarize the key events" asks what the key events of Haven were.
    The reader is trained on questions.
    """
    found = _REQUEST.fullmatch(question)
    if found is None:
        return question
    what = found["what"]
    if owner := _OWNER.match(f"{found['source'] or ''} "):
        named = _OWNED.sub(lambda _: owner["owner"], what)
        what = named if named != what or owner["owner"] in what else f"{what} of {owner['owner']}"
    if _ASKS.match(what):
        return f"{what[:1].upper()}{what[1:]}?"
    what, is_all = _ALL.subn("", what)
    if is_all:
        return f"What is said of {what}?"
    return f"{what_was(what)}?"
