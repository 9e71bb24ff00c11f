"""Vectors come back from their columns to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from vectorstore import codec


def unit_vectors(count: int, size: int = 384) -> np.ndarray:
    rows = np.random.default_rng(5).standard_normal((count, size)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def columns(vector: np.ndarray) -> tuple[bytes, int | None]:
    row = codec.vector_to_row(vector)
    return row["passage"], row["packed"]


def test_vectors_come_back_bit_by_bit() -> None:
    vectors = unit_vectors(20)
    restored = codec.vectors_from_rows([columns(vector) for vector in vectors])
    assert restored.dtype == np.float32
    assert restored.tobytes() == vectors.tobytes()


@pytest.mark.parametrize("size", [1, 2, 5, 384])
def test_any_bits_come_back(size: int) -> None:
    odd = np.frombuffer(np.random.default_rng(size).bytes(4 * size), dtype="<f4")  # NaN among them
    assert codec.vectors_from_rows([columns(odd)]).tobytes() == odd.tobytes()
    edges = np.resize(np.array([0.0, -0.0, 1e-45, -np.inf, 1.0], dtype=np.float32), size)
    assert codec.vectors_from_rows([columns(edges)]).tobytes() == edges.tobytes()


def test_plain_numbers_of_earlier_versions_are_read() -> None:
    vectors = unit_vectors(3)
    rows = [(vectors[0].tobytes(), None), columns(vectors[1]), (vectors[2].tobytes(), None)]
    assert codec.vectors_from_rows(rows).tobytes() == vectors.tobytes()


def test_a_packed_vector_of_unit_length_takes_at_most_seven_eighths() -> None:
    assert max(len(columns(vector)[0]) for vector in unit_vectors(50)) <= 384 * 4 * 7 / 8
