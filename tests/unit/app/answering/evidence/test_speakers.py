"""What somebody says is told by their own words."""

from __future__ import annotations

import pytest

from app.answering.evidence.evidence import Evidence
from app.answering.evidence.speakers import (
    OF_OTHERS,
    without_other_speakers,
    without_the_unsaid,
)
from app.answering.question.asking import ask
from app.answering.text.terms import content_keys, keys
from tests.builders_answering import make_evidence


def set_back(question: str, *found: Evidence) -> set[str]:
    after = without_other_speakers(question, found)
    return {item.text for item in after if item.relevance == OF_OTHERS}


OWN = make_evidence("Ann Berg calls the pact a gain.")
GOES_ON = make_evidence('"It saves us a ship," she said.', ordinal=1)
OTHER = make_evidence("The pact scares everybody.", ordinal=5, paragraph=3)


@pytest.mark.parametrize(
    "question",
    [
        "What does Berg think of the pact?",
        "What did Ann Berg say about the pact?",
        "What is the opinion of Ann Berg on the pact?",
        "Give me quotes from Berg on the pact",
    ],
)
def test_what_others_say_counts_little(question: str) -> None:
    assert set_back(question, OWN, GOES_ON, OTHER) == {OTHER.text}


def test_a_quotation_is_theirs_up_to_the_sentence_that_says_so() -> None:
    begins = make_evidence('"The pact saves a ship.', ordinal=1)
    ends = make_evidence('We needed it," says Ann Berg.', ordinal=2)
    others = make_evidence('"A loss," says Cy Falk.', ordinal=9, paragraph=2)
    assert set_back("What does Berg say about the pact?", begins, ends, others) == {others.text}


@pytest.mark.parametrize("question", ["Why does Berg like the pact?", "What is the pact?"])
def test_other_questions_are_answered_by_anybody(question: str) -> None:
    assert set_back(question, OWN, GOES_ON, OTHER) == set()


def test_nothing_is_set_back_where_the_speaker_says_nothing() -> None:
    assert set_back("What does Holm say about the pact?", OTHER) == set()


@pytest.mark.parametrize(
    ("question", "sentence", "is_told"),
    [
        ("Who said that Kestrel would sink?", "Kestrel said that it would paint its ships.", False),
        ("Who said that Kestrel would sink?", "Ann Berg warned that the ships would sink.", True),
        ("And who warned fares might rise?", "Ann Berg feared higher fares.", True),
        ("Who said so?", "Kestrel said that it would paint its ships.", True),
        ("Who owns Kestrel?", "Kestrel said that it would paint its ships.", True),
    ],
)
def test_who_says_a_thing_is_told_by_what_has_a_word_of_it(
    question: str, sentence: str, is_told: bool
) -> None:
    asked = ask(question)
    missing = keys(asked.terms) - content_keys(sentence)
    (item,) = without_the_unsaid(asked, [make_evidence(sentence, missing=missing)])
    expected = 1.0 if is_told else OF_OTHERS
    assert (item.relevance, item.answers) == (expected, expected)


def test_what_others_say_is_not_theirs_who_is_quoted_on_something_else() -> None:
    own = make_evidence("Docks are full, notes Berg.", relevance=0.01)
    other = make_evidence("The pact pays.", ordinal=5, paragraph=3, relevance=0.9, answers=0.9)
    (_, set_back) = without_other_speakers("What does Berg think of the pact?", (own, other))
    assert (set_back.relevance, set_back.answers) == pytest.approx((0.09, 0.09))
