from __future__ import annotations

import pytest

from app.answering.unclear import pointing_nowhere, unclear


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Who founded it?", "it"),
        ("When did they close?", "they"),
        ("why did she leave", "she"),
        ("How much did it cost?", "it"),
    ],
)
def test_a_question_that_points_back_alone_is_unclear(question: str, word: str) -> None:
    assert pointing_nowhere(question) == word
    assert f"“{word}”" in unclear(word, "en")


@pytest.mark.parametrize(
    "question",
    [
        "Who founded Haven?",
        "When did Haven close, and who founded it?",
        "What does it take?",
        "Is it better to share risks?",
        "Why do partners leave their alliances early?",
    ],
)
def test_a_question_that_names_something_is_not(question: str) -> None:
    assert pointing_nowhere(question) is None
