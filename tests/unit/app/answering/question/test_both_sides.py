from __future__ import annotations

import pytest

from app.answering.question.both_sides import both_sides


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        (
            "what are the pros and cons of a shared mill?",
            ("what are the benefits of a shared mill?", "what are the risks of a shared mill?"),
        ),
        (
            "Upsides/downsides of sharing a mill",
            ("benefits of sharing a mill", "risks of sharing a mill"),
        ),
        (
            "Name the costs and the benefits of the mill.",
            ("Name the costs of the mill.", "Name the benefits of the mill."),
        ),
        (
            "What are the benefits and the barriers of a shared mill?",
            (
                "What are the benefits of a shared mill?",
                "What are the barriers of a shared mill?",
            ),
        ),
    ],
)
def test_opposite_sides_are_asked_one_by_one(question: str, sides: tuple[str, ...]) -> None:
    assert both_sides(question) == sides


@pytest.mark.parametrize(
    "question",
    [
        "What are the risks and costs of the mill?",
        "What are the terms and conditions of the lease?",
        "What does it cost?",
    ],
)
def test_one_side_is_one_question(question: str) -> None:
    assert both_sides(question) == (question,)
