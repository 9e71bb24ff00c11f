"""Which language a question is in, and what it is in English."""

from __future__ import annotations

import pytest

from app.answering.conversation.bilingual import hear, in_both_languages
from app.answering.conversation.condense import condense
from app.languages.english import in_english
from app.languages.identify import language_of
from app.languages.words import TABLED, table
from app.types import Message

QUESTIONS = {
    "de": "Wer hat den Vertrag mit Northwind unterzeichnet?",
    "es": "¿Quién firmó el contrato con Northwind?",
    "fr": "Qui a signé le contrat avec Northwind ?",
    "it": "Chi ha firmato il contratto con Northwind?",
    "nl": "Wie heeft het contract met Northwind ondertekend?",
    "pt": "Quem assinou o contrato com a Northwind?",
}


@pytest.mark.parametrize(("language", "question"), QUESTIONS.items())
def test_the_language_of_a_question_is_told_by_its_words(language: str, question: str) -> None:
    assert language_of(question) == language
    assert language_of(question.upper()) == language


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the contract with Northwind?",
        "What did El País say about Banco do Brasil and La Poste?",
        "did die Deutsche Bahn sign with Société Générale",
        "when did Haven close?",
    ],
)
def test_foreign_names_do_not_make_an_english_question_foreign(question: str) -> None:
    assert language_of(question) == "en"


@pytest.mark.parametrize("text", ["Pfizer BioNTech 2020", "Deutsche Bank", "???", "", "ok", "ja"])
def test_too_few_words_leave_the_language_open(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize(
    ("language", "question", "english"),
    [
        ("de", "Wann wurde Northwind gegründet?", "when was Northwind founded?"),
        ("de", "Wie viel hat Northwind gezahlt?", "how much did Northwind pay?"),
        (
            "es",
            "¿Cuánto pagó Northwind a Harbor Foods?",
            "how much did Northwind pay to Harbor Foods?",
        ),
        ("es", "¿cuanto pago Northwind?", "how much did Northwind pay?"),
        ("fr", "Quand Northwind a-t-elle été fondée ?", "when was Northwind founded?"),
        ("fr", "Pourquoi Northwind a-t-il échoué ?", "why did Northwind fail?"),
        ("it", "Quando Northwind ha comprato Harbor?", "when did Northwind buy Harbor?"),
        ("nl", "Hoeveel betaalde Northwind aan Harbor?", "how much did Northwind pay to Harbor?"),
        ("pt", "Quando a Northwind comprou a Harbor?", "when did Northwind buy Harbor?"),
    ],
)
def test_a_question_becomes_english_in_words_and_order(
    language: str, question: str, english: str
) -> None:
    assert in_english(question, language).text == english


def test_accents_tell_words_apart_and_may_be_left_out() -> None:
    assert in_english("Qui a payé à Rome ?", "fr").text == "who paid to Rome?"
    assert in_english("Quand a ete fondee Northwind ?", "fr").text == "when was Northwind founded?"
    assert (
        in_english("Wann wurde Northwind gegruendet?", "de").text == "when was Northwind founded?"
    )


def test_names_stay_as_they_are_written() -> None:
    text = "Wer leitet A. P. Moller-Maersk, O'Neill's und die Deutsche Bank?"
    english = in_english(text, "de").text
    assert "A. P. Moller-Maersk" in english
    assert "O'Neill" in english
    assert in_english("O que fez o Banco do Brasil?", "pt").text == "what did Banco of Brazil do?"
    assert in_english("Que fait La Poste ?", "fr").text == "what does La Poste do?"


def test_words_that_are_not_known_are_told() -> None:
    assert in_english("Wer hat die Kraxelei gezwirbelt?", "de").unknown == (
        "Kraxelei",
        "gezwirbelt",
    )
    assert in_english("¿Quién firmó el contrato?", "es").unknown == ()
    assert in_english("Wer leitet Northwind?", "de").unknown == ()


@pytest.mark.parametrize("language", TABLED)
def test_a_table_is_sound_and_of_some_size(language: str) -> None:
    known = table(language)
    assert len(known.exact) > 300
    assert all(form for form in known.exact)
    assert {"when", "who", "why", "how much", "founded", "paid", "revenue"} <= set(
        known.exact.values()
    )


@pytest.mark.parametrize(("language", "question"), QUESTIONS.items())
def test_a_question_is_asked_in_english_beside_its_own_words(language: str, question: str) -> None:
    heard = hear(question, [], preferred="en")
    condensed = in_both_languages(condense(question, []), heard, lambda one, _: one)
    assert heard.language == condensed.language == language
    assert "signed" in condensed.text
    assert "contract" in condensed.text
    assert [name.text for name in condensed.asked.names] == ["Northwind"]
    assert condensed.original is not None
    assert condensed.original.text == question
    assert [term.text for term in condensed.original.asked.names] == ["Northwind"]


def test_an_english_question_is_asked_once() -> None:
    heard = hear("Who signed it?", [], preferred="de")
    condensed = condense("Who signed it?", [])
    assert in_both_languages(condensed, heard, lambda one, _: one) is condensed
    assert heard.language == "en"


def test_where_the_words_leave_it_open_the_client_s_language_is_spoken() -> None:
    assert hear("Northwind 2020?", [], preferred="fr").language == "fr"
    assert hear("Northwind 2020?", [], preferred=None).language == "en"
    assert hear("Northwind 2020?", [], preferred="fr").spoken == "en"


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        ("de", "Guten Tag"),
        ("fr", "merci beaucoup !"),
        ("es", "¡Hola!"),
        ("it", "Buongiorno"),
        ("nl", "dank je wel"),
        ("pt", "Obrigada!"),
        (None, "Guten Ltd"),
    ],
)
def test_a_mere_greeting_tells_its_language(language: str | None, greeting: str) -> None:
    assert language_of(greeting) == language


