"""Slips and abbreviations in the words of a library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.answering.question.wording import Wording
from app.languages.english import EnglishForm
from vectorstore.lexical import analyse

TEXT = (
    "Walgreens Boots Alliance and Microsoft, Nestlé and Starbucks. Haven had to close in February. "
    "The price of the deal was paid to BioNTech by the Food and Drug Administration."
)


@dataclass
class Stored:
    text: str


class Lexical:
    def holds(self, word: str) -> bool:
        return set(analyse(word)) <= set(analyse(TEXT))

    def frequency(self, word: str) -> int:
        return int(self.holds(word))

    def search(self, text: str, *, limit: int) -> list[tuple[str, float]]:
        return [("all", 1.0)]

    def near(self, word: str, *, edits: int, limit: int) -> list[str]:
        return ["all"]


class Reader:
    def passages(self, names: list[str]) -> list[Stored]:
        return [Stored(TEXT) for _ in names]

    def openings(self, limit: int) -> list[str]:
        return [TEXT]


class Generation:
    name = "gen-000001"
    key = ("gen-000001", "")
    lexical = Lexical()
    reader = Reader()

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        return make()


GENERATION: Any = Generation()
WORDS = frozenset({"when", "did", "coast", "price", "partner", "deal", "boats", "nestle"})


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("starbuks nestle deal price", "Starbucks Nestlé deal price"),
        ("when did havven clsoe", "when did Haven close"),
        ("WBA partner", "Walgreens Boots Alliance partner"),
        ("wba partner", "Walgreens Boots Alliance partner"),
        ("BNT partner", "BioNTech partner"),
        ("what did the FDA do", "what did the Food and Drug Administration do"),
        ("price of Starbucks", "price of Starbucks"),
    ],
)
def test_question_is_put_into_words_of_the_library(text: str, meant: str) -> None:
    assert Wording(lambda: WORDS).understood(text, GENERATION) == meant


@pytest.mark.parametrize(
    "text",
    [
        "the coast of the deal",  # a word of the language, though none of the library's
        "What keeps coasting dealers at home?",  # so are those made of one by an ending
        "When was Spotify founded?",
        "Wann wurde Haven geschlossen und warum?",  # another language
        "the XQZ deal",
    ],
)
def test_word_that_may_be_meant_is_left_alone(text: str) -> None:
    assert Wording(lambda: WORDS).understood(text, GENERATION) == text


def test_without_a_list_of_words_only_accents_are_mended() -> None:
    assert Wording().understood("starbuks nestle", GENERATION) == "starbuks Nestlé"


def test_a_name_of_the_library_is_known_in_whatever_letters() -> None:
    wording = Wording(lambda: WORDS)
    assert wording.names("NESTLÉ?", GENERATION)
    assert wording.names("starbucks price", GENERATION)
    assert not wording.names("a price, thanks", GENERATION)
    assert not wording.names("what's the price's boats' deal", GENERATION)


@pytest.mark.parametrize(("text", "meant"), [("havn price", "Haven price"), ("hav price", None)])
def test_a_letter_left_out_of_a_short_name_is_put_back(text: str, meant: str | None) -> None:
    wording = Wording(lambda: WORDS)
    assert wording.understood(text, GENERATION) == (meant or text)


def test_a_foreign_word_that_the_library_has_is_understood() -> None:
    form = EnglishForm("the administracion of February", ("administracion", "xyzzyplugh"))
    known = Wording(lambda: WORDS).cognates(form, GENERATION)
    assert known == EnglishForm("the Administration of February", ("xyzzyplugh",))
