"""A graph is written once into a folder, so that later starts only load it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from vectorstore.embedding.shared import written_whole

_DIGEST_BYTES = 64
_log = logging.getLogger(__name__)


def cached(path: Path, build: Callable[[], bytes]) -> bytes:
    """The graph from its file; built, and written for the next time, where that is not sound.

    The file begins with the BLAKE2b digest of what follows. A folder that cannot be written costs
    time at each start and nothing else.
    """
    found = _read(path)
    if found is not None:
        return found
    built = build()
    try:
        _write(path, built)
    except OSError as error:
        _log.warning("The graph is not kept in %s, later starts are slower: %s", path, error)
    return built


def _read(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, graph = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    return graph if hashlib.blake2b(graph).digest() == digest else None


def _write(path: Path, graph: bytes) -> None:
    with written_whole(path) as temporary, temporary.open("wb") as file:
        file.write(hashlib.blake2b(graph).digest())
        file.write(graph)
