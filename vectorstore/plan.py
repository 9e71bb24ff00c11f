"""How a change is published: over the vectors that are there, on a copy of them, or afresh."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vectorstore.bases import BaseUse


class Way(StrEnum):
    """What becomes of the vectors in service."""

    OVER = "over"
    """They stay as they are; what is new is compared one by one, what is gone passed over."""
    COPY = "copy"
    """A copy of them takes the new and loses the gone."""
    AFRESH = "afresh"
    """All are written anew."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When what lies over a base is merged into it, in passages and shares of the base."""

    few: int = 256
    """So many lie over any base that serves more than that itself."""
    recent_share: float = 0.05
    recent_most: int = 5_000  # compared with every question: 1 ms
    dead_share: float = 0.1
    ghost_share: float = 0.2
    """Removed passages that the graph may lead over before it is made anew."""


def choose(use: BaseUse, limits: Limits, *, ghosts: int, can_copy: bool, merge: bool) -> Way:
    """The cheapest way that keeps searches exact and fast.

    Args:
        use: How the new generation would use the base in service.
        limits: When to merge.
        ghosts: Passages that were taken out of the base before.
        can_copy: Whether the base is a directory that can be read.
        merge: Nothing that is gone may stay.
    """
    base = use.live + use.dead
    recent = max(limits.few, min(limits.recent_share * base, limits.recent_most))
    dead = max(limits.few, limits.dead_share * base)
    is_small = use.recent <= min(recent, use.live) and use.dead <= min(dead, use.live)
    if is_small and not merge:
        return Way.OVER
    if can_copy and ghosts + use.dead <= limits.ghost_share * (base + use.recent):
        return Way.COPY
    return Way.AFRESH
