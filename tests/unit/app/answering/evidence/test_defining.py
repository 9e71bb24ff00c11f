"""What a thing is, is told right behind its name."""

from __future__ import annotations

import pytest

from app.answering.evidence.defining import defines
from app.answering.question.asking import ask
from app.answering.selection.weighing import TELLING, weighed
from tests.builders_answering import make_evidence

IN_PASSING = "Marlow recently launched Kestrel Direct, a mail-order pharmacy."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is Kestrel Direct?", IN_PASSING),
        ("whats Kestrel Direct", "KESTREL Direct (KD) is an arm of Marlow."),
        ("Who is Ada Holm?", "Ada Holm, the chief executive, said so."),
        ("What is Kestrel Direct?", "With Kestrel Direct, a pharmacy, Marlow sells by mail."),
        ("What was the Orlena Pact?", "The Orlena Pact, which was one of three, ended."),
    ],
)
def test_it_is_defined(question: str, text: str) -> None:
    assert defines(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is Kestrel Direct?", "In a statement, Kestrel Direct CEO Ada Holm said so."),
        ("What is Kestrel Direct?", "New Kestrel Directors are an open question."),
        ("What is Kestrel's revenue?", "Kestrel's revenue is the largest of all."),
        ("What is the revenue of Kestrel?", "The revenue of Kestrel is the largest of all."),
        ("When was Kestrel Direct founded?", IN_PASSING),
        ("What is Kestrel Direct?", "The owner of Kestrel Direct is a bank in Hove."),
        ("Who is Ada Holm?", "After the departure of Ada Holm, the firm lost its way."),
        ("Who is Ada Holm?", "The letters of Tom Reed and Ada Holm are a delight."),
        ("what is governance", "Governance is the least of it."),
    ],
)
def test_it_is_not(question: str, text: str) -> None:
    assert not defines(question, text)


def test_a_definition_in_passing_is_likely() -> None:
    item = make_evidence(IN_PASSING, relevance=0.2)
    [told] = weighed(ask("What is Kestrel Direct?"), [item], has_parts=False)
    [other] = weighed(ask("Who launched the pharmacy?"), [item], has_parts=False)
    assert told.relevance == pytest.approx(TELLING)
    assert other.relevance == pytest.approx(0.2)
