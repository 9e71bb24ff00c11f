from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.latency import percentile, total

quick = settings(max_examples=50, deadline=None)
seconds = st.lists(st.floats(0, 100), min_size=1, max_size=20)
share = st.integers(1, 100)


def test_percentiles_by_hand() -> None:
    ten = [float(n) for n in range(10, 0, -1)]
    assert percentile(ten, 50) == 5  # rank ceil(.50 · 10) = 5
    assert percentile(ten, 95) == 10  # rank ceil(9.5) = 10
    assert percentile(ten, 10) == 1  # rank 1
    hundred = [float(n) for n in range(1, 101)]
    assert percentile(hundred, 99) == 99
    assert percentile(hundred, 7) == 7  # .07 · 100 is more than 7 in floating point
    assert percentile([3.0], 1) == 3
    assert percentile([], 50) is None


def test_totals_count_what_was_counted() -> None:
    assert total([1, None, 2]) == 3
    assert total([None, None]) is None
    assert total([]) is None


@quick
@given(seconds, share)
def test_a_percentile_was_measured_and_is_passed_by_few(values: list[float], wanted: int) -> None:
    value = percentile(values, wanted)
    assert value in values
    assert value is not None
    assert 100 * sum(each <= value for each in values) >= wanted * len(values)
    assert 100 * sum(each < value for each in values) < wanted * len(values)


@quick
@given(seconds, share, share)
def test_percentiles_rise_and_know_no_order(values: list[float], one: int, other: int) -> None:
    low, high = percentile(values, min(one, other)), percentile(values[::-1], max(one, other))
    assert low is not None
    assert high is not None
    assert min(values) <= low <= high <= max(values)


@quick
@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=10), st.floats(0, 100))
def test_another_answer_adds_to_the_total(values: list[float | None], more: float) -> None:
    before = total(values) or 0.0
    assert total([*values, more]) == pytest.approx(before + more)
    assert total(values[::-1]) == total(values)
