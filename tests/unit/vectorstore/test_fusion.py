from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.fusion import EVEN_SHARE, SWAY, convex, lexical_share, min_max, weighted_sum

scores = st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.floats(-1e6, 1e6))


def test_min_max_by_hand() -> None:
    # width 4 - 1 = 3; (2 - 1) / 3
    assert min_max({"a": 1.0, "b": 2.0, "c": 4.0}) == {
        "a": 0.0,
        "b": pytest.approx(1 / 3),
        "c": 1.0,
    }


@pytest.mark.parametrize("given_scores", [{}, {"a": 3.0}, {"a": 3.0, "b": 3.0}])
def test_scores_that_do_not_differ_are_all_zero(given_scores: dict[str, float]) -> None:
    assert min_max(given_scores) == dict.fromkeys(given_scores, 0.0)


@given(scores)
def test_min_max_stays_within_bounds_and_keeps_the_order(found: dict[str, float]) -> None:
    stretched = min_max(found)
    assert stretched.keys() == found.keys()
    assert all(0.0 <= value <= 1.0 for value in stretched.values())
    for one in found:
        for other in found:
            if found[one] < found[other]:
                assert stretched[one] <= stretched[other]


def test_convex_by_hand() -> None:
    fused = convex({"a": 0.2, "b": 0.6, "c": 0.4}, {"a": 8.0, "b": 0.0, "c": 4.0}, share=0.25)
    # a: 0.25 * 1 + 0.75 * 0; b: 0.25 * 0 + 0.75 * 1; c: both halfway
    assert fused == {"a": 0.25, "b": 0.75, "c": pytest.approx(0.5)}


def test_no_candidates_fuse_to_none() -> None:
    assert convex({}, {}) == {}


@given(scores, st.floats(0, 1), st.randoms(use_true_random=False))
def test_convex_does_not_depend_on_the_order(
    cosines: dict[str, float], share: float, shuffler: random.Random
) -> None:
    lexical = {name: abs(score) for name, score in cosines.items()}
    names = list(cosines)
    shuffler.shuffle(names)
    fused = convex(cosines, lexical, share=share)
    again = convex(
        {name: cosines[name] for name in names},
        {name: lexical[name] for name in reversed(names)},
        share=share,
    )
    assert fused == again
    assert all(0.0 <= value <= 1.0 for value in fused.values())


def test_the_half_with_a_clear_winner_weighs_more() -> None:
    clear, even = {"a": 0.9, "b": 0.1}, {"a": 0.5, "b": 0.5}
    assert lexical_share(even, {"a": 9.0, "b": 1.0}) == pytest.approx(EVEN_SHARE + SWAY)
    assert lexical_share(clear, {"a": 1.0, "b": 1.0}) == pytest.approx(EVEN_SHARE - SWAY)
    assert lexical_share(even, {"a": 1.0, "b": 1.0}) == pytest.approx(EVEN_SHARE)
    assert lexical_share({}, {}) == EVEN_SHARE


@given(scores)
def test_the_share_stays_within_its_bounds(found: dict[str, float]) -> None:
    lexical = {name: abs(score) for name, score in found.items()}
    assert 0.0 < EVEN_SHARE - SWAY - 1e-9 <= lexical_share(found, lexical)
    assert lexical_share(found, lexical) <= EVEN_SHARE + SWAY + 1e-9 < 1.0


@given(scores)
def test_fusing_without_a_share_takes_the_one_of_the_query(found: dict[str, float]) -> None:
    lexical = {name: abs(score) for name, score in found.items()}
    assert convex(found, lexical) == convex(found, lexical, share=lexical_share(found, lexical))


def test_a_passage_that_one_ranking_lacks_counts_nothing_there() -> None:
    assert weighted_sum([{"a": 1.0, "b": 0.5}, {"b": 1.0}], [1.0, 0.5]) == {"a": 1.0, "b": 1.0}


def test_each_ranking_needs_a_weight() -> None:
    with pytest.raises(ValueError, match="shorter"):
        weighted_sum([{"a": 1.0}], [])
