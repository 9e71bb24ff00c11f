"""Words of a text as the answering steps compare them: stems, families, names, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.answering.text.lexicon import (
    DERIVATIONAL_ENDINGS,
    FUNCTION_WORDS,
    GENERIC_NAMES,
    IRREGULAR,
    PERSON_CUES,
    SPEECH_VERBS,
)
from vectorstore.lexical import analyse

_WORD = re.compile(
    r"\$?\d[\d,]*(?:\.\d+)?%?|[^\W\d_]+(?:[’'][^\W\d_]+)*(?:\.[^\W\d_]\b\.?)*|%", re.UNICODE
)
_FOLD = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u00ad": None,
    }
)

_HEADS = re.compile(r"(?:^|\| )([^|:\n]{1,60}):(?= )")
"""Heads of columns in a row of a table, as ingest writes it: "Form: Merger | Example: …"."""
_STOP = re.compile(r"[.!?:]['\")\]]*\s")

REMEMBERED_TEXTS = 4096
"""Sentences whose words are kept: each is read several times a question, and again for the next."""
REMEMBERED_WORDS = 65_536
"""Words of which is kept what they are."""

MIN_FAMILY_STEM = 4
"""A stem shorter than this says too little to stand for a family of words."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a text."""

    text: str
    start: int
    end: int
    key: str
    """What two words must share to count as the same: stem of the family, or the plain number."""
    is_name: bool
    """Written as a name: a capital that the start of a sentence does not explain, or an acronym."""
    is_number: bool
    opens_sentence: bool


def fold(text: str) -> str:
    """The text with typographic quotes, dashes and spaces made plain. To match, never to show."""
    return text if text.isascii() else text.translate(_FOLD)


_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def plain_number(digits: str) -> str:
    """A number with a point and no marks between thousands: "7,150" is 7150, "36,8" 36.8.

    A comma parts thousands where three digits follow each one, else the decimals.
    """
    bare = digits.replace(" ", "").rstrip(",")
    if "," not in bare:
        return bare.replace(".", "") if bare.count(".") > 1 else bare
    if _THOUSANDS.fullmatch(bare):
        return bare.replace(",", "")
    whole, _, decimals = bare.rpartition(",")
    if "." in decimals or "," in whole:
        return bare.replace(",", "")
    return f"{whole.replace('.', '')}.{decimals}"


@lru_cache(maxsize=REMEMBERED_WORDS)
def key_of(word: str) -> str:
    """The family a word belongs to: "partnering" and "partnerships" give the same key.

    Of a number the key is its digits: "7,150" gives "7150".
    """
    lower = fold(word).lower().rstrip(".")
    if lower.endswith("'s"):
        lower = lower[:-2]
    lower = lower.rstrip("'")
    if lower[:1].isdigit() or lower[:1] == "$":
        return plain_number(lower.strip("$%"))
    lower = IRREGULAR.get(lower, lower)
    stems = analyse(lower)
    stem = stems[0] if stems else lower
    stem = IRREGULAR.get(stem, stem)
    while shorter := _without_ending(stem):
        stem = shorter
    if stem.endswith("is") and len(stem) > MIN_FAMILY_STEM:
        stem = stem[:-1] + "z"  # organis(e) and organiz(e)
    return stem.rstrip("e") if len(stem) >= MIN_FAMILY_STEM else stem


def _without_ending(stem: str) -> str | None:
    for ending in DERIVATIONAL_ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= MIN_FAMILY_STEM:
            return stem[: -len(ending)]
    return None


def _folded(text: str) -> str:
    """The text as its words are read; every one stands where it stands in the text."""
    folded = fold(text)
    return folded if len(folded) == len(text) else text


def words_of(text: str) -> list[str]:
    """The words and numbers of a text as `terms` has them, without what they are."""
    return _WORD.findall(_folded(text))


def is_number(word: str) -> bool:
    """Whether a word of a text is a number, or an amount of money."""
    return word[:1].isdigit() or word[:1] == "$"


