"""Watched folders: whether something in them has changed, and which files are gone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from ingest.targets import is_below, is_gone


def signature(folder: Path, made_by: tuple[str, ...]) -> str:
    """Names, sizes and times of all files below, and what reads them, as one hash.

    Equal ones mean that nothing was written: then no file is opened.
    """
    found = hashlib.sha256(repr(made_by).encode())
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(root, name)  # noqa: PTH118  a hundred thousand of them
            try:
                status = os.stat(path)  # noqa: PTH116
            except OSError:
                found.update(f"{path}\0?".encode(errors="surrogateescape"))
                continue
            line = f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ino}\0"
            found.update(line.encode(errors="surrogateescape"))
    return found.hexdigest()


def vanished(folder: Path, uris: Iterable[str]) -> list[str]:
    """URIs of documents below a folder whose files no longer exist."""
    root = f"{folder.resolve()}{os.sep}"
    below = (uri for uri in uris if uri.startswith(root))
    return sorted(uri for uri in below if is_below(uri, [str(folder)]) and is_gone(uri))
