"""Short forms that a text introduces itself: "Phoenix Children's (PC)". Pure.

Further down such a text uses the short form alone, and a question may use the long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from app.answering.text.lexicon import FUNCTION_WORDS
from app.answering.text.terms import REMEMBERED_TEXTS, content_terms, fold, keys

LEAST_LETTERS, MOST_LETTERS = 2, 8

_SHORT = re.compile(r"\(((?:[^\W\d_a-z][\w&.-]*)(?: [^\W\d_a-z][\w&.-]*){0,2})\)")
_WORD = re.compile(r"[^\W\d_][\w’'&.]*")
_JOINING = FUNCTION_WORDS | frozenset(
    {"de", "du", "des", "la", "le", "les", "et", "von", "und", "der"}
)


def short_forms(texts: Iterable[str]) -> dict[str, str]:
    """Short form to the long one, of every "long form (SF)" whose letters are its initials."""
    found: dict[str, str] = {}
    for text in texts:
        for short, long in _short_forms_of(text):
            found.setdefault(short, long)
    return found


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _short_forms_of(text: str) -> tuple[tuple[str, str], ...]:
    folded = fold(text)
    pairs = (
        (bracket[1], _long_form(bracket[1], folded[: bracket.start()]))
        for bracket in _SHORT.finditer(folded)
    )
    return tuple((short, long) for short, long in pairs if long is not None)


def in_other_form(question: str, known: Mapping[str, str]) -> str | None:
    """A question with the short form of what it writes out; None if it writes nothing out."""
    changed = fold(question)
    for short, long in sorted(known.items(), key=lambda one: -len(one[1])):
        written = re.escape(long).replace("'", "'?")  # "phoenix childrens"
        changed = re.sub(rf"\b{written}(?!\w)", short, changed, flags=re.IGNORECASE)
    return None if changed == fold(question) else changed


def named_in_full(question: str, known: Mapping[str, str]) -> dict[str, str]:
    """The short forms of what a question writes out, with their long ones."""
    return {
        short: long
        for short, long in known.items()
        if in_other_form(question, {short: long}) is not None
    }


def written_out(text: str, longs: Mapping[str, str]) -> str:
    """A text with these long forms for their short ones, except where it introduces them."""
    for short, long in longs.items():
        parts = re.split(rf"(?<![\w(]){re.escape(short)}(?!\w)", text)
        text = long.join(parts)
    return text


def keys_of_long_forms(text: str, known: Mapping[str, str]) -> frozenset[str]:
    """Keys of the long forms for which a text has the short ones."""
    folded = fold(text)
    longs = [
        long for short, long in known.items() if re.search(rf"\b{re.escape(short)}(?!\w)", folded)
    ]
    return keys(content_terms(" ".join(longs)))


def _long_form(short: str, before: str) -> str | None:
    """The words right before a bracket whose initials its letters are."""
    letters = "".join(_letters(word) for word in short.split()).lower()
    if not LEAST_LETTERS <= len(letters) <= MOST_LETTERS:
        return None
    words = list(_WORD.finditer(before))
    if not words or before[words[-1].end() :].strip():
        return None
    start = None
    for letter in reversed(letters):
        while words and words[-1].group().lower() in _JOINING and words[-1].group()[0] != letter:
            words.pop()
        if not words or words[-1].group()[0].lower() != letter:
            return None
        start = words.pop().start()
    return None if start is None else before[start:].strip()


def _letters(word: str) -> str:
    """Those that stand for words: of "CHU" all, of "Rennes" the first."""
    capitals = "".join(letter for letter in word if letter.isupper())
    return capitals if len(capitals) > 1 else word[:1]
