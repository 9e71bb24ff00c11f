"""Names typed in lower case, written as the library writes them: "ping an" is "Ping An".

What a sentence must speak of, what "it" means and who did what are told by names; many a
question is typed without a capital.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from functools import cache, partial
from threading import Lock

from app.answering.text.terms import Term, is_function_word, is_number, terms, words_of
from vectorstore.live import LiveGeneration

MIN_LETTERS = 3
"""A shorter word is hardly a name that somebody types small."""
LOOKED_AT = 16
"""Passages that show how a word is written."""
MOSTLY = 0.9
"""Share of its places inside of sentences in which a name has its capital."""
LEAST = 3
"""Places that must show it of a common word: fewer may be heads of columns, or parts of names."""
MAX_WORDS = 40
"""A longer text is no question that somebody typed in a hurry."""
TITLE = 0.6
"""Share of words with a capital from which on a line is a title, which shows nothing."""

REMEMBERED_WORDS = 8192
"""Words of questions whose form is kept, the latest: to tell one takes 16 passages."""

_OPENS = re.compile(r"(?:^|[.!?:;|•*][\"'”’»)\]]*)\s*[\"'“‘«(\[]*$")
"""What stands before a word that opens a sentence or a cell."""
_POSSESSIVE = re.compile(r"['’]s?$")
_OWNERS = frozenset("a an my your his her its our their some any no".split())
"""Behind these no name of its own stands."""
_CAPITAL = re.compile(r" [^\W\d_a-z][^\W\d_]")


_Asked = tuple[str, tuple[str, ...], int]
"""The word whose lines show it; the words asked about; and in how many places at least."""


class _Forms:
    """How words are written, by themselves and beside another. Thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Asked, tuple[str, ...]] = OrderedDict()
        self._keeping = Lock()

    def get(self, asked: _Asked, lines: Callable[[], Sequence[str]]) -> tuple[str, ...]:
        """The forms of words, remembered or seen in the lines; none if they are no names."""
        with self._keeping:
            if (known := self._kept.get(asked)) is not None:
                return known
        _, words, least = asked
        seen = _written(words, lines(), least)
        with self._keeping:
            self._kept[asked] = seen
            while len(self._kept) > REMEMBERED_WORDS:
                self._kept.popitem(last=False)
        return seen


def with_capitals(text: str, generation: LiveGeneration, is_rare: Callable[[str], bool]) -> str:
    """The text with such names; as it is where it is long.

    Args:
        text: A question, as typed.
        generation: What is served.
        is_rare: Whether a word is none of the language's common ones: one place shows how it is
            written.
    """
    words = terms(text)
    if len(words) > MAX_WORDS:
        return text
    remembered = generation.once("forms of words", _Forms)
    named: dict[Term, str] = {}
    for place, word in enumerate(words):
        plain = bare(word)
        if not _is_small(word) or is_function_word(plain) or len(plain) < MIN_LETTERS:
            continue
        if place and words[place - 1].text.lower() in _OWNERS:
            continue
        least = 1 if is_rare(plain) else LEAST
        lines = cache(partial(_lines_with, plain, generation))
        if not (alone := remembered.get((plain, (plain,), least), lines)):
            continue
        named[word] = alone[0]
        # "An" of "Ping An" and "General" of "General Mills" are no names by themselves.
        for other, first in ((place - 1, place - 1), (place + 1, place)):
            if 0 <= other < len(words) and _is_small(words[other]) and _touch(text, words, first):
                both = tuple(map(bare, words[first : first + 2]))
                if forms := remembered.get((plain, both, least), lines):
                    named[words[other]] = forms[other - first]
    for word in sorted(named, key=lambda word: -word.start):
        end = word.start + len(bare(word))
        text = text[: word.start] + named[word] + text[end:]
    return text


def bare(word: Term) -> str:
    """A word without the ending of a possessive."""
    return _POSSESSIVE.sub("", word.text)


def _is_small(word: Term) -> bool:
    return bare(word).isalpha() and word.text.islower()


def _touch(text: str, words: Sequence[Term], first: int) -> bool:
    return text[words[first].end : words[first + 1].start] in {" ", "-"}


def _lines_with(word: str, generation: LiveGeneration) -> list[str]:
    """Lines with the word itself, of passages with any of its forms; titles are left out."""
    found = [name for name, _ in generation.lexical.search(word, limit=LOOKED_AT)]
    texts = [each.text for each in generation.reader.passages(found)]
    written = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    lines = (line for text in texts for line in text.splitlines())
    return [line for line in lines if written.search(line) and not _is_title(line)]


def _is_title(line: str) -> bool:
    words = [word for word in words_of(line) if not (is_number(word) or is_function_word(word))]
    return sum(word[:1].isupper() for word in words) > TITLE * len(words)


def _written(words: Sequence[str], lines: Sequence[str], least: int) -> tuple[str, ...]:
    """Words in a row as names are written in these lines; none if they are no names.

    A capital at the start of a sentence shows nothing, unless another follows.
    """
    pattern = r"\b" + "[ -]".join(rf"({re.escape(word)})" for word in words) + r"\b"
    forms: Counter[tuple[str, ...]] = Counter()
    small = 0
    for line in lines:
        for found in re.finditer(pattern, line, re.IGNORECASE):
            opens = _OPENS.search(line[: found.start()]) is not None
            if opens and len(found.groups()) == 1 and not _CAPITAL.match(line[found.end() :]):
                continue
            if all(word != word.lower() for word in found.groups()):
                forms[found.groups()] += 1
            else:
                small += 1
    count = forms.total()
    if count < least or count < MOSTLY * (count + small):
        return ()
    return min(forms, key=lambda form: (-forms[form], form))