def test_a_short_turn_is_in_the_language_of_the_one_before() -> None:
    history = [
        Message("user", QUESTIONS["de"]),
        Message("assistant", "Ann Moss signed the contract with Northwind."),
    ]
    heard = hear("Und Harbor Foods?", history, preferred=None)
    assert heard.language == "de"
    assert heard.history[0].content == "who signed the contract with Northwind?"
    condensed = in_both_languages(condense("Und Harbor Foods?", history), heard, lambda one, _: one)
    assert condensed.text == "who signed the contract with Harbor Foods?"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Wie viele Mitarbeiter hat Northwind gezwirbelt?", ["Northwind"]),
        ("Wie viele Kraxler hat Northwind gezwirbelt?", ["Kraxler", "Northwind", "gezwirbelt"]),
    ],
)
def test_of_a_question_that_is_hardly_understood_each_word_must_stand_in_the_sources(
    question: str, names: list[str]
) -> None:
    heard = hear(question, [], preferred=None)
    condensed = in_both_languages(condense(question, []), heard, lambda one, _: one)
    assert condensed.asked.unknown[-1] == "gezwirbelt"
    assert [name.text for name in condensed.asked.names] == [
        name if name == "Northwind" else name.lower() for name in names
    ]


@pytest.mark.parametrize(
    ("language", "question", "english"),
    [
        ("de", "Wer hat Kestrel gegründet?", "who founded Kestrel?"),
        ("nl", "Wie heeft Kestrel opgericht?", "who founded Kestrel?"),
        ("de", "Wie viel hat Kestrel für Marlow bezahlt?", "how much did Kestrel pay for Marlow?"),
        (
            "de",
            "Wann haben Kestrel und Marlow das Unternehmen gegründet?",
            "when did Kestrel and Marlow found the company?",
        ),
    ],
)
def test_a_verb_at_the_end_stands_before_what_is_done(
    language: str, question: str, english: str
) -> None:
    assert in_english(question, language).text == english
