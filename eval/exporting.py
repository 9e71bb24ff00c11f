"""Writes the cases of any dataset in the project's own format."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from eval.datasets.case_format import read_cases, write_case
from eval.errors import DatasetError
from eval.types import Case

UNFINISHED = ".part"
"""Added to the name until every line has been read back."""


def export_cases(cases: Sequence[Case], path: Path) -> None:
    """Write cases to a file that does not exist yet; it appears whole or not at all.

    Raises:
        DatasetError: If the file exists or cannot be written, or a case does not read back as it
            is.
    """
    if path.exists():
        raise DatasetError(f"{path} exists and is left as it is. Name another file.")
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{write_case(case)}\n" for case in cases)
        _check(cases, unfinished)
        unfinished.rename(path)
    except OSError as error:
        raise DatasetError(f"Cases cannot be written to {path}: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _check(cases: Sequence[Case], path: Path) -> None:
    for written, read in zip(cases, read_cases(path), strict=True):
        if written != read:
            raise DatasetError(f"The case {written.id!r} would not read back as it is.")
