from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.text.terms import content_terms, fold, key_of, names_of, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("partnering", "partnerships"),
        ("partner", "Partners"),
        ("organise", "organizing"),
        ("bought", "buying"),
        ("sold", "sale"),
        ("Walgreens’", "Walgreens"),
        ("Microsoft's", "Microsoft"),
        ("1,500", "1500"),
        ("$70", "70"),
        ("merger", "merging"),
        ("acquisition", "acquire"),
    ],
)
def test_words_of_one_family_share_a_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("union", "unit"), ("15", "150"), ("share", "sharp"), ("market", "marker")],
)
def test_words_of_different_families_do_not(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_numbers_names_and_openings_are_told_apart() -> None:
    found = {term.text: term for term in terms("Haven lost $1,500 of IBM's money. It ended.")}
    assert found["Haven"].opens_sentence
    assert not found["Haven"].is_name  # any word has a capital there
    assert found["$1,500"].is_number
    assert found["IBM's"].is_name
    assert found["It"].opens_sentence
    assert not found["money"].is_name


def test_content_terms_leave_function_words_and_keep_acronyms() -> None:
    assert [term.text for term in content_terms("Why is IT important to the US?")] == [
        "IT",
        "important",
        "US",
    ]


def test_names_are_runs_of_capitals() -> None:
    names = names_of("In 2019 Walgreens Boots Alliance and Microsoft met CEO Satya Nadella in May.")
    assert [name.text for name in names] == [
        "Walgreens Boots Alliance",
        "Microsoft",
        "Satya Nadella",
    ]
    assert [name.is_person for name in names] == [False, False, True]


def test_folding_makes_typography_plain() -> None:
    assert fold("“don’t” – it’s") == "\"don't\" - it's"


@given(st.text(max_size=200))
def test_every_term_is_the_text_at_its_place(text: str) -> None:
    for term in terms(text):
        assert fold(text[term.start : term.end]) == fold(term.text)


@given(st.text(max_size=200))
def test_no_text_is_refused(text: str) -> None:
    assert all(name.keys for name in names_of(text))
    assert key_of(text) == key_of(text)


def test_heads_of_columns_are_no_names() -> None:
    row = "Form: Acquisition | Example: CVS Health and Aetna | Fits when: one leads"
    assert [name.text for name in names_of(row)] == ["CVS Health", "Aetna"]
