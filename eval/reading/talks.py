"""Conversations: each turn asked after the turns before it, and once as a question of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.types import Message
from eval.metrics.reading import QuestionOutcome, question_figures, without_table
from eval.reading.asking import Reply, ask
from eval.reading.material import Material
from eval.reading.measure import Tell, line_of, outcome_of
from eval.reading.shelf import Shelf

FIRST, DEPENDS, INDEPENDENT = "first", "depends", "independent"
"""The first turn; a later one whose words alone do not say what is asked; another later one."""


@dataclass(frozen=True, slots=True)
class TurnOutcome:
    """A turn that is a question."""

    place: str
    """FIRST, DEPENDS or INDEPENDENT."""
    outcome: QuestionOutcome
    """Asked as it was typed, after the turns before it."""
    standalone: QuestionOutcome
    """Asked in the words that need no conversation, without one: what understanding would give."""
    line: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Talks:
    """What became of all turns."""

    turns: Sequence[TurnOutcome]
    chats: Sequence[Reply]
    """To turns that are no question."""


def ask_conversations(material: Material, shelf: Shelf, tell: Tell) -> Talks:
    """Every turn of every conversation, asked of the conversation's own document."""
    turns: list[TurnOutcome] = []
    chats: list[Reply] = []
    for each in material.conversations:
        history: list[Message] = []
        for number, turn in enumerate(each.item.turns):
            reply = ask(shelf, turn.q, [each.document], history)
            if turn.answer is None or turn.standalone is None:
                chats.append(reply)
            else:
                answer = [(each.document, place) for place in turn.answer]
                place = (DEPENDS if turn.depends else INDEPENDENT) if number else FIRST
                outcome = outcome_of(place, answer, reply)
                alone = ask(shelf, turn.standalone, [each.document])
                line = line_of(each, turn.q, outcome, reply)
                turns.append(TurnOutcome(place, outcome, outcome_of(place, answer, alone), line))
            history += reply.turn
            tell()
    return Talks(turns, chats)


def conversations_json(talks: Talks) -> dict[str, Any]:
    """Figures of all turns that are questions, and by where they stand."""
    return {
        **question_figures([each.outcome for each in talks.turns]),
        "standalone": without_table(question_figures([each.standalone for each in talks.turns])),
        "by_place": {
            place: {
                **without_table(question_figures([each.outcome for each in some])),
                "standalone": without_table(question_figures([each.standalone for each in some])),
            }
            for place in (FIRST, DEPENDS, INDEPENDENT)
            if (some := [each for each in talks.turns if each.place == place])
        },
        "chat": {
            "count": len(talks.chats),
            "answered_from_sources": (
                sum(bool(reply.cited or reply.num_stray) for reply in talks.chats)
                / len(talks.chats)
                if talks.chats
                else None
            ),
        },
    }
