"""Stretches of time in people's words."""

from __future__ import annotations

from datetime import date

import pytest

from app.library.dates import stretch

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("the year 2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("the 1990s", date(1990, 1, 1), date(1999, 12, 31)),
        ("May 2020", date(2020, 5, 1), date(2020, 5, 31)),
        ("1 May 2020", date(2020, 5, 1), date(2020, 5, 1)),
        ("May 1st, 2020", date(2020, 5, 1), date(2020, 5, 1)),
        ("2020-05-01", date(2020, 5, 1), date(2020, 5, 1)),
        ("01.05.2020", date(2020, 5, 1), date(2020, 5, 1)),
        ("December", date(2025, 12, 1), date(2025, 12, 31)),
        ("today", TODAY, TODAY),
        ("Monday", date(2026, 11, 23), date(2026, 11, 23)),
        ("Thursday", date(2026, 11, 19), date(2026, 11, 19)),
        ("this month", date(2026, 11, 1), TODAY),
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("last week", date(2026, 11, 16), date(2026, 11, 22)),
        ("the 4th", date(2026, 11, 4), date(2026, 11, 4)),
        ("the 30th", date(2026, 10, 30), date(2026, 10, 30)),
        ("two weeks ago", date(2026, 11, 12), date(2026, 11, 12)),
    ],
)
def test_stretch_of_time_is_read(text: str, first: date, last: date) -> None:
    found = stretch(text, TODAY)

    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["31 February 2020", "45.13.2020", "soon", "the start"])
def test_what_is_no_time_gives_none(text: str) -> None:
    assert stretch(text, TODAY) is None
