"""Writes a report to the place that was asked for."""

from __future__ import annotations

from pathlib import Path

import typer

from eval.errors import EvalError


def write_report(path: Path, text: str) -> None:
    """Write a report and say so on standard error.

    Raises:
        EvalError: If the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvalError(f"The report cannot be written to {path}: {error.strerror}.") from error
    typer.echo(f"Wrote {path}.", err=True)
