"""Turns that want the answer before once more, in another manner."""

from __future__ import annotations

import pytest

from app.answering.conversation.again_shapes import NAMES, Again, Manner, asks_again
from app.languages.catalogue import LANGUAGES


@pytest.mark.parametrize(
    ("text", "manner"),
    [
        ("shorter", Manner.SHORTER),
        ("Could you be a bit more concise, please?", Manner.SHORTER),
        ("in two lines pls", Manner.SHORTER),
        ("noch kürzer bitte", Manner.SHORTER),
        ("that's too long", Manner.SHORTER),
        ("ok now put that in a table", Manner.TABLE),
        ("als Tabelle bitte", Manner.TABLE),
        ("as bullet points", Manner.LISTED),
        ("give me this as a list", Manner.LISTED),
        ("tell me more", Manner.FULLER),
        ("Could you give me some more details, please?", Manner.FULLER),
        ("ausführlicher bitte", Manner.FULLER),
        ("Say that again", Manner.REPEATED),
        ("repeat your last answer please", Manner.REPEATED),
    ],
)
def test_a_turn_about_the_form_of_an_answer_is_told_by_its_words(text: str, manner: Manner) -> None:
    assert asks_again(text) == Again(manner)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("in English please", "en"),
        ("Now the same in German", "de"),
        ("en français s'il vous plaît", "fr"),
        ("in het Nederlands graag", "nl"),
        ("translate your answer into Spanish", "es"),
    ],
)
def test_a_language_that_is_asked_for_is_known_by_any_of_its_names(
    text: str, language: str
) -> None:
    assert asks_again(text) == Again(Manner.LANGUAGE, language)


def test_every_language_of_the_product_can_be_asked_for() -> None:
    assert set(NAMES) == set(LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        "Which of the routes is shorter?",
        "What is short selling?",
        "in short, why did the mill close?",
        "list them",
        "is the table wrong",
        "articles in English",
        "and in Germany?",
        "Who speaks English?",
        "tell me more about the mill",
        "Which takes longer, the ferry or the bus?",
        "say who bought it",
        "",
    ],
)
def test_a_question_about_the_matter_is_none(text: str) -> None:
    assert asks_again(text) is None
