"""Claims that pair words across the clauses of their evidence."""

from __future__ import annotations

import pytest

from app.answering.verification.checks import Check
from app.answering.verification.crossed import crossed
from app.answering.verification.verify import verify

SHARED = "Trialis brings the sponsors and the software; the network brings 410,000 patients."
LEADING = "Royalties lag; the age of the oldest open question leads."
COUNTED = "Count money every quarter and health every month, and leave learning to a talk."


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Trialis brings 410,000 patients, and the network brings the sponsors.", SHARED),
        ("Royalties are in the lead, whereas the age of the oldest question lags.", LEADING),
        ("One should count money every month and health every quarter.", COUNTED),
    ],
)
def test_pairs_across_the_clauses_of_the_evidence_fail(claim: str, told: str) -> None:
    assert [failure.check for failure in crossed(claim, [told])] == [Check.ROLES]
    assert Check.ROLES in {each.check for each in verify(claim, [told], lambda *_, **__: 1.0)}


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("The network brings 410,000 patients, and Trialis brings the sponsors.", SHARED),
        ("The software and the sponsors are brought by Trialis.", SHARED),
        ("Both bring something, Trialis with patients and the network with sponsors.", SHARED),
        ("The age of the oldest open question leads, whereas royalties lag.", LEADING),
        ("Health is counted every month, money every quarter.", COUNTED),
    ],
)
def test_clauses_in_another_order_or_joined_in_one_pass(claim: str, told: str) -> None:
    assert list(crossed(claim, [told])) == []


def test_the_two_clauses_may_stand_in_two_sentences() -> None:
    told = ["Brisk Foods supplies the kitchens.", "Harlow delivers 900 meals."]
    assert list(crossed("Brisk Foods delivers the meals, and Harlow the kitchens.", told))
    assert not list(crossed("Harlow delivers the meals, and Brisk Foods the kitchens.", told))
