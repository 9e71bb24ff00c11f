"""Names that were typed small."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.answering.question.capitals import with_capitals
from vectorstore.kept import Kept

TEXT = """\
The partners of Haven met. It is said that Haven closed, and nobody expected Haven to.
The insurer Ping An has a platform, and Ping An sells it. We like an open platform.
Flights of United Airlines are late. We love the United States; the states are united.
BioNTech grew. A share of BioNTech costs more.
The Coming Rescue Of Small Shops
The partner pays. A Partner is a company. Every partner knows.
In March they merged.
"""
COMMON = frozenset("haven partner partners an united states rescue open small".split())


@dataclass
class Stored:
    text: str


@dataclass
class Library:
    """Holds one passage."""

    asked: list[str] = field(default_factory=list)
    kept: Kept = field(default_factory=Kept)

    def once(self, name: str, make: Callable[[], Any]) -> Any:
        return self.kept.get(name, make)

    @property
    def lexical(self) -> Library:
        return self

    @property
    def reader(self) -> Library:
        return self

    def search(self, text: str, *, limit: int) -> list[tuple[str, float]]:
        self.asked.append(text)
        return [("all", 1.0)]

    def passages(self, names: list[str]) -> list[Stored]:
        return [Stored(TEXT) for _ in names]


def put(text: str, library: Library | None = None) -> str:
    served: Any = library or Library()
    return with_capitals(text, served, lambda word: word not in COMMON)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("when did haven close", "when did Haven close"),
        ("haven founders??", "Haven founders??"),
        ("who were haven's founders", "who were Haven's founders"),
        ("where is ping an based", "where is Ping An based"),
        ("does biontech pay", "does BioNTech pay"),
    ],
)
def test_a_name_is_written_as_the_sources_write_it(typed: str, written: str) -> None:
    assert put(typed) == written


@pytest.mark.parametrize(
    "typed",
    [
        "who is the partner",  # written small in most places
        "when will the rescue come",  # a title shows nothing
        "is it a haven for them",  # nor is it a name behind an article
        "what do platforms cost",  # sources do not have it
        "Has Haven closed?",
    ],
)
def test_other_words_stay_small(typed: str) -> None:
    assert put(typed) == typed


def test_a_long_text_is_not_looked_up() -> None:
    library = Library()
    long = " ".join(["haven"] * 41)
    assert put(long, library) == long
    assert not library.asked


def test_a_word_asked_again_is_not_looked_up_again() -> None:
    library = Library()
    first = put("is it a haven for partners", library)
    asked = len(library.asked)
    assert asked
    assert put("is it a haven for partners", library) == first
    assert len(library.asked) == asked
    assert put("when did haven close", library) == put("when did haven close", library)


def test_how_a_name_of_two_words_is_written_is_looked_up_once() -> None:
    library = Library()
    first = put("where is ping an based", library)
    looked_up = list(library.asked)
    assert first == "where is Ping An based"
    assert put("where is ping an based", library) == first
    assert library.asked == looked_up
