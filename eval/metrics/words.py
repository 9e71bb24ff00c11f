"""English words as the measures compare them.

Not the product's: a measure that reads as the answers were written would find in them what it looks
for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vectorstore.lexical import analyse

REMEMBERED_TEXTS = 4096

_WORD = re.compile(r"[$€£]?\d+(?:,\d{3})*(?:\.\d+)?%?|[^\W\d_]+(?:['’][^\W\d_]+)*")
_STOP = re.compile(r"[.!?:]['\")\]”’]*\s")
_NUMBER = re.compile(
    r"([$€£])?(\d+(?:,\d{3})*(?:\.\d+)?|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|"
    r"twelve)\b)[\s-]?(thousand|million|billion|trillion|bn|mn|[mk]\b)?\s?"
    r"(%|per ?cent\b|dollars?\b|euros?\b|pounds?\b)?",
    re.IGNORECASE,
)
_SPELT = "one two three four five six seven eight nine ten eleven twelve".split()
_SCALE = {"t": 1e3, "k": 1e3, "m": 1e6, "b": 1e9}
_UNITS = {"$": "d", "€": "e", "£": "p", "%": "%", "per": "%", "dol": "d", "eur": "e", "pou": "p"}
_SIGNS = str.maketrans("’‘“”–—‑\u00a0", "''\"\"--- ", "\u00ad")
_LINKS = frozenset({" ", "-", " & ", "'s ", ". "})
"""What may be between two words of one name."""

FUNCTION_WORDS = frozenset(
    """
    a an the this that these those there here it its itself he him his himself she her hers herself
    they them their theirs themselves we us our ours ourselves i me my mine you your yours one ones
    and or but nor so yet if then than as at by for from in into of off on onto out over per to
    toward towards under up upon via with within without about above across after against along
    among around before behind below between beyond during except inside like near since through
    throughout till until while is am are was were be been being do does did doing done have has had
    having will would shall should can could may might must not no who whom whose which what when
    where why how whether also just only even still already ever very too much many more most less
    least such same other others another any some all both each every either neither own again once
    quite rather really don't doesn't didn't isn't aren't wasn't weren't hasn't haven't hadn't won't
    wouldn't can't cannot couldn't shouldn't mr mrs ms dr said says say according
    """.split()
)
"""Words that state nothing by themselves."""
_CALENDAR = frozenset(
    """
    january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday
    """.split()
)
"""Written with a capital, and no name of anybody."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word or number of a text."""

    text: str
    """With typographic quotes made plain."""
    start: int
    end: int
    key: str
    """Its stem; of a number, its digits. Two words with one key are the same word."""
    is_name: bool
    """Has a capital that the start of a sentence does not explain."""
    is_number: bool

    @property
    def is_content(self) -> bool:
        """Whether it states something."""
        return self.is_name or self.is_number or not is_function_word(self.text)


def fold(text: str) -> str:
    """The text with typographic quotes, dashes and spaces made plain."""
    return text if text.isascii() else text.translate(_SIGNS)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def words_of(text: str) -> tuple[Word, ...]:
    """The words and numbers of a text in order; positions are those of the folded text."""
    folded = fold(text)
    found: list[Word] = []
    end = 0
    for match in _WORD.finditer(folded):
        word = match.group()
        opens = not found or _STOP.search(folded[end : match.start()]) is not None
        is_number = any(letter.isdigit() for letter in word)
        inside = word[1:] != word[1:].lower()
        is_name = not is_number and (inside or (word[0].isupper() and not opens and len(word) > 1))
        found.append(Word(word, match.start(), match.end(), key_of(word), is_name, is_number))
        end = match.end()
    return tuple(found)


@lru_cache(maxsize=65536)
def key_of(word: str) -> str:
    """The stem of a word (Snowball, English), or the digits of a number without its unit."""
    plain = fold(word).lower()
    if any(letter.isdigit() for letter in plain):
        return plain.strip("$€£%").replace(",", "")
    stems = analyse(plain.removesuffix("'s").rstrip("'"))
    return stems[0] if stems else plain


def is_function_word(word: str) -> bool:
    """Whether a word states nothing by itself."""
    lower = word.lower()
    return lower in FUNCTION_WORDS or len(lower) == 1


def content_words(text: str) -> list[Word]:
    """The words and numbers that state something, in order."""
    return [word for word in words_of(text) if word.is_content]


def keys(words: Iterable[Word]) -> frozenset[str]:
    """Their keys."""
    return frozenset(word.key for word in words)


def names_of(text: str) -> list[str]:
    """The names of a text in order: words with capitals in a row, but for months and days."""
    folded = fold(text)
    runs: list[list[Word]] = []
    before: Word | None = None
    words = words_of(text)
    for place, word in enumerate(words):
        opens_name = (
            word.text[0].isupper()
            and not is_function_word(word.text)
            and place + 1 < len(words)
            and words[place + 1].is_name
            and folded[word.end : words[place + 1].start] in _LINKS
        )
        if not (word.is_name or opens_name) or word.text.lower() in _CALENDAR:
            continue
        if runs and before is runs[-1][-1] and folded[before.end : word.start] in _LINKS:
            runs[-1].append(word)
        else:
            runs.append([word])
        before = word
    return [folded[run[0].start : run[-1].end] for run in runs]


def numbers(text: str) -> set[tuple[float, str]]:
    """Numbers with their units: "$70 million" and "70m dollars" are both (7e7, "d")."""
    found = set()
    for match in _NUMBER.finditer(fold(text)):
        sign, digits, scale, unit = (part.lower() if part else "" for part in match.groups())
        value = float(digits.replace(",", "")) if digits[0].isdigit() else 1 + _SPELT.index(digits)
        if scale:
            value *= 1e12 if scale == "trillion" else _SCALE[scale[0]]
        found.add((value, _UNITS.get(sign) or _UNITS.get(unit[:3], "")))
    return found


def missing_numbers(claim: str, evidence: str) -> set[tuple[float, str]]:
    """Numbers of a claim that the evidence does not state.

    One without a unit may be stated with any but a percentage.
    """
    stated = numbers(evidence)
    plain = {value for value, unit in stated if unit != "%"}
    return {
        (value, unit)
        for value, unit in numbers(claim)
        if (value, unit) not in stated and (unit or value not in plain)
    }
