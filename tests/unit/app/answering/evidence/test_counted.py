"""How many is no answer to which."""

from __future__ import annotations

import pytest

from app.answering.conversation.condense import condense
from app.answering.evidence.counted import only_counted
from app.answering.selection.answerability import THRESHOLD
from app.answering.selection.judging import judged
from tests.builders_answering import make_evidence

WHICH = "Which countries were in the survey?"
NUMBER = "The survey asked 900 leaders in 12 countries how they see it."


@pytest.mark.parametrize(
    ("text", "is_only_counted"),
    [
        (NUMBER, True),
        ("Twelve countries took part.", True),
        ("It was held in several European countries.", True),
        ("It was held in 12 countries, Norway and Peru among them.", False),
        ("It was held in two countries: the host's and ours.", False),
        ("It was held in the Nordic countries.", False),
        ("It was held in Norway and Peru.", False),
    ],
)
def test_a_number_of_things_is_told_from_the_things(text: str, *, is_only_counted: bool) -> None:
    assert only_counted(WHICH, [make_evidence(text)]) is is_only_counted


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What benefits did it bring?", "The two main benefits were lower prices and more ships."),
        ("Which reasons were given?", "They gave three reasons, cost, time and trust."),
        ("What risks are there?", "There are two risks – wages and storms."),
        ("What changes were made?", "It made two changes by cutting pay and closing a mill."),
        ("What problems arose?", "Two problems arose because wages rose."),
        ("What years brought losses?", "It lost money for three years from 2018 to 2020."),
        ("Which countries took part?", "Norway and Peru were the two countries that took part."),
    ],
)
def test_what_is_counted_and_told_answers(question: str, text: str) -> None:
    assert not only_counted(question, [make_evidence(text)])


@pytest.mark.parametrize(
    "text", ["Twelve countries were surveyed.", "It is told of by 12 countries."]
)
def test_what_was_done_with_them_does_not_tell_which(text: str) -> None:
    assert only_counted(WHICH, [make_evidence(text)])


def test_another_likely_sentence_may_name_them() -> None:
    named = make_evidence("Norway and Peru are among those surveyed.", ordinal=1, relevance=0.5)
    assert not only_counted(WHICH, [make_evidence(NUMBER), named])


@pytest.mark.parametrize("question", ["How many countries were in the survey?", "What was it?"])
def test_a_number_answers_other_questions(question: str) -> None:
    assert not only_counted(question, [make_evidence(NUMBER)])


def test_which_is_refused_where_only_their_number_is_known() -> None:
    def is_answered(question: str) -> bool:
        found = judged(
            condense(question, ()), [make_evidence(NUMBER)], has_parts=False, threshold=THRESHOLD
        )
        return found.answerability.is_enough

    assert not is_answered(WHICH)
    assert is_answered("How many countries were in the survey?")
