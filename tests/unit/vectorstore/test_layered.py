"""Vectors of a base and those added since, searched as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from vectorstore.layered import LayeredVectors
from vectorstore.types import FloatMatrix, FloatVector

DIMENSION = 8
_random = np.random.default_rng(4).normal(size=(120, DIMENSION)).astype(np.float32)
ROWS: FloatMatrix = _random / np.linalg.norm(_random, axis=1, keepdims=True)
NAMES = [f"d{n // 3:02d}:v:{n % 3:05d}" for n in range(len(ROWS))]


class ExactBase:
    """Compares everything, as a graph that misses nothing would."""

    def __init__(self, places: Sequence[int]) -> None:
        self.places = list(places)
        self.asked: list[int] = []

    def search(
        self, vector: FloatVector, *, limit: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        self.asked.append(limit)
        return nearest(self.places, vector, limit, document_ids)


def nearest(
    places: Sequence[int], vector: FloatVector, limit: int, documents: Sequence[str] | None = None
) -> list[tuple[str, float]]:
    scored = [
        (NAMES[n], float(ROWS[n] @ vector))
        for n in places
        if documents is None or NAMES[n].partition(":")[0] in documents
    ]
    return sorted(scored, key=lambda item: (-item[1], item[0]))[:limit]


def layered(base: Any, dead: Sequence[str], recent: Sequence[int]) -> LayeredVectors:
    return LayeredVectors(base, dead, [NAMES[n] for n in recent], ROWS[list(recent)])


@pytest.mark.parametrize("limit", [0, 1, 5, 40, 200])
@pytest.mark.parametrize("documents", [None, ["d01", "d05", "d31", "d39"], []])
def test_base_without_the_dead_and_recent_are_ranked_together(
    limit: int, documents: list[str] | None
) -> None:
    base, recent = range(90), range(90, 120)
    dead = [f"d{n:02d}" for n in range(0, 30, 3)]
    served = [n for n in range(120) if NAMES[n][:3] not in dead]
    index = layered(ExactBase(base), dead, recent)
    for query in ROWS[::17]:
        found = index.search(query, limit=limit, document_ids=documents)
        expected = nearest(served, query, limit, documents)
        assert [name for name, _ in found] == [name for name, _ in expected]
        assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-6)


def test_more_is_asked_for_until_enough_is_alive() -> None:
    base = ExactBase(range(120))
    query = ROWS[0]
    dead = sorted({name[:3] for name, _ in nearest(range(120), query, 60)})
    found = layered(base, dead, []).search(query, limit=2)
    assert base.asked == [18, 72]
    served = [n for n in range(120) if NAMES[n][:3] not in dead]
    assert found == nearest(served, query, 2)


def test_without_a_base_everything_is_recent() -> None:
    index = LayeredVectors(None, [], NAMES, ROWS)
    assert [n for n, _ in index.search(ROWS[7], limit=3)] == [
        n for n, _ in nearest(range(120), ROWS[7], 3)
    ]
    empty = LayeredVectors(None, [], [], np.empty((0, 0), dtype=np.float32))
    assert empty.search(ROWS[0], limit=5) == []


def test_the_length_of_a_question_does_not_matter() -> None:
    index = LayeredVectors(None, [], NAMES, ROWS)
    long, short = index.search(ROWS[7] * 3, limit=3), index.search(ROWS[7], limit=3)
    assert [name for name, _ in long] == [name for name, _ in short]
    assert [s for _, s in long] == pytest.approx([s for _, s in short], abs=1e-6)
    assert index.search(ROWS[7] * 0, limit=3) == []
