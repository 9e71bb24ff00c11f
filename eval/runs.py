"""A run on disk: one JSON line of header, then one line a case, written as it arrives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from eval.errors import RunError
from eval.line_writer import LineWriter
from eval.types import Record

FORMAT = 1
T = TypeVar("T")

_RECORD = TypeAdapter(Record)


@dataclass(frozen=True, slots=True)
class RunHeader:
    """What was asked, and of whom."""

    dataset: str
    dataset_fingerprint: str
    """SHA-256 (hex) of cases and corpus; two runs compare only where it is the same."""
    system: str
    """In words that a person recognises: "extractive", "http://host/api/chat"."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    started: str = ""
    """ISO 8601, UTC."""
    format: int = FORMAT


_HEADER = TypeAdapter(RunHeader)


@dataclass(frozen=True, slots=True)
class Run:
    """A header and what there is of its records, by case; of a case tried again, the last."""

    header: RunHeader
    records: Mapping[str, Record]


class RunWriter(LineWriter):
    """Appends records; each is on disk before the next is asked for."""

    def __init__(self, path: Path, header: RunHeader) -> None:
        """Start a run, or go on with one that has the same header but for its start.

        Raises:
            RunError: If the file holds something else, or cannot be written.
        """
        self.done: Mapping[str, Record] = {}
        if goes_on := path.exists() and path.stat().st_size > 0:
            run = read_run(path, mend=True)
            if _identity(run.header) != _identity(header):
                raise RunError(
                    f"{path} is a run of {run.header.system!r} on {run.header.dataset!r} with "
                    "other cases or settings. Name another file, or delete this one."
                )
            self.done = run.records
        super().__init__(path)
        if not goes_on:
            self.append(asdict(header))

    def needs(self, case_id: str) -> bool:
        """Whether the case has no answer yet; one that failed is asked again."""
        record = self.done.get(case_id)
        return record is None or record.said is None

    def write(self, record: Record) -> None:
        """Keep one record."""
        self.append(_RECORD.dump_python(record, mode="json"))


def read_run(path: Path, *, mend: bool = False) -> Run:
    """A run from its file.

    Args:
        path: Of the JSONL file.
        mend: Cut off a last line that a crash left half written; without it, it is skipped.

    Raises:
        RunError: If the file is missing, or a line other than the last is no record.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RunError(f"The run {path} cannot be read: {error.strerror}.") from error
    whole, newline, rest = raw.rpartition(b"\n")
    if rest and mend:
        with path.open("r+b") as file:
            file.truncate(len(whole) + len(newline))
    lines = whole.split(b"\n") if whole else []
    if not lines:
        raise RunError(f"{path} is empty: no run, or one that never began.")
    header = _parsed(_HEADER, lines[0], path, 1)
    if header.format != FORMAT:
        raise RunError(f"{path} has format {header.format}; this program reads {FORMAT}.")
    records = [_parsed(_RECORD, line, path, n) for n, line in enumerate(lines[1:], 2) if line]
    return Run(header, {record.case_id: record for record in records})


def _parsed(adapter: TypeAdapter[T], line: bytes, path: Path, number: int) -> T:
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "line"
        raise RunError(f"{path}, line {number}: {where}: {first['msg']}.") from error


def _identity(header: RunHeader) -> tuple[Any, ...]:
    settings = json.dumps(header.settings, sort_keys=True, default=str)
    return header.dataset_fingerprint, header.system, settings, header.format
