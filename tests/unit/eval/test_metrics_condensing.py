from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.condensing import compare_condensing

quick = settings(max_examples=50, deadline=None)
QRELS = {"one": {"a": 1}, "two": {"b": 1}, "unjudged": {"c": 0}}
SECOND = 1 / math.log2(3)  # nDCG of the only relevant source at rank 2
ranking = st.permutations("abc").flatmap(lambda order: st.integers(0, 3).map(lambda n: order[:n]))
run = st.fixed_dictionaries({"one": ranking, "two": ranking})


def test_condensing_by_hand() -> None:
    compared = compare_condensing(
        QRELS,
        own={"one": "a", "two": "ab"},
        last={"one": "ba", "two": "b"},
        joined={"one": "a"},
    )
    assert compared is not None
    assert compared.num_questions == 2  # nothing is relevant to the third
    assert compared.own == pytest.approx((1 + SECOND) / 2)
    assert compared.last == pytest.approx((SECOND + 1) / 2)
    assert compared.joined == pytest.approx((1 + 0) / 2)  # no results for the second
    assert compared.better_of_both == pytest.approx(1)  # joined for the first, last for the second
    assert compared.own_by_case == pytest.approx({"one": 1, "two": SECOND})


def test_nothing_judged_compares_nothing() -> None:
    assert compare_condensing({"one": {}}, own={}, last={}, joined={}) is None


@quick
@given(run, run, run)
def test_the_oracle_is_at_least_as_good_as_either(
    own: dict[str, list[str]], last: dict[str, list[str]], joined: dict[str, list[str]]
) -> None:
    compared = compare_condensing(QRELS, own=own, last=last, joined=joined)
    assert compared is not None
    assert 0 <= max(compared.last, compared.joined) <= compared.better_of_both + 1e-9
    assert compared.better_of_both <= 1 + 1e-9
    assert 0 <= compared.own <= 1 + 1e-9
    swapped = compare_condensing(QRELS, own=own, last=joined, joined=last)
    assert swapped is not None
    assert swapped.better_of_both == pytest.approx(compared.better_of_both)
    assert swapped.own == pytest.approx(compared.own)


@quick
@given(run)
def test_the_same_query_gains_nothing(same: dict[str, list[str]]) -> None:
    compared = compare_condensing(QRELS, own=same, last=same, joined=same)
    assert compared is not None
    assert compared.own == compared.last == compared.joined
    assert compared.better_of_both == pytest.approx(compared.own)
