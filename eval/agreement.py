"""How well a judge agrees with people: Spearman's rank correlation and Cohen's kappa.

Both sides come in [0, 1]. What the judge left unscored is left out and counted. For kappa, values
go to the nearest of equally spaced levels: people's means of three ratings lie between the four
that each could give.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from eval.statistics import IndexArray, Interval, statistic_intervals

Weights = Literal["linear", "quadratic"]

MIN_PAIRS = 3
"""Two pairs always correlate perfectly."""
DIGITS = 9
"""Sums of thirds that should be halves are rounded to so many digits before they take a level."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What a judge and what people said of one answer, each in [0, 1], higher is better."""

    judge: float | None
    """None is unscored."""
    people: float
    group: str = ""
    """Answers that belong together, such as several to one question; intervals draw whole groups.
    "" stands alone."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a judge agrees with people; None where a figure does not exist."""

    scored: int
    unscored: int
    spearman: float | None
    spearman_interval: Interval | None
    kappa: float | None
    kappa_weighted: float | None
    """Quadratic: a disagreement by one step counts a ninth of one by three."""


def agreement(ratings: Sequence[Rating], *, levels: int) -> Agreement:
    """All figures for one judge and one thing that people rated.

    Args:
        ratings: In any order.
        levels: How many steps the judge's scale has; people's ratings take the nearest.
    """
    scored = [(r.judge, r.people, r.group) for r in ratings if r.judge is not None]
    judged = [judge for judge, _, _ in scored]
    people = [rating for _, rating, _ in scored]
    judge_levels = [level(value, levels) for value in judged]
    people_levels = [level(value, levels) for value in people]
    return Agreement(
        scored=len(scored),
        unscored=len(ratings) - len(scored),
        spearman=spearman(judged, people),
        spearman_interval=_interval(judged, people, [group for _, _, group in scored]),
        kappa=kappa(judge_levels, people_levels),
        kappa_weighted=kappa(judge_levels, people_levels, weights="quadratic"),
    )


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Correlation of ranks, ties at their mean rank, in [-1, 1].

    None for fewer than three pairs, or where one side is always the same.
    """
    if len(first) < MIN_PAIRS or len(set(first)) == 1 or len(set(second)) == 1:
        return None
    return float(stats.spearmanr(first, second).statistic)


def kappa(
    first: Sequence[int], second: Sequence[int], *, weights: Weights | None = None
) -> float | None:
    """Cohen's kappa: agreement beyond what chance would give, at most 1 and 0 by chance.

    None where both sides give one and the same level throughout: there chance agrees always.

    Args:
        first: Levels from one side.
        second: Levels of the same answers from the other.
        weights: How a disagreement grows with its distance; None counts every one the same.
    """
    labels = sorted({*first, *second})
    if len(labels) < 2:
        return None
    # Weights are by position in the list, so levels that nobody used must keep their places.
    places = list(range(labels[0], labels[-1] + 1))
    return float(cohen_kappa_score(first, second, labels=places, weights=weights))


def level(value: float, levels: int) -> int:
    """The nearest of `levels` equal steps from 0 to 1, counted from 0; halves go up."""
    return math.floor(round(value * (levels - 1), DIGITS) + 0.5)


def _interval(
    judged: Sequence[float], people: Sequence[float], groups: Sequence[str]
) -> Interval | None:
    """Of Spearman's correlation, by drawing groups."""
    members: dict[str, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group or f"\0{index}", []).append(index)
    drawn_from = list(members.values())

    def statistics(positions: IndexArray) -> dict[str, float | None]:
        chosen = [index for position in positions for index in drawn_from[int(position)]]
        return {
            "spearman": spearman(
                np.asarray(judged)[chosen].tolist(), np.asarray(people)[chosen].tolist()
            )
        }

    return statistic_intervals(statistics, len(drawn_from)).get("spearman")
