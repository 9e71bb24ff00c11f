"""A file of judgements: one JSON line of header, then one line a verdict, written as it comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from eval.errors import RunError
from eval.line_writer import LineWriter
from eval.types import Verdict

FORMAT = 1


@dataclass(frozen=True, slots=True)
class JudgementHeader:
    """Who judged what. Judgements compare only where all of it is the same."""

    judged: str
    """The system of the run, or the name of the rated answers."""
    dataset: str
    dataset_fingerprint: str
    model: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the model: temperature and the like."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """Fingerprint of the template by judge."""
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class JudgementRecord:
    """One verdict, or why there is none."""

    id: str
    """Of the case, or of the rated answer."""
    judge: str
    answer_fingerprint: str
    """Of what the judge was shown: a later answer to the same case is judged again."""
    verdict: Verdict | None
    """None where the model could not be asked; a later run asks again."""
    error: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is a judgement of."""
        return self.id, self.judge, self.answer_fingerprint


T = TypeVar("T")

_HEADER = TypeAdapter(JudgementHeader)
_RECORD = TypeAdapter(JudgementRecord)


class JudgementWriter(LineWriter):
    """Appends judgements; continues with a file that has the same header."""

    def __init__(self, path: Path, header: JudgementHeader) -> None:
        """Open the file.

        Raises:
            RunError: If the file holds something else, or cannot be read or written.
        """
        self.done: dict[tuple[str, str, str], JudgementRecord] = {}
        try:
            raw = path.read_bytes() if path.exists() else b""
            whole = raw[: raw.rfind(b"\n") + 1]  # a crash leaves at most half a line
        except OSError as error:
            raise RunError(f"{path} cannot be read: {error.strerror}.") from error
        if whole:
            self._take_over(path, whole.splitlines(), header)
        super().__init__(path)
        self._file.truncate(len(whole))
        if not whole:
            self.append(asdict(header))

    def write(self, record: JudgementRecord) -> None:
        """Keep one judgement."""
        self.append(_RECORD.dump_python(record, mode="json"))
        if record.verdict is not None:
            self.done[record.key] = record

    def _take_over(self, path: Path, lines: list[bytes], header: JudgementHeader) -> None:
        former = _parsed(_HEADER, lines[0], path, 1)
        for number, line in enumerate(lines[1:], 2):
            record = _parsed(_RECORD, line, path, number)
            if record.verdict is not None:
                self.done[record.key] = record
        if former != header:
            raise RunError(
                f"{path} holds judgements by {former.model} of {former.judged!r} on "
                f"{former.dataset!r}, with other cases, prompts or settings. Name another file, or "
                "delete this one."
            )


def _parsed(adapter: TypeAdapter[T], line: bytes, path: Path, number: int) -> T:
    try:
        return adapter.validate_json(line)
    except ValidationError as error:
        raise RunError(
            f"{path}, line {number}, is not a judgement: {error.errors()[0]['msg']}."
        ) from error
