"""Questions to go on with: where they come from, and when they lead on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.answering.followups import Cited, candidates, headings_of, leads_on
from tests.builders_web import make_abstention, make_answer, make_citation, make_document
from vectorstore.types import Sentence, SentenceKind

TEXT = """Two firms

Acme bought Globex in May. Acme paid $3 million. Acme was glad.
The firm Initech watched Acme and Globex.

What went wrong

Initech left. Initech came back.

A word of caution

Nothing is sure."""

DOCUMENT = make_document("firms", TEXT, title="Two firms")


def heading(text: str) -> Sentence:
    start = TEXT.index(text)
    return Sentence(0, start, start + len(text), SentenceKind.HEADING)


HEADINGS = tuple(map(heading, ("Two firms", "What went wrong", "A word of caution")))
CITED = [Cited(DOCUMENT, headings_of(DOCUMENT, HEADINGS))]


def test_title_is_no_heading() -> None:
    assert headings_of(DOCUMENT, HEADINGS) == ("What went wrong", "A word of caution")


def test_sections_that_ask_come_first_then_names_then_the_document() -> None:
    citation = make_citation(DOCUMENT, "The firm Initech watched Acme and Globex.")
    answer = make_answer("Who bought Globex?", citations=(citation,))

    assert candidates(answer, CITED) == [
        "What went wrong?",
        "What do the sources say about Acme?",
        "What do the sources say about Initech?",
        "What does “Two firms” say?",
    ]


def test_section_that_was_read_and_question_that_was_asked_are_left_out() -> None:
    citation = make_citation(DOCUMENT, "Nothing is sure.", heading=("What went wrong",))
    answer = make_answer("What does “Two firms” say?", citations=(citation,))

    assert candidates(answer, CITED) == []


@pytest.mark.parametrize(
    ("heading", "is_question"),
    [
        ("What went wrong", True),
        ("What still stands in the way", True),
        ("Who pays what", True),
        ("What was agreed", True),
        ("How did it end?", True),
        ("What the case teaches", False),
        ("What CVS did with it", False),
        ("What to watch", False),
        ("Why the companies want it", False),
        ("A word of caution", False),
    ],
)
def test_heading_is_offered_only_if_it_is_a_question(heading: str, is_question: bool) -> None:
    found = candidates(make_answer("Anything else?"), [Cited(DOCUMENT, (heading,))])

    assert (f"{heading.rstrip('?')}?" in found) is is_question


def test_after_a_refusal_no_section_is_offered_that_needs_a_subject() -> None:
    refusal = make_abstention("What did Hooli pay?")

    assert "What went wrong?" not in candidates(refusal, CITED)


def test_question_leads_on_only_if_it_is_answered_by_other_words() -> None:
    answer = make_answer("Who?")
    other = make_citation(make_document(), "Patients are seen nearer to home.")

    assert not leads_on(answer, make_answer("And?"))
    assert not leads_on(answer, make_abstention("And?"))
    assert leads_on(answer, replace(answer, citations=(*answer.citations, other)))
