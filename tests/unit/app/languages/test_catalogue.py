from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.answering.composition.abstention import message, of_premise
from app.answering.composition.fallback import Problem, sentence
from app.answering.evidence.relations import Premise
from app.answering.question.asking import ask
from app.errors import OverloadedError, QuestionEmptyError, QuestionTooLongError
from app.languages.catalogue import (
    LANGUAGES,
    TRANSLATED,
    both,
    either,
    long_date,
    preferred,
    say,
    say_number,
)
from app.slack import sentences
from app.slack.tasks import Limits, Refusal
from tests.unit.app.answering.composition.test_abstention import searched

DAY = date(2019, 1, 15)


@pytest.fixture(scope="module")
def collector(repo_root: Path) -> dict[str, Any]:
    """What collects the messages from the sources."""
    return runpy.run_path(str(repo_root / ".setup" / "messages.py"))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_has_every_message_with_its_values_and_no_others(
    collector: dict[str, Any], language: str
) -> None:
    assert list(collector["differences"](language)) == []


def test_the_template_for_translators_has_every_message(
    collector: dict[str, Any], repo_root: Path
) -> None:
    from babel.messages.pofile import read_po

    with (repo_root / "app/languages/messages/messages.pot").open("rb") as file:
        known = {entry.id for entry in read_po(file) if entry.id}
    assert known == set(collector["messages"]()), "run: python .setup/messages.py --write"


def test_messages_are_found_in_python_and_in_typescript(collector: dict[str, Any]) -> None:
    found = collector["messages"]()
    assert found["The sources give no answer."] == "app/answering/composition/abstention.py"
    assert found["The chat model took too long"] == "app/answering/composition/fallback.py"
    assert found["What would you like to know?"] == "app/widget/src/chat.ts"
    assert ("{number} version", "{number} versions") in found


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The sources give no answer to “Warum?”."),
        ("de", "Die Quellen geben keine Antwort auf „Warum?“."),
        ("fr", "Les sources ne répondent pas à « Warum? »."),
        ("es", "Las fuentes no dan respuesta a «Warum?»."),
        ("it", "Le fonti non danno risposta a «Warum?»."),
        ("nl", "De bronnen geven geen antwoord op “Warum?”."),
        ("pt", "As fontes não dão resposta a “Warum?”."),
        ("tlh", "The sources give no answer to “Warum?”."),
    ],
)
def test_a_message_is_said_in_the_language_with_its_value(language: str, said: str) -> None:
    assert say(language, "The sources give no answer to “{question}”.", question="Warum?") == said


def test_what_no_catalogue_has_is_said_in_english() -> None:
    assert say("de", "Nobody wrote {what}.", what="this") == "Nobody wrote this."
    assert say_number("de", "{number} crow", "{number} crows", number=1) == "1 crow"
    assert say_number("de", "{number} crow", "{number} crows", number=0) == "0 crows"


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "Searched: 1 source.", "Searched: 0 sources."),
        ("de", "Durchsucht: 1 Quelle.", "Durchsucht: 0 Quellen."),
        ("fr", "1 source consultée.", "0 source consultée."),
        ("es", "Consultada: 1 fuente.", "Consultadas: 0 fuentes."),
        ("it", "Consultata 1 fonte.", "Consultate 0 fonti."),
        ("nl", "Doorzocht: 1 bron.", "Doorzocht: 0 bronnen."),
        ("pt", "Pesquisada: 1 fonte.", "Pesquisadas: 0 fontes."),
    ],
)
def test_numbers_take_the_form_that_the_language_wants(language: str, one: str, many: str) -> None:
    forms = ("Searched: {number} source.", "Searched: {number} sources.")
    assert say_number(language, *forms, number=1) == one
    assert say_number(language, *forms, number=0) == many


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [
        ("en", "15 January 2019", "January 2019"),
        ("de", "15. Januar 2019", "Januar 2019"),
        ("fr", "15 janvier 2019", "janvier 2019"),
        ("es", "15 de enero de 2019", "enero de 2019"),
        ("it", "15 gennaio 2019", "gennaio 2019"),
        ("nl", "15 januari 2019", "januari 2019"),
        ("pt", "15 de janeiro de 2019", "janeiro de 2019"),
    ],
)
def test_dates_are_written_as_in_the_language(language: str, day: str, month: str) -> None:
    assert long_date(DAY, language=language) == day
    assert long_date(DAY, "month", language) == month
    assert long_date(DAY, "year", language) == "2019"


