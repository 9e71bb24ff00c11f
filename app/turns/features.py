"""Words and letters of a turn as numbers that a linear model reads. Pure, the same everywhere."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

KIND_BITS = 13
"""Features of a whole turn fall into 2 ** 13 places."""
WORD_BITS = 14
"""The same for one word in its turn."""
MAX_WORDS = 400
"""A longer turn is a pasted text: what stands behind is not looked at."""

_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)+\w*|\w+(?:['’]\w+)*|[^\w\s]", re.UNICODE)
_SPACE = re.compile(r"\s+")
_ENDS = frozenset(".!?…:;")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, with what punctuation stands around it."""

    text: str
    start: int
    end: int
    before: str
    """Signs between the word before and this one, without spaces."""
    after: str


def tokens(text: str) -> list[Token]:
    """The words of a turn in order."""
    words = [match for match in _TOKEN.finditer(text) if match.group()[0].isalnum()][:MAX_WORDS]
    found = []
    for place, word in enumerate(words):
        left = words[place - 1].end() if place else 0
        right = words[place + 1].start() if place + 1 < len(words) else len(text)
        found.append(
            Token(
                word.group(),
                word.start(),
                word.end(),
                _SPACE.sub("", text[left : word.start()]),
                _SPACE.sub("", text[word.end() : right]),
            )
        )
    return found


def plain(word: str) -> str:
    """A word in small letters without accents; digits become 0."""
    bare = unicodedata.normalize("NFKD", word.replace("’", "'")).casefold()
    return "".join("0" if c.isdigit() else c for c in bare if not unicodedata.combining(c))


def of_turn(text: str, *, follows: bool) -> NDArray[np.int64]:
    """Places of a turn's features, each once.

    Args:
        text: The turn.
        follows: Whether another turn stands before it.
    """
    words = tokens(text)
    names = {f"follows {follows}", f"words {min(len(words), 12)}", f"asks {text.count('?') > 0}"}
    names.add(f"questions {min(text.count('?'), 3)}")
    shown = [_shape(word, place) for place, word in enumerate(words)]
    for first, second, third in zip(
        ["^", *shown], [*shown, "$"], [*shown[1:], "$", "$"], strict=False
    ):
        names |= {f"w {second}", f"ww {first} {second}", f"www {first} {second} {third}"}
    if shown:
        names |= {f"first {shown[0]} {follows}", f"last {shown[-1]}"}
        names.add(f"only {' '.join(shown)}" if len(shown) < 4 else "long")
    for word in shown:
        framed = f"<{word}>"
        names |= {framed[i : i + n] for n in (3, 4, 5) for i in range(len(framed) - n + 1)}
    return np.unique(np.array([_place(name, KIND_BITS) for name in sorted(names)], dtype=np.int64))


def of_words(words: Sequence[Token]) -> list[NDArray[np.int64]]:
    """Places of the features of each word of a turn."""
    shown = [_shape(word, place) for place, word in enumerate(words)]
    sentences = _sentences(words)
    last = sentences[-1] if sentences else 0
    asking = {
        sentence for word, sentence in zip(words, sentences, strict=True) if "?" in word.after
    }
    opening: dict[int, str] = {}
    for written, sentence in zip(shown, sentences, strict=True):
        opening.setdefault(sentence, written)
    found = []
    for place, word in enumerate(words):
        sentence = sentences[place]
        names = set(_around(shown, place))
        names |= {
            f"before {word.before[-1:]}",
            f"after {word.after[:1]}",
            f"sentence {min(sentence, 3)} of {min(last, 3)}",
            f"from end {min(last - sentence, 3)}",
            f"asks {sentence in asking}",
            f"asks later {any(other > sentence for other in asking)}",
            f"asks earlier {any(other < sentence for other in asking)}",
            f"none asks {not asking}",
            f"opens {opening[sentence]}",
            f"at {min(sum(s == sentence for s in sentences[:place]), 4)}",
            f"alone {last == 0}",
            f"{sentence in asking} {min(last - sentence, 2)} {any(o > sentence for o in asking)}",
        }
        found.append(
            np.unique(np.array([_place(name, WORD_BITS) for name in sorted(names)], dtype=np.int64))
        )
    return found


def _around(shown: Sequence[str], place: int) -> Iterator[str]:
    def at(offset: int) -> str:
        there = place + offset
        return shown[there] if 0 <= there < len(shown) else ("^" if there < 0 else "$")

    for offset in (-3, -2, -1, 0, 1, 2, 3):
        yield f"{offset} {at(offset)}"
    yield f"-1 0 {at(-1)} {at(0)}"
    yield f"0 1 {at(0)} {at(1)}"
    yield f"-2 -1 {at(-2)} {at(-1)}"
    yield f"1 2 {at(1)} {at(2)}"
    yield f"ending {at(0)[-3:]}"


def _sentences(words: Sequence[Token]) -> list[int]:
    """Number of the sentence, or of the part before a colon, in which each word stands."""
    found: list[int] = []
    number = 0
    for place, word in enumerate(words):
        if place and _ENDS.intersection(word.before):
            number += 1
        found.append(number)
    return found


def _shape(word: Token, place: int) -> str:
    """A word as it counts; names and numbers of any kind are one."""
    if word.text[:1].isdigit():
        return "#0" if len(word.text) < 3 else "#000"
    inside = place > 0 and not _ENDS.intersection(word.before)
    if inside and word.text[:1].isupper() and len(word.text) > 1:
        return "#Name"
    return plain(word.text)


def _place(name: str, bits: int) -> int:
    return zlib.crc32(name.encode()) & ((1 << bits) - 1)
