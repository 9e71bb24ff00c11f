from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.words import (
    content_words,
    fold,
    key_of,
    missing_numbers,
    names_of,
    numbers,
    words_of,
)


def test_words_in_one_inflection_or_another_have_one_key() -> None:
    assert len({key_of(word) for word in ("merge", "merged", "merging")}) == 1
    assert key_of("partner's") == key_of("partners")
    assert key_of("1,200") == key_of("1200") == key_of("$1,200")


def test_content_is_what_states_something() -> None:
    found = content_words("It was the merger of 2018, and The Hague saw.")
    assert " ".join(word.text for word in found) == "merger 2018 The Hague saw"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("In May Northwind bought Harbor Ferries.", ["Northwind", "Harbor Ferries"]),
        ("CVS Health’s clinics are near. Patients go.", ["CVS Health's"]),
        ("Marks & Spencer sells on Monday.", ["Marks & Spencer"]),
        ("The mill runs.", []),
    ],
)
def test_names_are_runs_of_capitals_but_for_months_and_days(text: str, names: list[str]) -> None:
    assert names_of(text) == names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$70 million", {(7e7, "d")}),
        ("70m dollars", {(7e7, "d")}),
        ("€1.5bn", {(1.5e9, "e")}),
        ("36.8 per cent", {(36.8, "%")}),
        ("seven years and 1,200 shops", {(7.0, ""), (1200.0, "")}),
        ("a mile", set()),
    ],
)
def test_numbers_are_read_with_scale_and_unit(text: str, found: set[tuple[float, str]]) -> None:
    assert numbers(text) == found


def test_a_number_without_its_unit_is_stated_by_one_with_it_but_not_the_other_way() -> None:
    assert not missing_numbers("70 million", "$70 million")
    assert missing_numbers("$70 million", "70 million") == {(7e7, "d")}
    assert missing_numbers("36 shops", "36 %") == {(36.0, "")}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    folded = fold(text)
    assert all(folded[word.start : word.end] == word.text for word in words_of(text))