@lru_cache(maxsize=REMEMBERED_TEXTS)
def terms(text: str) -> tuple[Term, ...]:
    """All words and numbers of a text in order, function words too, each with its place."""
    folded = _folded(text)
    found: list[Term] = []
    opens = True
    position = 0
    for match in _WORD.finditer(folded):
        word = match.group()
        start, end = match.span()
        between = folded[position:start]
        if found and between != " " and _STOP.search(between):
            opens = True
        of_word = _written_as(word)
        is_name = of_word.is_name or (of_word.has_capital and not opens)
        found.append(Term(word, start, end, of_word.key, is_name, of_word.is_number, opens))
        opens = False
        position = end
    return tuple(found)


class _WrittenAs(NamedTuple):
    """What a word is, wherever it stands."""

    key: str
    is_number: bool
    is_name: bool
    """Even where it opens a sentence."""
    has_capital: bool
    """It is a name inside of a sentence."""


@lru_cache(maxsize=REMEMBERED_WORDS)
def _written_as(word: str) -> _WrittenAs:
    bare = word.replace("'", "")
    is_acronym = len(bare) > 1 and bare.replace(".", "").isupper()
    has_inner_capital = word[1:] != word[1:].lower()
    is_self = word == "I" or word.startswith("I'")
    may_be_name = not (is_number(word) or is_self)
    return _WrittenAs(
        key_of(word),
        is_number(word),
        may_be_name and (is_acronym or has_inner_capital),
        may_be_name and word[0].isupper(),
    )


@lru_cache(maxsize=REMEMBERED_WORDS)
def is_function_word(word: str) -> bool:
    """Whether a word carries no subject of its own: "the", "doesn't", a single letter."""
    lower = fold(word).lower()
    return (
        lower in FUNCTION_WORDS
        or lower.endswith("n't")
        or (len(lower) == 1 and not lower.isdigit())
    )


def content_terms(text: str) -> list[Term]:
    """The words that carry a subject, in order: numbers, names, and no function words."""
    return [
        term
        for term in terms(text)
        if term.is_number or term.is_name or not is_function_word(term.text)
    ]


@lru_cache(maxsize=REMEMBERED_TEXTS)
def content_keys(text: str) -> frozenset[str]:
    """Keys of the words that carry a subject."""
    return keys(content_terms(text))


@lru_cache(maxsize=REMEMBERED_TEXTS)
def all_keys(text: str) -> frozenset[str]:
    """Keys of all words."""
    return keys(terms(text))


@dataclass(frozen=True, slots=True)
class Name:
    """Words in a row that are written as one name: "Walgreens Boots Alliance"."""

    text: str
    keys: frozenset[str]
    is_person: bool
    """Announced by a title or a role, or the one who says something."""


@lru_cache(maxsize=REMEMBERED_TEXTS)
def names_of(text: str) -> tuple[Name, ...]:
    """The names in a text, in order.

    Titles, roles, months, general abbreviations and the heads of a table's columns are none.
    """
    found: list[Name] = []
    run: list[Term] = []
    before = ""
    heads = [found.span(1) for found in _HEADS.finditer(text)] if " | " in text else []
    for term in [*terms(text), None]:
        generic = term is not None and term.text.lower().rstrip(".") in GENERIC_NAMES
        is_head = term is not None and any(a <= term.start < b for a, b in heads)
        belongs = term is not None and _is_named(term, text, run) and not (generic or is_head)
        if run and not (belongs and term and _touches(text, run[-1], term)):
            after = term.text.lower() if term else ""
            whole = text[run[0].start : run[-1].end]
            person = before in PERSON_CUES or (len(run) > 1 and after in SPEECH_VERBS)
            found.append(Name(whole, keys(run), person))
            before = run[-1].text.lower()
            run = []
        if term is not None and belongs:
            run.append(term)
        elif term is not None:
            before = term.text.lower().rstrip(".")
    return tuple(found)


def _is_named(term: Term, text: str, run: list[Term]) -> bool:
    if term.is_name:
        return True
    # The first word of a sentence is a name if it is no word of the language's own few.
    return (
        term.opens_sentence
        and term.text[:1].isupper()
        and not is_function_word(term.text)
        and (text[term.end : term.end + 2].strip()[:1].isupper())
    )


def _touches(text: str, first: Term, second: Term) -> bool:
    return text[first.end : second.start] in {" ", "-", " & ", "’", "'", ". "}


def keys(found: Iterable[Term]) -> frozenset[str]:
    """The keys of words (`key_of`), as a set."""
    return frozenset(term.key for term in found)