@pytest.mark.parametrize(
    ("language", "choice", "sum_of_two"),
    [
        ("en", "A or B", "A and B"),
        ("de", "A oder B", "A und B"),
        ("fr", "A ou B", "A et B"),
        ("es", "A o B", "A y B"),
        ("it", "A o B", "A e B"),
        ("nl", "A of B", "A en B"),
        ("pt", "A ou B", "A e B"),
    ],
)
def test_words_are_joined_as_in_the_language(language: str, choice: str, sum_of_two: str) -> None:
    assert either(language, ["A", "B"]) == choice
    assert both(language, ["A", "B"]) == sum_of_two


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("en;q=0.5, fr;q=0.9", "fr"),
        ("ja,pt-BR;q=0.7", "pt"),
        ("ja, zh;q=0.9", None),
        ("de;q=0", None),
        ("de;q=high, es", "es"),
        ("", None),
        (None, None),
    ],
)
def test_the_first_known_language_of_a_header_counts(
    header: str | None, language: str | None
) -> None:
    assert preferred(header) == language


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Die nächstliegenden Stellen erwähnen „Umsatz“ nicht."),
        ("fr", "Les passages les plus proches ne mentionnent pas « Umsatz »."),
        ("es", "Los pasajes más cercanos no mencionan «Umsatz»."),
        ("it", "I passi più vicini non menzionano «Umsatz»."),
        ("nl", "De passages die het dichtst in de buurt komen, noemen “Umsatz” niet."),
        ("pt", "As passagens mais próximas não mencionam “Umsatz”."),
    ],
)
def test_a_refusal_is_wholly_in_the_language(language: str, said: str) -> None:
    text = message(ask("Umsatz?"), ["Umsatz"], 1, searched(DAY, None), language)
    assert text.endswith(said)
    assert long_date(DAY, language=language) in text
    assert "source" not in text or language == "fr"


def test_what_was_not_understood_is_named_in_place_of_what_is_lacking() -> None:
    from dataclasses import replace

    asked = replace(ask("how many employees has Haven entlassen?"), unknown=("entlassen",))
    text = message(asked, ["entlassen"], 1, searched(DAY), "de")
    assert "Nicht verstanden: „entlassen“." in text
    assert "spricht nicht von" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_else_that_is_said_keeps_an_unfilled_place(language: str) -> None:
    limits = Limits(per_user=10, per_channel=30)
    texts = [
        *(sentence(one, of_model=1, of_sources=1, language=language) for one in Problem),
        *(sentences.refusal(why, limits, language) for why in Refusal),
        sentences.waiting(2, 3.0, language),
        sentences.acknowledged(2, 3.0, language),
        sentences.apology("0badcafe", language),
        QuestionTooLongError(5000, 4000).said(language),
        QuestionEmptyError().said(language),
    ]
    assert not [text for text in texts if "{" in text]
    assert "0badcafe" in texts[-3]
    assert "4,000" in texts[-2]
    assert (texts[-1] == str(QuestionEmptyError())) == (language == "en")


def test_a_false_premise_is_told_in_the_language_and_quotes_the_statement() -> None:
    asked = ask("Why did Aetna buy CVS?")
    told = of_premise(asked, Premise.REVERSED, has_near=True, language="de")
    assert told is not None
    assert told.startswith("Die Quellen sagen dies nicht: „Aetna bought CVS“.")
    assert told.endswith("Sie sagen es umgekehrt.")


def test_an_overload_says_in_the_language_when_to_try_again() -> None:
    message = (
        "More questions are being asked than can be answered right now. Try again in {seconds} s."
    )
    error = OverloadedError(message, retry_after_s=3)
    assert str(error).endswith("Try again in 3 s.")
    assert error.said("de").endswith("Bitte in 3 s noch einmal versuchen.")


@pytest.mark.parametrize(
    ("day", "said"),
    [(8, "dall’8 maggio 2019"), (11, "dall’11 maggio 2019"), (9, "dal 9 maggio 2019")],
)
def test_an_italian_article_loses_its_vowel_before_a_date_spoken_with_one(
    day: int, said: str
) -> None:
    assert say("it", "since {date}", date=long_date(date(2019, 5, day), language="it")) == said


def test_words_of_the_asker_keep_their_article_in_italian() -> None:
    asked = "Chi nacque il 8 maggio 1980?"
    text = say("it", "The sources give no answer to “{question}”.", question=asked)
    assert f"«{asked}»" in text


def test_the_first_day_of_a_month_is_an_ordinal_in_french() -> None:
    assert long_date(date(2019, 5, 1), language="fr") == "1er mai 2019"
    assert long_date(date(2019, 5, 11), language="fr") == "11 mai 2019"
