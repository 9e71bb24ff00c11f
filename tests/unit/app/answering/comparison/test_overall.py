"""What is told of all things of a kind: which is first, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.answering.comparison.compared import answer_compared
from app.answering.comparison.overall import MAX_READ
from app.answering.evidence.evidence import Evidence
from app.answering.question.comparing import compares
from app.answering.question.comparison import Attribute
from app.answering.question.overall_shapes import Kind, Overall, overall
from app.answering.text.pairs import pairs_of, subject_of_title
from app.answering.text.terms import content_terms, keys
from app.library.told import Told
from app.types import AnswerStatus, Verdict
from tests.builders_answering import make_evidence
from vectorstore.types import DocumentId, Metadata

SALES = {
    "Alba and Brava: a sale": "Alba acquired Brava for $3 billion in May 2019.",
    "Corda and Delos: a sale": "Corda acquired Delos for $450 million in June 2017.",
    "Elara and Fenix: a sale": "Elara acquired Fenix in March 2021, for a sum that nobody named.",
}


class Shelves:
    """Documents of one sentence each; as much of `Shelf` as this needs."""

    language = "en"

    def __init__(self, said: dict[str, str]) -> None:
        self.items = [
            replace(
                make_evidence(text, uri=f"/{n}.md", relevance=0.8),
                metadata=Metadata(title, published=date(2022, 1, 1)),
            )
            for n, (title, text) in enumerate(said.items())
        ]
        self.documents = [_Summary(item) for item in self.items]

    def mentions(self, topic: str) -> list[Any]:
        wanted = keys(content_terms(topic))
        return [_Mention(_Summary(item)) for item in self.items if wanted <= item.keys]

    def ask(self, question: str, documents: Sequence[DocumentId]) -> list[Evidence]:
        return [
            replace(item, relevance=0.8) for item in self.items if item.document_id in documents
        ]


class _Summary:
    def __init__(self, item: Evidence) -> None:
        self.id, self.metadata = item.document_id, item.metadata


class _Mention:
    def __init__(self, document: _Summary) -> None:
        self.document = document


def tell(question: str, said: dict[str, str]) -> Told | None:
    asked = compares(question)
    assert asked is not None
    shelf: Any = Shelves(said)
    return answer_compared(asked, shelf, shelf.ask)


@pytest.mark.parametrize(
    ("question", "kind", "attribute", "is_less"),
    [
        ("What is the largest deal in the sources?", Kind.DEAL, Attribute.AMOUNT, False),
        ("which partnership is the oldest?", Kind.PARTNERSHIP, Attribute.DATE, True),
        ("Which company was founded most recently?", Kind.COMPANY, Attribute.DATE, False),
        ("Which joint venture lasted the longest?", Kind.VENTURE, Attribute.DURATION, False),
        ("rank the takeovers by price", Kind.ACQUISITION, Attribute.AMOUNT, False),
        ("who paid the least?", Kind.PAYMENT, Attribute.AMOUNT, True),
        ("how many mergers are mentioned?", Kind.MERGER, None, False),
        ("list all the licences in your documents", Kind.LICENCE, None, False),
    ],
)
def test_a_question_about_all_of_a_kind_is_taken_apart(
    question: str, kind: Kind, attribute: Attribute | None, is_less: bool
) -> None:
    asked = overall(question)
    assert asked is not None
    assert (asked.kind, asked.attribute, asked.is_less) == (kind, attribute, is_less)


@pytest.mark.parametrize(
    "question",
    [
        "What was Nestlé's largest acquisition?",
        "What is the largest company?",
        "How many deals fail?",
        "What is the biggest risk of a merger?",
        "Who is the oldest member?",
        "What was the first reason?",
    ],
)
def test_what_is_about_one_name_or_has_no_typed_value_is_left_to_the_reader(question: str) -> None:
    assert overall(question) is None


def test_the_largest_is_told_with_the_next_and_how_many_state_a_value() -> None:
    told = tell("What is the largest acquisition?", SALES)
    assert told is not None
    assert told.table is not None
    assert told.claims[0].text == (
        "First comes Alba and Brava: $3 billion; then Corda and Delos: $450 million. "
        "The sources give a value for 2."
    )
    assert told.claims[0].verdict is Verdict.COMPUTED
    assert told.message == "In 1 other document I found none."
    assert {each.quote for each in told.citations} == set(list(SALES.values())[:2])
    assert [row.label for row in told.table.rows] == ["Alba and Brava", "Corda and Delos"]


def test_the_earliest_is_the_first_by_date() -> None:
    announced = "announced that it acquired"
    dated = {title: text.replace("acquired", announced) for title, text in SALES.items()}
    told = tell("Which acquisition was announced first?", dated)
    assert told is not None
    assert told.claims[0].text.startswith("First comes Corda and Delos: June 2017; then Alba")


def test_amounts_in_other_currencies_are_not_put_in_one_order() -> None:
    said = {**SALES, "Gala and Hydra: a sale": "Gala acquired Hydra for 9 billion euros in 2020."}
    told = tell("What is the largest acquisition?", said)
    assert told is not None
    assert "Gala" not in told.claims[0].text


def test_a_value_that_stands_alone_is_told_as_the_only_one() -> None:
    title = "Alba and Brava: a sale"
    told = tell("What is the largest acquisition?", {title: SALES[title]})
    assert told is not None
    assert told.claims[0].text == (
        "The sources give a value for one only, Alba and Brava: $3 billion."
    )


def test_without_any_value_nothing_is_ordered() -> None:
    assert tell("What is the largest acquisition?", {"Alba: a note": "Alba acquired it."}) is None


def test_of_more_documents_than_are_read_nothing_is_reckoned() -> None:
    said = {
        f"Alba{n} and Brava{n}: a sale": f"Alba{n} acquired Brava{n} for ${n + 1} million."
        for n in range(MAX_READ + 1)
    }
    told = tell("What is the largest acquisition?", said)
    assert told is not None
    assert told.status is AnswerStatus.ABSTAINED
    assert "more than I can compare at once" in str(told.message)


def test_things_of_a_kind_are_counted_once_each_with_a_sentence() -> None:
    said = {**SALES, "What was bought: a review": "Then Alba bought Brava."}
    told = tell("How many acquisitions are mentioned?", said)
    assert told is not None
    assert told.claims[0].text == ("I find 3 in the sources; here is a sentence about each.")
    assert [each.heading for each in told.claims[1:]] == [
        "Alba and Brava",
        "Corda and Delos",
        "Elara and Fenix",
    ]


@pytest.mark.parametrize(
    ("text", "word", "pair"),
    [
        ("In 2018 Amazon bought PillPack.", "buy", "Amazon – PillPack"),
        ("The rest of Delos went when Corda completed its acquisition of Delos.", "acquire",
         "Corda – Delos"),
        ("In May Alba and Brava announced a partnership.", "partnership", "Alba – Brava"),
        ("It is an alliance between Alba and Brava.", "alliance", "Alba – Brava"),
        ("Last year Alba and Brava published a study of alliances.", "alliance", None),
        ("In the end Alba did not buy Brava.", "buy", None),
    ],
)  # fmt: skip
def test_names_are_put_together_by_a_word_between_or_beside_them(
    text: str, word: str, pair: str | None
) -> None:
    found = pairs_of(text, keys(content_terms(word)), frozenset())
    assert next((each.text for each in found), None) == pair


def test_the_subject_of_a_title_is_the_names_that_it_opens_with() -> None:
    assert subject_of_title("Sony and Honda: equal partners build a car") == "Sony and Honda"
    assert subject_of_title("Star Alliance: how competitors fly") == "Star Alliance"
    assert subject_of_title("What makes alliances work: lessons") == ""


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("Give me a table of all acquisitions with their prices", Attribute.AMOUNT),
        ("What are the dates of all mergers?", Attribute.DATE),
        ("list acquisitions and how much was paid", Attribute.AMOUNT),
    ],
)
def test_all_of_a_kind_are_asked_for_with_a_value(question: str, attribute: Attribute) -> None:
    asked = overall(question)
    assert asked is not None
    assert (asked.is_list, asked.attribute) == (True, attribute)


def test_a_list_has_all_values_also_in_other_currencies() -> None:
    told = tell(
        "List all acquisitions with amounts",
        {**SALES, "Gala and Hove: a sale": "Gala acquired Hove for 9 billion yen."},
    )
    assert told is not None
    assert told.table is not None
    assert [row.label for row in told.table.rows] == [
        "Alba and Brava", "Corda and Delos", "Gala and Hove",
    ]  # fmt: skip


def test_a_title_that_is_a_sentence_gives_its_names() -> None:
    told = tell(
        "List all acquisitions with amounts",
        {"Alba buys Brava": "Alba acquired Brava for $3 billion."},
    )
    assert told is not None
    assert told.table is not None
    assert told.table.rows[0].label == "Alba and Brava"


def test_of_a_list_without_values_so_much_is_said() -> None:
    told = tell("List all acquisitions with amounts", {"Alba and Brava": "Alba acquired Brava."})
    assert told is not None
    assert told.status is AnswerStatus.ABSTAINED


@pytest.mark.parametrize("text", ["Which of them is the smallest?", "and the largest?"])
def test_which_of_them_means_the_things_of_an_earlier_question(text: str) -> None:
    asked = compares(text, "Which one is the oldest?", "List all mergers with amounts")
    assert isinstance(asked, Overall)
    assert asked.kind is Kind.MERGER
