from __future__ import annotations

import pytest

from app.answering.question.unclear import points_nowhere


@pytest.mark.parametrize(
    "question",
    ["Who founded it?", "When did they close?", "why did she leave", "How much did it cost?"],
)
def test_a_question_that_points_back_alone_points_nowhere(question: str) -> None:
    assert points_nowhere(question)


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
    assert not points_nowhere(question)
