"""Tests do not wait until what they write has reached the disk.

Kills, which tests do try, lose nothing that a process has handed to the operating system; a power
cut, which no test can try, would. Some thousand commits and publishings wait a hundredth of a
second each, several times.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def unflushed() -> Iterator[tuple[str, ...]]:
    """Files and commits of this process are not flushed; those of its children are.

    Yields SQLite's settings as they are in production.
    """
    from vectorstore import database

    in_production = database._SQLITE_PRAGMAS
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        patch.setattr(database, "_SQLITE_PRAGMAS", (*in_production, "synchronous=OFF"))
        yield in_production
