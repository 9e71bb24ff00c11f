"""What a question compares, and by what."""

from __future__ import annotations

import pytest

from app.answering.question.comparing import compares
from app.answering.question.comparison import Asks, Attribute, Comparison, event_of
from app.answering.question.comparison_shapes import comparison
from app.answering.question.rephrasing import as_question
from app.answering.text.amounts import Amount


@pytest.mark.parametrize(
    ("text", "things", "attribute", "asks"),
    [
        ("Which was larger, the CVS-Aetna merger or the Nestlé-Starbucks deal?",
         ("CVS-Aetna merger", "Nestlé-Starbucks deal"), Attribute.AMOUNT, Asks.MOST),
        ("Pfizer or Nestlé: who paid more?", ("Pfizer", "Nestlé"), Attribute.AMOUNT, Asks.MOST),
        ("Which cost less, A or B?", ("A", "B"), Attribute.AMOUNT, Asks.LEAST),
        ("which is older, Star Alliance or oneworld?",
         ("Star Alliance", "oneworld"), Attribute.DATE, Asks.LEAST),
        ("Of Haven and Star Alliance, which one is older?",
         ("Haven", "Star Alliance"), Attribute.DATE, Asks.LEAST),
        ("which lasted longer: Haven or Sony Honda Mobility",
         ("Haven", "Sony Honda Mobility"), Attribute.DURATION, Asks.MOST),
        ("who has more employees, Walgreens or IBM?",
         ("Walgreens", "IBM"), Attribute.COUNT, Asks.MOST),
        ("Was Haven founded before Star Alliance?",
         ("Haven", "Star Alliance"), Attribute.DATE, Asks.WHETHER),
        ("Is Haven older than Sony Honda Mobility?",
         ("Haven", "Sony Honda Mobility"), Attribute.DATE, Asks.WHETHER),
        ("Did Haven last longer than the Walgreens-Microsoft partnership?",
         ("Haven", "Walgreens-Microsoft partnership"), Attribute.DURATION, Asks.WHETHER),
        ("How much more did CVS pay for Aetna than Nestlé paid Starbucks?",
         ("CVS", "Nestlé"), Attribute.AMOUNT, Asks.DIFFERENCE),
        ("By how much was the CVS merger larger than the Nestlé deal?",
         ("CVS merger", "Nestlé deal"), Attribute.AMOUNT, Asks.DIFFERENCE),
        ("How many years after Star Alliance was Haven founded?",
         ("Haven", "Star Alliance"), Attribute.DATE, Asks.DIFFERENCE),
        ("Compare the Haven venture and the Sony stake",
         ("Haven venture", "Sony stake"), Attribute.AMOUNT, Asks.TABLE),
        ("Haven vs Star Alliance", ("Haven", "Star Alliance"), Attribute.AMOUNT, Asks.TABLE),
        ("how does Haven differ from Star Alliance?",
         ("Haven", "Star Alliance"), Attribute.AMOUNT, Asks.TABLE),
        ("What is the difference between Haven and Star Alliance?",
         ("Haven", "Star Alliance"), Attribute.AMOUNT, Asks.TABLE),
    ],
)  # fmt: skip
def test_things_and_what_they_are_compared_by_are_read(
    text: str, things: tuple[str, ...], attribute: Attribute, asks: Asks
) -> None:
    asked = comparison(text)

    assert asked is not None
    assert (asked.things, asked.attributes[0], asked.asks) == (things, attribute, asks)


def test_rows_are_those_that_the_question_names() -> None:
    asked = comparison("table of founding year and members for Haven, Star Alliance and Amarin")

    assert asked is not None
    assert asked.things == ("Haven", "Star Alliance", "Amarin")
    assert asked.attributes == (Attribute.DATE, Attribute.PARTNERS)
    assert not asked.is_open


def test_limit_is_a_value_of_the_question_itself() -> None:
    asked = comparison("Did the CVS-Aetna merger cost more than $100 billion?")
    counted = comparison("does Walgreens have more than 100,000 employees?")

    assert asked is not None
    assert isinstance(asked.limit, Amount)
    assert (asked.things, asked.limit.value, asked.limit.unit) == (
        ("CVS-Aetna merger",),
        1e11,
        "usd",
    )
    assert counted is not None
    assert (counted.attributes, counted.counted) == ((Attribute.COUNT,), "employees")


def test_both_ends_of_a_stretch_are_events_of_the_thing_named_once() -> None:
    asked = comparison("How long between the announcement and the closing of the CVS-Aetna merger?")

    assert asked is not None
    assert [event_of(thing) for thing in asked.things] == [
        ("CVS-Aetna merger", "announced"), ("CVS-Aetna merger", "closed"),
    ]  # fmt: skip


def test_the_event_of_the_first_thing_is_that_of_the_second() -> None:
    asked = comparison("How many years lie between the founding of Alba and that of Brava?")

    assert asked is not None
    assert [event_of(thing) for thing in asked.things] == [
        ("Alba", "founded"),
        ("Brava", "founded"),
    ]


