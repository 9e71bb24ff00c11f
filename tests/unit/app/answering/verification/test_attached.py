"""Another number of the same thing, in nearly the words of a quote."""

from __future__ import annotations

import pytest

from app.answering.verification.attached import other_number


def failed(claim: str, *quotes: str) -> bool:
    return any(True for _ in other_number(claim, quotes))


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "The rule lets five hospitals claim one doctor.",
            "The rule lets two hospitals claim one doctor if each agrees.",
        ),
        (
            "The landlord gets a third of the revenue.",
            "The landlord gets a fifth of the revenue and no rent.",
        ),
        ("The tunnel was shut for five weeks.", "The tunnel was shut for two weeks in May."),
    ],
)
def test_another_number_in_its_place_is_refused(claim: str, quote: str) -> None:
    assert failed(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quotes"),
    [
        (
            "The rule lets two hospitals claim one doctor.",
            ["The rule lets two hospitals claim it."],
        ),
        (
            "The landlord keeps four fifths of the revenue.",  # 1 - 1/5
            ["The landlord gives away a fifth of the revenue and keeps what is left."],
        ),
        (
            "Three charities shared the donations of the shops.",
            ["The donations of the shops are shared with two other charities."],
        ),
        ("Five weeks are too long for anyone.", ["The tunnel was shut for two weeks in May."]),
        ("The works closed in May.", ["The works closed in May after two weeks."]),
    ],
)
def test_what_may_be_counted_or_reckoned_is_not(claim: str, quotes: list[str]) -> None:
    assert not failed(claim, *quotes)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "The partners meet on the third Thursday of the month.",
            "The partners agreed to meet on the first Thursday of the month.",
        ),
        (
            "Trains are to run from 2028, two years later than promised.",
            "Trains are to run from 2030, two years later than promised by the governor.",
        ),
    ],
)
def test_another_ordinal_or_year_in_its_place_is_refused(claim: str, quote: str) -> None:
    assert failed(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Its third partner is a bank.", "Its partners are a mill, a school and a bank."),
        (
            "The memorandum lapses by the end of July 2023.",
            "The memorandum lapses by 31 July 2023.",
        ),
        (
            "The planes can stay until 2031 with an option.",
            "The planes can stay until 2029, with an option for two more years.",
        ),
    ],
)
def test_an_order_of_telling_a_part_or_what_follows_is_not(claim: str, quote: str) -> None:
    assert not failed(claim, quote)
