from __future__ import annotations

from dataclasses import replace

import pytest

from app.answering.evidence.evidence import Evidence
from app.answering.evidence.whose import OF_THE_OTHER, without_other_parties
from tests.builders_answering import make_evidence

TITLE = "Kestrel and Marlow share a mill"
SIGNED = "In May both Kestrel and Marlow signed."


def about(text: str, ordinal: int = 0, heading: str = TITLE) -> Evidence:
    item = make_evidence(text, ordinal=ordinal)
    passage = replace(item.passage.passage, heading=(heading,))
    metadata = replace(item.metadata, title=TITLE)
    return replace(item, passage=replace(item.passage, passage=passage), metadata=metadata)


def set_back(question: str, *found: Evidence) -> set[str]:
    signed = about(SIGNED, ordinal=99)
    after = without_other_parties(question, [*found, signed])
    return {item.text for item in after if item.relevance == OF_THE_OTHER}


OWN = about("Kestrel had grain and no mill.", 0, "Why Kestrel did it")
OTHER = about("Marlow wanted cash for its debts.", 1, "Why Marlow did it")
LEANING = about("It also had an empty hall.", 2, "Why Marlow did it")


@pytest.mark.parametrize(
    "question",
    [
        "Why was Kestrel interested in Marlow?",
        "Why did Kestrel agree to the deal?",
        "What did Kestrel gain from the deal?",
        "What was in it for Kestrel?",
        "What motivated Kestrel to share the mill?",
    ],
)
def test_what_stands_under_the_heading_of_the_other_is_set_back(question: str) -> None:
    assert set_back(question, OWN, OTHER, LEANING) == {OTHER.text, LEANING.text}


@pytest.mark.parametrize(
    "question",
    [
        "Why did Kestrel and Marlow sign?",
        "Why was the mill shared?",
        "Why was Kestrel bought by Marlow?",
        "When did Kestrel agree?",
    ],
)
def test_nothing_is_set_back_where_no_one_party_is_asked_about(question: str) -> None:
    assert set_back(question, OWN, OTHER) == set()


def test_nothing_is_set_back_where_nothing_speaks_of_the_party_asked_about() -> None:
    assert set_back("Why did Kestrel agree?", OTHER, LEANING) == set()


def test_without_headings_the_party_that_a_sentence_opens_with_tells_whose_wish_it_is() -> None:
    own = about("Kestrel had grain and no mill.", 0)
    wish = about("Marlow wanted cash.", 1)
    leaning = about("It also hoped for new customers.", 2)
    has = about("Marlow had a mill at the river.", 3)
    shares = about("Marlow wanted the grain of Kestrel.", 4)
    found = set_back("Why did Kestrel choose Marlow?", own, wish, leaning, has, shares)
    assert found == {wish.text, leaning.text}


def test_what_one_brings_is_not_what_the_other_brings_or_what_it_gets_itself() -> None:
    own = about("Kestrel brought the grain.", 0)
    other = about("Marlow paid Kestrel a million.", 1)
    gets = about("Kestrel receives a million.", 2)
    from_it = about("Marlow grinds what comes from Kestrel.", 3)
    found = set_back("What did Kestrel bring?", own, other, gets, from_it)
    assert found == {other.text, gets.text}


def test_a_heading_in_capitals_names_nobody() -> None:
    own = about("Kestrel had grain and no mill.", 0)
    headed = about("Grain was dear in those years.", 1, "What Each Side Gained")
    assert set_back("Why did Kestrel agree with Marlow?", own, headed) == set()
