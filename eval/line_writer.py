"""A file of JSON lines that survives a crash: each is on disk before the next is begun."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eval.errors import RunError


class LineWriter:
    """Appends to a file, which is made with its folder where it is missing."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            RunError: If it cannot be written.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab")
        except OSError as error:
            raise RunError(f"The results cannot be written to {path}: {error.strerror}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def append(self, value: Mapping[str, Any]) -> None:
        """Write one line and wait until it is on disk."""
        self._file.write(json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
