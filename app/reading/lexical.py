"""A reader without weights: it counts words. The fallback, and the tests' stand-in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.reading.protocol import PassageReading, ReadPassage
from vectorstore.lexical import analyse

NEGATORS = frozenset("not no never none nor neither without cannot".split())
FEW = frozenset(
    """
    a an the this that these those is are was were be been being do does did has have had will would
    can could may might must shall should of in on at to for from by with and or but as it its they
    their he she his her we our you your i my who whom whose which what when where why how not no
    """.split()
)
WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")
ENOUGH = 0.8
"""Share of a claim's words from which on it counts as said."""


class LexicalReader:
    """Chances from shares of shared words. Knows no meaning and no order."""

    fingerprint = "lexical"

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[PassageReading]:
        """See `Reader`."""
        asked = _words(question)
        found = []
        for passage in passages:
            title = _words(passage.title)
            inside = [_words(sentence) for sentence in passage.sentences]
            chances = tuple(_share(asked, words, around=title) for words in inside)
            found.append(PassageReading(max(chances, default=0.0), chances))
        return found

    def support(self, claim: str, evidence: Sequence[str], /, *, title: str = "") -> float:
        """See `Reader`."""
        said, told = _words(claim), frozenset[str]().union(*map(_words, evidence))
        if not said or bool(_negated(claim)) != any(map(_negated, evidence)):
            return 0.0
        share = len(said & told) / len(said)
        return share if share >= ENOUGH else share / 2

    def depends(self, turn: str, history: Sequence[str]) -> float:
        """See `Reader`."""
        return 1.0 if history and len(_words(turn)) <= 1 else 0.0

    def knows(self, word: str) -> bool:
        """Every word: it has no vocabulary to tell a slip of the pen by."""
        return True

    def conflict(self, first: str, second: str, about: str = "", least: float = 0.0) -> float:
        """See `Reader`."""
        return 0.0


def _share(asked: frozenset[str], held: frozenset[str], *, around: frozenset[str]) -> float:
    if not asked:
        return 0.0
    return (len(asked & held) + 0.5 * len(asked & around - held)) / len(asked)


def _words(text: str) -> frozenset[str]:
    words = [word for word in WORD.findall(text.lower()) if word not in FEW]
    return frozenset(stem for word in words for stem in analyse(word) or [word])


def _negated(text: str) -> frozenset[str]:
    return NEGATORS & frozenset(WORD.findall(text.lower()))
