"""Do sentences only say how many there are, where somebody asks which? Pure.

"Which countries were surveyed?" is not answered by "leaders surveyed across 14 countries say …",
where a small reader finds all words of the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answering.evidence.evidence import Evidence
from app.answering.text.quantities import NUMBER_WORDS, PERIODS
from app.answering.text.terms import fold, is_function_word, key_of, names_of

NEAR = 0.3
"""Share of the likeliest sentence's chance from which on a sentence may be shown."""
TIMES = frozenset(f"{unit}s" for unit in PERIODS if unit)
_WHICH = re.compile(
    r"\W*(?:(?:and|so|but) )?(?:(?:in|on|at|by|for|from|to|with|of|across) )?(?:which|what) "
    r"(?P<things>[a-z]+(?: [a-z]+)?)\b",
    re.IGNORECASE,
)
_COUNT = rf"(?:\d[\d,.]*|{'|'.join(NUMBER_WORDS)}|several|many|dozens of|hundreds of)"
_TELLS = re.compile(
    r"[:(–—]|\b(?:including|such as|namely|like|among them|e\.g\.|because|by \w+ing\b|"
    r"(?:is|are|was|were) (?!\w+(?:ed|en)\b))|, [^,.;]+?(?:,| and| or) ",
    re.IGNORECASE,
)
"""Behind the number of things: what they are, as names or as a list, a sentence or a reason."""
_ARE_TOLD = re.compile(r"\b(?:is|are|was|were|as)(?: (?:the|its|their|our|all))? $", re.IGNORECASE)
"""Before it: "Norway and Peru were the two countries"."""


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
    """Whether a plural stands behind its number only, and nothing tells what the things are."""
    folded = fold(text)
    places = [found for found in re.finditer(r"[^\W\d_]+", folded) if key_of(found[0]) == thing]
    if not places:
        return False
    counted = re.compile(rf"\b{_COUNT}(?: [a-z]+)? $", re.IGNORECASE)
    counts = [counted.search(folded[: found.start()]) for found in places]
    if any(each is None or _ARE_TOLD.search(folded[: each.start()]) for each in counts):
        return False
    rest = folded[places[-1].end() :]
    return _TELLS.search(rest) is None and not list(names_of(f"x{rest}"))


def _things(question: str) -> str | None:
    """The key of what is asked for in the plural; None for any other question."""
    found = _WHICH.match(fold(question))
    for word in found["things"].split() if found else ():
        if is_function_word(word):
            return None
        if word.lower() in TIMES:
            return None  # "in three years, from 2018 on" tells which
        if word == "people" or re.fullmatch(r"[a-z]{2,}[^su\W]s", word):
            return key_of(word)
    return None
