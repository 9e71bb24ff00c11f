from __future__ import annotations

import pytest

from app.answering.evidence.roles import is_unsaid, without_other_posts
from tests.builders_answering import make_evidence


@pytest.mark.parametrize(
    ("question", "text"),
    [
        (
            "Who is the CEO of Orlena?",
            "Sorrel CEO Ann Berg signed the contract in May.",
        ),
        ("Who is the CEO of Orlena?", "Ann Berg, president of Sorrel Foods, spoke first."),
        ("Who is Orlena's CEO?", "Ann Berg\nCEO\nSorrel Foods"),
        ("who is the boss of orlena", "Sorrel's finance director, Ann Berg, spoke first."),
        ("When did Orlena close?", "Orlena was founded on 14 May 1997, close to the harbour."),
        ("When was Orlena dissolved?", "Orlena was founded on 14 May 1997."),
        ("Why did Orlena go bankrupt?", "Orlena was founded because its rivals were slow."),
        ("When did Orlena go public?", "Orlena opened its first shop in May 1997."),
        ("Where is Orlena headquartered?", "In Norway the AI-based app of Orlena is used most."),
        ("Where are Orlena's headquarters?", "Orlena has sold cloud-based tools in Oslo."),
    ],
)
def test_a_post_elsewhere_or_an_end_that_nobody_tells_of_is_unsaid(
    question: str, text: str
) -> None:
    assert is_unsaid(question, [make_evidence(text)])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Who is the CEO of Orlena?", "Orlena CEO Ann Berg signed the contract."),
        ("Who is the CEO of Orlena?", "Ann Berg is chief executive of Orlena Foods."),
        ("Who is Orlena's finance director?", "Orlena's finance director, Ann Berg, spoke first."),
        ("Who is the CEO of Orlena?", "Ann Berg, until now head of Sorrel, leads Orlena."),
        ("Who is the CEO of Orlena?", "Ann Berg runs Orlena."),
        ("When did Orlena close?", "Orlena said that it would end its work in May."),
        ("When did Orlena close?", "The merger of Orlena was completed in May."),
        ("When did Orlena go public?", "Orlena has been listed in Oslo since May 1997."),
        ("When was Orlena founded?", "Orlena opened in May 1997."),
        ("Where is Orlena headquartered?", "The Oslo-based firm Orlena sells tools."),
        ("Where does Orlena have its head office?", "Orlena is based in Oslo."),
        ("Where is the head office of Orlena?", "Orlena has its headquarters in Oslo."),
        ("Where does Orlena sell tools?", "Orlena sells tools in Norway."),
    ],
)
def test_a_post_or_an_end_that_is_told_is_said(question: str, text: str) -> None:
    assert not is_unsaid(question, [make_evidence(text)])


def test_without_anything_read_nothing_is_unsaid() -> None:
    assert not is_unsaid("Who is the CEO of Orlena?", [])


def test_a_post_elsewhere_counts_less_where_the_right_one_is_told() -> None:
    question = "Who is the CEO of Orlena Foods quoted in the report?"
    own = make_evidence("Ada van Lund, CEO, Orlena Foods", relevance=0.3)
    other = make_evidence("Sorrel Alliance CEO Ann Berg said so.", ordinal=1, relevance=0.9)
    neither = make_evidence("The report was read.", ordinal=2, relevance=0.2)
    found = without_other_posts(question, [other, own, neither])
    assert [item.relevance for item in found] == [pytest.approx(0.18), 0.3, 0.2]
    assert without_other_posts(question, [other, neither]) == [other, neither]
    assert not is_unsaid(question, [other, own])


@pytest.mark.parametrize(
    "question",
    [
        "Which was the largest deal?",
        "What is the oldest partnership?",
        "Which venture ended first?",
    ],
)
def test_the_first_of_all_deals_is_unsaid_unless_a_source_says_so(question: str) -> None:
    one = make_evidence("Orlena paid 5 million euros in May.", uri="one.md")
    other = make_evidence("Sorrel paid 9 million euros in June.", uri="other.md")
    said = make_evidence("It was the first and largest deal of its kind.", uri="third.md")
    assert is_unsaid(question, [one, other])
    assert not is_unsaid(question, [one, other, said])
    assert not is_unsaid(question, [one])  # of one document the reader may tell
    assert not is_unsaid("Which was the largest deal of Orlena?", [one, other])


@pytest.mark.parametrize(
    "text",
    [
        "Orlena has a deal in place with Sorrel.",
        "Sorrel has its seat in Oslo.",
    ],
)
def test_where_something_is_needs_a_place_of_it(text: str) -> None:
    item = make_evidence(text)
    assert is_unsaid("Where is Orlena based?", [item]) is True


@pytest.mark.parametrize(
    "text",
    [
        "Orlena, of Oslo in Norway, sells tools.",
        "In China the Orlena Centre trains doctors.",
        "A small company based in Bergen looks after it.",
    ],
)
def test_a_place_of_it_may_be_told_in_many_ways(text: str) -> None:
    assert not is_unsaid("Where is Orlena based?", [make_evidence(text)])
