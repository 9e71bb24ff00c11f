"""Guards a chat model's rewrite of a follow-up: what it may add, and what it must not lose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.composition.reply import without_thoughts
from app.answering.text.lexicon import ANAPHORS
from app.answering.text.terms import content_terms, fold, keys, names_of, terms
from app.types import Message

MAX_CHARACTERS = 600
"""A question that is longer than this and than what was asked has been answered, not rewritten."""
MIN_KEPT = 0.7
"""Share of the question's own subject words that must still be there."""
MAX_NEW = 1
"""Subject words that neither the question nor the conversation has: more is another question."""
MARKS = "\"'`“”‘’ "
"""What models put around the line they were asked for."""
_NO_QUESTION = re.compile(r"[<>\[\]{}|\\]|://|\bwww\.|[?!.]\s+\S")
"""Markup, addresses, a second sentence."""


def rewritten(reply: str, question: str, history: Sequence[Message]) -> str | None:
    """The rewritten question, if it says more than the question and may be searched for.

    Refused is a rewrite that is not one sentence on one line; that loses a name, a number or most
    words of the question, or has its names in another order; that brings a name, a number or more
    than one other word which the conversation does not have; that still points back; that negates
    what was not negated; or that is no question where one was asked.
    """
    lines = [line.strip(MARKS) for line in without_thoughts(reply).splitlines()]
    lines = [line for line in lines if line]
    if len(lines) != 1:
        return None
    (text,) = lines
    if len(text) > max(MAX_CHARACTERS, len(question)) or _NO_QUESTION.search(text):
        return None
    if question.rstrip(MARKS).endswith("?") and not text.endswith("?"):
        return None
    if _loses(text, question) or _brings(text, question, history) or _points_back(text):
        return None
    return text


def _loses(text: str, question: str) -> bool:
    held = keys(terms(text))
    asked = [term for term in content_terms(question) if term.text.lower() not in ANAPHORS]
    if any(not name.keys <= held for name in names_of(question)):
        return True
    if any(term.is_number and term.key not in held for term in asked):
        return True
    places = [_place(text, name.keys) for name in names_of(question)]
    if places != sorted(places):
        return True
    kept = sum(term.key in held for term in asked)
    return kept < MIN_KEPT * len(asked) or _negations(text) != _negations(question)


def _brings(text: str, question: str, history: Sequence[Message]) -> bool:
    said = " . ".join([question, *(message.content for message in history)])
    known = keys(terms(said))
    new = {term.key for term in content_terms(text)} - known
    return (
        len(new) > MAX_NEW
        or any(not name.keys <= known for name in names_of(text))
        or any(term.is_number and term.key in new for term in terms(text))
    )


def _points_back(text: str) -> bool:
    return any(term.text.lower() in ANAPHORS and not term.is_name for term in terms(text))


def _place(text: str, name: frozenset[str]) -> int:
    """Where a name begins in a text that has it."""
    return next(term.start for term in terms(text) if term.key in name)


def _negations(text: str) -> int:
    words = fold(text).lower().split()
    return sum(word in {"not", "never", "no", "without"} or word.endswith("n't") for word in words)
