from __future__ import annotations

import pytest

from app.answering.text.abbreviations import (
    in_other_form,
    keys_of_long_forms,
    named_in_full,
    short_forms,
    written_out,
)


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("At Harbour Children’s (HC), a clinic,", "HC", "Harbour Children's"),
        ("a pharmacy benefit manager (PBM) owned by plans", "PBM", "pharmacy benefit manager"),
        (
            "Centre Hospitalier Universitaire de Rennes (CHU Rennes), a clinic",
            "CHU Rennes",
            "Centre Hospitalier Universitaire de Rennes",
        ),
        ("the Bank of Ostia (BO)", "BO", "Bank of Ostia"),
    ],
)
def test_a_short_form_is_known_by_the_initials_before_it(text: str, short: str, long: str) -> None:
    assert short_forms([text]) == {short: long}


@pytest.mark.parametrize("text", ["The port (Ostia) grew.", "It grew (US) fast.", "(AB)"])
def test_other_brackets_are_no_short_forms(text: str) -> None:
    assert short_forms([text]) == {}


@pytest.mark.parametrize(
    "question", ["How did Harbour Children's grow?", "How did harbour childrens grow?"]
)
def test_a_question_is_put_in_the_short_form(question: str) -> None:
    assert in_other_form(question, {"HC": "Harbour Children's"}) == "How did HC grow?"


def test_a_question_without_the_long_form_stays() -> None:
    assert in_other_form("How did HC grow?", {"HC": "Harbour Children's"}) is None


def test_a_sentence_with_the_short_form_holds_the_words_of_the_long_one() -> None:
    held = keys_of_long_forms("HC grew by a tenth.", {"HC": "Harbour Children's"})
    assert "harbour" in held
    assert not keys_of_long_forms("It grew.", {"HC": "Harbour Children's"})


def test_only_what_a_question_writes_in_full_is_written_out() -> None:
    known = {"HC": "Harbour Children's", "MRI": "magnetic resonance imaging"}
    longs = named_in_full("How did harbour childrens grow?", known)
    assert longs == {"HC": "Harbour Children's"}
    assert written_out("HC has an MRI.", longs) == "Harbour Children's has an MRI."


def test_a_short_form_stays_where_it_is_introduced_or_is_part_of_a_word() -> None:
    text = "Harbour Children's (HC) and HCL"
    assert written_out(text, {"HC": "Harbour Children's"}) == text
