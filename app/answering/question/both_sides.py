"""A question about two opposite sides of a thing ("pros and cons") is two questions. Pure.

Each side is looked for, and shown, by itself: one sentence is seldom about both.
"""

from __future__ import annotations

import re

_FOR = dict.fromkeys(("pros", "upsides", "pluses", "plusses", "positives"), "benefits")
_FOR |= {word: word for word in ("benefits", "advantages", "strengths", "opportunities", "gains")}
_AGAINST = dict.fromkeys(("cons", "downsides", "minuses", "negatives"), "risks")
_AGAINST |= {
    word: word
    for word in ("risks", "drawbacks", "disadvantages", "weaknesses", "costs", "threats",
                 "challenges", "dangers", "pitfalls")
}  # fmt: skip
"""Words that sources seldom use stand for the plainer ones, by which a reader finds more."""
_SIDES = _FOR | _AGAINST
_PAIR = re.compile(
    rf"\b(?P<one>{'|'.join(_SIDES)}) ?(?:and|&|/|or|vs\.?|versus) ?(?:the |its |their )?"
    rf"(?P<other>{'|'.join(_SIDES)})\b",
    re.IGNORECASE,
)
_TWO = re.compile(
    r"(?P<before>^\W*(?:what|which) (?:are|were) )(?P<one>the [a-z-]+s) and (?P<other>the [a-z-]+s)"
    r"(?P<rest> (?:of|to|for|in) .+)",
    re.IGNORECASE | re.DOTALL,
)
"""Two lists of one thing, each with its article: "the gains and the barriers of"."""


def both_sides(question: str) -> tuple[str, ...]:
    """One question for each side; the question alone if it asks for one or none."""
    found = _PAIR.search(question)
    if found is None:
        two = _TWO.fullmatch(question)
        if two is None:
            return (question,)
        return tuple(f"{two['before']}{two[each]}{two['rest']}" for each in ("one", "other"))
    sides = found["one"].lower(), found["other"].lower()
    if (sides[0] in _FOR) == (sides[1] in _FOR):
        return (question,)
    return tuple(
        f"{question[: found.start()]}{_SIDES[side]}{question[found.end() :]}" for side in sides
    )
