"""Claims that tell a quote's measure the other way, and such as only look like it."""

from __future__ import annotations

import pytest

from app.answering.verification.checks import Check
from app.answering.verification.opposite import opposite


def failed(claim: str, quote: str) -> set[Check]:
    return {failure.check for failure in opposite(claim, [quote])}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The trains cost 7 million each a month.", "They are leased at 7 million each a year."),
        ("The yard pays 26,000 dollars annually.", "The yard pays 26,000 dollars a month."),
        ("The annual fee of 40 euros stays.", "Members pay 40 euros a week."),
    ],
)
def test_another_rate_of_the_same_amount_is_refused(claim: str, quote: str) -> None:
    assert failed(claim, quote) == {Check.NUMBERS}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The trains cost 7 million a year.", "They are leased at 7 million each a year."),
        ("The fee is 40 euros.", "Members pay 40 euros a week."),
        ("Members pay 40 euros a week.", "The fee is 40 euros."),
        (
            "It can spare two nurses one day a week.",
            "The ward spares two nurses a day each, once a week.",
        ),
        ("At 8 euros it is cheaper by a quarter.", "It costs 8 euros a month, a quarter less."),
    ],
)
def test_a_rate_that_is_the_same_or_left_out_is_not(claim: str, quote: str) -> None:
    assert Check.NUMBERS not in failed(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Costs declined by 9 per cent in Calder.", "In Calder costs rose by 9 per cent."),
        ("The house is 6% above its target.", "It finished 6% below target."),
        ("Lumic charged 20 percent less.", "Lumic charged 20 percent more than others."),
        ("Reports grew from 6 pages to 40.", "Reports were cut from forty pages to six."),
        ("The bus came after the vote.", "It was before the vote that the bus came."),
        ("Sales went up in the south.", "Sales went down in the south."),
        ("The oldest ship carries the most coal.", "The oldest ship carries the least coal."),
    ],
)
def test_the_opposite_of_the_same_thing_is_refused(claim: str, quote: str) -> None:
    assert failed(claim, quote) == {Check.EXTENT}


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Costs went up by 9 per cent.", "Costs rose by 9 per cent."),
        ("No more than 9 per cent was lost.", "Less than 9 per cent was lost."),
        ("Water will flow two years later.", "Water flows two years behind plan, or less."),
        ("It keeps 40 percent or more of a loan.", "It may lend no less than 40 percent."),
        ("Nothing is decided before the vote.", "It is decided after the vote."),
        ("Ash rose more than oil.", "Oil rose less than ash."),
        ("It fell from 40 pages to 6.", "It went from 40 pages to 6."),
    ],
)
def test_the_same_in_other_words_is_not(claim: str, quote: str) -> None:
    assert failed(claim, quote) == set()


def test_dollars_of_another_country_are_refused() -> None:
    quote = "It bought back the shares for 61 million New Zealand dollars."
    assert failed("The shares cost 61 million Australian dollars.", quote) == {Check.NUMBERS}
    assert failed("The shares cost 61 million New Zealand dollars.", quote) == set()
    assert failed("The shares cost 61 million dollars.", quote) == set()
