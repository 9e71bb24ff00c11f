"""Headings as questions: such as are sure to be grammatical, and nothing else."""

from __future__ import annotations

import pytest

from app.answering.conversation.heading_questions import question_of

TEXT = "The five lessons are short. Marlow saw innovation and its benefits. The work went on."


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("What went wrong", "What went wrong?"),
        ("Who pays what?", "Who pays what?"),
        ("Why Marlow did it", "Why did Marlow do it?"),
        ("What Marlow did with it", "What did Marlow do with it?"),
        ("How the work is split", "How is the work split?"),
        ("Why The Work was stopped", "Why was the work stopped?"),
        ("Five lessons", "What are the five lessons?"),
        ("The five lessons", "What are the five lessons?"),
        ("Innovation Benefits", "What are the innovation benefits?"),
        ("Why Marlow left", None),
        ("What the case teaches", None),
        ("Rethinking benefits", None),
        ("About benefits", None),
        ("A word of caution", None),
        ("Cost analysis", None),
        ("Marlow Partners", None),
        ("Endnotes", None),
    ],
)
def test_heading_asks_what_its_section_answers(heading: str, question: str | None) -> None:
    assert question_of(heading, TEXT) == question
