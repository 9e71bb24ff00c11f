"""Another number of the same thing, in nearly the words of a quote."""

from __future__ import annotations

import pytest

from app.answering.attached import other_number


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
