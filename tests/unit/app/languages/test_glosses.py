from __future__ import annotations

import pytest

from app.languages.english import glossed, is_glossed


def test_only_languages_with_tables_are_glossed() -> None:
    assert is_glossed("de")
    assert not is_glossed("en")
    assert not is_glossed("ja")
    assert not is_glossed(None)


@pytest.mark.parametrize(
    ("language", "text", "gloss"),
    [
        (
            "de",
            "Norvia hat die Fabrik in Wilsum gekauft.",
            "Norvia bought the factory in Wilsum",
        ),
        (
            "de",
            "Wegen der Kosten schloss der Vorstand die Fabrik.",
            "the board closed because of the cost the factory",
        ),
        ("nl", "Het bedrijf heeft de fabriek verkocht.", "the company sold the factory"),
        ("fr", "Boréal vend notre usine.", "Boréal sells our factory"),
        ("es", "La empresa venderá la fábrica.", "the company will sell the factory"),
    ],
)
def test_a_statement_is_told_in_english_words_and_order(
    language: str, text: str, gloss: str
) -> None:
    assert glossed(text, language) == gloss


def test_a_question_word_that_joins_two_statements_gives_the_reason() -> None:
    text = "L'azienda ha chiuso perché il prezzo era alto."
    assert "because the price was high" in glossed(text, "it")


def test_an_english_sentence_of_such_a_source_stays_as_it_is() -> None:
    text = "The companies war was so long that many of them die in it."
    assert glossed(text, "de") == text
