"""When one text contains another: the normalisation and words that all measures share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from eval.metrics.words import fold
from vectorstore.sentences import split_sentences

_WORD = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"\s+")
_SOFT_HYPHEN = "\u00ad"
# A figure goes on across a comma or a point: "5" is neither in "1,500" nor in "2.5".
_BEFORE_DIGIT = r"(?<!\w)(?<!\d[.,])"
_AFTER_DIGIT = r"(?!\w)(?![.,]\d)"

REMEMBERED_TEXTS = 4096
"""Evidence and answers whose words are kept: each is compared with several others."""


@lru_cache(maxsize=REMEMBERED_TEXTS)
def folded(text: str) -> str:
    """The text without case, typographic quotes and dashes, or runs of white space."""
    return _SPACE.sub(" ", fold(text).replace(_SOFT_HYPHEN, "")).strip().casefold()


@lru_cache(maxsize=REMEMBERED_TEXTS)
def words(text: str) -> tuple[str, ...]:
    """Runs of letters and digits of the folded text, in order."""
    return tuple(_WORD.findall(folded(text)))


def holds(text: str, form: str) -> bool:
    """Whether the folded text says the folded form, from the start of a word to the end of one.

    "5" is not in "15", "1,500" or "2.5", nor "art" in "party". A form without letters,
    digits or signs stands nowhere.
    """
    wanted = folded(form)
    if not wanted:
        return False
    return (
        re.search(
            _edge(wanted[0], _BEFORE_DIGIT, r"(?<!\w)")
            + re.escape(wanted)
            + _edge(wanted[-1], _AFTER_DIGIT, r"(?!\w)"),
            folded(text),
        )
        is not None
    )


def _edge(character: str, digit: str, letter: str) -> str:
    if character.isdigit():
        return digit
    return letter if character.isalnum() else ""


def holds_any(text: str, forms: Iterable[str]) -> bool:
    """Whether the text says at least one of the forms."""
    return any(holds(text, form) for form in forms)


def quotes(text: str, wanted: str) -> bool:
    """Whether the words of `wanted` are in the text in one run; signs and spaces do not count.

    Corpora differ in how they set signs ("Examiner 's", "one - year") while the words are the
    same. Nothing is wanted: nothing is quoted.
    """
    run = " ".join(words(wanted))
    return bool(run) and f" {run} " in f" {' '.join(words(text))} "


@lru_cache(maxsize=REMEMBERED_TEXTS)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, however long; what holds no word ("''") is none."""
    spans = split_sentences(text, max_length=len(text) + 1)
    parts = (text[start:end] for start, end in spans)
    return tuple(part for part in parts if words(part))
