from __future__ import annotations

from dataclasses import replace

import pytest

from app.answering.comparison.measures import measure_told, of_year
from tests.builders_answering import make_evidence


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


PLAIN = "Profit was $5 million."


@pytest.mark.parametrize(
    ("title", "texts", "left"),
    [
        ("Orlena", [PLAIN], [PLAIN]),
        ("Orlena", ["Profit in 2020 beat that of 2019."], ["Profit in 2020 beat that of 2019."]),
        ("Orlena", ["Profit in 2019 was $5 million."], []),
        ("Orlena", [PLAIN, "In May 2019 it lent more."], []),
        ("Orlena", [PLAIN, "In May 2020 it lent more."], [PLAIN, "In May 2020 it lent more."]),
        ("Orlena's report of 2019", [PLAIN], []),
    ],
)
def test_what_is_of_another_year_by_its_words_or_its_document_is_left_out(
    title: str, texts: list[str], left: list[str]
) -> None:
    read = [make_evidence(text, ordinal=n, published=None) for n, text in enumerate(texts)]
    read = [replace(one, metadata=replace(one.metadata, title=title)) for one in read]
    assert [one.text for one in of_year("2020", read)] == left
