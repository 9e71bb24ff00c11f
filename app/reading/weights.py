"""The reader's own weights: what it adds to the base model, in few bits, with its calibration.

Matrices are stored per output row as integers with a scale each, all else in half precision.
The table of word vectors is the base model's and is read from there.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from pathlib import Path
from typing import Any, Literal
from zipfile import ZIP_LZMA, BadZipFile, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from app.reading.errors import ReaderWeightsError

Precision = Literal["int8", "fp32"]
"""In which linear layers are computed."""
BUNDLED = Path(__file__).with_name("reader.npz")
WORD_VECTORS = "embeddings.word_embeddings.weight"
LAYERS = ".layer."
SCALE = ".scale"
CARD = "card"
INT8_MAX = 127
FEW = 12
"""The largest integer of matrices trained for it: less than four bits each in the file."""
SAME = 1e-6
"""Weights that differ by less are the same."""
DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    NotImplementedError,
    BadZipFile,
    zlib.error,
    LZMAError,
)
"""What NumPy and the archive raise on files that are none, or not whole."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A linear layer's weight, integers with a scale for each output."""

    values: NDArray[np.int8]
    """(outputs, inputs)"""
    scales: NDArray[np.float32]
    """(outputs,)"""

    def single_precision(self) -> NDArray[np.float32]:
        """The matrix, (outputs, inputs)."""
        return self.values.astype(np.float32) * self.scales[:, None]


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """All that is needed beside the base model's word vectors."""

    matrices: Mapping[str, Matrix]
    vectors: Mapping[str, NDArray[np.float32]]
    """Biases, norms, tables of positions and types."""
    card: Mapping[str, Any]
    """Base, exits, heads, calibration, what it was trained on."""
    fingerprint: str


def read_card(path: Path = BUNDLED) -> tuple[Mapping[str, Any], str]:
    """Card and fingerprint of a file that `save` has written; its arrays are not unpacked.

    Raises:
        ReaderWeightsError: If there is none, or it is not one.
    """
    with _translated(path):
        content = path.read_bytes()
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            return json.loads(bytes(stored[CARD]).decode()), _fingerprint(content)


def load(path: Path = BUNDLED) -> ReaderWeights:
    """Read a file that `save` has written.

    Raises:
        ReaderWeightsError: If there is none, or it is not one.
    """
    with _translated(path):
        content = path.read_bytes()
        with np.load(BytesIO(content), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        card = json.loads(bytes(arrays.pop(CARD)).decode())
        matrices = {
            name: Matrix(arrays[name], arrays[name + SCALE].astype(np.float32))
            for name in arrays
            if name + SCALE in arrays
        }
    vectors = {
        name: array.astype(np.float32)
        for name, array in arrays.items()
        if name not in matrices and not name.endswith(SCALE)
    }
    return ReaderWeights(matrices, vectors, card, _fingerprint(content))


def _integers(values: NDArray[np.float32], largest: int) -> Matrix:
    """The nearest integers of each row, of which the largest is `largest`."""
    scales = np.abs(values).max(axis=1) / largest
    scales[scales == 0] = 1.0
    return Matrix(np.rint(values / scales[:, None]).astype(np.int8), scales.astype(np.float32))


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """What is wrong with a file, in a sentence."""
    try:
        yield
    except FileNotFoundError:
        raise ReaderWeightsError(
            f"The reader's weights are not there: {path}. Reinstall the package, or make them "
            "again with `accord eval train-reader`."
        ) from None
    except DAMAGE as error:
        raise ReaderWeightsError(f"{path} holds no reader's weights: {error}") from error


def _fingerprint(content: bytes) -> str:
    return f"reader@sha256:{hashlib.sha256(content).hexdigest()[:16]}"


def save(
    path: Path,
    parameters: Mapping[str, NDArray[np.float32]],
    card: Mapping[str, Any],
    *,
    levels: int = INT8_MAX,
) -> None:
    """Write weights.

    Args:
        path: Overwritten.
        parameters: By name; matrices (outputs, inputs) of the layers become integers.
        card: Kept beside them.
        levels: The largest integer. What already is integers up to `FEW` stays so. The heads, which
            are small, always have eight bits.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for name, values in parameters.items():
        if values.ndim == 2 and "embeddings" not in name:
            tried = (FEW, levels) if LAYERS in name else (INT8_MAX,)
            found = [_integers(values, largest) for largest in tried]
            exact = np.allclose(found[0].single_precision(), values, rtol=0, atol=SAME)
            matrix = found[0] if exact else found[-1]
            arrays[name], arrays[name + SCALE] = matrix.values, matrix.scales
        else:
            arrays[name] = values.astype(np.float16)
    arrays[CARD] = np.frombuffer(json.dumps(card, sort_keys=True).encode(), dtype=np.uint8)
    # As `np.savez_compressed`, but for the compression: small integers take a tenth less.
    with ZipFile(path, "w", ZIP_LZMA) as archive:
        for name, array in arrays.items():
            entry = ZipInfo(f"{name}.npy")  # of no time, so that the same weights are one file
            entry.compress_type = ZIP_LZMA
            with archive.open(entry, "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
