from __future__ import annotations

from dataclasses import replace

import pytest

from app.answering.conversation.condense import condense, standalone
from app.answering.question.rephrasing import as_question
from app.types import Message


def user(*texts: str) -> list[Message]:
    return [Message("user", text) for text in texts]


def test_the_first_question_stands_as_it_is() -> None:
    condensed = condense("Why did Haven end?", [])
    assert condensed.text == "Why did Haven end?"
    assert condensed.backgrounds == ()
    assert condensed.background_weight(0.1, 0.9) == 0.0


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("When was Haven founded?", "What about SkyTeam?", "When was SkyTeam founded?"),
        ("When was Haven founded?", "And SkyTeam?", "When was SkyTeam founded?"),
        ("Why did Nissan join?", "how about Mitsubishi Motors", "Why did Mitsubishi Motors join?"),
        ("Who runs Star Alliance?", "And for SkyTeam?", "Who runs SkyTeam?"),
    ],
)
def test_what_about_puts_the_new_name_in_place_of_the_old(
    before: str, question: str, expected: str
) -> None:
    condensed = condense(question, user(before))
    assert condensed.text == expected
    assert condensed.backgrounds == ()


def test_what_about_without_a_name_is_searched_beside_its_background() -> None:
    condensed = condense("What about the costs?", user("Who leads Haven?"))
    assert condensed.text == "What about the costs?"
    assert condensed.backgrounds == ("leads Haven What about the costs?",)


def test_a_pronoun_takes_over_the_names_of_the_question_before() -> None:
    condensed = condense("When was it closed?", user("Who founded Haven?"))
    assert condensed.points_back
    assert {term.text for term in condensed.asked.terms} == {"closed", "Haven"}
    assert standalone(condensed) == "When was Haven closed?"
    assert condensed.searched == "When was it closed?"


def test_names_of_the_reply_make_a_second_background() -> None:
    history = [*user("Who owns the venture?"), Message("assistant", "Sony owns it with Honda.")]
    condensed = condense("Where are the cars built?", history)
    assert condensed.backgrounds[-1] == "Honda Where are the cars built?"


def test_only_the_last_question_is_taken_up() -> None:
    condensed = condense("When did it end?", user("Who leads Haven?", "Who leads SkyTeam?"))
    assert "SkyTeam" in standalone(condensed)
    assert "Haven" not in standalone(condensed)


def test_a_question_that_stands_alone_keeps_its_own_terms() -> None:
    condensed = condense("How many members has Star Alliance got?", user("Why did Haven end?"))
    assert "Haven" not in [term.text for term in condensed.asked.terms]


def test_backgrounds_count_more_where_they_find_something_nearer() -> None:
    condensed = condense("When was it closed?", user("Who founded Haven?"))
    near, far = condensed.background_weight(0.4, 0.7), condensed.background_weight(0.4, 0.4)
    assert 0.0 < far < near < 1.0


def test_backgrounds_count_less_where_the_question_finds_enough_alone() -> None:
    condensed = condense("When was it closed?", user("Who founded Haven?"))
    assert condensed.background_weight(0.8, 0.8) < condensed.background_weight(0.3, 0.3)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("List the founders of Haven", "What are the founders of Haven?"),
        ("give me a list of the partners of Orlena.", "What are the partners of Orlena?"),
        ("When did the Alba merger close?", "When was the Alba merger completed?"),
        (
            "When did the sale of Alba by Brava close?",
            "When was the sale of Alba by Brava completed?",
        ),
        ("When did Alba close its sale?", "When did Alba close its sale?"),
        ("is the merger of Alba and Brava done yet?", "is the merger of Alba and Brava completed?"),
        ("Has the mill closed yet", "Has the mill closed"),
        ("When is the work done?", "When is the work done?"),
        ("List price of the car", "List price of the car"),
        ("Haven founders??", "Who founded Haven?"),
        ("Sony Honda Mobility's owners", "Who owns Sony Honda Mobility?"),
        ("the buyers of Alba", "Who bought Alba?"),
        ("What do Haven founders say?", "What do Haven founders say?"),
        (
            "I need the price of the Hove mill for a memo, pls",
            "What is the price of the Hove mill?",
        ),
        ("I'm looking for the reasons for the sale", "What are the reasons for the sale?"),
    ],
)
def test_requests_are_read_as_the_questions_that_they_are(text: str, asked: str) -> None:
    assert as_question(text) == asked


def test_a_bare_word_behind_a_question_for_who_asks_both() -> None:
    history = [Message("user", "Who builds the Corvin?"), Message("assistant", "Alba builds it.")]
    assert condense("and where?", history).text == "Who builds the Corvin and where?"


def test_it_means_the_whole_deal_and_they_its_party() -> None:
    history = [
        Message("user", "When was the Alba deal announced?"),
        Message("assistant", "In May."),
    ]
    assert condense("When was it completed?", history).text == "When was the Alba deal completed?"
    assert condense("How much did they pay?", history).text == "How much did Alba pay?"


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("When was Haven founded?", "SkyTeam?", "When was SkyTeam founded?"),
        ("When was Haven founded?", "Star Alliance too?", "When was Star Alliance founded?"),
    ],
)
def test_another_name_alone_asks_the_same_of_it(before: str, question: str, expected: str) -> None:
    assert condense(question, user(before)).text == expected


def test_a_question_taken_over_keeps_its_background_while_a_pronoun_in_it_is_open() -> None:
    condensed = condense("When?", user("Who founded Haven?", "How much did they pay?"))
    assert condensed.searched == "When did they pay?"
    assert condensed.points_back
    assert condensed.backgrounds


def test_itself_points_to_its_own_question() -> None:
    before = user("What did Mona Vestergaard say about Haven?")
    condensed = condense("What did Haven itself say?", before)

    assert not condensed.points_back
    assert {term.text for term in condensed.asked.terms} == {"Haven"}


def test_another_name_takes_the_place_of_the_whole_one() -> None:
    before = user("What did the American Brewers Union say?")

    assert condense("And the Bakers Guild?", before).text == "What did the Bakers Guild say?"


def test_a_pronoun_whose_name_is_known_can_be_asked_without_its_conversation() -> None:
    condensed = condense("Why did it fail?", user("Who founded Haven?"))
    assert condensed.by_itself is None  # nothing was read before it

    behind = replace(condensed, before=("Who founded Haven?",))
    alone = behind.by_itself
    assert alone is not None
    assert (alone.text, alone.before, alone.backgrounds) == ("Why did Haven fail?", (), ())


def test_a_follow_up_without_a_name_for_its_pronoun_is_asked_in_its_conversation_only() -> None:
    condensed = condense("And the costs?", user("Who founded Haven?"))
    assert replace(condensed, before=("Who founded Haven?",)).by_itself is None


def test_whom_a_question_asks_who_he_is_is_a_person() -> None:
    before = user("Who is Frans van Houten?")
    assert condense("What did he say?", before).text == "What did Frans say?"
    assert condense("What did it find?", before).typed is None
