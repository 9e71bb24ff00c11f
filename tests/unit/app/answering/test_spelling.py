from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.spelling import is_one_slip, meant, plain

WORDS = st.text("abcdefgh", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("aliance", "Alliance"),  # one letter too few
        ("alliiance", "Alliance"),  # one too many
        ("allience", "Alliance"),  # a wrong one
        ("allaince", "Alliance"),  # two have changed places
        ("nestle", "Nestlé"),
        ("nestlé", "Nestle"),
    ],
)
def test_a_slip_is_read_as_the_word_of_the_sources(typed: str, said: str) -> None:
    assert meant(typed, ["Honda", said]) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("billion", "million"),  # the first letter is no slip
        ("sony", "song"),  # too short
        ("allaicne", "Alliance"),  # two slips
        ("Haven", "haven"),  # known as it is
    ],
)
def test_another_word_stays_another_word(typed: str, said: str) -> None:
    assert meant(typed, [said]) is None


def test_of_several_the_same_is_chosen_whatever_their_order() -> None:
    assert meant("walgrens", ["walgreens", "walgrenes"]) == meant(
        "walgrens", ["walgrenes", "walgreens"]
    )


def test_a_genitive_is_no_other_word() -> None:
    assert plain("Nestlé’s") == "nestle"


@given(WORDS, WORDS)
def test_a_slip_works_both_ways_and_is_never_none_at_all(first: str, second: str) -> None:
    assert is_one_slip(first, second) == is_one_slip(second, first)
    assert not is_one_slip(first, first)


@given(WORDS, st.data())
def test_dropping_a_letter_but_the_first_is_one_slip(word: str, data: st.DataObject) -> None:
    if len(word) > 1:
        at = data.draw(st.integers(1, len(word) - 1))
        assert is_one_slip(word, word[:at] + word[at + 1 :])
