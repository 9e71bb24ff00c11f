"""Small bilingual tables, one file a language in `words/`: what a question's words are in English.

A stop-gap without a model: enough for a retriever and a reader that know English to see what is
asked. Each line is `English: form, form, …`; a form may have a translation of its own
(`form = English`), and `-` translates to nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
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
    """Forms of one language, folded, each as its words."""

    english: Mapping[tuple[str, ...], str]
    """The translation; empty for what English does not say."""
    common: frozenset[str]
    """Single words that no question is without: articles, question words and the like."""
    longest: int
    """Words of the longest form."""


def tokens(text: str) -> list[re.Match[str]]:
    """Words and numbers in order; "l'entreprise" is two."""
    return list(_TOKEN.finditer(text))


def folded(word: str, language: str) -> str:
    """A word as the tables hold it: small letters without accents, German umlauts written out."""
    small = word.replace("’", "'").lower()
    if language == "de":
        small = small.translate(_GERMAN)
    if small.isascii():
        return small
    decomposed = unicodedata.normalize("NFD", small)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@cache
def table(language: str) -> Table:
    """The table of a language that has one.

    Raises:
        ValueError: Naming the line that is no entry.
    """
    path = FOLDER / f"{language}.txt"
    english: dict[tuple[str, ...], str] = {}
    common: set[str] = set()
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
            words = tuple(folded(found.group(), language) for found in tokens(form))
            said = own or meaning
            english.setdefault(words, "" if said == NOTHING else said)
            if section == "common":
                common.update(words)
    return Table(english, frozenset(common), max(map(len, english)))
