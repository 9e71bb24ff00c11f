"""Records for other programs: JSON Lines, or CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from app.conversations.table import BYTE_ORDER_MARK, safe_cell


class Form(StrEnum):
    """In what form records are written."""

    JSONL = "jsonl"
    CSV = "csv"


def lines(
    records: Iterable[Mapping[str, Any]], form: Form, columns: Sequence[str]
) -> Iterator[str]:
    """One line a record, without its end; before CSV its head.

    Args:
        records: Plain values by name.
        form: JSON Lines hold every field, CSV the columns. Of a list, a cell holds one item a line.
        columns: Of CSV, in this order. No cell can start a formula in a spreadsheet.
    """
    if form is Form.JSONL:
        yield from (json.dumps(each, ensure_ascii=False) for each in records)
        return
    yield BYTE_ORDER_MARK + _row(columns)
    for each in records:
        yield _row(_cell(each[name]) for name in columns)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return str(value)


def _row(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="").writerow(map(safe_cell, cells))
    return written.getvalue()
