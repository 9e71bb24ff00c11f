"""Which way a change is published."""

from __future__ import annotations

import pytest

from vectorstore.bases import BaseUse
from vectorstore.plan import Limits, Way, choose

LIMITS = Limits(few=10, recent_share=0.1, recent_most=500, dead_share=0.1, ghost_share=0.2)


@pytest.mark.parametrize(
    ("use", "ghosts", "merge", "expected"),
    [
        (BaseUse(live=1000, dead=0, recent=1), 0, False, Way.OVER),
        (BaseUse(live=900, dead=100, recent=100), 0, False, Way.OVER),
        (BaseUse(live=900, dead=101, recent=100), 0, False, Way.COPY),
        (BaseUse(live=1000, dead=0, recent=101), 0, False, Way.COPY),
        (BaseUse(live=100_000, dead=0, recent=501), 0, False, Way.COPY),
        (BaseUse(live=700, dead=300, recent=0), 0, False, Way.AFRESH),
        (BaseUse(live=850, dead=150, recent=0), 60, False, Way.AFRESH),
        (BaseUse(live=20, dead=0, recent=10), 0, False, Way.OVER),  # few, and less than the base
        (BaseUse(live=5, dead=0, recent=6), 0, False, Way.COPY),  # more than the base
        (BaseUse(live=0, dead=4, recent=4), 0, False, Way.AFRESH),
        (BaseUse(live=1000, dead=1, recent=0), 0, True, Way.COPY),  # what is gone may not stay
    ],
)
def test_the_cheapest_way_within_the_limits_is_taken(
    use: BaseUse, ghosts: int, merge: bool, expected: Way
) -> None:
    assert choose(use, LIMITS, ghosts=ghosts, can_copy=True, merge=merge) is expected


def test_vectors_on_a_server_are_not_copied() -> None:
    use = BaseUse(live=900, dead=101, recent=0)
    assert choose(use, LIMITS, ghosts=0, can_copy=False, merge=False) is Way.AFRESH
