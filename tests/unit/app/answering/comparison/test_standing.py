from __future__ import annotations

from datetime import date

import pytest

from app.answering.comparison.standing import TOLD, as_it_stands
from app.answering.evidence.evidence import Evidence
from tests.builders_answering import make_evidence

PLANNED = "Kestrel has agreed to buy Marlow, which is not completed yet."
DONE = "Kestrel completed the purchase of Marlow in May 2019."
BESIDE = "Marlow has forty shops."


def told(text: str, day: str, relevance: float) -> Evidence:
    return make_evidence(
        text, uri=f"/{day}.md", relevance=relevance, published=date.fromisoformat(day)
    )


def test_what_a_newer_source_calls_done_replaces_what_was_planned() -> None:
    found = as_it_stands([told(PLANNED, "2018-11-12", 0.8), told(DONE, "2019-06-01", 0.05)])
    assert [(item.text, item.relevance) for item in found] == [(DONE, pytest.approx(0.8))]


def test_what_is_planned_anew_after_something_was_done_stays() -> None:
    found = as_it_stands([told(PLANNED, "2020-11-12", 0.5), told(DONE, "2019-06-01", 0.05)])
    assert [item.text for item in found] == [PLANNED, DONE]


def test_a_sentence_that_says_how_far_a_deal_has_come_counts_more_than_others() -> None:
    found = as_it_stands([told(BESIDE, "2019-06-01", 0.2), told(DONE, "2019-06-01", 0.2)])
    assert [item.relevance for item in found] == [0.2, pytest.approx(0.2 + TOLD)]
