"""An English form of a question in another language, from the tables: rough, but for names exact."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.languages.words import Table, folded, table, tokens

_SMALL_BEFORE_NOUNS = frozenset(
    """
    der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner im am
    zum zur vom beim ins ans dieser diese dieses diesen diesem welche welcher welches welchen
    welchem ihr ihre ihren ihrem ihrer ihres sein seine seinen seinem seiner seines alle allen
    aller viele vielen mehr wieviel
    """.split()
)
"""German words after which a capital says that a noun follows, not that a name does."""
_NOUN = re.compile(r"(?:ung|heit|keit|schaft|taet|tion|ismus|nis|tum|ling|er|en|ungen|ionen)$")
"""Endings of German nouns that hardly any name has, behind four letters or more."""
_SHORTEST_NOUN = 7
"""Shorter capitalised words with such an ending are taken for names ("Bayer", "Siemen")."""


@dataclass(slots=True)
class _Piece:
    text: str
    start: int
    end: int
    is_own: bool
    """Left as it was."""


def in_english(text: str, language: str) -> str:
    """What is known of the words in English, in the order of the original; the rest as it stands.

    "Wann wurde Haven geschlossen?" becomes "when was Haven closed?". A German noun that the table
    lacks is written small, so that it is not taken for a name.
    """
    known = table(language)
    found = tokens(text)
    words = tuple(folded(token.group(), language) for token in found)
    pieces: list[_Piece] = []
    at = 0
    while at < len(found):
        length = _longest(known, words, at)
        piece = _Piece(
            text[found[at].start() : found[at + max(length, 1) - 1].end()],
            found[at].start(),
            found[at + max(length, 1) - 1].end(),
            is_own=not length,
        )
        is_name = length == 1 and _is_name(text, found, words, at, language)
        if length and not is_name:
            piece.text = known.english[words[at : at + length]]
        else:
            piece.is_own = True
            if language == "de" and at and _is_noun(words, at):
                piece.text = piece.text.lower()
        if piece.text:
            pieces.append(piece)
        at += max(length, 1)
    ending = "?" if "?" in text else ""
    return _joined(text, pieces) + ending


def _longest(known: Table, words: tuple[str, ...], at: int) -> int:
    """Number of words of the longest form that begins here; 0 if none does."""
    for length in range(min(known.longest, len(words) - at), 0, -1):
        if words[at : at + length] in known.english:
            return length
    return 0


def _is_name(
    text: str, found: list[re.Match[str]], words: tuple[str, ...], at: int, language: str
) -> bool:
    """Whether a word of the table is part of a name here: "Banco do Brasil", "La Poste".

    Nouns of German have capitals anyway, so there only what is written in capitals throughout is.
    """
    word = found[at].group()
    if word.isupper() and len(word) > 1 and not text.isupper():
        return True
    if language == "de" or at == 0 or not word[:1].isupper():
        return False
    return not text[: found[at].start()].rstrip().endswith((".", "?", "!", ":", "¿", "¡"))


def _is_noun(words: tuple[str, ...], at: int) -> bool:
    if words[at - 1] in _SMALL_BEFORE_NOUNS:
        return True
    return len(words[at]) >= _SHORTEST_NOUN and _NOUN.search(words[at]) is not None


def _joined(text: str, pieces: list[_Piece]) -> str:
    """Between words left as they were stands what stood there ("McKinsey's", "A. P. Moller")."""
    parts: list[str] = []
    before: _Piece | None = None
    for piece in pieces:
        if before is not None:
            between = text[before.end : piece.start]
            keeps = before.is_own and piece.is_own and len(between) <= 3  # noqa: PLR2004
            comma = "," if "," in between else ""
            parts.append(between if keeps else f"{comma} ")
        parts.append(piece.text)
        before = piece
    return "".join(parts)
