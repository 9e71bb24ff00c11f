from __future__ import annotations

import pytest

from app.answering.question.summaries import as_read, names_one_source


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


@pytest.mark.parametrize(
    ("request_", "is_one"),
    [
        ("Based on Alba Ltd.'s 2021 report, summarize the main events.", True),
        ("According to the outline, summarise the changes at Alba.", True),
        ("Based on the articles, summarize the changes at Alba.", False),
        ("Based on the report and the memo, summarize the changes at Alba.", False),
        ("Summarize the changes at Alba.", False),
        ("Based on the report, what changed at Alba?", False),
    ],
)
def test_a_summary_is_of_one_source_where_it_names_one(request_: str, is_one: bool) -> None:
    assert names_one_source(request_) == is_one
