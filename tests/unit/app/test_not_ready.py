"""What people are told while nothing can be searched: only what passes by itself is waited for."""

from __future__ import annotations

import pytest

from app.errors import EmptyLibraryError, NotReadyError, OutdatedIndexError
from app.library.reading import _seen_as
from app.slack.sentences import said_of
from app.web.problems import problem_of
from vectorstore.errors import (
    IndexCorruptError,
    IndexMismatchError,
    IndexUnusableError,
    NoIndexError,
)

CASES: list[tuple[IndexUnusableError, type[NotReadyError], str]] = [
    (NoIndexError(), EmptyLibraryError, "There are no sources yet."),
    (IndexMismatchError("/secret has format 1"), OutdatedIndexError, "built again"),
    (IndexCorruptError("/secret is torn"), NotReadyError, "Try again in a moment."),
]


@pytest.mark.parametrize(("error", "seen", "told"), CASES)
def test_every_door_tells_why_and_who_can_change_it(
    error: IndexUnusableError, seen: type[NotReadyError], told: str
) -> None:
    kind = _seen_as(error)
    assert kind is seen
    shown = problem_of(kind(str(error)), request_id="r").detail
    assert told in shown
    assert "secret" not in shown
    assert said_of(kind(str(error))) == shown
