from __future__ import annotations

import pytest

from app.answering.comparison.measures import may_be_of_year, measure_told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The net profit for 2018 was $3.5 million, up 12%.", "$3.5 million"),
        ("It posted a €5 million net profit.", "€5 million"),
        ("That weighed on the net profit, which stood at $500 million.", "$500 million"),
        ("Net profit fell, and total assets were $9 million.", None),
        ("Net assets were $9 million, a profit of $2 million.", None),
        ("Net profit rose in 2018.", None),
    ],
)
def test_the_amount_of_a_measure_stands_beside_its_name(text: str, told: str | None) -> None:
    found = measure_told(text, "net profit")
    assert (found and text[found.start : found.end].removeprefix("a ")) == told


def test_a_sentence_of_another_year_is_not_of_the_one_asked_for() -> None:
    assert may_be_of_year("Profit was $5 million.", "2020")
    assert may_be_of_year("Profit in 2020 beat that of 2019.", "2020")
    assert not may_be_of_year("Profit in 2019 was $5 million.", "2020")
