"""Makes what somebody typed fit to be asked."""

from __future__ import annotations

import re
import unicodedata

from app.errors import QuestionEmptyError, QuestionTooLongError

MAX_QUESTION_CHARACTERS = 4_000
"""About 600 words: more than any question, less than a document pasted by mistake."""

# Control, surrogate, private and unassigned characters say nothing.
_SILENT = frozenset({"Cc", "Cs", "Cn", "Co"})
# Of the format characters, those that hide or reorder text; joiners that scripts need stay.
_HIDING = frozenset("\u200b\ufeff\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_WORD = re.compile(r"\w")


def readable_question(text: str, *, limit: int = MAX_QUESTION_CHARACTERS) -> str:
    """Normalise to NFC without control characters, white space folded to single spaces.

    Raises:
        QuestionEmptyError: If nothing is left.
        QuestionTooLongError: If more than `limit` characters are left.
    """
    spaced = "".join(" " if _is_silent(character) else character for character in text)
    question = " ".join(unicodedata.normalize("NFC", spaced).split())
    if _WORD.search(question) is None:
        raise QuestionEmptyError
    if len(question) > limit:
        raise QuestionTooLongError(len(question), limit)
    return question


def _is_silent(character: str) -> bool:
    return unicodedata.category(character) in _SILENT or character in _HIDING
