"""Files that are written once: taken over, made durable, removed."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Collection
from pathlib import Path

from vectorstore.failpoints import failpoint

_CLONE = 0x40049409  # FICLONE of linux/fs.h
_BROKEN = {errno.ENOSPC, errno.EIO}  # whatever else is the matter, a plain copy may do


def take_over(source: Path, target: Path) -> None:
    """Give a file that nobody changes a second name; the bytes are copied where that cannot be."""
    try:
        os.link(source, target)
    except OSError as error:  # no hard links here, another file system, too many links
        if error.errno in _BROKEN:
            raise
        copy(source, target)


def copy(source: Path, target: Path) -> None:
    """A file of its own with the same bytes, which share their place where the disk can do that."""
    with source.open("rb") as old, target.open("wb") as new:
        try:
            fcntl.ioctl(new, _CLONE, old.fileno())
        except OSError as error:
            if error.errno in _BROKEN:
                raise
            shutil.copyfileobj(old, new, 1 << 20)


def copy_tree(source: Path, target: Path) -> None:
    """`copy` for a directory and all in it."""
    shutil.copytree(source, target, copy_function=lambda old, new: copy(Path(old), Path(new)))


def make_durable(directory: Path, *, but: Collection[Path] = ()) -> None:
    """Bring every file and directory to the disk: only then may the name be given.

    Args:
        directory: With everything below it.
        but: Files that were brought there before, under another name.
    """
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path not in but:
            fsync(path)
            failpoint("generation.fsync_file")
    for path in [*filter(Path.is_dir, directory.rglob("*")), directory]:
        fsync(path)
        failpoint("generation.fsync_directory")


def fsync(path: Path) -> None:
    """Bring one file or directory to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_tree(directory: Path, doomed: Path) -> None:
    """Remove a directory; what is left of it after a crash goes by the name of `doomed`."""
    failpoint("generation.remove")
    directory.rename(doomed)
    for file in sorted(doomed.rglob("*"), reverse=True):
        failpoint("generation.unlink")
        file.rmdir() if file.is_dir() else file.unlink()
    doomed.rmdir()
