"""What is read once of a generation is kept, the latest of it."""

from __future__ import annotations

from functools import partial

import pytest

from vectorstore.kept import MAX_KEPT, Kept


def test_what_is_kept_is_made_once() -> None:
    kept, numbers = Kept(), iter(range(9))

    assert [kept.get("documents", lambda: next(numbers)) for _ in range(3)] == [0, 0, 0]


def test_what_was_not_asked_for_longest_goes_first() -> None:
    kept = Kept()
    made: list[int] = []

    def make(name: int) -> int:
        made.append(name)
        return name

    for name in (*range(MAX_KEPT), 0, MAX_KEPT, 0, 1):
        assert kept.get(name, partial(make, name)) == name

    assert made == [*range(MAX_KEPT), MAX_KEPT, 1]


def test_what_could_not_be_made_is_made_when_it_is_asked_for_again() -> None:
    kept, values = Kept(), iter([ValueError("away"), "there"])

    def make() -> str:
        value = next(values)
        if isinstance(value, Exception):
            raise value
        return value

    with pytest.raises(ValueError, match="away"):
        kept.get("documents", make)

    assert kept.get("documents", make) == "there"
