"""Confidence intervals of means and run statistics, and paired tests of two runs.

Everything is seeded and independent of the order of its values: same values, same figures.

- A mean of 0/1 values gets Wilson's interval. The bootstrap knows nothing of what it has not seen:
  it would give "20 of 20 right" without any doubt, where Wilson says 0.84 to 1.
- Any other mean gets the bootstrap's BCa interval (Efron, JASA 82(397), 1987), which corrects the
  percentiles for bias and skew; scores in [0, 1] heap at their ends, so both are there.
- A figure of a whole run (AUROC, a percentile of latency) gets the percentile bootstrap over cases:
  BCa would need the statistic once more for each case.
- Two runs are compared case by case, by flipping the signs of the differences (Fisher's
  randomisation test). With 0/1 scores that is McNemar's exact test.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from scipy import stats

SEED = 20_190_115
"""Any number would do; it must only stay the same."""
LEVEL = 0.95
MEAN_RESAMPLES = 2_000
"""Puts the ends of an interval at percentiles 2.5 ± 0.35; costs milliseconds a measure."""
STATISTIC_RESAMPLES = 500
"""Of figures that cost about a millisecond each; percentiles 2.5 ± 0.7."""
EXACT_UP_TO = 14
"""So many differences have 16,384 patterns of signs: all are counted. Beyond, they are drawn."""
SIGN_DRAWS = 9_999
"""With the observed pattern itself 10,000, so that p comes in steps of 0.0001."""
SAME_SUM = 1e-9
"""Relative; sums of the same numbers in another order differ by less and count as equal."""

FloatArray: TypeAlias = npt.NDArray[np.float64]
IndexArray: TypeAlias = npt.NDArray[np.intp]
BoolArray: TypeAlias = npt.NDArray[np.bool_]
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the figure may well lie, at `LEVEL`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Paired:
    """Two runs on the same cases, by one measure; differences are second less first."""

    pairs: int
    before: float
    after: float
    difference: float
    interval: Interval | None
    """Of the difference; None where a single pair, or none, gives no idea of it."""
    wins: int
    """Cases where the second run has the higher value."""
    losses: int
    ties: int
    p: float
    """Two-sided: how often chance alone would part the runs at least as far."""


def mean_interval(values: Sequence[float]) -> Interval | None:
    """The interval of a mean: Wilson's for 0/1 values, else the bootstrap's BCa.

    Returns:
        None for no values, and for a single one that is neither 0 nor 1.
    """
    data = _sorted(values)
    if data.size and np.isin(data, (0.0, 1.0)).all():
        return proportion_interval(int(data.sum()), data.size)
    return _bootstrap_mean(data)


def proportion_interval(successes: int, count: int) -> Interval:
    """Wilson's score interval of a proportion (JASA 22(158), 1927), inside [0, 1].

    Raises:
        ValueError: If `count` is 0.
    """
    interval = stats.binomtest(successes, count).proportion_ci(LEVEL, method="wilson")
    return Interval(float(interval.low), float(interval.high))


def statistic_intervals(
    statistics: Callable[[IndexArray], Mapping[str, float | None]],
    count: int,
    *,
    resamples: int = STATISTIC_RESAMPLES,
) -> dict[str, Interval]:
    """The percentile bootstrap of figures that exist only for a whole run, by name.

    Args:
        statistics: The figures of the cases at these positions, some of them several times; None
            where these have none, as AUROC without an answerable case. Such draws are left out.
        count: How many cases the run has.
        resamples: How many times to draw.

    Returns:
        Nothing of a figure that fewer than half of the draws have.
    """
    if count < 2:
        return {}
    source = np.random.default_rng(SEED)
    values: dict[str, list[float]] = {}
    for _ in range(resamples):
        for name, value in statistics(source.integers(0, count, count)).items():
            if value is not None and math.isfinite(value):
                values.setdefault(name, []).append(value)
    return {
        name: _percentiles(np.asarray(found))
        for name, found in values.items()
        if 2 * len(found) >= resamples
    }


def swap_p_values(
    differences: Callable[[BoolArray], Mapping[str, float | None]],
    count: int,
    *,
    resamples: int = STATISTIC_RESAMPLES,
) -> dict[str, float]:
    """Two-sided p of two runs' figures: how often swapping cases by chance parts them as far.

    Args:
        differences: Second run less first, by figure, with the cases marked True swapped between
            the two; None where a figure does not exist.
        count: How many cases both runs have.
        resamples: How many times to draw; p comes in steps of 1/(1 + resamples).
    """
    observed = differences(np.zeros(count, dtype=np.bool_))
    known = {name: abs(value) for name, value in observed.items() if value is not None}
    reached = dict.fromkeys(known, 1)
    source = np.random.default_rng(SEED)
    for _ in range(resamples):
        drawn = differences(source.integers(0, 2, count).astype(np.bool_))
        for name, size in known.items():
            value = drawn.get(name)
            # A draw without the figure is no evidence that the runs differ.
            reached[name] += value is None or abs(value) >= size - SAME_SUM
    return {name: hits / (1 + resamples) for name, hits in reached.items()}


def paired(before: Sequence[float], after: Sequence[float]) -> Paired | None:
    """Compare two runs; values at one position belong to one case.

    Returns:
        None if there are no pairs.

    Raises:
        ValueError: If the lengths differ.
    """
    if len(before) != len(after):
        raise ValueError(f"Pairs need equal numbers of values, not {len(before)} and {len(after)}.")
    if not before:
        return None
    first, second = np.asarray(before, np.float64), np.asarray(after, np.float64)
    differences = _sorted(second - first)
    return Paired(
        pairs=differences.size,
        before=_mean(_sorted(first)),
        after=_mean(_sorted(second)),
        difference=_mean(differences),
        interval=_bootstrap_mean(differences),
        wins=int((differences > 0).sum()),
        losses=int((differences < 0).sum()),
        ties=int((differences == 0).sum()),
        p=sign_flip_p(differences.tolist()),
    )


def sign_flip_p(differences: Sequence[float]) -> float:
    """Two-sided p of the hypothesis that each difference might as well have the other sign.

    Zeros say nothing either way and are left out. Exact for up to `EXACT_UP_TO` differences, and
    for any number of one size (0/1 scores: the sign test); otherwise from seeded random signs, the
    observed ones counted in, so that p is never 0.
    """
    sizes = _sorted(differences)
    sizes = sizes[sizes != 0]
    if not sizes.size:
        return 1.0
    magnitudes = np.abs(sizes)
    if np.allclose(magnitudes, magnitudes[0], rtol=SAME_SUM, atol=0):
        return sign_test_p(int((sizes > 0).sum()), int((sizes < 0).sum()))
    observed = abs(_mean(sizes)) * sizes.size
    least = observed - SAME_SUM * float(magnitudes.sum())
    if sizes.size <= EXACT_UP_TO:
        signs = np.array(list(itertools.product((1.0, -1.0), repeat=sizes.size)))
        return float((np.abs(signs @ magnitudes) >= least).mean())
    source = np.random.default_rng(SEED)
    draws = source.integers(0, 2, (SIGN_DRAWS, sizes.size), dtype=np.int8) * 2.0 - 1.0
    reached = int((np.abs(draws @ magnitudes) >= least).sum())
    return (1 + reached) / (1 + SIGN_DRAWS)


def sign_test_p(wins: int, losses: int) -> float:
    """Two-sided sign test; with 0/1 scores this is McNemar's exact test."""
    if not wins + losses:
        return 1.0
    return float(stats.binomtest(wins, wins + losses, 0.5).pvalue)


