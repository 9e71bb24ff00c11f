"""Baseline files, and how far a measure may fall below what they hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from eval.errors import EvalError

FORMAT = 1
DIGITS = 4
"""Of a score; vectors computed on another processor differ in later ones."""
HALF_A_DIGIT = 0.00005
SCORE_MARGIN = 0.01
"""Of areas under curves and of calibration, which move a little with every score."""
CASES_SHOWN = 20
"""Of one measure: more are no longer read one by one."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a measure has to keep."""

    value: float
    margin: float
    """How far it may fall below `value` (rise above, where lower is better)."""

    def is_broken_by(self, fallen: float) -> bool:
        """Whether a fall is more than the margin.

        Half a last digit more: a fall of exactly the margin is within it, in binary too.
        """
        return fallen > self.margin + HALF_A_DIGIT


def one_case(count: float) -> float:
    """What one of so many cases is worth: one alone, tipped by another processor, is let pass."""
    return math.ceil(1000 / count) / 1000


class _Versioned(Protocol):
    @property
    def format(self) -> int: ...


Versioned = TypeVar("Versioned", bound=_Versioned)


def read_baseline_file(
    path: Path, adapter: TypeAdapter[Versioned], *, name: str, update: str
) -> Versioned:
    """The baseline of a file.

    Args:
        path: Of the file.
        adapter: Of what it must hold.
        name: What it is called in errors.
        update: The command that writes one, for errors.

    Raises:
        EvalError: If there is none, or it is none.
    """
    try:
        baseline = adapter.validate_json(path.read_bytes())
    except OSError as error:
        raise EvalError(
            f"The {name} {path} cannot be read: {error.strerror}. `{update}` writes one."
        ) from error
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "file"
        raise EvalError(
            f"{path} is no {name}: {where}: {error.errors()[0]['msg']}. "
            f"`{update}` writes a new one."
        ) from error
    if baseline.format != FORMAT:
        raise EvalError(f"{path} has format {baseline.format}; this program reads {FORMAT}.")
    return baseline


def write_baseline_file(path: Path, text: str) -> None:
    """Write the text of a baseline.

    Raises:
        EvalError: If the file cannot be written.
    """
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EvalError(f"The baseline cannot be written to {path}: {error.strerror}.") from error
