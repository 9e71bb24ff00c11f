"""A generation that is open for searching, and the vectors that several of them may share."""

from __future__ import annotations

import fcntl
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from vectorstore.building import generation_name
from vectorstore.chroma import ChromaIndex
from vectorstore.errors import IndexCorruptError
from vectorstore.kept import Kept
from vectorstore.layered import LayeredVectors
from vectorstore.lexical import TantivyIndex
from vectorstore.manifest import FILE_NAME, Manifest
from vectorstore.seen import Views

_LOOK_AGAIN_S = 0.05


NO_BASE = 0
"""Number of a base that holds nothing: beside it, every passage is recent."""


class OpenBase:
    """Vectors that are open; closed when the last generation lets go of them."""

    def __init__(self, number: int, vectors: ChromaIndex | None, lock: IO[bytes] | None) -> None:
        self.number = number
        self.vectors = vectors
        self._lock = lock
        self._users = 1
        self._counting = threading.Lock()

    def take(self) -> bool:
        """Use them, too; False where they are closed already."""
        with self._counting:
            if not self._users:
                return False
            self._users += 1
            return True

    def close(self) -> None:
        """Let go of them."""
        with self._counting:
            self._users -= 1
            if self._users:
                return
        if self.vectors is not None:
            self.vectors.close()
        if self._lock is not None:
            self._lock.close()


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation in service."""

    number: int
    manifest: Manifest
    base: OpenBase
    vectors: LayeredVectors
    lexical: TantivyIndex
    views: Views
    """The same for those who may not see all of it."""
    _lock: IO[bytes]
    kept: Kept = field(default_factory=Kept)
    """What was read of it once and for all."""

    @property
    def name(self) -> str:
        """What answers and receipts call it."""
        return generation_name(self.number)

    def close(self) -> None:
        """Let go of its files."""
        self.base.close()
        self._lock.close()


def lock_for_reading(directory: Path) -> IO[bytes]:
    """Keep a directory from being removed for as long as the handle is open."""
    try:
        handle = (directory / FILE_NAME).open("rb")
        fcntl.flock(handle, fcntl.LOCK_SH)
    except OSError as error:
        raise IndexCorruptError(f"cannot read {directory / FILE_NAME}: {error}") from error
    return handle


def lock_out_readers(manifest: IO[bytes], patience_s: float) -> bool:
    """Wait until nobody holds `lock_for_reading`; False where somebody still does."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(manifest, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_AGAIN_S)
        else:
            return True
