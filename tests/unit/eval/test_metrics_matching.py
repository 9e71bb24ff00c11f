from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.matching import folded, holds, holds_any, quotes, sentences, words

quick = settings(max_examples=50, deadline=None)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("They paid $5 million.", "5"),
        ("It rose by 41%.", "41%"),
        ("“Don’t”  they\nsaid – twice", '"don\'t" they said - twice'),
        ("Sales reached 1,500.", "1,500"),
        ("The CVS-Aetna merger", "Aetna"),
        ("an STRASSE", "an straße"),
        ("co\u00adoperation", "cooperation"),
    ],
)
def test_a_form_is_found_in_folded_text(text: str, form: str) -> None:
    assert holds(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("15 partners", "5"),
        ("51 partners", "5"),
        ("1,500 partners", "1"),
        ("1,500 partners", "500"),
        ("2.5 partners", "5"),
        ("2.5 partners", "2"),
        ("5th", "5"),
        ("a party", "art"),
        ("the partners", "partner"),
        ("anything", ""),
        ("anything", "  "),
    ],
)
def test_a_form_is_not_found_inside_a_word_or_a_figure(text: str, form: str) -> None:
    assert not holds(text, form)


def test_a_figure_at_the_end_of_a_sentence_is_found() -> None:
    assert holds("They closed in 2018. 5, not 6.", "2018")
    assert holds("They closed in 2018. 5, not 6.", "5")


def test_a_quote_ignores_signs_and_spaces_but_not_words() -> None:
    assert quotes("the Medical Examiner's one-year office", "Examiner 's one - year")
    assert not quotes("the Medical Examiner's one-year office", "Medical one")
    assert not quotes("particular", "art")
    assert not quotes("anything", " . ")


def test_sentences_are_whole() -> None:
    long = "Next " + "word " * 400 + "end."
    assert sentences(f"One is here. {long}") == ("One is here.", long)


def test_signs_alone_are_no_sentence() -> None:
    assert sentences("He said so . '' \n\n ... Then he left .") == (
        "He said so .",
        "Then he left .",
    )
    assert sentences("...") == ()


def test_words_are_folded_letters_and_digits() -> None:
    assert words("Don’t pay $1,500_x") == ("don", "t", "pay", "1", "500", "x")


@quick
@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_form_between_spaces_is_always_found(before: str, form: str, after: str) -> None:
    assert holds(f"{before} {form} {after}", form) == bool(folded(form))
    assert quotes(f"{before} {form} {after}", form) == bool(words(form))


@quick
@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@quick
@given(st.text(max_size=30), st.lists(st.text(max_size=5), max_size=4), st.text(max_size=5))
def test_another_form_never_hides_a_text(text: str, forms: list[str], more: str) -> None:
    assert holds_any(text, [*forms, more]) >= holds_any(text, forms)
    assert holds_any(text, forms) == holds_any(text, forms[::-1])
