"""What a reader does, whatever it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """What is put before a reader: sentences in order, and the title that they stand under."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What a reader makes of one passage; chances are calibrated, in [0, 1]."""

    answers: float
    """That the passage answers the question."""
    sentences: tuple[float, ...]
    """That each sentence belongs to the answer."""


class Reader(Protocol):
    """Reads a question, or a claim, beside sentences. Safe to use from many threads."""

    @property
    def fingerprint(self) -> str:
        """Names the reader and its weights; stands in every receipt."""
        ...

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[PassageReading]:
        """One reading for each passage, in order."""
        ...

    def support(self, claim: str, evidence: Sequence[str], /, *, title: str = "") -> float:
        """The chance that the evidence, read together, says what the claim says.

        A title tells what it is about and proves nothing.
        """
        ...

    def depends(self, turn: str, history: Sequence[str]) -> float:
        """The chance that a turn is not understood without the questions before it."""
        ...

    def knows(self, word: str) -> bool:
        """Whether it is a common word of the language, written small; else it may be a slip."""
        ...

    def conflict(self, first: str, second: str, about: str = "", least: float = 0.0) -> float:
        """The chance that two sentences tell the same thing differently.

        Args:
            first: A sentence.
            second: Another.
            about: The question that both answer, if there is one.
            least: The chance that matters: what is below it may be any number below it.
        """
        ...
