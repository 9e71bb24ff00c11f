"""Decades and centuries beside years."""

from __future__ import annotations

import pytest

from app.answering.verification.facts import lacking


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("The stand was condemned in the 1980s.", "The stand was condemned in 1987."),
        ("The stand was condemned in the late 1980s.", "The stand was condemned in 1987."),
        ("Staff were lost in the early 1990s.", "Staff were lost in 1993 and 1994."),
        ("The hall dates from the 15th century.", "The hall was built in the 1480s."),
        ("It was described in the early 19th century.", "It was described in 1811."),
        ("The port has been public since the 20th century.", "It has been public since 1951."),
    ],
)
def test_a_year_lies_in_its_decade_and_century(claim: str, told: str) -> None:
    assert lacking(claim, [told]).failures == ()


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("The stand was condemned in the 1970s.", "The stand was condemned in 1987."),
        ("The stand was condemned in the early 1980s.", "The stand was condemned in 1987."),
        ("It was described in the 18th century.", "It was described in 1811."),
        ("It was described in 1930.", "It was described in the 1930s."),
        ("The hall dates from the 15th century.", "The hall is old."),
    ],
)
def test_another_decade_century_or_part_fails(claim: str, told: str) -> None:
    assert lacking(claim, [told]).failures
