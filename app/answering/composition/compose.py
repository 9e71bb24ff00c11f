"""The contract of composers, and the one that needs no model."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias, TypeVar

from app.answering.composition.fallback import Problem, sentence
from app.answering.conflicts.disagreement import disagreeing, is_of_status
from app.answering.conflicts.opposing import Conflict
from app.answering.conversation.condense import Condensed, condense
from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import Asked, Expects
from app.types import Message, ModelUse

T = TypeVar("T")
Steps: TypeAlias = Generator["T | Waiting", None, None]

MIN_SHOWN = 0.5
"""If fewer of a composer's sentences can be shown, what is left is hardly an answer."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence that a composer proposes, and the evidence it gives for it. Not yet verified."""

    text: str
    evidence: tuple[Evidence, ...]
    num_invented: int = 0
    """Numbers it cites under which nothing was shown to the model."""
    is_reworded: bool = False
    """By a chat model, which may ask, announce or chat where a source's sentence was chosen."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a composer is asked to do."""

    asked: Asked
    """The standalone question."""
    evidence: Sequence[Evidence]
    """All that may be cited, best first."""
    outline: Sequence[Proposal]
    """The answer in the sources' own words."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing new yet.

    Given several times a second by a composer that waits for somebody else, so that its caller can
    stop.
    """


@dataclass(frozen=True, slots=True)
class Outcome:
    """How composing ended; always last."""

    abstains: bool = False
    """The composer says that the sources do not answer."""
    problem: Problem | None = None
    """What kept it from finishing, or its sentences from being shown."""
    num_shown: int = 0
    """Of its sentences in its words; counted once they are verified."""
    num_added: int = 0
    """Sentences of the outline that are shown for want of them."""
    use: ModelUse | None = None
    """Of a chat model."""

    @property
    def is_shown(self) -> bool:
        """Whether the answer is a chat model's, or a part of it."""
        return self.use is not None and (self.problem is None or self.num_shown > 0)

    def told(self, language: str) -> str | None:
        """The problem, in words for readers."""
        if self.problem is None:
            return None
        return sentence(
            self.problem, of_model=self.num_shown, of_sources=self.num_added, language=language
        )

    def after(self, num_proposed: int, num_shown: int) -> Outcome:
        """The same, once it is known how many of the sentences are supported.

        Too few are a problem of their own, unless the composer says that there is no answer.
        """
        if self.use is None:
            return self
        is_little = num_shown < MIN_SHOWN * num_proposed or not num_shown
        if is_little and not (self.abstains and not num_shown):
            return replace(self, problem=self.problem or Problem.UNSUPPORTED, num_shown=num_shown)
        return replace(self, num_shown=num_shown)


class Composer(Protocol):
    """Understands a question in its conversation, and proposes the sentences of an answer.

    Verification comes after, the same for all. Closing an iterator early ends its work at once.
    """

    @property
    def name(self) -> str:
        """By which a question may ask for it."""
        ...

    def condense(self, question: str, history: Sequence[Message]) -> Steps[Condensed]:
        """The question so that it stands alone; last."""
        ...

    def compose(self, task: Task) -> Steps[Proposal | Outcome]:
        """Sentences in the order in which they are to be read, then how it ended."""
        ...


class ExtractiveComposer:
    """Answers with whole sentences of the sources."""

    name = "extractive"

    def condense(self, question: str, history: Sequence[Message]) -> Steps[Condensed]:
        """See `Composer`."""
        yield condense(question, history)

    def compose(self, task: Task) -> Steps[Proposal | Outcome]:
        """See `Composer`."""
        yield from task.outline
        yield Outcome()


def propose(item: Evidence) -> Proposal:
    """A sentence in its own words; a signature's or a caption's lines are joined."""
    return Proposal(" ".join(item.text.split()), (item,))


def in_own_words(
    asked: Asked,
    chosen: Sequence[Evidence],
    evidence: Sequence[Evidence],
    conflict: Conflict | None = None,
) -> list[Proposal]:
    """The answer in the sources' own words: the chosen sentences, and what differs from them.

    Where sources differ the newer one speaks first. Where they differ on what a question for a yes
    or a no is about, both sides are the whole answer.
    """
    pairs = disagreeing(asked, chosen, evidence, conflict)
    if asked.expects is Expects.STATUS and any(is_of_status(pair) for pair in pairs):
        chosen = [item for pair in pairs if is_of_status(pair) for item in pair[:2]]
    shown = {place_of(item) for item in chosen}
    added = {place_of(item): item for pair in pairs for item in pair[:2]}
    everything = [*chosen, *(item for place, item in added.items() if place not in shown)]
    older = {pair[1].document_id for pair in pairs}
    return [propose(item) for item in sorted(everything, key=lambda i: i.document_id in older)]


def place_of(item: Evidence) -> tuple[str, int]:
    """Where a sentence stands: its document and the offset of its first character."""
    return item.document_id, item.sentence.start
