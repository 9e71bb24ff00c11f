"""A supported claim, or what it rests on, is made untrue in one thing."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from eval.training.examples import Pair
from eval.training.untrue import untrue

RIVER = "Brandt sold the mill to Osterby in 1998 for 40 million crowns."
LATER = "Osterby closed the mill in 2004."
CLAIM = Pair(
    task="claim",
    asked="For 40 million crowns Brandt sold the mill to Osterby.",
    title="The mill",
    sentences=(RIVER, LATER),
    labels=(1, 0),
    holds=True,
    source="claims",
    group="mill-001",
)


def variants(pair: Pair, tries: int = 200) -> list[Pair]:
    found = (untrue(pair, random.Random(seed)) for seed in range(tries))
    return [each for each in found if each is not None]


def test_one_side_is_changed_and_the_other_stays() -> None:
    changed = variants(CLAIM)
    assert changed
    for each in changed:
        assert not each.holds
        assert each.labels is None
        assert (each.asked == CLAIM.asked) != (each.sentences == CLAIM.sentences)


def test_who_did_it_whether_and_how_much_are_changed() -> None:
    asked = {each.asked for each in variants(CLAIM)}
    assert "For 40 million crowns Osterby sold the mill to Brandt." in asked
    assert "For 40 million crowns Brandt bought the mill to Osterby." in asked
    assert not any("1998" in each for each in asked), "of two digits more than 40"
    negated = replace(CLAIM, asked="The mill was sold to Osterby.")
    assert "The mill was not sold to Osterby." in {each.asked for each in variants(negated)}
    denied = replace(CLAIM, asked="The mill was not sold before 1998.")
    assert "The mill was sold before 1998." in {each.asked for each in variants(denied)}


@pytest.mark.parametrize(
    "pair",
    [
        replace(CLAIM, holds=False),
        replace(CLAIM, task="question"),
        replace(CLAIM, asked="It rains a lot there.", sentences=("It rains.",), labels=(1,)),
    ],
)
def test_what_cannot_be_made_untrue_is_left(pair: Pair) -> None:
    assert variants(pair) == []


def test_what_both_did_together_is_not_exchanged() -> None:
    both = replace(
        CLAIM,
        asked="In 1998 Brandt merged with Osterby.",
        sentences=("In 1998 Brandt and Osterby merged.",),
    )
    assert all("Osterby merged" not in each.asked for each in variants(both))
