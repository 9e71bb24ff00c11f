"""Questions of six languages in English words, tenses and order."""

from __future__ import annotations

import pytest

from app.languages.english import in_english
from app.languages.translating import inflect
from app.languages.translating.lexicon import (
    LANGUAGES,
    NOUN,
    VERB,
    readings,
    readings_of_several,
    rows,
)

QUESTIONS = {
    "de": {
        "Wer hat Northwind gegründet?": "who founded Northwind?",
        "Wen hat Northwind ernannt?": "who did Northwind appoint?",
        "Was macht eine Partnerschaft erfolgreich?": "what makes a partnership successful?",
        "Was macht Northwind?": "what does Northwind do?",
        "Wann kündigte Northwind das Ende an?": "when did Northwind announce the end?",
        "Warum ist die Allianz gescheitert?": "why did the alliance fail?",
        "Wann ist der Vertrag unterzeichnet worden?": "when was the contract signed?",
        "Wann hat Northwind Harbor gekauft?": "when did Northwind buy Harbor?",
        "Wie viel hat Northwind an Harbor gezahlt?": "how much did Northwind pay to Harbor?",
        "Was sind die Ziele der Gesellschaft?": "what are the goals of the company?",
        "Liste alle Partner der Star Alliance": "list all partners of the Star Alliance",
        "Welche Erfolgsfaktoren nennt der Bericht?": (
            "which success factors does the report mention?"
        ),
        "Wem gehört Northwind?": "who owns Northwind?",
        "Wer wurde zum Geschäftsführer ernannt?": "who was appointed chief executive?",
        "Gab es Probleme mit den Behörden?": "were there problems with the authorities?",
        "Wie hoch war der Kaufpreis?": "what was the price?",
        "Kannst du mir sagen, wann Northwind gegründet wurde?": (
            "can you tell me, when was Northwind founded?"
        ),
        "Was wurde 2019 für 7,15 Milliarden Dollar verkauft?": (
            "what was sold 2019 for 7.15 billion dollars?"
        ),
    },
    "fr": {
        "Quels sont les risques d'une coentreprise ?": "what are the risks of a joint venture?",
        "Et qui l'a fondée ?": "and who founded it?",
        "Pourquoi les alliances échouent-elles ?": "why do the alliances fail?",
        "Combien d'employés Northwind a-t-il licenciés ?": (
            "how many employees did Northwind lay off?"
        ),
        "C'est vrai que Northwind a fermé ?": "is true that Northwind closed?",
        "Quelle part de Harbor Northwind a-t-il achetée ?": (
            "which share of Harbor did Northwind buy?"
        ),
        "Est-ce que Northwind a racheté Harbor ?": "did Northwind acquire Harbor?",
        "Y a-t-il eu des problèmes ?": "were there problems?",
        "Quelles sont les conditions pour quitter l'alliance ?": (
            "what are the conditions to leave the alliance?"
        ),
        "Où se trouve Northwind ?": "where is Northwind located?",
        "Comment choisir un bon partenaire ?": "how to choose a good partner?",
        "Qu'est-ce qui a causé la crise ?": "what caused the crisis?",
        "Quand Northwind a-t-elle démissionné ?": "when did Northwind resign?",
    },
    "es": {
        "¿Cuándo se fundó Northwind?": "when was Northwind founded?",
        "¿Y cuándo la cerraron?": "and when did they close it?",
        "cuando cerro Northwind": "when did Northwind close",
        "¿Cuándo compró Northwind a Harbor?": "when did Northwind buy Harbor?",
        "¿Qué bancos fundaron Northwind?": "which banks founded Northwind?",
        "¿Cuáles son los riesgos de una alianza estratégica?": (
            "what are the risks of a strategic alliance?"
        ),
        "¿Qué hace que una alianza tenga éxito?": "what makes an alliance succeed?",
        "¿Ha tenido éxito la alianza?": "did the alliance succeed?",
        "¿Cuántos empleados tiene Northwind?": "how many employees does Northwind have?",
    },
    "it": {
        "Perché Northwind è fallita?": "why did Northwind fail?",
        "E quando l'hanno fondata?": "and when did they found it?",
        "Quanti dipendenti sono stati licenziati da Northwind?": (
            "how many employees were laid off by Northwind?"
        ),
        "Chi dirigeva Northwind?": "who led Northwind?",
        "Quali compagnie aeree fanno parte di Northwind?": "which airlines do part of Northwind?",
    },
    "nl": {
        "Wie heeft Northwind opgericht?": "who founded Northwind?",
        "Wanneer kondigde Northwind de samenwerking aan?": (
            "when did Northwind announce the cooperation?"
        ),
        "En waarom is het mislukt?": "and why did it fail?",
        "Hoeveel kost de Harbor 1?": "how much does the Harbor 1 cost?",
    },
    "pt": {
        "Quanto a Northwind pagou pela Harbor?": "how much did Northwind pay for Harbor?",
        "E quando a fundaram?": "and when did they found it?",
        "O que torna uma parceria bem-sucedida?": "what makes a partnership successful?",
        "Quantas aplicações prometeram a Northwind e a Harbor?": (
            "how many applications did Northwind and Harbor promise?"
        ),
    },
}


@pytest.mark.parametrize(
    ("language", "question", "english"),
    [(language, *pair) for language, pairs in QUESTIONS.items() for pair in pairs.items()],
)
def test_a_question_has_the_tenses_and_the_order_of_english(
    language: str, question: str, english: str
) -> None:
    assert in_english(question, language).text == english


