"""The paths of a target that a person wrote: a folder with all its subfolders, a pattern."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path


def is_below(uri: str, targets: Sequence[str]) -> bool:
    """Whether a path lies in a folder that is named, or fits a pattern that is named.

    A folder that is not there (a disk that is not mounted) covers nothing.

    Args:
        uri: As in `Source`; an address lies nowhere.
        targets: As for `discover`.
    """
    return any(_covers(target, Path(uri)) for target in targets if "\0" not in target)


def is_gone(uri: str) -> bool:
    """Whether there is no such file any more; False where that cannot be found out."""
    path = Path(uri)
    try:
        return "://" not in uri and not (path.is_file() and path.resolve() == path)
    except (OSError, RuntimeError, ValueError):
        return False


def _covers(target: str, path: Path) -> bool:
    folder = Path(target).expanduser()
    if folder.is_dir():
        return path.is_relative_to(folder.resolve())
    if not glob.has_magic(target):
        return False
    root, pattern = root_and_pattern(folder)
    if not root.is_dir() or not path.is_relative_to(root):
        return False
    parts = path.relative_to(root).parts
    if "**" in pattern:
        return _matches(parts, pattern)
    return _matches(parts[: len(pattern)], pattern)  # a folder that matches is taken whole


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether names fit a pattern, one by one; `**` stands for any number of them."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_matches(parts[n:], pattern[1:]) for n in range(len(parts) + 1))
    return bool(parts) and fnmatch(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def root_and_pattern(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder that a pattern starts from, and what follows from its first magic part on."""
    fixed = next(n for n, part in enumerate(path.parts) if glob.has_magic(part))
    return Path(*path.parts[:fixed]).resolve(), path.parts[fixed:]
