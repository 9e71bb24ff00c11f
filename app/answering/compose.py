"""The contract of composers, and the one that needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.answering.asking import Asked
from app.answering.evidence import Evidence
from app.answering.extractive import composed


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence that a composer would say, and the evidence it gives for it. Not yet verified."""

    text: str
    evidence: tuple[Evidence, ...]


class Composer(Protocol):
    """Proposes the sentences of an answer; verification comes after, the same for all."""

    @property
    def name(self) -> str:
        """By which a question may ask for it."""
        ...

    def compose(self, asked: Asked, evidence: Sequence[Evidence]) -> list[Proposal]:
        """Sentences in the order in which they are to be read.

        Args:
            asked: The standalone question.
            evidence: Best first.
        """
        ...


class ExtractiveComposer:
    """Says whole sentences of the sources."""

    name = "extractive"

    def compose(self, asked: Asked, evidence: Sequence[Evidence]) -> list[Proposal]:
        """See `Composer`."""
        return [propose(item) for item in composed(asked, evidence)]


def propose(item: Evidence) -> Proposal:
    """A sentence in its own words; a signature's or a caption's lines are joined."""
    return Proposal(" ".join(item.text.split()), (item,))
