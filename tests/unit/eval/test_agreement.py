import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.agreement import Rating, agreement, kappa, level, spearman

UNIT = st.sampled_from([0.0, 1 / 3, 2 / 3, 1.0])
PAIRS = st.lists(st.tuples(UNIT, UNIT), min_size=1, max_size=12)


def test_spearman_without_ties() -> None:
    # Ranks 1 2 3 4 5 against 2 1 4 3 5: d^2 = 1+1+1+1+0 = 4; 1 - 6*4 / (5*24) = 0.8
    assert spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5]) == pytest.approx(0.8)


def test_spearman_with_ties() -> None:
    # Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4; both have mean 2.5.
    # Sxy = (-1.5)(-1.5) + 0 + 0 + 1.5*1.5 = 4.5; Sxx = 4.5; Syy = 5; 4.5 / sqrt(22.5) = 0.94868
    assert spearman([0, 1, 1, 2], [1, 2, 3, 4]) == pytest.approx(0.94868, abs=1e-5)


@pytest.mark.parametrize(
    ("first", "second"),
    [([], []), ([1, 2], [1, 2]), ([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [2, 2, 2])],
)
def test_spearman_that_does_not_exist(first: list[float], second: list[float]) -> None:
    assert spearman(first, second) is None


FIRST = [0] * 25 + [1] * 25
SECOND = [0] * 20 + [1] * 5 + [0] * 10 + [1] * 15


def test_kappa() -> None:
    # Both 0: 20, both 1: 15 of 50, so observed 35/50 = 0.7.
    # By chance: 25/50 * 30/50 + 25/50 * 20/50 = 0.3 + 0.2 = 0.5. (0.7 - 0.5) / (1 - 0.5) = 0.4
    assert kappa(FIRST, SECOND) == pytest.approx(0.4)


def test_weighted_kappa() -> None:
    first, second = [0, 1, 2, 2], [0, 1, 2, 0]
    # Quadratic weights of the distances 0, 1, 2 are 0, 1, 4; seen: one distance of 2, 4/4 = 1.
    # Shares of levels 0, 1, 2: first 1/4 1/4 2/4, second 2/4 1/4 1/4. Expected distance:
    # (1*1 + 1*4 + 1*2 + 1*1 + 2*2*4 + 2*1*1) / 16 = (1 + 4 + 2 + 1 + 16 + 2) / 16 = 26/16 = 1.625
    # 1 - 1 / 1.625 = 0.384615
    assert kappa(first, second, weights="quadratic") == pytest.approx(0.384615, abs=1e-6)


def test_weights_count_distances_over_levels_that_nobody_used() -> None:
    # Levels 0, 1 and 3: quadratic weights must be of 1, 9 and 4, not of places in the list.
    # first 0 1 3, second 0 3 1: seen (0 + 4 + 4) / 3 = 8/3.
    # Expected, each pair 1/9: 0-1: 1, 0-3: 9, 1-3: 4, both ways: 2 * 14 / 9 = 28/9.
    # 1 - (8/3) / (28/9) = 1 - 72/84 = 0.142857
    assert kappa([0, 1, 3], [0, 3, 1], weights="quadratic") == pytest.approx(0.142857, abs=1e-6)


def test_kappa_does_not_exist_where_all_is_the_same() -> None:
    assert kappa([1, 1], [1, 1]) is None
    assert kappa([], []) is None


@pytest.mark.parametrize(
    ("value", "levels", "expected"),
    [
        (0.0, 4, 0),
        (1.0, 4, 3),
        (1 / 3, 4, 1),
        (0.49, 4, 1),  # 1.47
        ((3.5 - 1) / 3, 4, 3),  # 2.5, and halves go up
        (0.5, 2, 1),
        (0.49, 2, 0),
    ],
)
def test_level(value: float, levels: int, expected: int) -> None:
    assert level(value, levels) == expected


def test_unscored_are_left_out_and_counted() -> None:
    ratings = [Rating(0.0, 0.1), Rating(None, 1.0), Rating(0.5, 0.6), Rating(1.0, 0.9)]
    found = agreement(ratings, levels=2)
    assert (found.scored, found.unscored) == (3, 1)
    assert found.spearman == pytest.approx(1.0)
    # Levels 0 1 1 against 0 1 1.
    assert found.kappa == pytest.approx(1.0)


def test_nothing_scored_has_no_figures() -> None:
    found = agreement([Rating(None, 1.0)] * 3, levels=4)
    assert (found.scored, found.unscored) == (0, 3)
    assert found.spearman is found.spearman_interval is found.kappa is found.kappa_weighted is None


def test_interval_holds_the_figure_and_is_wider_for_answers_that_belong_together() -> None:
    alone = [Rating(n / 30, ((n * 7) % 30 + n) / 60) for n in range(30)]
    together = [Rating(r.judge, r.people, f"question {n % 5}") for n, r in enumerate(alone)]
    one, other = agreement(alone, levels=4), agreement(together, levels=4)
    assert one.spearman == other.spearman
    assert one.spearman is not None
    assert one.spearman_interval is not None
    assert one.spearman_interval.low <= one.spearman <= one.spearman_interval.high
    assert other.spearman_interval is not None
    assert other.spearman_interval != one.spearman_interval


@given(PAIRS)
def test_figures_keep_their_bounds_and_do_not_depend_on_order(
    pairs: list[tuple[float, float]],
) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    levels = [level(a, 4) for a in first], [level(b, 4) for b in second]
    rank = spearman(first, second)
    if rank is not None:
        assert -1 - 1e-9 <= rank <= 1 + 1e-9
        assert spearman(first[::-1], second[::-1]) == pytest.approx(rank)
        assert spearman(second, first) == pytest.approx(rank)
    for weights in (None, "linear", "quadratic"):
        value = kappa(*levels, weights=weights)  # type: ignore[arg-type]
        if value is not None:
            assert -1 - 1e-9 <= value <= 1 + 1e-9
            assert kappa(levels[1], levels[0], weights=weights) == pytest.approx(value)  # type: ignore[arg-type]


@given(st.lists(UNIT, min_size=3, max_size=12).filter(lambda values: len(set(values)) > 1))
def test_perfect_agreement_is_one(values: list[float]) -> None:
    levels = [level(value, 4) for value in values]
    assert spearman(values, values) == pytest.approx(1)
    assert kappa(levels, levels) == pytest.approx(1)
    assert kappa(levels, levels, weights="quadratic") == pytest.approx(1)
