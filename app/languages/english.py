"""An English form of a question in another language, from the tables; names stay exact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from app.languages.identify import ENGLISH, language_of
from app.languages.words import TABLED

if TYPE_CHECKING:
    from app.languages.translating.piece import Piece


_SIGNS = "%$€£"
_A = re.compile(r"\ba(?= [aeio])")
"""The article before a vowel; no letter that is a name ("Class A")."""
_KEPT = 1_024
"""Texts; those of a conversation are read with each of its turns."""
_SENTENCES_KEPT = 16_384
"""Sentences; those of a passage are read with every question that finds it."""


@dataclass(frozen=True, slots=True)
class EnglishForm:
    """A question in English words, as far as they are known."""

    text: str
    unknown: tuple[str, ...] = ()
    """Words that stand in it as they were asked and are no names: they were not understood."""


@lru_cache(_KEPT)
def in_english(text: str, language: str) -> EnglishForm:
    """What is known of the words in English, in the order of English; the rest as it stands.

    "Wer hat Haven gegründet?" becomes "who founded Haven?". A German noun that the tables lack is
    written small, so that it is not taken for a name.
    """
    # Loaded with the first question in another language: to English ones it is of no use.
    from app.languages.translating.clauses import in_order
    from app.languages.translating.pieces import pieces_of

    said = in_order(pieces_of(text, language), text, language)
    return _form(text, said)


def is_glossed(language: str | None) -> bool:
    """Whether there are tables for a source's language, such as "de"."""
    return language in TABLED


@lru_cache(_SENTENCES_KEPT)
def glossed(text: str, language: str) -> str:
    """A source's sentence in English words as far as they are known, the rest as it stands.

    It is never shown: a quote stays in the words of its source. An English sentence of such a
    source stays as it is.
    """
    if language_of(text) == ENGLISH:
        return text
    from app.languages.translating.pieces import pieces_of
    from app.languages.translating.statements import in_statement_order

    return _form(text, in_statement_order(pieces_of(text, language), text, language)).text


def _form(text: str, said: Sequence[Piece]) -> EnglishForm:
    unknown = sorted((each for each in said if each.is_unknown), key=lambda each: each.start)
    english = _A.sub("an", _joined(text, said)) + ("?" if "?" in text else "")
    return EnglishForm(english, tuple(text[each.start : each.end] for each in unknown))


def _joined(text: str, pieces: Sequence[Piece]) -> str:
    """Between words left as they were stands what stood there ("McKinsey's", "A. P. Moller")."""
    parts: list[str] = []
    before: Piece | None = None
    for piece in pieces:
        if before is not None:
            between = text[before.end : piece.start] if before.end <= piece.start else ""
            follows = not any(map(str.isalnum, between))
            if before.is_own and piece.is_own and follows and before.end <= piece.start:
                parts.append(between)
            elif follows and any(sign in between for sign in _SIGNS):
                parts.append(f" {between.strip()} ")
            else:
                parts.append(", " if follows and "," in between else " ")
        parts.append(piece.text)
        before = piece
    return "".join(parts)
