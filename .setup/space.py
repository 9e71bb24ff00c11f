"""Is there room for the set-up? Plain standard library, as all of the set-up."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

FULL = "No space left on device"
"""What the system calls a full disk, in any program's output (`os.strerror(errno.ENOSPC)`)."""


@dataclass(frozen=True)
class Need:
    """So many bytes below a folder, which need not exist yet."""

    folder: Path
    size: int


def shortage(needs: list[Need]) -> str | None:
    """Which disk is too small for what is needed on it, in a sentence; None where there is room.

    Folders on one disk share what is free there.
    """
    disks: dict[int, list[Need]] = {}
    for need in needs:
        disks.setdefault(existing(need.folder).stat().st_dev, []).append(need)
    for on_disk in disks.values():
        free = free_at(on_disk[0].folder)
        if free < sum(need.size for need in on_disk):
            wanted = " and ".join(f"{shown(need.size)} in {need.folder}" for need in on_disk)
            where = "this disk has" if len(on_disk) == 1 else "both are on a disk that has"
            return f"The set-up still needs {wanted}, and {where} only {shown(free)} free."
    return None


def free_at(folder: Path) -> int:
    """Bytes that may still be written below a folder."""
    return shutil.disk_usage(existing(folder)).free


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def size_of(folder: Path) -> int:
    """Bytes that the files below a folder take on the disk; 0 where there is none."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(parent, name).lstat().st_blocks * 512
            except FileNotFoundError:  # a temporary file of another process
                continue
    return total


def shown(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1e9:.1f} GB"
