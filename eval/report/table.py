"""A run as a table: a row for each case, for a spreadsheet or a notebook."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.errors import EvalError
from eval.metrics.scoring import MEASURES
from eval.report.evaluation import Evaluation

Row = Mapping[str, Any]
NUMBERS = frozenset({"chance", *MEASURES})
"""Columns that hold numbers; all others hold text."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is a formula to a spreadsheet."""


def rows_of(evaluation: Evaluation) -> Iterator[Row]:
    """One for each case: what was asked and said, then every measure by its name.

    A measure that does not apply is None.
    """
    for case in evaluation.cases:
        record = evaluation.records.get(case.id)
        said = None if record is None else record.said
        yield {
            "case": case.id,
            "question": case.question,
            "answerability": case.answerability.value,
            "tags": " ".join(case.tags),
            "status": None if said is None else said.status,
            "answer": None if said is None else (said.text or said.message),
            "cited": None if said is None else " ".join(dict.fromkeys(_sources(said.citations))),
            "chance": None if said is None else said.answerability,
            "error": "no record" if record is None else record.error,
            **{name: evaluation.scores[case.id].get(name) for name in MEASURES},
        }


def write_csv(path: Path, evaluation: Evaluation) -> None:
    """Write the table as CSV in UTF-8; texts that a spreadsheet would run get an apostrophe.

    Raises:
        EvalError: If the file cannot be written.
    """
    rows = list(rows_of(evaluation))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows({name: _safe(value) for name, value in row.items()} for row in rows)
    except OSError as error:
        raise EvalError(f"The table cannot be written to {path}: {error.strerror}.") from error


def write_parquet(path: Path, evaluation: Evaluation) -> None:
    """Write the table as Parquet, each column with its type.

    Raises:
        EvalError: If `pyarrow` is not installed or the file cannot be written.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise EvalError(
            "Parquet needs the package pyarrow: `pip install 'accord[parquet]'`, or take --csv."
        ) from error
    rows = [dict(row) for row in rows_of(evaluation)]
    kinds = {
        name: pyarrow.float64() if name in NUMBERS else pyarrow.string()
        for name in (rows[0] if rows else ())
    }
    table = pyarrow.Table.from_pylist(rows, schema=pyarrow.schema(list(kinds.items())))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(table, path)
    except OSError as error:
        raise EvalError(f"The table cannot be written to {path}: {error}.") from error


def _sources(citations: Sequence[Any]) -> Iterator[str]:
    for each in citations:
        if each.source is not None:
            yield each.source


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value
