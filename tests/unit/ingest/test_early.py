"""When a run publishes what it has so far."""

from __future__ import annotations

from ingest.early import Early


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_publishing_is_due_after_a_while_and_takes_a_small_share_of_a_run() -> None:
    clock = Clock()
    early = Early(after_s=60, share=0.05, clock=clock)
    early.begin()
    assert not early.is_due
    clock.now += 60
    assert early.is_due
    with early.publishing():
        clock.now += 2
    clock.now += 59
    assert not early.is_due
    clock.now += 1
    assert early.is_due
    with early.publishing():
        clock.now += 10
    clock.now += 199
    assert not early.is_due  # ten seconds are a twentieth of two hundred
    clock.now += 1
    assert early.is_due


def test_a_short_publication_does_not_make_the_next_one_come_sooner() -> None:
    clock = Clock()
    early = Early(after_s=60, share=0.05, clock=clock)
    early.begin()
    for seconds in (10, 1):
        with early.publishing():
            clock.now += seconds
    clock.now += 199
    assert not early.is_due
    clock.now += 1
    assert early.is_due
