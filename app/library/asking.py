"""Is this a question about the library itself, and which one? A grammar of shapes. Pure.

An ordinary question must never be taken for one: a shape needs a word for documents in the place of
its subject or object, and what follows must be a filter that the catalog knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from app.library.question import LibraryQuestion
from app.library.shapes import SHAPES

REMEMBERED_WORDS = 4096
MAX_CHARACTERS = 300
"""What is longer is a text with a question in it."""
ALIKE = 0.84
"""Similarity (difflib) from which on an unknown word is one of ours with a slip of the pen."""
MIN_SLIP = 5
"""Letters of the shortest word in which a slip is mended."""

_COURTESY = re.compile(
    r"^(?:(?:please|pls|plz|hi|hello|hey|hi there|good (?:morning|afternoon|evening)|ok|okay|so|"
    r"and|also|but|thanks|thank you|thx|great|now|well|right|cool|accord|btw|by the way|sorry)\b"
    r"[,!.: ]*)+"
    r"|^(?:(?:can|could|would|will) (?:you|we|i) (?:please |kindly |maybe |just )?|(?:may|can) i |"
    r"i(?:'d| would) (?:like|love) (?:you )?to (?:know |see |have |get )?|"
    r"i (?:want|need)(?: to (?:know|see|have))? |let (?:me|us) (?:know|see) |"
    r"(?:do you|does anyone) know |(?:i am |i'm )?(?:just )?wondering (?:if )?|"
    r"tell (?:me|us) (?!about\b)|show (?:me|us) (?=(?:which|what|who|how|when)\b))",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[\s,]*(?:\b(?:please|pls|plz|thanks|thank you|thx|ty|cheers|many thanks|too)\b|[?.!;:\s])+$",
    re.IGNORECASE,
)
_SHORT_IS = re.compile(r"\b(what|who|when|where|how)(?:'s|s)\b", re.IGNORECASE)
_PLAIN_SIGNS = str.maketrans("’‘“”«»–—", '\'\'""""--')
_KEYWORDS = (
    "documents document articles article papers sources library collection author authors "
    "publisher publishers published newest latest oldest longest shortest summarise summarize "
    "summary overview takeaways mention mentions written additions about essence"
).split()
_OTHER_WORDS = frozenset(
    "resource resources course courses auditor auditors actor actors particle particles papery "
    "publish publishes publishing public authority authored libraries librarian lately later "
    "latter strongest lowest coldest boldest longer shorter written mentioned summaries "
    "collections".split()
)
"""Words that lie near one of ours and mean something else."""


def library_question(
    text: str,
    today: date | None = None,
    knows: Callable[[str], bool] | None = None,
    writes: Callable[[str], bool] | None = None,
) -> LibraryQuestion | None:
    """What a question asks of the library; None if it is a question to its documents.

    Args:
        text: One question, with or without courtesies around it.
        today: What "this month" counts from; None is today.
        knows: Whether a document has such a name. "The sony paper" is one of the library's only
            where it has; without this it is left to the documents.
        writes: The same of authors: "What has Ada Lund written?".
    """
    core = _core(text)
    if not core or len(core) > MAX_CHARACTERS:
        return None
    today = today or date.today()
    for pattern, read in SHAPES:
        found = pattern.fullmatch(core)
        made = read(found, today) if found else None
        if made is None:
            continue
        told_by = writes if made.author and not made.reference else knows
        if made.is_sure or (told_by is not None and told_by(made.reference or made.author)):
            return replace(made, is_sure=True)
    return None


def in_plain_signs(text: str) -> str:
    """One line with plain quotes and dashes."""
    return " ".join(text.translate(_PLAIN_SIGNS).split())


def _core(text: str) -> str:
    """The question in plain signs, without courtesies and slips in our own words."""
    plain, before = in_plain_signs(text), ""
    while before != plain:
        before, plain = plain, _CLOSING.sub("", _COURTESY.sub("", plain))
    plain = _SHORT_IS.sub(r"\1 is", plain)
    return " ".join(map(_spelt, plain.split()))


@lru_cache(maxsize=REMEMBERED_WORDS)
def _spelt(word: str) -> str:
    bare_word = word.strip(",.:;\"'")
    is_ours = bare_word in _OTHER_WORDS or bare_word in _KEYWORDS
    if len(bare_word) < MIN_SLIP or not bare_word.islower() or is_ours:
        return word
    swapped = [each for each in _KEYWORDS if sorted(each) == sorted(bare_word)]
    near = swapped or get_close_matches(bare_word, _KEYWORDS, 1, ALIKE)
    return word.replace(bare_word, near[0]) if near else word
