"""The reader's file: what is saved comes back, and what is damaged is said so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.reading.errors import ReaderWeightsError
from app.reading.weights import FEW, INT8_MAX, load, save

CARD = {"layers": 1, "calibration": {"answers": [1.0, 0.0]}}


def saved(path: Path) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(0)
    parameters = {
        "heads.weight": chance.normal(size=(4, 8)).astype(np.float32),
        "heads.bias": chance.normal(size=4).astype(np.float32),
        "encoder.embeddings.position_embeddings.weight": chance.normal(size=(6, 8)).astype(
            np.float32
        ),
        "empty.weight": np.zeros((2, 8), dtype=np.float32),
    }
    save(path, parameters, CARD)
    return parameters


def test_weights_come_back_to_half_a_step_of_their_row(tmp_path: Path) -> None:
    parameters = saved(tmp_path / "w.npz")
    weights = load(tmp_path / "w.npz")
    matrix = weights.matrices["heads.weight"]
    assert matrix.values.dtype == np.int8
    steps = np.abs(parameters["heads.weight"]).max(axis=1, keepdims=True) / 127
    off = np.abs(matrix.single_precision() - parameters["heads.weight"])
    assert (off <= steps * 0.501).all()
    for name in ("heads.bias", "encoder.embeddings.position_embeddings.weight"):
        np.testing.assert_allclose(weights.vectors[name], parameters[name], rtol=1e-3)
    assert not weights.matrices["empty.weight"].single_precision().any()
    assert set(weights.matrices) == {"heads.weight", "empty.weight"}
    assert weights.card == CARD


def test_a_matrix_that_fits_into_few_integers_stays_so(tmp_path: Path) -> None:
    scale = np.float32(0.1)
    few = np.arange(-FEW, FEW + 1, dtype=np.float32)[None] * scale
    many = few + np.linspace(0, 0.04, few.size, dtype=np.float32)
    path = tmp_path / "w.npz"
    save(path, {"a.layer.0.weight": few, "a.layer.1.weight": many}, {})
    stored = load(path).matrices
    np.testing.assert_array_equal(stored["a.layer.0.weight"].values[0], range(-FEW, FEW + 1))
    assert abs(stored["a.layer.1.weight"].values).max() == INT8_MAX


def test_the_fingerprint_tells_one_file_from_another(tmp_path: Path) -> None:
    for name in ("a", "b"):
        saved(tmp_path / f"{name}.npz")
    first = load(tmp_path / "a.npz").fingerprint
    assert first == load(tmp_path / "b.npz").fingerprint
    save(tmp_path / "b.npz", {"heads.bias": np.zeros(4, dtype=np.float32)}, CARD)
    assert first != load(tmp_path / "b.npz").fingerprint
    assert first.startswith("reader@sha256:")


def test_weights_that_are_not_there_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(ReaderWeightsError, match=r"not there: .*gone\.npz.*train-reader"):
        load(tmp_path / "gone.npz")


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"no archive",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:200] + bytes(100) + whole[300:],
    ],
    ids=["empty", "something else", "cut off", "overwritten"],
)
def test_a_damaged_file_is_named(tmp_path: Path, damage: object) -> None:
    path = tmp_path / "w.npz"
    saved(path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(ReaderWeightsError, match=r"w\.npz holds no reader's weights"):
        load(path)


def test_a_file_without_a_card_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "w.npz", values=np.zeros(3))
    with pytest.raises(ReaderWeightsError, match="holds no reader's weights"):
        load(tmp_path / "w.npz")
