"""Slips of the pen in a question: a word that no source holds, one letter away from one they do."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator

from app.answering.terms import fold, is_function_word

MIN_LETTERS = 5
"""In shorter words one letter makes another word."""
MAX_WORDS = 40
"""A longer text is no question that somebody typed in a hurry."""

MIN_STEM = 2
_PREFIXES = ("un", "re", "non", "mis", "over", "under", "pre", "co")
_ENDINGS = ("s", "es", "ies", "ed", "d", "ied", "ing", "er", "ers", "ly", "ness", "al", "able")

_WORD = re.compile(r"(?<![\w$@#/.-])[a-z]{5,24}(?![\w@/'’-])")

Frequency = Callable[[str], int]
"""In how many passages a word stands, in whatever form."""


def corrected(question: str, frequency: Frequency, is_word: Callable[[str], bool]) -> str:
    """The question with such words as the sources spell them.

    Words with a capital stay: they are names, and another company's name is no slip. So do common
    words of the language, whether a source has them or not.

    Args:
        question: As typed.
        frequency: Of a word in the sources.
        is_word: Whether a word is a common one.
    """
    if len(question.split()) > MAX_WORDS or not fold(question).isascii():
        return question  # what has accents is hardly English

    def put(match: re.Match[str]) -> str:
        word = match.group()
        if is_function_word(word) or frequency(word) > 0 or _is_regular(word, is_word):
            return word
        return _nearest(word, lambda other: frequency(other) if is_word(other) else 0) or word

    return _WORD.sub(put, question)


def _nearest(word: str, frequency: Frequency) -> str | None:
    """The commonest word of the sources that is one slip away; None if there is none."""
    others = sorted(other for other in set(_slips(word)) if not _is_form_of(word, other))
    known = [(count, other) for other in others if (count := frequency(other))]
    return max(known, key=lambda found: found[0])[1] if known else None


def _is_regular(word: str, is_word: Callable[[str], bool]) -> bool:
    """Whether a word is common, or a common one with an ending or a prefix: "stoves", "undated"."""
    bare = next((word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix)), "")
    stems = [word[: -len(ending)] for ending in _ENDINGS if word.endswith(ending)]
    forms = [word, bare, *(form for stem in stems for form in (stem, f"{stem}e", f"{stem}y"))]
    # A doubled letter before the ending: "planned".
    forms += [stem[:-1] for stem in stems if stem[-1:] == stem[-2:-1]]
    return any(len(form) > MIN_STEM and is_word(form) for form in forms)


def _is_form_of(word: str, other: str) -> bool:
    """Whether two words differ in their ending alone: "grocer" is no slip for "grocery"."""
    shorter = min(len(word), len(other))
    return word[: shorter - 1] == other[: shorter - 1]


def _slips(word: str) -> Iterator[str]:
    """What the word may have been: a letter left out, too much, in another's place, or swapped.

    The first letter is hardly ever wrong, and stays.
    """
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            if len(word) > MIN_LETTERS:
                yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in string.ascii_lowercase)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in string.ascii_lowercase)
