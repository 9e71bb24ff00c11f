"""The words of a question one by one: names as they are, all others with their English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from app.languages.translating import inflect
from app.languages.translating.lexicon import (
    NOUN,
    OTHER,
    PLACE,
    VERB,
    Reading,
    readings,
    readings_of_several,
    rows,
)
from app.languages.translating.piece import (
    CONTRACTED,
    DETERMINER,
    KINDS,
    NAME,
    NOTHING,
    NUMBER,
    PHRASE,
    PREPOSITION,
    PRONOUN,
    REFLEXIVE,
    SCALES,
    UNKNOWN,
    Piece,
)
from app.languages.words import Table, folded, small, table, tokens

_OPENINGS = frozenset({"tell", "do", "does"})
"""First words of English for several, besides those of `_FUNCTION`, that are a clause."""
_REFLEXIVE = {"es": {"se"}, "pt": {"se"}, "it": {"si"}}
_COUNTED = frozenset({"which", "how many", "how much", "whose"})
"""Question words behind which a noun is likelier than a verb."""
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
_SENTENCE_BEFORE = (".", "?", "!", ":", "¿", "¡")
_FINITE = frozenset({"present", "past"})
_MOST_WORDS = 4
"""Words of the longest lemma."""


_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL = re.compile(r"\d+,\d{1,2}")


def pieces_of(text: str, language: str) -> list[Piece]:
    """The words of a question in their order, each with what is known of it."""
    return _Reader(text, language).read()


class _Reader:
    def __init__(self, text: str, language: str) -> None:
        self._text, self._language = text, language
        self._known: Table = table(language)
        self._found: list[re.Match[str]] = tokens(text)
        self._words = [
            (small(each.group()), folded(each.group(), language)) for each in self._found
        ]
        self._shouts = text.isupper()
        self._is_small = text[1:].islower()
        self._pieces: list[Piece] = []

    def read(self) -> list[Piece]:
        at = 0
        while at < len(self._found):
            at += self._take(at)
        return self._pieces

    def _take(self, at: int) -> int:
        """Add the piece that begins here; how many words it has."""
        if self._found[at].group()[0].isdigit():
            self._add(at, 1, NUMBER, _number(self._found[at].group()), is_own=True)
            return 1
        if length := self._place(at):
            return length
        if length := self._name(at):
            self._add(at, length, NAME, None, is_own=True)
            return length
        for length in range(
            min(max(self._known.longest, _MOST_WORDS), len(self._found) - at), 1, -1
        ):
            if self._entry(at, length):
                return length
        if not self._entry(at, 1):
            self._unknown(at)
        return 1

    def _entry(self, at: int, length: int) -> bool:
        """Whether so many words are an entry of a table; then it is added."""
        words = self._words[at : at + length]
        meaning = self._known.meaning(words)
        base = CONTRACTED.get(self._language, {}).get(words[-1][1]) if length > 1 else None
        if base is not None and meaning is None:  # "depois da" is "depois de" and "a"
            words = [*words[:-1], (base, base)]
            meaning = self._known.meaning(words)
        if length > 1:
            if meaning is None:
                found = readings_of_several([word for word, _ in words], self._language)
                if not found or not all(self._is_joined(n) for n in range(at, at + length - 1)):
                    return False
                self._add_reading(at, length, found)
                return True
            self._add_meaning(at, length, meaning)
            return True
        if self._language == "de" and at and self._found[at].group() == "Sie":
            self._add(at, 1, PRONOUN, "you")
            return True
        is_common = words[0][1] in self._known.single
        if words[0][1] in _REFLEXIVE.get(self._language, ()):
            self._add(at, 1, REFLEXIVE, "")
            return True
        if meaning is not None and is_common and meaning not in {"did", "do"}:
            self._add_meaning(at, 1, meaning)
            return True
        found = readings(words[0][0], self._language)
        if self._is_noun_place() and found and all(each.form in _FINITE for each in found):
            return False  # "les salaires des pilotes"
        if found and (meaning is None or any(each.kind != OTHER for each in found)):
            self._add_reading(at, 1, found)
        elif meaning is not None:
            self._add_meaning(at, 1, meaning)
        else:
            return False
        return True

    def _add_meaning(self, at: int, length: int, meaning: str) -> None:
        kind = KINDS.get(meaning)
        if kind is not None or not meaning:
            self._add(at, length, kind or NOTHING, meaning)
            return
        verb, forms = _english_verbs().get(meaning, ("", frozenset()))
        if verb:
            self._add(at, length, VERB, meaning, forms=forms, lemma=verb)
        elif meaning in _english_nouns():
            self._add(at, length, NOUN, meaning, is_plural=_english_nouns()[meaning])
        elif " " in meaning:
            first = meaning.split()[0]
            self._add(at, length, PHRASE if first in {*KINDS, *_OPENINGS} else OTHER, meaning)
        else:
            self._add(at, length, OTHER, meaning)

    def _add_reading(self, at: int, length: int, found: Sequence[Reading]) -> None:
        chosen = self._chosen(at, found)
        kind = KINDS.get(chosen.english, chosen.kind) if chosen.kind == OTHER else chosen.kind
        verbs = [each for each in found if each.kind == VERB and each.english == chosen.english]
        is_plural = chosen.form == "plural"
        before = self._pieces[-1] if self._pieces else None
        if chosen.kind == NOUN and before is not None and self._is_many(before, at):
            chosen, is_plural = replace(chosen, form="plural"), True
        self._add(
            at, length, kind, chosen.text,
            forms=frozenset(each.form for each in verbs) if kind == VERB else frozenset(),
            lemma=chosen.english if kind == VERB else "",
            is_plural=is_plural,
        )  # fmt: skip
        if kind != VERB and length == 1:
            verb = [each for each in found if each.kind == VERB and each.form in _FINITE]
            self._pieces[-1].as_verb = verb[-1] if verb else None

    def _is_many(self, before: Piece, at: int) -> bool:
        """Whether what stands before a noun tells that it is a plural."""
        if before.text == "how many":
            return True
        is_open = self._language == "de" and self._words[at][1].endswith(("er", "el", "en", "ar"))
        if is_open and (before.text in SCALES or (before.kind == NUMBER and before.text != "1")):
            return True
        return is_open and before.said in {"welche", "alle", "allen", "viele", "vielen", "mehrere"}

    def _chosen(self, at: int, found: Sequence[Reading]) -> Reading:
        """The reading that fits the place: a noun behind an article, in German by its capital."""
        by_kind = {each.kind: each for each in reversed(found)}
        before = self._pieces[-1] if self._pieces else None
        if self._language == "de" and at and not self._is_small:
            is_noun = self._found[at].group()[:1].isupper() and not self._shouts
            order = (NOUN, OTHER, VERB) if is_noun else (OTHER, VERB, NOUN)
        elif before is not None and self._before_noun(before):
            order = (NOUN, OTHER, VERB)
        elif before is not None and before.kind == NOUN:
            order = (OTHER, VERB, NOUN)
        else:
            order = (VERB, OTHER, NOUN)
        kind = next((kind for kind in (PLACE, *order) if kind in by_kind), found[0].kind)
        nouns = [each for each in found if each.kind == NOUN]
        if kind == NOUN and self._language != "de":
            return nouns[0]
        return by_kind[kind]

    def _is_noun_place(self) -> bool:
        """Whether no finite verb can stand here: behind a preposition, and its article."""
        last = [each.kind for each in self._pieces[-2:]]
        is_swallowed = bool(last) and last[-1] == PREPOSITION
        return is_swallowed or last == [PREPOSITION, DETERMINER]

    def _before_noun(self, before: Piece) -> bool:
        if before.kind in {DETERMINER, NUMBER, PREPOSITION} or before.text in _COUNTED:
            return before.text != "to"
        return before.kind == OTHER and self._language in {"de", "nl"}

    def _unknown(self, at: int) -> None:
        own = self._found[at].group()
        is_noun = self._language == "de" and at > 0 and not self._shouts
        is_noun = is_noun and _is_noun(self._words[at - 1][1], self._words[at][1])
        is_small = own.islower() or (own[:1].islower() and not any(map(str.isupper, own)))
        is_foreign = is_noun or is_small or (at == 0 and not self._goes_on(at))
        kind = UNKNOWN if is_noun or is_small else NAME
        if is_small and (own in _english_nouns() or own in _english_verbs()):  # a loan: "deal"
            self._add_meaning(at, 1, own)
            return
        self._add(at, 1, kind, None, is_own=True)
        self._pieces[-1].is_unknown = is_foreign
        if is_noun:
            self._pieces[-1].text = own.lower()

    def _add(
        self,
        at: int,
        length: int,
        kind: str,
        said: str | None,
        *,
        is_own: bool = False,
        forms: frozenset[str] = frozenset(),
        lemma: str = "",
        is_plural: bool = False,
    ) -> None:
        start, end = self._found[at].start(), self._found[at + length - 1].end()
        word = " ".join(plain for _, plain in self._words[at : at + length])
        text = self._text[start:end] if said is None else said
        self._pieces.append(Piece(text, start, end, kind, forms, lemma, word, is_own, is_plural))

    def _place(self, at: int) -> int:
        """Number of words of a country, people or month that begins here, no part of a name."""
        if at and self._is_capital(at - 1) and self._is_joined(at - 1) and not self._opens(at - 1):
            return 0
        for length in range(min(3, len(self._found) - at), 0, -1):
            words = [word for word, _ in self._words[at : at + length]]
            found = (
                readings_of_several(words, self._language)
                if length > 1
                else readings(words[0], self._language)
            )
            proper = [each for each in found if each.english[:1].isupper()]
            is_name = proper and (
                (proper[0].kind == OTHER and self._language == "de")
                or self._is_capital(at)
                and at + length < len(self._found)
                and self._is_capital(at + length)
                and self._is_joined(at + length - 1)
            )
            if (
                proper
                and not is_name
                and (at == 0 or proper[0].kind != OTHER or self._is_capital(at))
            ):
                self._add_reading(at, length, proper[:1])
                return length
        return 0

    def _name(self, at: int) -> int:
        """Number of words of the name that begins here: by capitals and place."""
        word = self._found[at].group().rstrip("'’")  # the "D'" of "D'où" is none
        if word.isupper() and len(word) > 1 and not self._shouts:
            return 1
        if not self._is_capital(at) or self._shouts or self._opens(at):
            return 0
        if self._language != "de":
            return 1
        length = 1  # German nouns have capitals: a name begins with one that is no known noun
        while at + length < len(self._found) and self._is_capital(at + length):
            if not self._is_joined(at + length - 1):
                break
            length += 1
        known = self._nouns(at)
        if length == 1 or known:
            is_quality = any(each.kind == OTHER for each in readings(self._words[at][0], "de"))
            return length if length > 1 and is_quality and not known else 0
        for n in range(1, length):
            nouns = self._nouns(at + n)
            if nouns and nouns[0].english != self._words[at + n][0]:
                return n  # "Star Alliance Mitglieder"
        return length

    def _nouns(self, at: int) -> list[Reading]:
        """What a German word means as a noun, or says in a name's stead."""
        exact, plain = self._words[at]
        found = [each for each in readings(exact, "de") if each.kind in {NOUN, PLACE}]
        infinitive = [each for each in readings(exact, "de") if each.form == "infinitive"]
        meaning = self._known.meaning([(exact, plain)])
        if not found and not infinitive and meaning in _english_nouns():
            return [Reading(str(meaning), NOUN)]
        return found or infinitive

    def _is_capital(self, at: int) -> bool:
        return self._found[at].group()[:1].isupper() and not self._shouts

    def _is_joined(self, at: int) -> bool:
        """Whether between a word and the next there is a space, a hyphen or a point of initials."""
        between = self._text[self._found[at].end() : self._found[at + 1].start()]
        is_initial = len(self._found[at].group()) == 1
        return between in {"", " ", "-"} or (is_initial and between.strip() == ".")

    def _opens(self, at: int) -> bool:
        before = self._text[: self._found[at].start()].rstrip(" \"'«“„‘(")
        return not before or before.endswith(_SENTENCE_BEFORE)

    def _goes_on(self, at: int) -> bool:
        """Whether a word is the beginning of a name of several: "Deutsche Bank …"."""
        return at + 1 < len(self._found) and self._is_capital(at + 1)


def _number(word: str) -> str:
    """As English writes it: "1,5" is "1.5", "7.150" is "7,150"."""
    if _THOUSANDS.fullmatch(word) or _DECIMAL.fullmatch(word):
        return word.translate(str.maketrans(",.", ".,"))
    return word


def _is_noun(before: str, word: str) -> bool:
    return before in _BEFORE_NOUNS or _NOUN.search(word) is not None


@cache
def _english_verbs() -> Mapping[str, tuple[str, frozenset[str]]]:
    """Verbs of the lexicon by their English forms."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for kind, (english, *_) in rows():
        if kind == VERB:
            forms = [
                ("infinitive", english),
                ("present", english),
                ("present", inflect.third(english)),
            ]
            forms += [("past", inflect.past(english)), ("participle", inflect.participle(english))]
            for form, word in forms:
                verb, known = found.get(word, (english, frozenset()))
                found[word] = (verb, known | {form})
    return found


@cache
def _english_nouns() -> Mapping[str, bool]:
    """Nouns of the lexicon by their English forms; True for plurals."""
    nouns = [english for kind, (english, *_) in rows() if kind == NOUN]
    return {inflect.plural(noun): True for noun in nouns} | dict.fromkeys(nouns, False)
