"""An English form of a question in another language, from the tables; names stay exact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.languages.words import Table, folded, small, table, tokens

_BEFORE_NOUNS = frozenset(
    """
    der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner im am
    zum zur vom beim ins ans dieser diese dieses diesen diesem welche welcher welches welchen
    welchem ihr ihre ihren ihrem ihrer ihres sein seine seinen seinem seiner seines alle allen
    aller viele vielen mehr wieviel
    """.split()
)
"""German words after which a capital says that a noun follows, not that a name does."""
_NOUN = re.compile(r"(?:ung|heit|keit|schaft|taet|tion|ismus|ungen|heiten|keiten|ionen)$")
"""Endings of German nouns that hardly any name has."""


_ASKS = ("when", "why", "where", "how much", "how many", "what", "how long")
_HAS = frozenset({"has", "have", "had"})
_BASES = {
    "bought": "buy",
    "built": "build",
    "left": "leave",
    "lost": "lose",
    "paid": "pay",
    "sold": "sell",
    **{f"{base}d": base for base in "acquire announce close decide merge receive reduce".split()},
    **{f"{base}ed": base for base in "fail invest join open sign start".split()},
}
"""Past forms of the tables, and what English says after "did"."""


@dataclass(frozen=True, slots=True)
class EnglishForm:
    """A question in English words, as far as they are known."""

    text: str
    unknown: tuple[str, ...] = ()
    """Words that stand in it as they were asked and are no names: they were not understood."""


@dataclass(slots=True)
class _Piece:
    text: str
    start: int
    end: int
    is_own: bool
    """Left as it was."""


def in_english(text: str, language: str) -> EnglishForm:
    """What is known of the words in English, in the order of the original; the rest as it stands.

    "Wann wurde Haven geschlossen?" becomes "when was Haven closed?". A German noun that the table
    lacks is written small, so that it is not taken for a name.
    """
    known = table(language)
    found = tokens(text)
    words = [(small(each.group()), folded(each.group(), language)) for each in found]
    pieces: list[_Piece] = []
    unknown: list[str] = []
    at = 0
    while at < len(found):
        is_in_name = _is_in_name(text, found, at, language)
        length = 0 if is_in_name else _longest(known, words, at)
        end = at + max(length, 1)
        own = text[found[at].start() : found[end - 1].end()]
        meaning = known.meaning(words[at:end]) if length else None
        if meaning is None:
            is_noun = language == "de" and at > 0 and not is_in_name
            is_noun = is_noun and _is_noun(words[at - 1][1], words[at][1])
            if is_noun or own[:1].islower() or (at == 0 and not _goes_on(found, text)):
                unknown.append(own)
            own = own.lower() if is_noun else own
        if meaning != "":
            pieces.append(
                _Piece(meaning or own, found[at].start(), found[end - 1].end(), meaning is None)
            )
        at = end
    said = _joined(text, _with_did(_with_verb_in_front(pieces)))
    return EnglishForm(said + ("?" if "?" in text else ""), tuple(unknown))


def _longest(known: Table, words: Sequence[tuple[str, str]], at: int) -> int:
    """Number of words of the longest entry that begins here; 0 if none does."""
    for length in range(min(known.longest, len(words) - at), 0, -1):
        if known.meaning(words[at : at + length]) is not None:
            return length
    return 0


def _is_in_name(text: str, found: Sequence[re.Match[str]], at: int, language: str) -> bool:
    """Whether a word is part of a name here: "Banco do Brasil", "La Poste".

    Nouns of German have capitals anyway: there only what is written in capitals throughout is.
    Neither is what opens a sentence.
    """
    word = found[at].group().rstrip("'’")  # the "D'" of "D'où" is none
    if word.isupper() and len(word) > 1 and not text.isupper():
        return True
    if language == "de" or at == 0 or not word[:1].isupper():
        return False
    return not text[: found[at].start()].rstrip().endswith((".", "?", "!", ":", "¿", "¡"))


def _with_verb_in_front(pieces: list[_Piece]) -> list[_Piece]:
    """Say "who has Haven founded", in the order of German and Dutch, as "who has founded Haven".

    And "how much has X for Y paid" with the verb behind X: else it is asked what X founded.
    """
    if len(pieces) < 4 or pieces[1].text not in _HAS:  # noqa: PLR2004
        return pieces
    first, verb = pieces[0].text, pieces[-1]
    if verb.is_own or not (verb.text in _BASES or verb.text.endswith("ed")):
        return pieces
    at = 2
    if first in _ASKS:
        at += pieces[2].text == "the"
        while at < len(pieces) - 1 and (
            _is_name(pieces[at]) or (pieces[at].text == "and" and _is_name(pieces[at + 1]))
        ):
            at += 1
    elif first != "who":
        return pieces
    place = pieces[at - 1].end
    moved = _Piece(verb.text, place, place, is_own=False)
    return [*pieces[:at], moved, *pieces[at:-1]]


def _with_did(pieces: list[_Piece]) -> list[_Piece]:
    """Say "When bought X Y", "When X has bought Y", "When has X bought Y" as "When did X buy Y".

    In the order of other languages the reader takes what was asked for what was said.
    """
    if len(pieces) < 3 or pieces[0].text not in _ASKS:  # noqa: PLR2004
        return pieces
    at = 1 + (pieces[1].text in _HAS)
    verb_first = pieces[1].text in _BASES
    start = 2 if verb_first else at
    if pieces[start].text == "the":
        start += 1
    end = start
    while end < len(pieces) and _is_name(pieces[end]):
        end += 1
    if verb_first:
        verb, rest = pieces[1], pieces[end:]
        if rest and rest[0].text == "to" and verb.text != "paid":
            rest = rest[1:]  # Spanish "a" before whom something is done to
    else:
        after = end + (at == 1 and end < len(pieces) and pieces[end].text in _HAS)
        if after >= len(pieces) or pieces[after].text not in _BASES:
            return pieces
        verb, rest = pieces[after], pieces[after + 1 :]
    if end == start:
        return pieces
    subject = pieces[start:end]
    place = subject[0].start
    did = _Piece("did", place, place, is_own=False)
    base = _Piece(_BASES[verb.text], subject[-1].end, subject[-1].end, is_own=False)
    return [pieces[0], did, *subject, base, *rest]


def _is_name(piece: _Piece) -> bool:
    return piece.is_own and piece.text[:1].isupper()


def _goes_on(found: Sequence[re.Match[str]], text: str) -> bool:
    """Whether the first word is the beginning of a name of several: "Deutsche Bank …"."""
    return len(found) > 1 and found[1].group()[:1].isupper() and not text.isupper()


def _is_noun(before: str, word: str) -> bool:
    return before in _BEFORE_NOUNS or _NOUN.search(word) is not None


def _joined(text: str, pieces: Sequence[_Piece]) -> str:
    """Between words left as they were stands what stood there ("McKinsey's", "A. P. Moller")."""
    parts: list[str] = []
    before: _Piece | None = None
    for piece in pieces:
        if before is not None:
            between = text[before.end : piece.start]
            keeps = before.is_own and piece.is_own and not any(map(str.isalnum, between))
            parts.append(between if keeps else ", " if "," in between else " ")
        parts.append(piece.text)
        before = piece
    return "".join(parts)
