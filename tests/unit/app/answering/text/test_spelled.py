"""Numbers in words become figures."""

from __future__ import annotations

import pytest

from app.answering.text.spelled import in_figures


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("half a million people", "0.5 million people"),
        ("a quarter of a million dollars", "0.25 million dollars"),
        ("three quarters of a billion", "0.75 billion"),
        ("a fifty-fifty venture", "a half venture"),
        ("it may one day be sold", "it may some day be sold"),
        ("half a dozen ships", "6 ships"),
        ("three dozen shops", "36 shops"),
        ("two and a half million euros", "2.5 million euros"),
        ("one hundred and forty jobs", "140 jobs"),
        ("a hundred thousand francs", "100 thousand francs"),
        ("exactly three in four agreed", "exactly 75 percent agreed"),
        ("one in five left", "about 20 percent left"),
        ("more than two sevenths", "more than 28.5714 percent"),
        ("a quarter of a century", "25 years"),
        ("a rise of 22 points", "a rise of 22 percentage points"),
        ("in the year 2018-19", "in the year 2018-2019"),
        ("a 24-year-old nurse", "a 24 nurse"),
    ],
)
def test_numbers_of_several_words_are_put_in_figures(text: str, plain: str) -> None:
    assert in_figures(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "two in 2018",
        "three in four years",
        "a sixth plan",
        "five of them",
        "22 percent",
        "it took one day",
    ],
)
def test_what_is_no_such_number_stays(text: str) -> None:
    assert in_figures(text) == text


def test_what_is_only_roughly_meant_is_put_in_figures_in_the_evidence_alone() -> None:
    assert in_figures("a decade, or half a year") == "10 years, or 6 months"
    assert in_figures("a decade, or half a year", is_claim=True) == "a decade, or half a year"
