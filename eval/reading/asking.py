"""Asks the product questions about given documents; maps the answers to sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.conversations.records import as_messages
from app.errors import ChatError, NotReadyError, UnknownComposerError
from app.types import Answer, AnswerStatus, Message, Question
from eval.errors import SystemUnusableError
from eval.metrics.reading import Place
from eval.reading.shelf import Shelf
from vectorstore.types import Filters


@dataclass(frozen=True, slots=True)
class Reply:
    """What the product said to one question."""

    refused: bool
    cited: frozenset[Place] = frozenset()
    num_stray: int = 0
    """Citations of what is no sentence of the dataset."""
    num_sentences: int = 0
    """Of the answer."""
    chance: float | None = None
    """The answer's own chance (`receipt.answerability`), in [0, 1]."""
    disagreements: tuple[frozenset[Place], ...] = ()
    """What each shown disagreement cites."""
    text: str = ""
    """What a reader saw."""
    turn: tuple[Message, ...] = ()
    """Question and answer as the next question's history; empty without an answer."""
    error: str | None = None
    """Why there is no answer at all."""


def ask(
    shelf: Shelf, question: str, documents: Sequence[str], history: Sequence[Message] = ()
) -> Reply:
    """Ask one question of some documents.

    A document that was not taken into the library is not there to answer; without any the question
    counts as refused with no chance.

    Raises:
        SystemUnusableError: If no question would get an answer.
    """
    ids = [shelf.documents[name].id for name in documents if name in shelf.documents]
    if not ids:  # no filter at all would search everything
        return Reply(refused=True, chance=0.0)
    filters = Filters(document_ids=tuple(ids))
    try:
        answer = shelf.service.answer(Question(question, tuple(history), filters, shelf.composer))
    except (NotReadyError, UnknownComposerError) as error:
        raise SystemUnusableError(str(error)) from error
    except ChatError as error:
        return Reply(refused=False, error=str(error))
    return _reply(shelf, answer, documents)


def _reply(shelf: Shelf, answer: Answer, documents: Iterable[str]) -> Reply:
    names = {shelf.documents[name].id: name for name in documents if name in shelf.documents}
    shown: dict[int, frozenset[Place]] = {}
    for citation in answer.citations:
        name = names.get(citation.document_id)
        places = (
            shelf.documents[name].sentences_at(citation.start, citation.end)
            if name is not None
            else ()
        )
        shown[citation.n] = frozenset((str(name), place) for place in places)
    return Reply(
        refused=answer.status is AnswerStatus.ABSTAINED,
        cited=frozenset[Place]().union(*shown.values()),
        num_stray=sum(not places for places in shown.values()),
        num_sentences=len(answer.claims),
        chance=answer.receipt.answerability,
        disagreements=tuple(
            frozenset[Place]().union(*(shown.get(n, frozenset()) for n in each.citations))
            for each in answer.notes.disagreements
        ),
        text=" ".join(claim.text for claim in answer.claims) or answer.message or "",
        turn=as_messages(answer),
    )
