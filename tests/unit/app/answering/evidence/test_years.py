from __future__ import annotations

from datetime import date

import pytest

from app.answering.evidence.years import is_about_year, year_asked
from vectorstore.types import Metadata


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("What was the profit of Alba in 2021?", "2021"),
        ("What grew from 2019 to 2021?", ""),
        ("What cost $2021 or 2,021 francs?", ""),
        ("What was the profit of Alba?", ""),
    ],
)
def test_a_question_may_name_one_year(question: str, year: str) -> None:
    assert year_asked(question) == year


def test_a_document_is_of_the_year_that_stands_in_it_most() -> None:
    texts = ["Founded in 2005, it grew in May 2021.", "By the end of 2021 it had 40 stores."]
    assert is_about_year("2021", Metadata("Alba"), texts)
    assert not is_about_year("2005", Metadata("Alba"), texts)
    assert not is_about_year("2021", Metadata("Alba"), ["It grew in 2021."])


def test_a_document_is_of_the_year_in_which_it_was_published() -> None:
    assert is_about_year("2021", Metadata("Alba", published=date(2021, 3, 1)), [])
