"""Turns too short for their words to be counted tell their language by how they are said."""

from __future__ import annotations

import pytest

from app.languages.english import in_english
from app.languages.identify import language_of


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("Beschreibe Orlena", "de", "describe Orlena"),
        ("Zeig mir die Quellen", "de", "show me the sources"),
        ("Décrivez Orlena", "fr", "describe Orlena"),
        ("Montrez-moi les sources", "fr", "show me the sources"),
        ("Parlez-moi d’Orlena", "fr", "tell me about Orlena"),
        ("Háblame de Orlena", "es", "tell me about Orlena"),
        ("hablame de Orlena", "es", "tell me about Orlena"),
        ("por favor, háblame de Orlena", "es", "tell me about Orlena"),
        ("Descrivi Orlena", "it", "describe Orlena"),
        ("Vertel iets over Orlena", "nl", "tell me about Orlena"),
        ("Fala-me de Orlena", "pt", "tell me about Orlena"),
    ],
)
def test_an_imperative_tells_the_language_and_is_put_into_english(
    text: str, language: str, english: str
) -> None:
    assert language_of(text) == language
    assert in_english(text, language).text == english


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Guten Abend allerseits", "de"),
        ("gut, danke", "de"),
        ("Très bien, merci !", "fr"),
        ("muchisimas gracias", "es"),
        ("Ok, grazie infinite", "it"),
        ("hallo allemaal", "nl"),
        ("Bom dia a todos!", "pt"),
    ],
)
def test_greetings_and_thanks_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dime novels: who printed them?", "en"),
        ("Who runs Salve Regina?", "en"),
        ("Describe Orlena", None),
        ("Hallo Welt Media", None),
        ("Mostra Metals 2020", None),
    ],
)
def test_names_and_english_are_no_imperatives_of_other_languages(
    text: str, language: str | None
) -> None:
    assert language_of(text) == language
