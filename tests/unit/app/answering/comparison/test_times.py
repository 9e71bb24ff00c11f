"""Which sentence tells when something was, and which leaves it open."""

from __future__ import annotations

from dataclasses import replace

from app.answering.comparison.times import RIVAL, SHARE, time_told
from app.answering.evidence.evidence import Evidence
from tests.builders_answering import make_evidence

ASKED = "When were the board changes at Haven?"
HAVEN = frozenset({"haven"})


def likely(text: str, chance: float, ordinal: int = 0) -> Evidence:
    return replace(make_evidence(text, ordinal=ordinal), relevance=chance)


def test_the_likeliest_sentence_with_a_year_tells_the_time() -> None:
    found = [
        likely("The board changed again.", 0.9),
        likely("The board changed in May 2019.", 0.8, 1),
        likely("The board changed in June 2018.", RIVAL * 0.8 - 0.01, 2),
    ]
    told = time_told(ASKED, HAVEN, found)
    assert told is not None
    assert (told[0].text, told[1].date.year) == ("The board changed in May 2019.", 2019)


def test_an_unlikely_sentence_tells_no_time() -> None:
    found = [
        likely("The board changed.", 0.9),
        likely("Its board was new in 2018.", SHARE * 0.9 - 0.01, 1),
    ]
    assert time_told(ASKED, HAVEN, found) is None


def test_two_likely_times_leave_open_which_is_meant() -> None:
    found = [
        likely("The board changed in May 2019.", 0.8),
        likely("The board changed in 2017.", 0.7, 1),
    ]
    assert time_told(ASKED, HAVEN, found) is None


def test_a_time_of_another_year_than_the_one_asked_about_is_none() -> None:
    found = [likely("The board changed in May 2019.", 0.8)]
    assert time_told("When were the board changes at Haven in 2018?", HAVEN, found) is None
    assert time_told("When were the board changes at Haven in 2019?", HAVEN, found) is not None
