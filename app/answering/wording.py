"""Slips of the pen and abbreviations of a question, put into the words of the library.

A word is changed only where no document has it and it is no common word of the language: then the
nearest word that documents have is meant. "WBA" means the name with these initials.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from difflib import SequenceMatcher

from app.answering.terms import Term, is_function_word, terms
from vectorstore.live import LiveGeneration

MIN_LETTERS = 5
"""Shorter words differ from too many others by one letter."""
LONG = 8
"""From so many letters on two may be wrong."""
ALIKE, ALIKE_NAME = 0.8, 0.85
"""Similarity (difflib) that the word meant must have, and a name; its first letter is the same.
"Roche" is not "Rocha" with a slip."""
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
_ENDINGS = (
    "s es ed d ing ings er ers or ors est ly al ally ness ment ments able ity less ful".split()
)
_LETTERS = re.compile(r"[^\W\d_]+")


class Wording:
    """Puts questions into the words of a library. Safe to use from many threads."""

    def __init__(self, words: Callable[[], Container[str]] | None = None) -> None:
        """Nothing is read yet.

        Args:
            words: Gives the common words of the language; None leaves slips as they are.
        """
        self._words = words
        self._initials: dict[tuple[str, str], dict[str, str]] = {}

    def understood(self, text: str, generation: LiveGeneration) -> str:
        """The question with its slips mended and its abbreviations written out."""
        unknown = [term for term in terms(text) if self._is_unknown(term, generation)]
        if not 0 < len(unknown) <= MAX_UNKNOWN:
            return text
        for term in reversed(unknown):
            meant = self._written_out(term, generation) or self._mended(term, generation)
            if meant:
                text = f"{text[: term.start]}{meant}{text[term.end :]}"
        return text

    def _is_unknown(self, term: Term, generation: LiveGeneration) -> bool:
        word = term.text
        return (
            word.isalpha()
            and len(word) >= SHORTEST
            and not is_function_word(word)
            and not generation.lexical.holds(word)
        )

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
        """The word of the library that is meant by one with a slip."""
        word = term.text
        if len(word) < MIN_LETTERS or word.isupper():
            return None
        edits = 2 if len(word) >= LONG else 1
        found = generation.lexical.near(word, edits=edits, limit=LOOKED_AT)
        texts = [each.text for each in generation.reader.passages(found)]
        is_common = not self._is_rare(word)
        return _nearest(word, texts, must_be_name=term.is_name, only_accents=is_common)

    def _is_rare(self, word: str) -> bool:
        """Whether a word is none of the language's common ones, nor made of one by an ending."""
        if self._words is None:
            return False
        words = self._words()
        return not any(base in words for base in _bases(word.lower()))


def _bases(word: str) -> Iterator[str]:
    """A word, and what may be left of it without an ending: "budding" is of "bud"."""
    yield word
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < SHORTEST + 1:
            continue
        yield from (stem, f"{stem}e", f"{stem}y")
        if stem[-1] == stem[-2]:
            yield stem[:-1]
        if stem.endswith("i"):
            yield f"{stem[:-1]}y"


def _nearest(
    word: str, texts: Sequence[str], *, must_be_name: bool, only_accents: bool
) -> str | None:
    """The word of some texts that is most like one, the more frequent of equals."""
    counts = Counter(found for text in texts for found in _LETTERS.findall(text))
    plain = _plain(word)
    best: tuple[float, int, str] | None = None
    for other, count in sorted(counts.items()):
        bare = _plain(other)
        if bare[:1] != plain[:1] or (must_be_name and not other[:1].isupper()):
            continue
        alike = SequenceMatcher(None, plain, bare, autojunk=False).ratio()
        if alike < (1.0 if only_accents else ALIKE_NAME if must_be_name else ALIKE):
            continue
        if best is None or (alike, count) > best[:2]:
            best = (alike, count, other)
    return best[2] if best else None


def _plain(word: str) -> str:
    """Lower case, without accents."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


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
