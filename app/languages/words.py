"""Small bilingual tables, one file a language in `words/`: what a question's words are in English.

A stop-gap without a model: enough for a retriever and a reader that know English to see what is
asked. Each line is `English: form, form, …`; a form may have a translation of its own
(`form = English`), and `-` translates to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "words"
TABLED = ("de", "es", "fr", "it", "nl", "pt")
NOTHING = "-"
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+['’]?")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Table:
    """Forms of one language, each as its words."""

    exact: Mapping[tuple[str, ...], str]
    """The translation by small letters; empty for what English does not say."""
    folded: Mapping[tuple[str, ...], str]
    """The same without accents, as people type: what stands first in the file wins."""
    common: frozenset[str]
    """Single words that no question is without: articles, question words and the like."""
    single: frozenset[str]
    """Those of them that are entries by themselves."""
    longest: int
    """Words of the longest form."""

    def meaning(self, words: Sequence[tuple[str, str]]) -> str | None:
        """What words in a row mean in English; None if they are no entry.

        Args:
            words: Each in small letters, and folded.
        """
        found = self.exact.get(tuple(exact for exact, _ in words))
        return self.folded.get(tuple(plain for _, plain in words)) if found is None else found


def tokens(text: str) -> list[re.Match[str]]:
    """Words and numbers in order; "l'entreprise" is two."""
    return list(_TOKEN.finditer(text))


def small(word: str) -> str:
    """A word in small letters, its apostrophe plain."""
    return word.replace("’", "'").lower()


def folded(word: str, language: str) -> str:
    """A word in small letters without accents, German umlauts written out."""
    word = small(word)
    if language == "de":
        word = word.translate(_GERMAN)
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def table(language: str) -> Table:
    """The table of a language that has one.

    Raises:
        ValueError: Naming the line that is no entry.
    """
    path = FOLDER / f"{language}.txt"
    exact: dict[tuple[str, ...], str] = {}
    plain: dict[tuple[str, ...], str] = {}
    common: set[str] = set()
    single: set[str] = set()
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            section = line.strip("[]")
            continue
        meaning, separator, forms = line.partition(": ")
        if not separator:
            raise ValueError(f"{path.name}, line {number} is no entry: {line!r}")
        for one in forms.split(","):
            form, _, own = (part.strip() for part in one.partition(" = "))
            words = [found.group() for found in tokens(form)]
            without_accents = tuple(folded(word, language) for word in words)
            said = "" if (own or meaning) == NOTHING else own or meaning
            exact.setdefault(tuple(map(small, words)), said)
            plain.setdefault(without_accents, said)
            if section == "common":
                common.update(without_accents)
                single.update(without_accents if len(words) == 1 else ())
    return Table(exact, plain, frozenset(common), frozenset(single), max(map(len, exact)))
