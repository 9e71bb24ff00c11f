"""Questions that go on from one about the library."""

from __future__ import annotations

import pytest

from app.library.follow_up_shapes import goes_on, in_full, is_of_those

TITLES = ("The mill", "Ferries: a history", "On bridges")
OF_2019 = "Which documents were published in 2019?"


@pytest.mark.parametrize(
    ("turn", "before", "whole"),
    [
        ("Summarise the second one", OF_2019, 'summarise the article "Ferries: a history"'),
        ("the last one please?", OF_2019, 'summarise the article "On bridges"'),
        ("Who wrote the first?", OF_2019, 'Who wrote the article "The mill"?'),
        ("how long is number 3", OF_2019, 'how long is the article "On bridges"'),
        ("which of them mention Hove?", OF_2019, "which documents mention Hove?"),
        ("and since 2021?", "list all documents", "list all documents since 2021?"),
        ("what about 2018?", "list the articles from 2019", "list the articles in 2018?"),
        ("and on Hove?", "Which articles mention Lewes?", "Which articles on Hove?"),
        ("How many are from 2018?", OF_2019, "How many documents are from 2018?"),
        ("which mention Hove?", OF_2019, "which documents mention Hove?"),
        ("Summarise the one about Hove", OF_2019, "Summarise the article about Hove"),
        ("only those without a date", "List all documents", "List all documents without a date?"),
    ],
)
def test_a_turn_behind_a_question_about_the_library_is_put_in_full(
    turn: str, before: str, whole: str
) -> None:
    assert in_full(turn, before, TITLES) == whole
    assert goes_on(turn, before)


@pytest.mark.parametrize(
    ("turn", "before"),
    [
        ("the second one", "When did the mill close?"),  # not of documents
        ("and in 2018?", "When did the mill close?"),
        ("Why?", OF_2019),
        ("Who owns the mill?", OF_2019),
        ("what happened in Hove in the first year of the war and who was there then", OF_2019),
    ],
)
def test_any_other_turn_stands_as_it_is(turn: str, before: str) -> None:
    assert in_full(turn, before, TITLES) is None


def test_a_place_in_the_list_that_there_is_not_is_none() -> None:
    assert in_full("summarise the fourth one", OF_2019, TITLES) is None


def test_those_just_told_of_are_known_by_their_pronoun() -> None:
    assert is_of_those("how many of them are in German?")
    assert not is_of_those("how many documents are in German?")
