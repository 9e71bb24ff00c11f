"""A chat model's reply becomes sentences with the numbers they cite, while it is being written.

A marker may be split over pieces, stand before or after the full stop, or hold several numbers. A
sentence is handed on when the next one has begun, so that no marker of its own can still come.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorstore.sentences import LOOK_AHEAD, split_sentences

MAX_SENTENCE = 1_000
"""Characters. What is longer without an end is no sentence that could be checked or read."""
THINKING, THOUGHT = "<think>", "</think>"
MAX_NUMBERS = 6
"""More numbers behind one sentence cite nothing in particular."""

# Up to three digits: [2018] is more often a year that a source put in brackets.
_NUMBERS = r"\^?\d{1,3}(?:\s*[,;]\s*\^?\d{1,3}|\s*[-–]\s*\d{1,3}){0,20}"  # noqa: RUF001
# [1], [1, 2], [1-3], [^1], and the brackets 【1】 of some models.
_MARKER = re.compile(rf"\[{_NUMBERS}\]|【{_NUMBERS}[^】\n]{{0,40}}】")
_RANGE = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?")  # noqa: RUF001
_BEHIND_STOP = re.compile(rf"(?<=[.!?…\"'”’)\]】])[ \t]+(?=\[{_NUMBERS}\]|【{_NUMBERS})")
_OPEN_MARKER = re.compile(r"[\[【][^\]】\n]{0,60}$")
# Signs of a list or a heading at the start of a line, and emphasis: a reader is shown plain words.
_LEAD = re.compile(r"^\s*(?:#{1,6}\s+|[-*•]\s+|>\s+|\d{1,2}[.)]\s+)+")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*|__|\*|_)(?=\S)(?P<words>[^*_]*?\S)\1(?!\w)")
_SPACE_BEFORE_STOP = re.compile(r"\s+(?=[.,;:!?](?:\s|$))")


def without_thoughts(reply: str) -> str:
    """A whole reply without what a local model thought before it."""
    return reply.rpartition(THOUGHT)[2] if THOUGHT in reply else reply


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a reply."""

    text: str
    """Without markers, on one line."""
    numbers: tuple[int, ...]
    """What it cites, each once, in order. Nothing says that there is such a number."""

    @property
    def is_ended(self) -> bool:
        """Whether it has come to its full stop."""
        return self.text.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "。"))


class ReplyReader:
    """Takes a reply in pieces of any size; gives its sentences as they become whole."""

    def __init__(self) -> None:
        self._left = ""
        self._may_think = True

    def feed(self, piece: str) -> list[Sentence]:
        """Take the next piece; the sentences that are whole now."""
        self._left += piece
        if not self._is_past_thinking():
            return []
        *lines, self._left = self._left.split("\n")
        found = [written for line in lines for written in _sentences(line)]
        found += self._whole()
        if len(self._left) > MAX_SENTENCE:
            found += self.close()
        return found

    def close(self) -> list[Sentence]:
        """What is left when the reply has ended."""
        line, self._left = self._left, ""
        if self._may_think and line.lstrip().startswith(THINKING):
            return []
        return _sentences(line)

    def _is_past_thinking(self) -> bool:
        """Whether the answer has begun. Some local models write their thoughts before it."""
        if not self._may_think:
            return True
        start = self._left.lstrip()
        if start.startswith(THINKING):
            _, ended, answer = start.partition(THOUGHT)
            if not ended:
                self._left = THINKING + start[-len(THOUGHT) :]
                return False
            self._left = answer
        elif not start or THINKING.startswith(start):
            return False
        self._may_think = False
        return True

    def _whole(self) -> list[Sentence]:
        """Sentences of the last line that have another one begun behind them."""
        # A word that is still being written could look like the start of a sentence.
        known = self._left[: self._left.rfind(" ") + 1]
        if not known or _OPEN_MARKER.search(known):
            return []
        known = _BEHIND_STOP.sub("", known)
        spans = split_sentences(known, max_length=MAX_SENTENCE)
        if len(spans) < 2:  # noqa: PLR2004
            return []
        start = spans[-1][0]
        if _may_close(known, start):
            return []
        if _MARKER.fullmatch(known[start:].strip()):
            return []  # more markers may follow
        self._left = known[start:] + self._left[self._left.rfind(" ") + 1 :]
        return _sentences(known[:start])


def _may_close(known: str, start: int) -> bool:
    """Whether a bracket before this place is open still: what closes it would join the two."""
    if len(known) - start > LOOK_AHEAD:
        return False
    return any(
        known.rfind(opener, 0, start) > known.rfind(closer, 0) for opener, closer in ("()", "[]")
    )


def _sentences(line: str) -> list[Sentence]:
    """The sentences of a line that is whole."""
    line = _BEHIND_STOP.sub("", _LEAD.sub("", line))
    found = (
        _written(line[start:end]) for start, end in split_sentences(line, max_length=MAX_SENTENCE)
    )
    return [written for written in found if written is not None]


def _written(sentence: str) -> Sentence | None:
    numbers = [number for marker in _MARKER.findall(sentence) for number in _numbers_of(marker)]
    text = _EMPHASIS.sub(r"\g<words>", _MARKER.sub("", sentence))
    # A reader sees no control characters and no joiners, and a terminal may obey them.
    text = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    text = " ".join(_SPACE_BEFORE_STOP.sub("", text).split())
    if not any(character.isalnum() for character in text):
        return None
    return Sentence(text, tuple(dict.fromkeys(numbers))[:MAX_NUMBERS])


def _numbers_of(marker: str) -> list[int]:
    found: list[int] = []
    for first, last in _RANGE.findall(marker.partition("†")[0]):
        low, high = int(first), int(last or first)
        found += range(low, high + 1) if high - low < MAX_NUMBERS else [low, high]
    return found
