"""Whether a system's probabilities are calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Some questions of about the same chance."""

    lowest: float
    highest: float
    mean_chance: float
    came_true: float
    """Share of them for which it came true."""
    count: int


def reliability(
    chances: Sequence[float], came_true: Sequence[bool], bins: int = BINS
) -> tuple[Bin, ...]:
    """The reliability table: bins of equal mass, the lowest chances first.

    Sizes differ by one at most; equal chances stay in the order given, and there are no more bins
    than chances. Source: Nguyen & O'Connor, EMNLP 2015 (adaptive bins).

    Args:
        chances: In [0, 1].
        came_true: For each chance.
        bins: At most so many.
    """
    order = np.argsort(np.asarray(chances, dtype=float), kind="stable")
    found = []
    for part in np.array_split(order, min(bins, len(chances)) or 1):
        if part.size:
            inside = [chances[place] for place in part]
            true = sum(came_true[place] for place in part)
            found.append(
                Bin(
                    lowest=inside[0],
                    highest=inside[-1],
                    mean_chance=sum(inside) / len(inside),
                    came_true=true / len(inside),
                    count=len(inside),
                )
            )
    return tuple(found)


def calibration_error(table: Sequence[Bin]) -> float | None:
    """Expected calibration error of a reliability table; None if it is empty.

    Mean distance of a bin's chance from the share that came true, weighted by its size. Source:
    Naeini et al., AAAI 2015; Guo et al., ICML 2017.
    """
    total = sum(each.count for each in table)
    if not total:
        return None
    return sum(each.count * abs(each.mean_chance - each.came_true) for each in table) / total
