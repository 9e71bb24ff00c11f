"""One writer at a time."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from vectorstore.errors import StoreLockedError, VectorStoreError

Result = TypeVar("Result")

LOOK_AGAIN_S = 0.5
EXIT_CODE_LOCKED = 75  # EX_TEMPFAIL of sysexits.h: trying again later may help


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """Hold the right to write to a data directory.

    The kernel drops the lock when the process ends, however it ends: nothing to clean up.

    Raises:
        StoreLockedError: At once, where another process holds it.
        VectorStoreError: If the folder cannot be made or written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = path.open("a")
    except OSError as error:
        raise VectorStoreError(
            f"the data folder {path.parent} cannot be written to: {error.strerror}; "
            "check its owner, or set ACCORD_DATA_DIR"
        ) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreLockedError(
                f"another ingest job is writing to {path.parent}; wait for it to end and try again"
            ) from error
        yield


def when_free(work: Callable[[], Result], *, tell: Callable[[], None]) -> Result:
    """Do what needs the right to write, as soon as nobody else has it.

    Args:
        work: Takes the lock by itself, before it does anything else.
        tell: Called again and again while another process holds it.
    """
    while True:
        try:
            return work()
        except StoreLockedError:
            tell()
            time.sleep(LOOK_AGAIN_S)
