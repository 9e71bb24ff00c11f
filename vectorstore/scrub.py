"""Overwriting what Chroma leaves of removed vectors in the file of its graph.

hnswlib marks an element as removed and keeps its place, its neighbours and its vector: searches
lead over it. Its vector becomes that of a neighbour that is there still, so that they go on doing
so and nothing of the removed one is left. The format is that of hnswlib as chromadb 1.5.9 writes
it; `scrub` refuses what does not fit it.
"""

from __future__ import annotations

import struct
from pathlib import Path

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


def scrub(directory: Path) -> int:
    """Overwrite the vectors of all removed elements in a collection's files; gives their number.

    Args:
        directory: Of an embedded Chroma that nobody has open.

    Raises:
        IndexCorruptError: If a file is not of the form that is known.
    """
    return sum(_scrub(path) for path in sorted(directory.glob("*/data_level0.bin")))


def _scrub(path: Path) -> int:
    header = path.with_name("header.bin").read_bytes()
    if len(header) < _HEADER.size:
        raise IndexCorruptError(f"{path.with_name('header.bin')} is too short")
    version, _, capacity, count, size, label, vector = _HEADER.unpack_from(header)
    length = path.stat().st_size
    links = (vector - _COUNT_BYTES) // _ID_BYTES
    fits = (
        version == _VERSION
        and count <= capacity
        and vector < label == size - _LABEL_BYTES
        and count * size <= length <= capacity * size
    )
    if not fits:
        raise IndexCorruptError(f"{path} is not of the form that chromadb 1.5.9 writes")
    if not count:
        return 0
    elements = np.memmap(path, dtype=np.uint8, mode="r+", shape=(count, size))
    removed = np.flatnonzero(elements[:, 2] & _REMOVED)
    is_removed = np.zeros(count, dtype=bool)
    is_removed[removed] = True
    for place in removed:
        near = _neighbours(elements[place], links)
        near = near[(near < count)]
        near = near[~is_removed[near]]
        elements[place, vector:label] = elements[near[0], vector:label] if len(near) else 0
    elements.flush()
    if length > count * size:  # room for more, which holds whatever lay in memory
        with path.open("r+b") as stream:
            stream.seek(count * size)
            stream.write(bytes(length - count * size))
    return len(removed)


def _neighbours(element: NDArray[np.uint8], links: int) -> NDArray[np.uint32]:
    number = int(element[:2].view("<u2")[0])
    ids: NDArray[np.uint32] = element[_COUNT_BYTES : _COUNT_BYTES + _ID_BYTES * links].view("<u4")
    return ids[:number]
