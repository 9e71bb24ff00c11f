from __future__ import annotations

from dataclasses import replace

import pytest

from app.answering.evidence.evidence import Evidence
from app.answering.question.asking import ask
from app.answering.selection.wanted_values import lacks_value
from tests.builders_answering import make_evidence


def told(text: str, language: str, relevance: float = 0.9) -> Evidence:
    item = make_evidence(text, relevance=relevance)
    return replace(item, metadata=replace(item.metadata, language=language))


@pytest.mark.parametrize(
    ("question", "language", "sentence", "lacks"),
    [
        ("How much does Orlena pay?", "de", "Orlena zahlt Sorrel einen hohen Preis.", True),
        ("How much does Orlena pay?", "de", "Orlena zahlt Sorrel 1,8 Mio. €.", False),
        ("How much does Orlena pay?", "de", "Orlena zahlt 3,5 Mrd. US-Dollar.", False),
        ("How much does Orlena pay?", "de", "Orlena zahlt fünfzig Millionen Euro.", False),
        ("How much does Orlena pay?", "de", "Orlena zahlt 10.000 Kronen.", False),
        ("How much does Orlena pay?", "es", "Orlena paga un millón de libras.", False),
        ("How many people work there?", "de", "Dort arbeiten zwölf Menschen.", False),
        ("How much does Orlena pay?", "it", "Orlena compra 4.000 tonnellate.", True),
        ("How many people work there?", "fr", "La société emploie douze personnes.", False),
        ("How many people work there?", "fr", "La société emploie des ingénieurs.", True),
        ("When was the plant built?", "es", "La fábrica está en Zarabel.", True),
        ("When was the plant built?", "es", "La fábrica se construyó en 1998.", False),
        ("When will the plant open?", "nl", "De fabriek opent in de zomer.", False),
        ("Who founded Orlena?", "pt", "A Orlena vende peixe.", True),
        ("Who founded Orlena?", "pt", "A Orlena foi fundada por Inês Caldas.", False),
        ("Who leads Orlena?", "fr", "Orlena n'a pas de directeur.", False),
        ("Why did Orlena close?", "fr", "Orlena a fermé.", False),
    ],
)
def test_a_sentence_in_another_language_must_hold_the_kind_of_value_asked_for(
    question: str, language: str, sentence: str, *, lacks: bool
) -> None:
    assert lacks_value(ask(question), [told(sentence, language)]) is lacks


def test_english_sentences_are_left_to_the_reader() -> None:
    assert not lacks_value(ask("How much does Orlena pay?"), [told("Orlena pays.", "en")])
    beside = [told("Orlena pays.", "en"), told("Orlena zahlt.", "de")]
    assert not lacks_value(ask("How much does Orlena pay?"), beside)


def test_only_likely_sentences_count() -> None:
    found = [told("Orlena zahlt.", "de"), told("Sorrel zahlt 5 Euro.", "de", relevance=0.1)]
    assert lacks_value(ask("How much does Orlena pay?"), found)
