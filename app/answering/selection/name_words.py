"""Words of names: what is a plain word elsewhere, and which words tell names apart. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked
from app.answering.text.terms import is_function_word, key_of, names_of

PLAIN = 0.1
"""What the chance of a sentence counts in which a name of the question is a plain word."""


def without_plain_words(asked: Asked, evidence: list[Evidence]) -> list[Evidence]:
    """Lower chances where a name of the question is only a plain word: "going forward".

    Only where another sentence has it as a name: what "Forward" is, is told there. A word of a
    longer name ("InnovateTech Solutions") tells nothing by itself.
    """
    longer = {
        key for name in names_of(f"x {asked.text}") if len(name.keys) > 1 for key in name.keys
    }
    found = evidence
    for term in asked.names:
        name = term.text
        if name != name.capitalize() or is_function_word(name) or term.key in longer:
            continue
        written = re.compile(rf"\b{re.escape(name)}\b")
        if not any(_stands_inside(written, item.text) for item in evidence if name in item.text):
            continue
        plain = re.compile(rf"\b{re.escape(name.lower())}\b")
        found = [
            replace(item, relevance=PLAIN * item.relevance, answers=PLAIN * item.answers)
            if plain.search(item.text) and not written.search(item.text)
            else item
            for item in found
        ]
    return found


def _stands_inside(written: re.Pattern[str], text: str) -> bool:
    """Whether another word stands before it in its line: its capital is that of a name."""
    return any(
        re.search(r"\w", text[text.rfind("\n", 0, match.start()) + 1 : match.start()])
        for match in written.finditer(text)
    )


def first_words(asked: Asked) -> frozenset[str]:
    """The first words of the question's longer names: "Services" names not yet CleanCo Services.

    Empty where a name of one word, or a person's, stands beside them.
    """
    known = {term.key for term in asked.names}
    names = [name for name in names_of(f"x {asked.text}") if name.keys & known]
    if any(len(name.keys) == 1 or name.is_person for name in names):
        return frozenset()
    return frozenset(key_of(name.text.split()[0]) for name in names) & known
