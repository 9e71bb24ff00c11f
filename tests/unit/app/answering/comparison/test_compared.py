"""What is told of values that differ, lack, or cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from app.answering.comparison.cells import values_of
from app.answering.comparison.compared import answer_comparison
from app.answering.evidence.evidence import Evidence
from app.answering.question.comparing import compares
from app.answering.question.comparison import Attribute, Comparison
from app.answering.question.rephrasing import as_question
from app.library.shelf import Shelf
from app.library.told import Told
from app.types import AnswerStatus
from tests.builders_answering import make_evidence
from vectorstore.types import DocumentId, Metadata


class Shelves:
    """Documents by name, without an index; as much of `Shelf` as comparisons use."""

    language = "en"

    def __init__(self, sides: dict[str, Sequence[Evidence]]) -> None:
        self.sides = sides
        self.titles: dict[str, str] = {}

    def titled(self, words: str) -> list[Any]:
        found = self.sides.get(words, ())
        documents = {
            item.document_id: _Summary(item.document_id, self.titles.get(words, words))
            for item in found
        }
        return list(documents.values())

    def named(self, words: str) -> list[Any]:
        return self.titled(words)


class _Summary:
    def __init__(self, name: DocumentId, title: str) -> None:
        self.id = name
        self.metadata = Metadata(title=title)


def tell(question: str, **sides: str) -> Told | None:
    """The answer where each thing has one document that says one sentence."""
    evidence = {
        name: [make_evidence(text, uri=f"/{name}.md", published=date(2020, 1, 1))]
        for name, text in sides.items()
    }
    by_id = {items[0].document_id: items for items in evidence.values()}

    def ask(question: str, documents: Sequence[DocumentId]) -> list[Evidence]:
        return [item for name in documents for item in by_id[name]]

    asked = compares(question)
    assert isinstance(asked, Comparison)
    shelf: Any = Shelves(evidence)
    assert not isinstance(shelf, Shelf)
    return answer_comparison(asked, shelf, ask)


@pytest.mark.parametrize(
    ("question", "sides", "said"),
    [
        ("Which cost more, Alba or Brava?",
         {"Alba": "Alba cost $3 billion.", "Brava": "Brava cost 2,500 million dollars."},
         "Alba: $3 billion, against 2,500 million dollars for Brava "
         "($3 billion − $2.5 billion = $500 million)."),
        ("Did Alba cost less than Brava?",
         {"Alba": "Alba cost $3 billion.", "Brava": "Brava cost $2 billion."},
         "No. Brava: $2 billion, against $3 billion for Alba "
         "($3 billion − $2 billion = $1 billion)."),
        ("Which cost more, Alba or Brava?",
         {"Alba": "Alba cost about $3 billion.", "Brava": "Brava cost $2.98 billion."},
         "Alba: about $3 billion, against $2.98 billion for Brava "
         "($3 billion − $2.98 billion = about $20 million)."),
        ("Which cost more, Alba or Brava?",
         {"Alba": "Alba cost $3 billion.", "Brava": "Brava cost €3 billion."},
         "Alba: $3 billion; Brava: €3 billion. "
         "They are in different units or currencies, which are not converted."),
        ("Was Alba founded before Brava?",
         {"Alba": "Alba was founded in 2018.", "Brava": "Brava was founded on 3 May 2018."},
         "Alba: 2018; Brava: 3 May 2018. One lies within the other, so neither comes first."),
        ("Was Alba founded before Brava?",
         {"Alba": "Alba was founded on 1 March 1999.", "Brava": "Brava was founded on 2 May 2018."},
         "Yes. Alba: 1 March 1999, against 2 May 2018 for Brava (7,002 days, about 19 years and "
         "2 months between them)."),
        ("Which lasted longer, Alba or Brava?",
         {"Alba": "Alba lasted 18 months.", "Brava": "Brava lasted two years."},
         "Brava lasted longer: two years, against 18 months for Alba."),
        ("Which had the lower net profit in 2020, Alba or Brava?",
         {"Alba": "Net profit in 2020 was $3 million.", "Brava": "Its net profit was $5 million."},
         "Alba in 2020: $3 million, against $5 million for Brava in 2020 "
         "($5 million − $3 million = $2 million)."),
        ("Did Alba cost more than $5 billion?", {"Alba": "Alba cost nearly $3 billion."},
         "No. Alba: nearly $3 billion; that is less than $5 billion."),
        ("Was Alba founded after 1990?", {"Alba": "Alba was founded on 1 March 1999."},
         "Yes. Alba: 1 March 1999; that is after 1990."),
        ("Does Alba have more than 50 employees?", {"Alba": "Alba has 70 employees."},
         "Yes. Alba: 70 employees; that is more than 50."),
    ],
)  # fmt: skip
def test_values_are_told_with_what_follows_from_them(
    question: str, sides: dict[str, str], said: str
) -> None:
    told = tell(question, **sides)

    assert told is not None
    assert told.claims[0].text == said
    assert len(told.claims[0].citations) == len(sides)


@pytest.mark.parametrize(
    "question",
    [
        "Which invested more in research, Alba or Brava?",
        "Who paid more in 2020, Alba or Brava?",
        "Compare the asset acquisitions by Alba and Brava by value",
    ],
)
def test_what_a_question_says_besides_is_left_to_the_reader(question: str) -> None:
    sides = {"Alba": "Alba paid $3 billion in 1999.", "Brava": "Brava paid $2 billion in 1998."}
    assert isinstance(compares(question), Comparison)
    assert tell(question, **sides) is None


def test_a_measure_that_is_told_of_one_side_is_left_to_the_reader() -> None:
    sides = {"Alba": "Net profit was $3 million.", "Brava": "Net profit rose."}
    assert tell("Which had a higher net profit, Alba or Brava?", **sides) is None


TIMES = "How do the times of the board changes at Alba and Brava compare?"


@pytest.mark.parametrize(
    ("alba", "brava", "said"),
    [
        ("The board changed in May 2019.", "Brava had changes on its board in June 2018.",
         "Brava was earlier: June 2018, against May 2019 for Alba (about 11 months between them)."),
        ("The board changed in May 2019.", "Its board changed in May 2019.",
         "Alba: May 2019; Brava: May 2019. One lies within the other, so neither comes first."),
    ],
)  # fmt: skip
def test_which_of_two_events_was_earlier_follows_from_the_likeliest_sentences(
    alba: str, brava: str, said: str
) -> None:
    told = tell(TIMES, Alba=alba, Brava=brava)

    assert told is not None
    assert told.claims[0].text == said
    assert [claim.text for claim in told.claims[1:]] == [alba, brava]


@pytest.mark.parametrize("brava", ["Its board changed in June.", "It opened a shop in June 2018."])
def test_a_time_without_a_year_or_of_another_event_is_left_to_the_reader(brava: str) -> None:
    assert tell(TIMES, Alba="The board changed in May 2019.", Brava=brava) is None


def test_a_second_question_is_no_thing_to_compare() -> None:
    assert compares("Compare the dividends of Alba and Brava. Which paid more?") is None


def test_what_is_said_besides_may_stand_in_the_titles() -> None:
    evidence = make_evidence("Alba paid $3 billion.", uri="/alba.md")
    other = make_evidence("Cordo paid $1 billion.", uri="/cordo.md")
    shelf: Any = Shelves({"Alba": [evidence], "Cordo": [other]})
    asked = compares("How much more did Alba pay for Brava than Cordo paid Dario?")
    assert isinstance(asked, Comparison)

    def told() -> Told | None:
        both = {each.document_id: [each] for each in (evidence, other)}
        return answer_comparison(
            asked, shelf, lambda _, names: [one for name in names for one in both[name]]
        )

    assert told() is None
    shelf.titles = {"Alba": "Alba and Brava", "Cordo": "Cordo and Dario"}
    assert told() is not None


def test_what_narrows_a_comparison_must_stand_in_the_titles_of_both() -> None:
    sides = [
        make_evidence(f"{name} paid $3 billion.", uri=f"/{name}.md") for name in ("Alba", "Brava")
    ]
    shelf: Any = Shelves({"Alba": sides[:1], "Brava": sides[1:]})
    asked = compares("Which invested more in research, Alba or Brava?")
    assert isinstance(asked, Comparison)
    shelf.titles = {"Alba": "Alba's research", "Brava": "Brava's shops"}
    assert answer_comparison(asked, shelf, lambda _, names: sides) is None


def test_price_of_one_share_is_no_price_of_the_deal() -> None:
    told = tell(
        "Did Alba cost more than $5 billion?",
        Alba="Alba was bought at $900 billion for each share, or roughly $6 billion in total.",
    )

    assert told is not None
    assert told.claims[0].text == "Yes. Alba: roughly $6 billion; that is more than $5 billion."


def test_side_without_a_value_is_told_to_be_lacking() -> None:
    told = tell(
        "Which cost more, Alba or Brava?", Alba="Alba cost $3 billion.", Brava="Brava is old."
    )

    assert told is not None
    assert told.status is AnswerStatus.PARTIAL
    assert told.message == "Nothing on this was found about Brava."
    assert told.table is not None
    assert [cell.text for cell in told.table.rows[0].cells] == ["$3 billion", "not said"]


def test_thing_that_no_document_is_about_is_left_to_the_reader() -> None:
    assert tell("Which cost more, Alba or Corva?", Alba="Alba cost $3 billion.") is None


def test_value_of_another_thing_in_the_same_document_is_not_taken() -> None:
    document = [
        make_evidence("Alba cost $3 billion.", uri="/both.md"),
        make_evidence("The sale of Brava brought $2 billion.", uri="/both.md", ordinal=1),
        make_evidence("It cost $9 billion.", uri="/both.md", ordinal=2),
    ]
    shelf: Any = Shelves({"Alba": document, "Brava": document})
    asked = compares("Which cost more, Alba or Brava?")
    assert isinstance(asked, Comparison)

    told = answer_comparison(asked, shelf, lambda question, documents: document)

    assert told is not None
    assert told.claims[0].text.startswith("Alba: $3 billion, against $2 billion for Brava")


@pytest.mark.parametrize(
    ("question", "chance", "brava"),
    [
        ("Compare Alba and Brava by price", 0.5, ["$9"]),
        ("Compare Alba and Brava", 0.5, []),
        ("Compare Alba and Brava", 0.7, ["$9"]),
    ],
)
def test_a_price_that_nobody_asked_for_must_be_surer(
    question: str, chance: float, brava: list[str]
) -> None:
    asked = compares(as_question(question))
    assert isinstance(asked, Comparison)

    def told(name: str, text: str) -> list[str]:
        item = make_evidence(text, relevance=chance)
        return [
            each.text for each in values_of(name, Attribute.AMOUNT, asked, [], lambda *_: [item])
        ]

    assert told("Alba", "Alba was bought for $3 billion.") == ["$3 billion"]
    assert told("Brava", "A beer of Brava costs $9 now.") == brava


def test_which_is_larger_holds_no_price_against_sales() -> None:
    question = "Which is larger, Alba or Brava?"
    sales, price = "Alba had sales of $3 billion.", "Orlena agreed to buy Brava for $2 billion."
    assert tell(question, Alba=sales, Brava=price) is None
    assert tell(question, Alba=sales, Brava="Brava had sales of $2 billion.") is not None
    assert tell(question, Alba="Orlena paid $3 billion for Alba.", Brava=price) is not None
