from __future__ import annotations

import pytest

from app.answering.text.amounts import amounts, moments


@pytest.mark.parametrize(
    ("text", "shown", "value", "unit"),
    [
        ("für 7,15 Milliarden Dollar", "7,15 Milliarden Dollar", 7.15e9, "usd"),
        ("pour 320 millions d'euros", "320 millions d'euros", 320e6, "eur"),
        ("es de 1.200 millones de euros", "1.200 millones de euros", 1.2e9, "eur"),
        ("per 1,3 miliardi di euro", "1,3 miliardi di euro", 1.3e9, "eur"),
        ("bespaart 45 miljoen euro", "45 miljoen euro", 45e6, "eur"),
        ("paga 27,5 milhões de euros", "27,5 milhões de euros", 27.5e6, "eur"),
        ("stieg um 36,8 Prozent", "36,8 Prozent", 36.8, "percent"),
        ("verse 38 € par mois", "38 €", 38.0, "eur"),
        ("läuft 14 Monate", "14 Monate", 14.0, "month"),
    ],
)
def test_an_amount_is_read_in_the_notation_of_its_language(
    text: str, shown: str, value: float, unit: str
) -> None:
    [amount] = amounts(text)
    assert text[amount.start : amount.end] == shown
    assert (amount.value, amount.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("wurde am 14. Mai 1997 gegründet", "14. Mai 1997"),
        ("wurde am 14. April 1997 gegründet", "14. April 1997"),
        ("fondé le 14 mai 1997", "14 mai 1997"),
        ("signé le 1er mars 2020", "1er mars 2020"),
        ("abrirá el 3 de octubre de 2020", "3 de octubre de 2020"),
        ("firmato il 7 novembre 2018", "7 novembre 2018"),
        ("op 28 juni 2017 gefuseerd", "28 juni 2017"),
        ("a 13 de julho de 2022", "13 de julho de 2022"),
        ("im Januar 2020 beendet", "Januar 2020"),
    ],
)
def test_a_date_is_read_whole_in_its_language(text: str, shown: str) -> None:
    [moment] = moments(text)
    assert text[moment.start : moment.end] == shown


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("It ended on 14 April 1997.", ["14 apr 1997"]),
        ("It may 2020 visitors a day.", ["2020"]),
        ("It rose by 5 million. August was quiet.", ["aug"]),
    ],
)
def test_english_dates_stay_as_they_were(text: str, dates: list[str]) -> None:
    assert [str(moment.date) for moment in moments(text)] == dates


def test_english_amounts_stay_as_they_were() -> None:
    said = "7.15 billion dollars, 1,200 people, 3 years, 36.8 % and 320 million"
    assert [(each.value, each.unit) for each in amounts(said)] == [
        (7.15e9, "usd"),
        (1200.0, ""),
        (3.0, "year"),
        (36.8, "percent"),
        (320e6, ""),
    ]


@pytest.mark.parametrize(
    "text", ["a $70 million deal", "the $70 million depends on it", "$70 million dearer"]
)
def test_an_english_million_may_stand_before_any_word(text: str) -> None:
    assert [(each.value, each.unit) for each in amounts(text)] == [(70e6, "usd")]


@pytest.mark.parametrize(
    ("text", "value"), [("1 million d'euros", 1e6), ("3 millions de clients", 3e6)]
)
def test_a_french_million_stands_before_de(text: str, value: float) -> None:
    assert [each.value for each in amounts(text)] == [value]
