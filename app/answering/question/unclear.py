"""A question that points back where nothing stands before it: "Who founded it?" as the first."""

from __future__ import annotations

import re

from app.answering.question.asking import ask
from app.answering.text.terms import is_function_word
from app.languages.catalogue import marked

MOST_WORDS = 1
"""A question of more subject words says by itself what it is about."""
_POINTS = re.compile(r"\b(it|its|they|them|their|he|him|his|she|her)\b", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:does|did|would|will|can|could|may|might) it "
    r"(?:take|pay|help|matter|make)\b|"
    r"\b(?:is|was) it (?:\w+ )?(?:to|that|worth|true|possible|likely|better|good|bad)\b",
    re.IGNORECASE,
)
UNCLEAR = marked(
    "I cannot tell whom or what you mean, as nothing was asked before. Ask again with the name."
)
"""What is said instead of an answer."""


def points_nowhere(question: str) -> bool:
    """Whether a first question points back, and says nothing else of what it is about.

    Args:
        question: In English.
    """
    if _POINTS.search(question) is None or _EXPLETIVE.search(question):
        return False
    own = [term for term in ask(question).terms if not is_function_word(term.text)]
    return len(own) <= MOST_WORDS and not any(term.is_name for term in own)
