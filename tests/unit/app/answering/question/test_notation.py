"""Values in different notations."""

from __future__ import annotations

import pytest

from app.answering.evidence.by_value import judged_by_value
from app.answering.question.asking import ask
from app.answering.question.notation import (
    Values,
    asked_by_value,
    of_a_deal,
    plain_notation,
    written,
)
from app.answering.text.amounts import amounts, moments
from app.answering.verification.facts import lacking
from tests.builders_answering import make_evidence


@pytest.mark.parametrize(
    "text",
    ["$7.15bn", "$7.15 billion", "7,150 million dollars", "USD 7.15bn", "7.15 billion dollars",
     "7,150,000,000 dollars", "7.150.000.000 dollars", "7,15 Mrd. dollars", "US$7,150m"],
)  # fmt: skip
def test_sum_has_one_value_in_every_notation(text: str) -> None:
    assert [(one.value, one.unit) for one in amounts(text)] == [(7.15e9, "usd")]


@pytest.mark.parametrize(
    "text",
    ["14.05.1997", "14. 5. 1997", "1997-05-14", "14 May 1997", "May 14, 1997", "5/14/1997",
     "14/5/1997"],
)  # fmt: skip
def test_day_is_one_in_every_notation(text: str) -> None:
    assert [str(one.date) for one in moments(f"founded on {text}.")] == ["14 may 1997"]


def test_day_that_two_halves_of_the_world_read_differently_is_not_guessed() -> None:
    assert [str(one.date) for one in moments("on 04/05/2018")] == ["2018"]


def test_decimal_comma_is_told_from_one_between_thousands() -> None:
    assert [one.value for one in amounts("36,8 % and 36,800 shops")] == [36.8, 36800.0]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("What is worth $7.15bn?", "What is worth $7.15 billion?"),
        ("the 7,150 million dollar deal", "the $7.15 billion deal"),
        ("What was founded on 14.05.1997?", "What was founded on 14 May 1997?"),
        ("who owns 36,8 % of Nissan", "who owns 36.8 % of Nissan"),
        ("What cost $5.4 billion?", "What cost $5.4 billion?"),
        ("section 4.2 of 12 pages in 1997", "section 4.2 of 12 pages in 1997"),
    ],
)
def test_question_is_put_into_the_notation_of_prose(text: str, plain: str) -> None:
    assert plain_notation(text) == plain


@pytest.mark.parametrize(
    ("text", "written", "words", "is_exact"),
    [
        ("What is worth $7.15 billion?", ["$7.15 billion"], {"worth"}, True),
        ("What happened in 1997?", ["1997"], set(), False),
        ("the $7.15 billion deal", ["$7.15 billion"], set(), True),
        ("What was founded on 14 May 1997?", ["14 May 1997"], {"found"}, True),
        ("deal of 69 billion", ["69 billion"], set(), True),
    ],
)
def test_question_for_what_has_a_value_names_it(
    text: str, written: list[str], words: set[str], is_exact: bool
) -> None:
    values = asked_by_value(ask(text))
    assert values is not None
    places = [(one.start, one.end) for one in (*values.amounts, *values.moments)]
    assert [text[start:end] for start, end in places] == written
    assert (values.words, values.is_exact) == (words, is_exact)


@pytest.mark.parametrize(
    "text",
    ["When did Haven close?", "Who was the only bidder for the port in 2013?",
     "which other drinks were dropped in 2018",
     "How many members did it have in 1997?", "What did Haven do in 2018?",
     "What was founded before 1997?", "Did the merger cost more than $100 billion?"],
)  # fmt: skip
def test_value_that_only_goes_with_what_is_asked_decides_nothing(text: str) -> None:
    assert asked_by_value(ask(text)) is None


def test_sentence_with_the_value_answers_and_no_other_does() -> None:
    values = asked_by_value(ask("What is worth $7.15 billion?"))
    assert values is not None
    right = make_evidence("Nestlé paid 7,150 million dollars.", relevance=0.1, answers=0.1)
    wrong = make_evidence("Aetna is worth $69 billion.", ordinal=1, relevance=0.9)

    judged = judged_by_value(values, [wrong, right])

    assert judged[0].text == right.text
    assert judged[0].relevance > 0.5 > 0.2 > judged[1].relevance


def test_currencies_are_not_converted() -> None:
    values = Values(amounts("$7.15 billion"))

    assert values.held_by("It paid 7.15bn dollars.")
    assert not values.held_by("It paid €7.15 billion.")


def test_hard_check_knows_a_value_in_another_notation() -> None:
    told = ["Nestlé paid Starbucks $7.15 billion on 14 May 1997."]

    assert not lacking("Nestlé paid Starbucks 7,150 million dollars on 14.05.1997.", told).failures
    assert lacking("Nestlé paid Starbucks 7,150 million euros.", told).failures


def test_value_is_written_with_its_scale() -> None:
    assert written(61.85e9, "usd") == "$61.85 billion"
    assert written(1e10, "jpy") == "10 billion yen"
    assert written(36.8, "percent") == "36.8 %"
    assert written(380000, "") == "380,000"


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Has the merger been completed?", "Has the merger closed?"),
        ("Was the sale finalised?", "Was the sale closed?"),
        ("When was the deal completed in the end?", None),
        ("Was the report completed?", None),
        ("Who bought Sorrel?", None),
    ],
)
def test_of_a_deal_completed_is_closed(question: str, other: str | None) -> None:
    assert of_a_deal(question) == other


@pytest.mark.parametrize(
    "text",
    [
        "What does clause 12b say?",
        "who flies the A320b",
        "What became of file 04f39123b9c1?",
        "What does part A-12b-7 cost?",
        "How did 3M revenue change?",
        "see § 4m",
    ],
)
def test_digits_with_a_letter_may_be_a_name(text: str) -> None:
    assert plain_notation(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("3m shares", "3 million shares"),
        ("What is worth 5b?", "What is worth 5 billion?"),
        ("€3bn-5bn", "€3 billion-5bn"),
    ],
)
def test_digits_with_a_letter_may_be_a_sum(text: str, plain: str) -> None:
    assert plain_notation(text) == plain
