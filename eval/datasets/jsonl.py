"""Reading JSONL strictly: every line fits its model, or an error names file, line and field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from eval.errors import DatasetError

Line = TypeVar("Line", bound=BaseModel)

MAX_SHOWN_INPUT = 80
"""Characters of a wrong value that an error repeats: enough to find it in the line."""


def read_jsonl(path: Path, model: type[Line]) -> Iterator[tuple[int, Line]]:
    """The lines of a file with their numbers, from 1; blank lines are skipped.

    Raises:
        DatasetError: If the file cannot be read, or a line does not fit the model.
    """
    for number, line in enumerate(read_bytes(path).split(b"\n"), 1):
        if line.strip():
            yield number, parse_line(line, model, path, number)


def read_bytes(path: Path) -> bytes:
    """A file's bytes without a byte order mark.

    Raises:
        DatasetError: If the file cannot be read.
    """
    try:
        return path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.") from error


def parse_line(line: bytes, model: type[Line], path: Path, number: int) -> Line:
    """One line as its model.

    Raises:
        DatasetError: If the line does not fit the model.
    """
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        raise line_error(path, number, _sentence(error, model)) from error


def line_error(path: Path, number: int, what: str) -> DatasetError:
    """What is wrong in one line of a file, as an error to raise."""
    return DatasetError(f"{path}, line {number}: {what}")


def _sentence(error: ValidationError, model: type[BaseModel]) -> str:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    match first["type"]:
        case "json_invalid":
            return f"not JSON: {first['msg'].removeprefix('Invalid JSON: ')}."
        case "model_type":
            return "expected a JSON object."
        case "extra_forbidden":
            return f"{where}: unknown field; known are {', '.join(sorted(model.model_fields))}."
        case "missing":
            return f"{where}: this field is missing."
        case _:
            message = first["msg"].removeprefix("Value error, ")
            shown = repr(first["input"])[:MAX_SHOWN_INPUT]
            return f"{where}: {message}; found {shown}." if where else f"{message}."
