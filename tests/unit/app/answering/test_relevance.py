from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.relevance import (
    PASSAGE_CONSTANT,
    PASSAGE_WEIGHTS,
    SENTENCE_CONSTANT,
    SENTENCE_WEIGHTS,
    passage_signs,
    relevances,
    sentence_signs,
)
from tests.builders_answering import make_evidence

FEW = st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1, width=16)), max_size=8)


def test_nothing_found_is_nothing_judged() -> None:
    assert relevances([]) == []


def test_signs_are_distances_to_the_best() -> None:
    near = make_evidence("Haven closed.", passage_ordinal=0, cosine=0.8, window=0.5, score=2.0)
    far = make_evidence("It rained.", ordinal=1, passage_ordinal=1, cosine=0.5, score=1.0)
    first, second = sentence_signs([near, far])
    assert (first.cosine_below, first.leads, first.crowd) == (0.0, 1.0, 0.0)
    assert second.cosine_below == pytest.approx(0.5 - 0.8)
    assert second.cosine_below_in_passage == 0.0
    assert (second.window_below, second.score_below) == (-0.5, -1.0)
    assert second.length == pytest.approx(math.log(2))


def test_signs_of_the_closer_reading() -> None:
    first = replace(make_evidence("Haven closed.", passage_ordinal=0), titled=0.9)
    second = replace(make_evidence("It rained.", ordinal=1, passage_ordinal=0), titled=0.5)
    third = replace(make_evidence("It snowed.", ordinal=2, passage_ordinal=1), titled=0.7)
    signs = sentence_signs([first, second, third])
    assert [each.titled_below for each in signs] == pytest.approx([0.0, -0.4, -0.2])
    assert [each.titled_below_in_passage for each in signs] == pytest.approx([0.0, -0.4, 0.0])
    # Ranks 1, 3 and 2.
    assert [each.titled_place for each in signs] == pytest.approx([0, math.log(3), math.log(2)])
    nearer, farther = passage_signs([first, second, third]).values()
    assert (nearer.titled, farther.titled) == (0.9, 0.7)
    assert (nearer.titled_ahead, farther.titled_ahead) == pytest.approx((0.2, -0.2))


def test_the_only_passage_is_sure() -> None:
    # The logistic of the sentence alone: all its distances are 0 and it leads its passage.
    item = make_evidence("Haven closed.", cosine=0.8, score=2.0)
    logit = SENTENCE_CONSTANT + SENTENCE_WEIGHTS.leads + SENTENCE_WEIGHTS.length * math.log(2)
    assert relevances([item]) == [pytest.approx(1 / (1 + math.exp(-logit)))]


def test_among_several_passages_the_chances_are_multiplied() -> None:
    near = make_evidence("Haven closed.", passage_ordinal=0, cosine=0.8, score=2.0)
    other = replace(near, passage=make_evidence("x", passage_ordinal=7, uri="/b.md").passage)
    sentence = SENTENCE_CONSTANT + SENTENCE_WEIGHTS.leads + SENTENCE_WEIGHTS.length * math.log(2)
    signs = passage_signs([near, other])[near.passage.passage.id]
    passage = PASSAGE_CONSTANT + 0.8 * PASSAGE_WEIGHTS.cosine
    passage += PASSAGE_WEIGHTS.place * signs.place + PASSAGE_WEIGHTS.leads * signs.leads
    expected = 1 / (1 + math.exp(-sentence)) / (1 + math.exp(-passage))
    assert relevances([near, other])[0] == pytest.approx(expected)


@given(FEW)
def test_relevance_is_a_chance(found: list[tuple[int, float]]) -> None:
    evidence = [
        make_evidence(f"word{n} said.", ordinal=n, passage_ordinal=passage, cosine=cosine)
        for n, (passage, cosine) in enumerate(found)
    ]
    assert all(0.0 <= each <= 1.0 for each in relevances(evidence))


@given(st.floats(0, 0.5), st.floats(0.01, 0.4))
def test_nearer_to_the_question_is_more_relevant(low: float, more: float) -> None:
    best = make_evidence("Alpha said.", ordinal=0, passage_ordinal=0, cosine=1.0)
    best = replace(best, titled=1.0)
    at = [
        replace(make_evidence("Beta said.", ordinal=1, passage_ordinal=0), titled=cosine)
        for cosine in (low, low + more)
    ]
    assert relevances([best, at[0]])[1] < relevances([best, at[1]])[1]