def test_pronoun_means_what_the_question_before_names() -> None:
    asked = comparison("Compare it with Haven", "Tell me about Star Alliance")

    assert asked is not None
    assert asked.things == ("Star Alliance", "Haven")


@pytest.mark.parametrize(
    "text",
    [
        "When did Haven close?",
        "Compare it with Haven",
        "did the larger partner's profits improve over the three years",
        "is a commercial product more accurate than theirs",
        "compare the goals of Haven and Star Alliance",
        "Has it paid the first instalment?",
        "",
    ],
)
def test_any_other_question_compares_nothing(text: str) -> None:
    assert comparison(text) is None


def test_an_event_in_other_words_is_no_second_thing() -> None:
    assert (
        comparison("How many years passed between the founding of Haven and Orlena leaving?")
        is None
    )


@pytest.mark.parametrize(
    "before",
    ["Compare Haven and Orlena", "compare Haven with Orlena on trust", "Contrast Haven and Orlena"],
)
def test_which_one_asks_on_about_the_two_that_were_compared(before: str) -> None:
    asked = compares("and which one is older?", before)
    assert isinstance(asked, Comparison)
    assert (asked.things, asked.attributes) == (("Haven", "Orlena"), (Attribute.DATE,))


@pytest.mark.parametrize(
    "text",
    [
        "Compare Haven and Orlena: price, date", "compare Haven with Orlena (price, date)",
        "Contrast Haven and Orlena - price and date",
    ],
)  # fmt: skip
def test_a_list_behind_two_things_says_what_they_are_compared_by(text: str) -> None:
    for asked in (compares(text), compares(as_question(text))):
        assert isinstance(asked, Comparison)
        assert asked.things == ("Haven", "Orlena")
        assert set(asked.attributes) == {Attribute.AMOUNT, Attribute.DATE}


@pytest.mark.parametrize("text", ["By how much?", "and what is the difference?", "how many years"])
def test_by_how_much_asks_for_the_difference_of_the_two(text: str) -> None:
    asked = compares(text, "Was Haven cheaper than Orlena?")
    assert isinstance(asked, Comparison)
    assert (asked.things, asked.asks) == (("Haven", "Orlena"), Asks.DIFFERENCE)


def test_the_verb_of_a_request_to_compare_is_no_part_of_a_name() -> None:
    assert as_question("Compare Haven and Orlena on trust") == (
        "How do Haven and Orlena compare on trust?"
    )


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (
            "Compare the net profit of Alba in 2017 and Brava in 2021. Which had a higher one?",
            "How do the net profit of Alba in 2017 and Brava in 2021 compare?",
        ),
        (
            "Compare the net profit of Alba in 2017 and Brava in 2021. Which had a higher profit?",
            "Which had the higher net profit, Alba in 2017 or Brava in 2021?",
        ),
        (
            "Compare the debt events of Alba and Brava. Which of the two paid back more?",
            "How do the debt events of Alba and Brava compare?",
        ),
        (
            "Compare the launches by Alba Inc. and Brava Co. Which company came earlier?",
            "How do the dates of the launches by Alba Inc. and Brava Co compare?",
        ),
        (
            "Compare Alba and Brava. Who founded them?",
            "Compare Alba and Brava. Who founded them?",
        ),
    ],
)
def test_which_is_more_follows_from_the_comparison(typed: str, asked: str) -> None:
    assert as_question(typed).rstrip(".?") == asked.rstrip(".?")


def test_what_is_compared_of_the_things_is_said_besides() -> None:
    found = compares("How do the net profit of Alba and Brava compare?")
    assert isinstance(found, Comparison)
    assert {"net", "profit"} <= found.narrowed


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Compare the times of the board changes for Alba and Brava. Which had these earlier?",
         ("When were the board changes for Alba?", "When were the board changes for Brava?")),
        ("Compare the product launch times of Alba and Brava. Which company was earlier?",
         ("When was the product launch of Alba?", "When was the product launch of Brava?")),
        ("Compare the asset sales by Alba in 2018 and Brava in 2020. Which sold assets earlier?",
         ("When were the asset sales by Alba in 2018?",
          "When were the asset sales by Brava in 2020?")),
    ],
)  # fmt: skip
def test_which_was_earlier_is_asked_of_each_thing_as_when_it_was(
    typed: str, asked: tuple[str, ...]
) -> None:
    found = compares(as_question(typed))
    assert isinstance(found, Comparison)
    assert (found.things, found.attributes, found.asks, found.questions) == (
        ("Alba", "Brava"), (Attribute.DATE,), Asks.LEAST, asked,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "How do the status of the Alba deal and the Brava merger compare?",
        "How do the status of the Alba deal and that of the Brava merger compare?",
    ],
)
def test_what_stands_before_the_first_thing_is_asked_of_both(text: str) -> None:
    found = compares(text)
    assert isinstance(found, Comparison)
    assert found.things == ("Alba deal", "Brava merger")
    assert found.attributes == (Attribute.STATUS,)
