"""Typing errors, abbreviations and lower-case names of a question, in the words of the library.

A word is changed only where no document has it and it is no common word of the language: then the
nearest word that documents have is meant. "WBA" means the name with these initials, and "ping an"
is written as documents write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace

from app.answering.question.capitals import MAX_WORDS, bare, with_capitals
from app.answering.question.spelling import MIN_LETTERS, is_common, most_alike, one_slip_away
from app.answering.text.terms import Term, is_function_word, terms
from app.languages.english import EnglishForm
from app.types import Message
from vectorstore.live import LiveGeneration

SHORT_NAME = 4
"""Letters of the shortest name in which one that was left out is put back."""
LONG = 8
"""From so many letters on two may be wrong."""
MAX_UNKNOWN = 2
"""A question with more unknown words is in another language, or not about the library."""
LOOKED_AT = 40
"""Passages from which the word that is meant is taken."""
OPENINGS = 20_000
"""Documents whose first page is read for names with initials."""
MAX_VIEWS = 32
"""Parts of a library, as people see it, of which the names are kept."""
SHORTEST, LONGEST = 2, 6
"""Letters of an abbreviation."""
_CAPITAL = r"[^\W\d_a-z][^\W\d_]+"
_NAMES = (
    re.compile(rf"\b{_CAPITAL}(?:[ -]{_CAPITAL})+"),
    re.compile(rf"\b{_CAPITAL}(?:[ -](?:(?:of|and|the|for|de|du) )*{_CAPITAL})+"),
)
"""First words with capitals in a row ("Walgreens Boots Alliance"), then also joined ones ("Food and
Drug Administration"): those may be two names."""
_CAMEL = re.compile(r"\b[^\W\d_a-z][^\W\d_]*[a-z][^\W\d_]*[^\W\d_a-z][^\W\d_]*\b")
"""A name with capitals inside it: "BioNTech"."""
_PART = re.compile(r"[\w$@#/.'’-]")
"""A sign that makes a word beside it a part of something else, as of an address."""


class Wording:
    """Puts questions into the words of a library. Safe to use from many threads."""

    def __init__(self, words: Callable[[], Container[str]] | None = None) -> None:
        """Store the arguments; the first question reads the words.

        Args:
            words: Gives the common words of the language; None leaves slips as they are.
        """
        self._words = words
        self._initials: dict[tuple[str, str], dict[str, str]] = {}

    def understood(self, text: str, generation: LiveGeneration) -> str:
        """The question without typing errors and abbreviations, its names with their capitals.

        Args:
            text: In English.
            generation: What is served.
        """
        if len(text.split()) > MAX_WORDS:
            return text
        unknown = [term for term in terms(text) if self._is_unknown(term, generation)]
        meant = {term: self._slip(text, term, generation) for term in unknown}
        # So many other words that nobody knows are another language's: they are not guessed at.
        if 0 < len(unknown) - sum(map(bool, meant.values())) <= MAX_UNKNOWN:
            for term in unknown:
                meant[term] = (
                    self._written_out(term, generation)
                    or meant[term]
                    or self._mended(term, generation)
                )
        for term in reversed(unknown):
            text = f"{text[: term.start]}{meant[term] or term.text}{text[term.end :]}"
        return with_capitals(text, generation, self._is_rare)

    def understood_turns(
        self, history: Sequence[Message], generation: LiveGeneration
    ) -> tuple[Message, ...]:
        """A conversation with the asker's turns so understood."""
        return tuple(
            replace(turn, content=self.understood(turn.content, generation))
            if turn.role == "user"
            else turn
            for turn in history
        )

    def cognates(self, form: EnglishForm, generation: LiveGeneration) -> EnglishForm:
        """An English form whose unknown words are the library's own, or all but that.

        "Consultations" is French and English; "gouvernance" differs from "governance" by a letter.
        """
        text, unknown = form.text, list(form.unknown)
        for word in form.unknown:
            if len(word) < MIN_LETTERS or not word.isalpha():
                continue
            meant = word if generation.lexical.holds(word) else None
            if meant is None and len(word) >= LONG:
                found = generation.lexical.near(word, edits=1, limit=LOOKED_AT)
                texts = [each.text for each in generation.reader.passages(found)]
                words = self._words() if self._words else None
                meant = most_alike(word, texts, words, must_be_name=False)
            if meant is not None:
                text = re.sub(rf"\b{re.escape(word)}\b", meant, text, flags=re.IGNORECASE)
                unknown.remove(word)
        return EnglishForm(text, tuple(unknown))

    def names(self, text: str, generation: LiveGeneration) -> bool:
        """Whether an English text has a name of the library's: written so there, or a rare word."""
        small = text.lower()
        return with_capitals(small, generation, self._is_rare) != small or any(
            self._is_rare(word) and generation.lexical.holds(word)
            for word in map(bare, terms(small))
            if len(word) >= MIN_LETTERS and word.isalpha() and not is_function_word(word)
        )

    def _is_unknown(self, term: Term, generation: LiveGeneration) -> bool:
        word = term.text
        return (
            word.isalpha()
            and len(word) >= SHORTEST
            and not is_function_word(word)
            and not generation.lexical.holds(word)
        )

    def _slip(self, text: str, term: Term, generation: LiveGeneration) -> str | None:
        """The common word that is meant by a small one with one slip."""
        word = term.text
        around = text[max(0, term.start - 1) : term.start] + text[term.end : term.end + 1]
        is_whole = len(word) >= MIN_LETTERS and word.islower() and not _PART.search(around)
        if self._words is None or not (is_whole and word.isascii() and self._is_rare(word)):
            return None
        return one_slip_away(word, generation.lexical.frequency, self._words())

    def _written_out(self, term: Term, generation: LiveGeneration) -> str | None:
        """The name that has these initials; None if none or several have."""
        word = term.text
        if not SHORTEST <= len(word) <= LONGEST:
            return None
        if not (word.isupper() or (len(word) > SHORTEST and self._is_rare(word))):
            return None
        known = self._initials.get(generation.key)
        if known is None:
            known = _initials(generation.reader.openings(OPENINGS))
            # Of the generations before it nothing is asked any more.
            kept = {key: one for key, one in self._initials.items() if key[0] == generation.name}
            self._initials = {**dict([*kept.items()][-MAX_VIEWS:]), generation.key: known}
        return known.get(word.upper())

    def _mended(self, term: Term, generation: LiveGeneration) -> str | None:
        """The word of the library that is most like one with slips, or without its accents."""
        word = term.text
        if len(word) < SHORT_NAME or word.isupper() or not word.isascii():
            return None
        edits = 2 if len(word) >= LONG else 1
        found = generation.lexical.near(word, edits=edits, limit=LOOKED_AT)
        texts = [each.text for each in generation.reader.passages(found)]
        words = self._words() if self._words else None
        if len(word) < MIN_LETTERS:  # "havn": a name with a letter left out, nothing else
            meant = most_alike(word, texts, words, must_be_name=True)
            return meant if meant is not None and len(meant) == len(word) + 1 else None
        return most_alike(word, texts, words, must_be_name=term.is_name)

    def _is_rare(self, word: str) -> bool:
        """Whether a word is none of the language's common ones, nor made of one."""
        return self._words is not None and not is_common(word, self._words())


def _initials(openings: Iterator[str]) -> dict[str, str]:
    """Names of several words by their initials; left out where two names have the same."""
    names: tuple[dict[str, set[str]], ...] = tuple({} for _ in _NAMES)
    for text in openings:
        line = " ".join(text.split())
        for pattern, held in zip(_NAMES, names, strict=True):
            for name in pattern.findall(line):
                letters = "".join(word[0] for word in re.split(r"[ -]", name) if word[0].isupper())
                if SHORTEST <= len(letters) <= LONGEST:
                    held.setdefault(letters, set()).add(name)
        for name in _CAMEL.findall(line):
            letters = "".join(sign for sign in name if sign.isupper())
            if SHORTEST < len(letters) <= LONGEST:
                names[0].setdefault(letters, set()).add(name)
    alone, joined = ({k: next(iter(v)) for k, v in each.items() if len(v) == 1} for each in names)
    several = {letters for letters, found in names[0].items() if len(found) > 1}
    return {k: v for k, v in joined.items() if k not in several} | alone
