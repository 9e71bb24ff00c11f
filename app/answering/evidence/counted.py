"""Do sentences only say how many there are, where somebody asks which? Pure.

"Which countries were surveyed?" is not answered by "leaders surveyed across 14 countries say …",
where a small reader finds all words of the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.evidence.evidence import Evidence
from app.answering.text.quantities import NUMBER_WORDS
from app.answering.text.terms import fold, is_function_word, key_of, names_of

NEAR = 0.3
"""Share of the likeliest sentence's chance from which on a sentence may be shown."""
_WHICH = re.compile(
    r"\W*(?:(?:and|so|but) )?(?:(?:in|on|at|by|for|from|to|with|of|across) )?(?:which|what) "
    r"(?P<things>[a-z]+(?: [a-z]+)?)\b",
    re.IGNORECASE,
)
_COUNT = rf"(?:\d[\d,.]*|{'|'.join(NUMBER_WORDS)}|several|many|dozens of|hundreds of)"
_LISTS = re.compile(r"[:(]|\b(?:including|such as|namely|like|among them|e\.g\.)", re.IGNORECASE)


def only_counted(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether things are asked for, and each likely sentence gives no more than their number.

    Args:
        question: In English.
        evidence: What was read.
    """
    thing = _things(question)
    if thing is None or not evidence:
        return False
    best = max(item.relevance for item in evidence)
    likely = [item for item in evidence if item.relevance >= NEAR * best]
    return all(counts_only(item.text, thing) for item in likely)


def counts_only(text: str, thing: str) -> bool:
    """Whether a word (in the plural) stands behind a number only, and nothing named goes on it."""
    folded = fold(text)
    places = [found for found in re.finditer(r"[^\W\d_]+", folded) if key_of(found[0]) == thing]
    if not places:
        return False
    counted = re.compile(rf"\b{_COUNT}(?: [a-z]+)? $", re.IGNORECASE)
    if not all(counted.search(folded[: found.start()]) for found in places):
        return False
    rest = folded[places[-1].end() :]
    return _LISTS.search(rest) is None and not list(names_of(f"x{rest}"))


def _things(question: str) -> str | None:
    """The key of what is asked for in the plural; None for any other question."""
    found = _WHICH.match(fold(question))
    for word in found["things"].split() if found else ():
        if is_function_word(word):
            return None
        if word == "people" or re.fullmatch(r"[a-z]{2,}[^su\W]s", word):
            return key_of(word)
    return None
