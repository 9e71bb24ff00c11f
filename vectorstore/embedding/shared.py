"""Files made once for all processes: whole or not there, readable by every user, made by one."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READABLE = 0o644


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock while a file is made; who waited for it may find the file made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f".{path.name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; takes its place at the end, and is gone after an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(READABLE)  # made for its owner alone
        with temporary.open("rb") as file:
            os.fsync(file.fileno())  # before the name points at it
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
