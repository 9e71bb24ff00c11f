"""Intervals and paired tests: values worked by hand, and what must hold for any values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.statistics import (
    EXACT_UP_TO,
    BoolArray,
    IndexArray,
    Interval,
    holm,
    mean_interval,
    paired,
    proportion_interval,
    sign_flip_p,
    sign_test_p,
    statistic_intervals,
    swap_p_values,
)

scores = st.integers(0, 20).map(lambda twentieths: twentieths / 20)
examples = settings(max_examples=50, deadline=None)


def test_wilson_interval_of_eight_in_ten() -> None:
    # z = 1.96, z² = 3.8416: centre (8 + 1.9208) / (10 + 3.8416) = 9.9208 / 13.8416 = 0.7167
    # half: 1.96 / 13.8416 · √(8·2/10 + 3.8416/4) = 0.14160 · √2.5604 = 0.14160 · 1.60013 = 0.2266
    interval = mean_interval([1] * 8 + [0] * 2)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((0.4901, 0.9433), abs=1e-3)


def test_all_right_is_not_without_doubt() -> None:
    # Wilson at 20 of 20: low = 20 / (20 + z²) = 20 / 23.8415 = 0.8389, high = 1
    assert proportion_interval(20, 20).low == pytest.approx(0.8389, abs=1e-4)
    assert proportion_interval(20, 20).high == pytest.approx(1.0)


def test_bootstrap_interval_is_near_the_normal_one_for_many_even_values() -> None:
    # 0, 0.01 … 1: mean 0.5, standard error √(Σ(x−0.5)²/101)/√101 = 0.29155/10.0499 = 0.02901
    # so about 0.5 ± 1.96 · 0.02901 = 0.5 ± 0.0569
    interval = mean_interval([n / 100 for n in range(101)])
    assert interval is not None
    assert interval.low == pytest.approx(0.5 - 0.0569, abs=0.005)
    assert interval.high == pytest.approx(0.5 + 0.0569, abs=0.005)


def test_bootstrap_interval_leans_towards_the_long_tail() -> None:
    values = [0.05] * 40 + [0.9, 0.95, 0.97]
    interval = mean_interval(values)
    assert interval is not None
    mean = sum(values) / len(values)
    assert interval.high - mean > mean - interval.low


@pytest.mark.parametrize("values", [[], [0.4]])
def test_too_few_values_have_no_interval(values: list[float]) -> None:
    assert mean_interval(values) is None


def test_equal_values_have_a_point() -> None:
    assert mean_interval([0.4, 0.4, 0.4]) == Interval(0.4, 0.4)


def test_statistic_interval_of_a_median() -> None:
    # Of 1…99 a resample's median has standard error about 1/(2·f·√n) = 1/(2·(1/99)·√99) = 4.97
    # so about 50 ± 1.96 · 4.97 = 40.2 … 59.8
    values = np.arange(1.0, 100.0)
    intervals = statistic_intervals(lambda drawn: {"median": float(np.median(values[drawn]))}, 99)
    assert intervals["median"].low == pytest.approx(40.2, abs=2.5)
    assert intervals["median"].high == pytest.approx(59.8, abs=2.5)


def test_statistic_that_hardly_ever_exists_has_no_interval() -> None:
    def only_of_all(drawn: IndexArray) -> dict[str, float | None]:
        return {"all": 1.0 if len(set(drawn.tolist())) == 10 else None, "any": 1.0}

    assert statistic_intervals(only_of_all, 10) == {"any": Interval(1.0, 1.0)}
    assert statistic_intervals(only_of_all, 1) == {}


def test_draws_without_the_statistic_are_left_out() -> None:
    # Drawn positions of 2 cases: 00 (left out), 01, 10 (share ½), 11 (share 1), equally often
    def share(drawn: IndexArray) -> dict[str, float | None]:
        return {"share": float(drawn.mean()) if drawn.any() else None}

    assert statistic_intervals(share, 2) == {"share": Interval(0.5, 1.0)}


def test_swapping_cases_tells_what_chance_does() -> None:
    # All 8 cases 0 before and 1 after: only swapping none or all gives |difference| 1,
    # p = 2/2⁸ = 0.0078; of 499 draws about 3.9 reach it: (1 + 3.9)/500 = 0.0098 ± 0.004
    def differences(swapped: BoolArray) -> dict[str, float | None]:
        return {"mean": float(np.where(swapped, -1.0, 1.0).mean()), "never": None, "same": 0.0}

    p_values = swap_p_values(differences, 8, resamples=499)
    assert p_values["mean"] == pytest.approx(0.0098, abs=0.009)
    assert p_values["same"] == 1.0
    assert set(p_values) == {"mean", "same"}


def test_paired_by_hand() -> None:
    # differences 0.3, 0.2, −0.1, 0: mean 0.4/4 = 0.1; before 1.6/4 = 0.4, after 2.0/4 = 0.5
    # Σ = 0.4 of sizes 0.3, 0.2, 0.1: sums ±0.6, ±0.4, ±0.2, ±0.0 once each (8 patterns);
    # |sum| ≥ 0.4 in 4 of 8: p = 0.5
    result = paired([0.2, 0.4, 0.6, 0.4], [0.5, 0.6, 0.5, 0.4])
    assert result is not None
    assert (result.before, result.after) == pytest.approx((0.4, 0.5))
    assert result.difference == pytest.approx(0.1)
    assert (result.wins, result.losses, result.ties, result.pairs) == (2, 1, 1, 4)
    assert result.p == pytest.approx(0.5)
    assert result.interval is not None
    assert result.interval.low < 0.1 < result.interval.high


def test_the_same_run_twice_differs_by_nothing() -> None:
    result = paired([0.1, 0.7, 1 / 3], [0.1, 0.7, 1 / 3])
    assert result is not None
    assert (result.difference, result.p, result.interval) == (0.0, 1.0, Interval(0.0, 0.0))


def test_pairs_need_partners() -> None:
    with pytest.raises(ValueError, match="not 2 and 1"):
        paired([0.1, 0.2], [0.1])
    assert paired([], []) is None


def test_mcnemar_by_hand() -> None:
    # 9 won, 1 lost: 2 · (C(10,0) + C(10,1)) / 2¹⁰ = 2 · 11 / 1024 = 0.021484
    assert sign_test_p(9, 1) == pytest.approx(22 / 1024)
    assert sign_test_p(0, 0) == 1.0
    assert sign_flip_p([1.0] * 9 + [-1.0] + [0.0] * 30) == pytest.approx(22 / 1024)


def test_three_wins_of_different_sizes() -> None:
    # Of 2³ = 8 patterns only all plus and all minus reach 0.6: p = 2/8
    assert sign_flip_p([0.1, 0.2, 0.3]) == pytest.approx(0.25)


def test_drawn_signs_agree_with_the_normal_approximation() -> None:
    # sizes 0.01 … 0.40; Σd² = (40·41·81/6)·10⁻⁴ = 2.214, standard deviation 1.488.
    # Signs + + − + …: every third is minus; Σ = 8.2 − 2·(0.03+0.06+…+0.39) = 8.2 − 2·2.73 = 2.74
    # z = 2.74/1.488 = 1.841: two-sided p = 0.0656
    differences = [(-1 if n % 3 == 0 else 1) * n / 100 for n in range(1, 41)]
    assert len(differences) > EXACT_UP_TO
    assert sign_flip_p(differences) == pytest.approx(0.0656, abs=0.01)


def test_p_is_never_zero() -> None:
    # 60 wins of different sizes: no drawn pattern reaches the sum, 1/10,000 remains
    assert sign_flip_p([n / 100 for n in range(1, 61)]) == pytest.approx(1 / 10_000)


def test_holm_by_hand() -> None:
    # 0.01·4 = 0.04; 0.02·3 = 0.06; 0.03·2 = 0.06; 0.5·1 = 0.5
    assert holm({"d": 0.5, "a": 0.01, "c": 0.03, "b": 0.02}) == pytest.approx(
        {"d": 0.5, "a": 0.04, "c": 0.06, "b": 0.06}
    )
    # never falls: 0.03·2 = 0.06, then 0.04·1 = 0.04 is raised to 0.06
    assert holm({"a": 0.03, "b": 0.04}) == pytest.approx({"a": 0.06, "b": 0.06})
    assert holm({}) == {}


@examples
@given(st.lists(scores, min_size=2, max_size=40))
def test_interval_holds_the_mean_and_ignores_the_order(values: list[float]) -> None:
    interval = mean_interval(values)
    assert interval is not None
    mean = math.fsum(values) / len(values)
    assert interval.low - 1e-9 <= mean <= interval.high + 1e-9
    assert min(values) - 1e-9 <= interval.low or set(values) <= {0.0, 1.0}
    assert mean_interval(values[::-1]) == interval


@examples
@given(st.lists(st.tuples(scores, scores), min_size=1, max_size=40))
def test_swapping_the_runs_mirrors_the_comparison(pairs: list[tuple[float, float]]) -> None:
    before, after = zip(*pairs, strict=True)
    one, other = paired(before, after), paired(after, before)
    assert one is not None
    assert other is not None
    assert one.difference == pytest.approx(-other.difference)
    assert (one.wins, one.losses) == (other.losses, other.wins)
    assert one.wins + one.losses + one.ties == one.pairs == len(pairs)
    assert one.p == pytest.approx(other.p, abs=0.02)
    assert 0 < one.p <= 1


@examples
@given(st.lists(st.integers(1, 9), min_size=2, max_size=EXACT_UP_TO))
def test_exact_p_of_nothing_but_wins_is_two_patterns(sizes: list[int]) -> None:
    assert sign_flip_p(sizes) == pytest.approx(2 / 2 ** len(sizes))


@examples
@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_holm_never_lowers_and_keeps_the_order(p_values: dict[str, float]) -> None:
    adjusted = holm(p_values)
    assert list(adjusted) == list(p_values)
    assert all(p_values[key] <= adjusted[key] <= 1 for key in p_values)
    by_p: Sequence[str] = sorted(p_values, key=lambda key: p_values[key])
    assert [adjusted[key] for key in by_p] == sorted(adjusted.values())
