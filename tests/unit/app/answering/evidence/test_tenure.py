"""Who holds a post now, where what was read tells that somebody left it."""

from __future__ import annotations

from datetime import date

import pytest

from app.answering.evidence.evidence import Evidence
from app.answering.evidence.tenure import OUTDATED, without_former_holders
from tests.builders_answering import make_evidence

OLD = make_evidence(
    "Orlena is led by Ann Berg.", uri="/old.md", relevance=0.9, published=date(2018, 1, 1)
)
LEFT = make_evidence(
    "Ann Berg stepped down in May.", uri="/new.md", relevance=0.1, published=date(2022, 1, 1)
)
CAME = make_evidence(
    "Bo Dahl took over in June.",
    uri="/new.md",
    ordinal=1,
    relevance=0.05,
    published=date(2022, 1, 1),
)
SINGS = make_evidence("Cy Falk sings.", uri="/new.md", ordinal=2, relevance=0.05)


def chances(question: str, *found: Evidence) -> dict[str, float]:
    return {item.text: item.relevance for item in without_former_holders(question, found)}


@pytest.mark.parametrize(
    "question",
    ["Who leads Orlena?", "Who is the head of Orlena?", "who's in charge of Orlena now?"],
)
def test_who_came_after_counts_more_than_an_older_source(question: str) -> None:
    found = chances(question, OLD, LEFT, CAME, SINGS)
    assert found[OLD.text] == pytest.approx(OUTDATED * 0.9)
    assert found[CAME.text] == pytest.approx(0.9)
    assert found[LEFT.text] > found[OLD.text]
    assert found[SINGS.text] == 0.05


def test_that_he_left_is_shown_beside_that_he_led_in_one_document() -> None:
    led = make_evidence("Ida Moen ran the mill.", relevance=0.8)
    left = make_evidence("She was dismissed in May.", ordinal=1, relevance=0.02)
    found = chances("Who runs the mill?", led, left)
    assert found == {led.text: 0.8, left.text: pytest.approx(0.72)}


@pytest.mark.parametrize(
    "question",
    ["Who led Orlena?", "Who was head of Orlena in 2018?", "Who founded Orlena?", "Why?"],
)
def test_who_held_it_before_is_told_as_it_was_read(question: str) -> None:
    assert chances(question, OLD, LEFT, CAME) == {OLD.text: 0.9, LEFT.text: 0.1, CAME.text: 0.05}


def test_somebody_else_who_left_changes_nothing() -> None:
    other = make_evidence("Dag Eide resigned.", uri="/new.md", relevance=0.1)
    assert chances("Who leads Orlena?", OLD, other) == {OLD.text: 0.9, other.text: 0.1}
