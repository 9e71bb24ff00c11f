"""Questions in other languages, asked of the sample articles and of sources in those languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answering.service import ChatService
from app.bootstrap import build_chat_service
from app.settings import Settings
from app.types import AnswerStatus, Message, Question
from tests.sample_library import borrow

pytestmark = pytest.mark.model

CLOSED = "it closed at the end of February 2021"
PAID = "Pfizer paid BioNTech $185 million at the start"


@pytest.fixture(scope="module")
def service(
    sample_library: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ChatService]:
    data_dir = borrow(sample_library[1], tmp_path_factory.mktemp("languages") / "data")
    service = build_chat_service(Settings(_env_file=None, data_dir=data_dir), watch=False)
    yield service
    service.close()


@pytest.mark.parametrize(
    ("language", "question", "quote"),
    [
        ("de", "Wann wurde Haven geschlossen?", CLOSED),
        ("es", "¿Cuánto pagó Pfizer a BioNTech al principio?", PAID),
        ("fr", "Combien Pfizer a-t-il payé à BioNTech au début ?", PAID),
        ("it", "Quando è stata chiusa Haven?", CLOSED),
        ("nl", "Hoeveel betaalde Pfizer in het begin aan BioNTech?", PAID),
        ("pt", "Quando a Haven fechou?", CLOSED),
    ],
)
def test_english_sources_answer_in_their_own_words(
    service: ChatService, language: str, question: str, quote: str
) -> None:
    answer = service.answer(Question(question))
    assert answer.status is not AnswerStatus.ABSTAINED
    assert any(quote in citation.quote for citation in answer.citations)
    assert answer.language == language
    assert answer.question == question


@pytest.mark.parametrize(
    ("language", "question", "said"),
    [
        ("de", "Wann wurde die Firma Spotify gegründet?", "Die Quellen geben keine Antwort"),
        ("es", "¿Cuándo se fundó la empresa Spotify?", "Las fuentes no dan respuesta"),
        ("fr", "Quand l'entreprise Spotify a-t-elle été fondée ?", "Les sources ne répondent pas"),
        ("it", "Quando è stata fondata l'azienda Spotify?", "Le fonti non danno risposta"),
        ("nl", "Wanneer werd het bedrijf Spotify opgericht?", "De bronnen geven geen antwoord"),
        ("pt", "Quando foi fundada a empresa Spotify?", "As fontes não dão resposta"),
    ],
)
def test_a_refusal_is_in_the_language_and_names_no_word_of_its_grammar(
    service: ChatService, language: str, question: str, said: str
) -> None:
    answer = service.answer(Question(question))
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.language == language
    assert answer.message is not None
    assert answer.message.startswith(said)
    told = answer.message.replace(question, "")
    assert not [
        word for word in ("Wann", "wurde", "Quand", "Quando", "se", "foi") if f"{word}”" in told
    ]
    assert "2025" in told


def test_what_is_hardly_understood_is_refused_and_named(service: ChatService) -> None:
    answer = service.answer(Question("Wann hat Haven den Kraxler gezwirbelt?"))
    assert answer.status is AnswerStatus.ABSTAINED
    assert answer.message is not None
    assert "Nicht verstanden: „Kraxler“ und „gezwirbelt“" in answer.message


def test_an_answer_to_what_was_understood_in_part_says_so(service: ChatService) -> None:
    question = "Wann haben Sony und Honda die knorrige Firma gegründet?"
    answer = service.answer(Question(question))
    assert answer.status is not AnswerStatus.ABSTAINED
    assert answer.message is not None
    assert answer.message.startswith("Nicht verstanden: „knorrige“")


def test_a_follow_up_keeps_its_language_and_its_subject(service: ChatService) -> None:
    history = (
        Message("user", "Wer hat die Star Alliance gegründet?"),
        Message("assistant", "Its five founders were Air Canada, Lufthansa and others."),
    )
    answer = service.answer(Question("Und wann?", history))
    assert answer.language == "de"
    assert any("14 May 1997" in citation.quote for citation in answer.citations)


def test_a_courtesy_is_answered_in_its_language(service: ChatService) -> None:
    said = service.answer(Question("Merci beaucoup, c'est très utile"))
    assert (said.kind, said.language) == ("courtesy", "fr")
    assert said.message == "Je vous en prie. Posez vos questions quand vous voulez."
    unsure = service.answer(Question("Danke!", language="de"))
    assert unsure.message == "Gern geschehen. Fragen Sie, wann immer Sie möchten."


def test_a_question_about_the_library_is_understood_and_its_answer_says_its_language(
    service: ChatService,
) -> None:
    answer = service.answer(Question("¿Cuántos documentos hay?"))
    assert (answer.composer, answer.language) == ("library", "es")
    assert "11 documentos" in answer.claims[0].text


def test_a_question_in_english_words_is_shown_as_understood_nowhere(service: ChatService) -> None:
    answer = service.answer(Question("Wann wurde Haven geschlossen?"))
    assert answer.understood is None
    assert answer.lead is not None


def test_an_english_question_is_answered_in_english_whatever_the_client_speaks(
    service: ChatService,
) -> None:
    answer = service.answer(Question("When was Spotify founded?", language="de"))
    assert answer.language == "en"
    assert answer.message is not None
    assert answer.message.startswith("The sources give no answer")
    unsure = service.answer(Question("Spotify 2006", language="de"))
    assert unsure.language == "de"
