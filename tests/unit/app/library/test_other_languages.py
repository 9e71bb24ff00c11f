from __future__ import annotations

import pytest

from app.languages.english import in_english
from app.languages.identify import language_of
from app.library.asking import library_question
from app.library.question import Order, Wants
from app.library.word_order import in_english_order

QUESTIONS = {
    "de": (
        ("Wie viele Dokumente gibt es?", Wants.COUNT),
        ("Fasse den Artikel über Haven zusammen", Wants.SUMMARY),
        ("Wer hat den Artikel über Haven geschrieben?", Wants.AUTHOR),
        ("Wann ist der Artikel über Star Alliance erschienen?", Wants.DATE),
        ("Liste alle Dokumente auf", Wants.LIST),
        ("Gibt es etwas über Microsoft?", Wants.HAS),
        ("Welche Artikel gibt es zu CVS?", Wants.LIST),
        ("Wie alt sind die Quellen?", Wants.LIST),
    ),
    "fr": (
        ("Combien de documents y a-t-il ?", Wants.COUNT),
        ("Résume l'article sur Haven", Wants.SUMMARY),
        ("Qui a écrit l'article sur Haven ?", Wants.AUTHOR),
        ("Quand l'article sur Haven a-t-il été publié ?", Wants.DATE),
        ("De quoi parle l'article sur Haven ?", Wants.SUMMARY),
        ("Quels articles parlent de CVS ?", Wants.LIST),
    ),
    "es": (
        ("¿Cuántos documentos hay?", Wants.COUNT),
        ("¿Quién es el autor del artículo sobre Haven?", Wants.AUTHOR),
        ("¿Cuándo se publicó el artículo sobre Haven?", Wants.DATE),
        ("¿Qué hay de nuevo?", Wants.NEW),
        ("¿Qué artículos hay sobre Haven?", Wants.LIST),
    ),
    "it": (
        ("Quanti documenti ci sono?", Wants.COUNT),
        ("Riassumi l'articolo su Star Alliance", Wants.SUMMARY),
        ("Quando è stato pubblicato l'articolo su Haven?", Wants.DATE),
        ("Cosa c'è di nuovo?", Wants.NEW),
        ("Quali articoli ci sono su Nestlé?", Wants.LIST),
    ),
    "nl": (
        ("Hoeveel documenten zijn er?", Wants.COUNT),
        ("Welke artikelen zijn er over Pfizer?", Wants.LIST),
        ("Vat het artikel over Haven samen", Wants.SUMMARY),
        ("Wie heeft het artikel over Haven geschreven?", Wants.AUTHOR),
    ),
    "pt": (
        ("Quantos documentos há?", Wants.COUNT),
        ("Que artigos existem sobre a Nestlé?", Wants.LIST),
        ("Resuma o artigo sobre a Haven", Wants.SUMMARY),
        ("Quando foi publicado o artigo sobre a Haven?", Wants.DATE),
    ),
}


@pytest.mark.parametrize(
    ("language", "question", "wants"),
    [(language, *each) for language, them in QUESTIONS.items() for each in them],
)
def test_questions_about_the_library_are_understood_in_six_languages(
    language: str, question: str, wants: Wants
) -> None:
    assert language_of(question) == language
    asked = library_question(in_english_order(in_english(question, language).text))
    assert asked is not None
    assert asked.wants is wants


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("fr", "Quel est le document le plus récent ?"),
        ("es", "¿Cuál es el documento más reciente?"),
        ("it", "Qual è il documento più recente?"),
        ("pt", "Qual é o documento mais recente?"),
        ("de", "Was ist das neueste Dokument?"),
    ],
)
def test_the_newest_document_is_asked_for_with_the_adjective_on_either_side(
    language: str, question: str
) -> None:
    asked = library_question(in_english_order(in_english(question, language).text))
    assert asked is not None
    assert (asked.order, asked.limit) == (Order.NEWEST, 1)


def test_a_name_in_capitals_behind_a_german_article_is_no_unknown_noun() -> None:
    assert in_english("Was kostet der AFEELA 1?", "de").unknown == ()


@pytest.mark.parametrize("text", ["make me a powerpoint on alliances", "help me use it"])
def test_short_english_is_taken_for_no_other_language(text: str) -> None:
    assert language_of(text) in {None, "en"}
