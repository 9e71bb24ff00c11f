"""Questions to go on with: where they come from, and when they lead on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.answering.conversation.followups import Cited, candidates, headings_of, leads_on
from tests.builders_web import make_abstention, make_answer, make_citation, make_document
from tests.limited_cpu import runs_in_time
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
        "What are the main points of “Two firms”?",
    ]


def test_section_that_was_read_and_question_that_was_asked_are_left_out() -> None:
    citation = make_citation(DOCUMENT, "Nothing is sure.", heading=("What went wrong",))
    answer = make_answer("What are the main points of “Two firms”?", citations=(citation,))

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


def test_of_several_documents_no_section_is_offered_that_needs_a_subject() -> None:
    other = Cited(make_document(), ())

    assert "What went wrong?" not in candidates(make_answer("Who?"), [*CITED, other])


def test_question_leads_on_only_if_it_is_answered_by_other_words() -> None:
    answer = make_answer("Who?")
    other = make_citation(make_document(), "Patients are seen nearer to home.")

    assert not leads_on(answer, make_answer("And?"))
    assert not leads_on(answer, make_abstention("And?"))
    assert leads_on(answer, replace(answer, citations=(*answer.citations, other)))


def test_question_of_a_heading_must_be_answered_from_its_section() -> None:
    answer = make_answer(
        "Who bought Globex?", citations=(make_citation(DOCUMENT, "Acme was glad."),)
    )
    below = make_citation(DOCUMENT, "Initech left.", heading=("What went wrong",))
    beside = make_citation(DOCUMENT, "Acme paid $3 million.")

    from_section = make_answer("What went wrong?", citations=(below,))
    from_elsewhere = make_answer("What went wrong?", citations=(beside,))
    of_no_heading = make_answer("What did Acme pay?", citations=(beside,))

    assert leads_on(answer, from_section, CITED)
    assert not leads_on(answer, from_elsewhere, CITED)
    assert leads_on(answer, of_no_heading, CITED)


def test_question_that_is_hardly_answered_does_not_lead_on() -> None:
    answer = make_answer("Who bought Globex?")
    following = make_answer("And?", citations=(make_citation(DOCUMENT, "Nothing is sure."),))
    unsure = replace(following, receipt=replace(following.receipt, answerability=0.3))

    assert not leads_on(answer, unsure)


def test_names_are_offered_without_their_endings_and_no_common_words() -> None:
    text = "The Technology that Initech’s engineers sell is technology. Initech sells. Technology."
    document = make_document("tech", text, title="…")
    citation = make_citation(
        document, "The Technology that Initech’s engineers sell is technology."
    )
    found = candidates(make_answer("Who?", citations=(citation,)), [Cited(document, ())])

    assert found == ["What do the sources say about Initech?"]


def test_a_title_that_opens_with_names_gives_questions_of_them() -> None:
    document = make_document("pact", "Nothing.", title="Orlena and Marlow: a pact")
    found = candidates(make_answer("Who?"), [Cited(document, ())])

    assert "Why did Orlena and Marlow work together?" in found
    assert found[-1] == "What are the main points of “Orlena and Marlow: a pact”?"


def test_people_who_are_quoted_are_asked_about_by_their_whole_name() -> None:
    text = "“We wait,” Mona Vestergaard says. Vestergaard says more. Orlena waits. Orlena waits on."
    document = make_document("talk", text, title="…")
    citation = make_citation(document, "Orlena waits.")
    found = candidates(make_answer("Who?", citations=(citation,)), [Cited(document, ())])

    assert found[0] == "What does Mona Vestergaard say?"


def test_kinds_of_questions_take_turns() -> None:
    document = make_document("pact", TEXT, title="Orlena and Marlow: a pact")
    citation = make_citation(document, "Initech left.")
    headings = ("What went wrong", "What was agreed")
    answer = make_answer("Who?", citations=(citation,))

    found = candidates(answer, [Cited(document, headings)])

    assert found[0] == "What went wrong?"
    assert found[1] == "Why did Orlena and Marlow work together?"


OF_A_LONG_DOCUMENT = """
import random, string
from app.answering.conversation.followups import Cited, candidates
from tests.builders_web import make_answer, make_document
letters = random.Random(1).choices(string.ascii_lowercase, k=120_000)
names = [f"{''.join(letters[n:n + 8]).capitalize()} Weir" for n in range(0, 120_000, 8)]
headings = [f"{name.split()[0]} benefits" for name in names]
text = " ".join(f"It is so, and {name} {n} said so, too." for n, name in enumerate(names))
people = " ".join(f"then {name} says so." for name in names)
document = make_document("A long document", text=people + text * 2)
assert len(candidates(make_answer(), [Cited(document, tuple(headings))])) > 10_000
"""


def test_time_grows_with_the_headings_and_people_of_a_document(repo_root: Path) -> None:
    assert runs_in_time(OF_A_LONG_DOCUMENT, repo_root=repo_root)