@pytest.mark.parametrize(
    ("language", "word", "kind", "english"),
    [
        ("de", "abgeschlossen", VERB, "completed"),
        ("de", "anzukündigen", VERB, "announce"),
        ("de", "verträge", NOUN, "contracts"),
        ("de", "partnerschaftsvertrag", NOUN, "partnership contract"),
        ("fr", "échouent", VERB, "fail"),
        ("fr", "hôpitaux", NOUN, "hospitals"),
        ("es", "empieza", VERB, "start"),
        ("es", "decisiones", NOUN, "decisions"),
        ("it", "banche", NOUN, "banks"),
        ("it", "decise", VERB, "decided"),
        ("nl", "bedrijven", NOUN, "companies"),
        ("nl", "betaalde", VERB, "paid"),
        ("nl", "samenwerkingsovereenkomst", NOUN, "cooperation agreement"),
        ("pt", "decisões", NOUN, "decisions"),
        ("pt", "demitiu", VERB, "laid off"),
    ],
)
def test_forms_of_a_word_are_found_by_rule(
    language: str, word: str, kind: str, english: str
) -> None:
    assert english in {each.text for each in readings(word, language) if each.kind == kind}


def test_several_words_are_one_lemma_in_whatever_form() -> None:
    (found,) = readings_of_several(["empresas", "conjuntas"], "es")
    assert found.text == "joint ventures"


def test_words_may_be_typed_without_accents() -> None:
    assert in_english("por que fracaso la fusion?", "es").text == "why did the merger fail?"
    assert in_english("Wer hat die Plaene geaendert?", "de").text == "who changed the plans?"


def test_names_are_told_by_capitals_and_place() -> None:
    assert in_english("Wer leitet die Deutsche Bank?", "de").text == "who leads the Deutsche Bank?"
    assert in_english("Welche Star Alliance Mitglieder gibt es?", "de").unknown == ()
    assert in_english("¿Qué hizo El Corte Inglés?", "es").text == "what did El Corte Inglés do?"
    assert in_english("Où sont les États-Unis ?", "fr").text == "where are United States?"


def test_each_line_of_the_lexicon_has_a_word_of_some_language() -> None:
    assert len(rows()) > 900
    for _, (english, *foreign) in rows():
        assert english
        assert len(foreign) == len(LANGUAGES)
        assert any(foreign) or english == "be"


@pytest.mark.parametrize(
    ("form", "word", "expected"),
    [
        (inflect.past, "lay off", "laid off"),
        (inflect.past, "plan", "planned"),
        (inflect.past, "carry out", "carried out"),
        (inflect.participle, "take", "taken"),
        (inflect.third, "do", "does"),
        (inflect.gerund, "take place", "taking place"),
        (inflect.plural, "company", "companies"),
        (inflect.plural, "health care", "health care"),
        (inflect.adverb, "strategic", "strategically"),
        (inflect.superlative, "new", "newest"),
        (inflect.comparative, "important", "more important"),
    ],
)
def test_english_words_are_inflected(form: object, word: str, expected: str) -> None:
    assert callable(form)
    assert form(word) == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", "?", "!!!", "a", "Haven?", "1,5 %", "- , ; Haven -"])
def test_whatever_is_typed_becomes_something(language: str, text: str) -> None:
    assert isinstance(in_english(text, language).text, str)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_of_any_length_is_read(language: str) -> None:
    endless = "aktie" * 800
    assert in_english(endless, language).unknown == (endless,)


def test_a_letter_that_is_a_name_is_no_article() -> None:
    assert in_english("Wann hat Gruppe A ein Abkommen unterzeichnet?", "de").text == (
        "when did group A sign an agreement?"
    )


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("Wer gehört zu Star Alliance?", "de", "who belongs to Star Alliance?"),
        ("Qui appartient à Star Alliance ?", "fr", "who belongs to Star Alliance?"),
        ("À qui appartient Northwind ?", "fr", "who owns Northwind?"),
        ("A quem pertence a Northwind?", "pt", "who owns Northwind?"),
        ("A quem pagou a Northwind?", "pt", "who did Northwind pay?"),
        ("¿Quién pertenece a Star Alliance?", "es", "who belongs to Star Alliance?"),
    ],
)
def test_whom_something_belongs_to_is_not_who_belongs_to_it(
    question: str, language: str, said: str
) -> None:
    assert in_english(question, language).text == said


@pytest.mark.parametrize(
    ("language", "question", "english"),
    [
        ("it", "Quanto investirà Orlena?", "how much will Orlena invest?"),
        ("fr", "Qui dirigera la nouvelle société ?", "who will lead the new company?"),
        ("es", "¿Dónde se construirá la fábrica?", "where will the factory be built?"),
        ("pt", "Quando começará a venda?", "when will the sale start?"),
        ("fr", "Combien vendra Orlena ?", "how much will Orlena sell?"),
    ],
)
def test_what_is_to_come_is_asked_with_will(language: str, question: str, english: str) -> None:
    assert in_english(question, language).text == english


def test_of_what_has_no_plural_in_english_much_is_asked() -> None:
    assert in_english("Quanti ricavi aveva Orlena?", "it").text == (
        "how much revenue did Orlena have?"
    )
    assert in_english("Quanti dipendenti aveva Orlena?", "it").text == (
        "how many employees did Orlena have?"
    )
    assert in_english("Hoeveel werknemers heeft Orlena?", "nl").text == (
        "how many employees does Orlena have?"
    )
