"""A question that points back where nothing stands before it: "Who founded it?" as the first."""

from __future__ import annotations

import re

from app.answering.asking import ask
from app.answering.terms import is_function_word
from app.languages.catalogue import marked, say

MOST_WORDS = 1
"""A question of more subject words says by itself what it is about."""
_POINTS = re.compile(r"\b(it|its|they|them|their|he|him|his|she|her)\b", re.IGNORECASE)
_EXPLETIVE = re.compile(
    r"\b(?:does|did|would|will|can|could|may|might) it "
    r"(?:take|pay|help|matter|make)\b|"
    r"\b(?:is|was) it (?:\w+ )?(?:to|that|worth|true|possible|likely|better|good|bad)\b",
    re.IGNORECASE,
)
_UNCLEAR = marked(
    "It is not clear what “{word}” stands for, as nothing was asked before. Ask again and name it."
)


def pointing_nowhere(question: str) -> str | None:
    """The word that points back, of a question that says nothing else of what it is about."""
    found = _POINTS.search(question)
    if found is None or _EXPLETIVE.search(question):
        return None
    asked = ask(question)
    own = [term for term in asked.terms if not is_function_word(term.text)]
    if any(term.is_name for term in own) or len(own) > MOST_WORDS:
        return None
    return found.group().lower()


def unclear(word: str, language: str) -> str:
    """What is said instead of an answer."""
    return say(language, _UNCLEAR, word=word)
