"""The file in which Chroma keeps vectors and their neighbours.

Its form is that of hnswlib as chromadb 1.5.9 writes it; what does not fit it is refused. An element
has a fixed number of bytes: how many neighbours it has and a mark if it is removed, their places,
its vector, its label.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import IndexCorruptError

# Version; then offset of the lowest layer, elements at most, elements, bytes of an element, and
# offsets of label and vector within it.
_HEADER = struct.Struct("<i6Q")
_VERSION = 1
_REMOVED = 0x01  # in the third byte of an element, behind the number of its neighbours
_COUNT_BYTES = 4
_ID_BYTES = 4
_LABEL_BYTES = 8
_READ_AT_ONCE = 4_000  # elements: some 7 MB

Elements = NDArray[np.uint8]
"""Shape (elements, bytes of one)."""


@dataclass(frozen=True, slots=True)
class GraphFile:
    """Where what lies in one file."""

    path: Path
    count: int
    """Elements, removed ones included."""
    size: int
    """Bytes of an element."""
    vector: int
    """Where the vector begins in an element."""
    label: int
    """Where the vector ends and the label begins."""

    def elements(self) -> np.memmap[Any, np.dtype[np.uint8]]:
        """All of them, to be changed in place."""
        shape = (self.count, self.size)
        return np.memmap(self.path, dtype=np.uint8, mode="r+", shape=shape)

    def neighbours(self, element: Elements) -> NDArray[np.uint32]:
        """Places of the nearest elements of one."""
        number = int(element[:2].view("<u2")[0])
        places: NDArray[np.uint32] = element[_COUNT_BYTES : self.vector].view("<u4")
        return places[:number]

    def num_live(self) -> int:
        """How many were not removed."""
        return sum(int((~is_removed(part)).sum()) for part in self._parts())

    def keeps(self, former: GraphFile) -> bool:
        """Whether all of a former file is in its place, byte for byte, but for what was removed."""
        form = (self.size, self.vector, self.label)
        if form != (former.size, former.vector, former.label) or self.count < former.count:
            return False
        for mine, its in zip(self._parts(), former._parts(), strict=False):
            there = mine[: len(its)]
            same = (there[:, self.vector :] == its[:, self.vector :]).all(axis=1)
            gone, was_gone = is_removed(there), is_removed(its)
            if not (gone | same).all() or (was_gone & ~gone).any():
                return False
        return True

    def _parts(self) -> Iterator[Elements]:
        with self.path.open("rb") as stream:
            for at in range(0, self.count, _READ_AT_ONCE):
                number = min(_READ_AT_ONCE, self.count - at)
                part = np.fromfile(stream, dtype=np.uint8, count=number * self.size)
                yield part.reshape(number, self.size)


def is_removed(elements: Elements) -> NDArray[np.bool_]:
    """Of each element, whether it was removed."""
    removed: NDArray[np.bool_] = (elements[:, 2] & _REMOVED) != 0
    return removed


def graph_files(directory: Path) -> list[GraphFile]:
    """The graph of an embedded Chroma; none where nothing was ever put in.

    Args:
        directory: That nobody writes to.

    Raises:
        IndexCorruptError: If a file is not of the form that is known.
    """
    return [_opened(path) for path in sorted(directory.glob("*/data_level0.bin"))]


def _opened(path: Path) -> GraphFile:
    header = path.with_name("header.bin").read_bytes()
    if len(header) < _HEADER.size:
        raise IndexCorruptError(f"{path.with_name('header.bin')} is too short")
    version, _, capacity, count, size, label, vector = _HEADER.unpack_from(header)
    length = path.stat().st_size
    fits = (
        version == _VERSION
        and count <= capacity
        and vector < label == size - _LABEL_BYTES
        and (vector - _COUNT_BYTES) % _ID_BYTES == 0
        and count * size <= length <= capacity * size
    )
    if not fits:
        raise IndexCorruptError(f"{path} is not of the form that chromadb 1.5.9 writes")
    return GraphFile(path, count, size, vector, label)
