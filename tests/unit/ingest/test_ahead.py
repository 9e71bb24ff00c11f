"""Reading ahead keeps order, memory and errors where they would be without it."""

from __future__ import annotations

import threading

import pytest

from ingest import ahead as module
from ingest.ahead import FIRST, ahead


def nothing() -> None:
    """Nothing is under way."""


def test_results_come_in_order_with_their_items() -> None:
    found = list(ahead(range(200), lambda n: n * n, characters=lambda _: 1, stop=nothing))
    assert found == [(n, n * n) for n in range(200)]


def test_no_items_give_no_results() -> None:
    assert list(ahead([], str, characters=len, stop=nothing)) == []


def test_the_next_are_worked_out_while_one_is_used() -> None:
    third = threading.Event()

    def work(number: int) -> int:
        if number == 2:
            third.set()
        return number

    results = ahead(range(9), work, characters=lambda _: 1, stop=nothing)
    assert next(results) == (0, 0)
    assert third.wait(10)
    results.close()  # type: ignore[attr-defined]


def test_an_error_is_raised_where_its_item_would_come() -> None:
    def work(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    results = ahead(range(9), work, characters=lambda _: 1, stop=nothing)
    assert [next(results)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)


def test_large_texts_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CHARACTERS", 10)
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return number

    used = 0
    for _ in ahead(range(40), work, characters=lambda _: 100, stop=nothing):
        used += 1
        assert len(begun) <= used + FIRST
    assert used == 40


def test_who_stops_early_ends_what_is_under_way_and_starts_no_more() -> None:
    begun: list[int] = []
    under_way, ended = threading.Event(), threading.Event()

    def work(number: int) -> int:
        begun.append(number)
        if number == 1:
            under_way.set()
            assert ended.wait(10)
        return number

    results = ahead(range(9), work, characters=lambda _: 1, stop=ended.set)
    next(results)
    assert under_way.wait(10)
    results.close()  # type: ignore[attr-defined]
    assert begun == [0, 1]
