"""Guards a chat model's rewrite of a follow-up: what it may add, and what it must not lose."""

from __future__ import annotations

from collections.abc import Sequence

from app.answering.lexicon import ANAPHORS
from app.answering.terms import content_terms, fold, keys, names_of, terms
from app.types import Message

MAX_CHARACTERS = 600
"""A question that is longer than this and than what was asked has been answered, not rewritten."""
MIN_KEPT = 0.7
"""Share of the question's own subject words that must still be there."""
MARKS = "\"'`“”‘’ "
"""What models put around the line they were asked for."""


def rewritten(reply: str, question: str, history: Sequence[Message]) -> str | None:
    """The rewritten question, if it may be searched for; None if it may not.

    Refused is a rewrite that is not one line, that loses a name, a number or most words of the
    question, that brings a name or a number which the conversation does not have, that negates what
    was not negated, or that is no question where one was asked.
    """
    lines = [line.strip(MARKS) for line in reply.splitlines() if line.strip(MARKS)]
    if len(lines) != 1:
        return None
    (text,) = lines
    if len(text) > max(MAX_CHARACTERS, len(question)):
        return None
    if question.rstrip(MARKS).endswith("?") and not text.endswith("?"):
        return None
    if _loses(text, question) or _brings(text, question, history):
        return None
    return text


def _loses(text: str, question: str) -> bool:
    held = keys(terms(text))
    asked = [term for term in content_terms(question) if term.text.lower() not in ANAPHORS]
    if any(not name.keys <= held for name in names_of(question)):
        return True
    if any(term.is_number and term.key not in held for term in asked):
        return True
    kept = sum(term.key in held for term in asked)
    return kept < MIN_KEPT * len(asked) or _negations(text) != _negations(question)


def _brings(text: str, question: str, history: Sequence[Message]) -> bool:
    said = " . ".join([question, *(message.content for message in history)])
    known = keys(terms(said))
    return any(not name.keys <= known for name in names_of(text)) or any(
        term.is_number and term.key not in known for term in terms(text)
    )


def _negations(text: str) -> int:
    words = fold(text).lower().split()
    return sum(word in {"not", "never", "no", "without"} or word.endswith("n't") for word in words)
