"""How long answers took and what they cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

PERCENTILES = (50, 95, 99)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least `share` percent of the values do not exceed.

    Nearest rank: the value at rank ceil(share / 100 · n) of the sorted values, so always one that
    was measured. None without values. Source: Hyndman & Fan, The American Statistician 50(4),
    1996, definition 1.

    Args:
        values: In any order.
        share: In (0, 100].
    """
    if not values:
        return None
    # Multiplied first: 0.07 · 100 is a little more than 7 and would give rank 8.
    rank = max(1, math.ceil(share * len(values) / 100))
    return sorted(values)[rank - 1]


def total(values: Iterable[float | None]) -> float | None:
    """Sum of what was counted; None if nothing was."""
    counted = [value for value in values if value is not None]
    return math.fsum(counted) if counted else None
