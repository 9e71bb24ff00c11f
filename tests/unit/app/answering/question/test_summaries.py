from __future__ import annotations

import pytest

from app.answering.question.summaries import as_read


@pytest.mark.parametrize(
    ("request_", "question"),
    [
        (
            "Based on Alba Ltd.'s 2021 report, summarize the main events in 2021.",
            "What were the main events in 2021 of Alba Ltd.?",
        ),
        (
            "According to Brava Corporation's report, summarise the company's outlook.",
            "What was Brava Corporation's outlook?",
        ),
        ("Could you sum up the report on the Cordo practices?",
         "What was the report on the Cordo practices?"),
        ("Give me an overview of everything about Dario", "What is said of Dario?"),
        ("summarise what the advisers recommend", "What the advisers recommend?"),
    ],
)  # fmt: skip
def test_a_summary_is_read_as_the_question_that_it_answers(request_: str, question: str) -> None:
    assert as_read(request_) == question


def test_any_other_question_is_read_as_it_is() -> None:
    assert as_read("Which report summarises the events?") == "Which report summarises the events?"