def holm(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """Adjust p-values of several measures looked at together (Holm, Scand. J. Stat. 6(2), 1979).

    Calling significant what lies below 0.05 then errs once or more in at most 5 of 100 comparisons
    without any difference, however the measures depend on each other.
    """
    adjusted: dict[Key, float] = {}
    highest = 0.0
    for rank, key in enumerate(sorted(p_values, key=lambda key: p_values[key])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[key]))
        adjusted[key] = highest
    return {key: adjusted[key] for key in p_values}


def _bootstrap_mean(data: FloatArray) -> Interval | None:
    if data.size < 2:
        return None
    if np.ptp(data) == 0:
        return Interval(float(data[0]), float(data[0]))
    found = stats.bootstrap(
        (data,),
        np.mean,
        confidence_level=LEVEL,
        n_resamples=MEAN_RESAMPLES,
        method="BCa",
        vectorized=True,
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def _percentiles(values: FloatArray) -> Interval:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, (tail, 1 - tail))
    return Interval(float(low), float(high))


def _sorted(values: Sequence[float] | FloatArray) -> FloatArray:
    return np.sort(np.asarray(values, np.float64))


def _mean(values: FloatArray) -> float:
    """Exactly rounded, so that equal runs differ by exactly 0."""
    return math.fsum(values.tolist()) / values.size
