"""One form of tables for all loaders: a row is a unit that names its columns.

A row of a table with headers reads "Region: North | Share: 45 %", so that it can be cited alone; a
row of a table without reads "North | 45 %". The caption stands above as a heading of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.loaders.light_markdown import SECTION_MARK

Row = Sequence[str]

_NUMBER = re.compile(
    r"[\s(+\-−–~<>≈±$€£¥]*\d[\d\s.,'’]*\s*(?:[%€$£¥]|[^\W\d_]{0,12}\.?|[°/].{0,8})?[)\s*†]*"
)
_EMPTY = re.compile(r"[\s\-–—.*]*|n/?a", re.IGNORECASE)

MAX_HEADER = 80
"""Characters; a longer cell is no name of a column."""


def row_text(cells: Row, headers: Row | None = None) -> str:
    """A row as one line: "Header: value" for each cell that has both, joined by " | ".

    Args:
        cells: Texts of the cells, without markup; empty ones are left out where there are headers.
        headers: Names of the columns, "" where one has none. None: the table has no headers.
    """
    if headers is None:
        return " | ".join(" ".join(cell.split()) for cell in cells)
    named = zip(cells, [*headers, *[""] * len(cells)], strict=False)
    return " | ".join(
        f"{name}: {value}" if name and name != value else value
        for cell, header in named
        if (value := " ".join(cell.split()))
        for name in [" ".join(header.split()).rstrip(": ")]
    )


def table_markdown(rows: Sequence[Row], headers: Row | None = None, caption: str = "") -> str:
    """A table as light Markdown, one line a row, ready to stand between blank lines.

    Args:
        rows: Without the row of headers; texts of cells with inline markup escaped.
        headers: Names of the columns; None where the table has none.
        caption: Becomes a heading that ends with the table.
    """
    names = None if headers is None else _escaped(headers)
    texts = [row_text(_escaped(row), names) for row in rows]
    lines = [f"| {text} |" for text in texts if text.strip(" |")]
    if not lines and names:
        lines = [f"| {row_text(names)} |"]
    if not caption.strip():
        return "\n".join(lines)
    heading = " ".join(caption.split())
    return "\n\n".join([f"{SECTION_MARK} {heading}", "\n".join(lines), SECTION_MARK])


def _escaped(cells: Row) -> list[str]:
    return [re.sub(r"(?<!\\)\|", r"\|", cell) for cell in cells]


def infer_headers(rows: Sequence[Row]) -> bool:
    """Whether the first row plainly names the columns: words above numbers."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, below = rows[0], rows[1:]
    if any(
        len(cell) > MAX_HEADER or _NUMBER.fullmatch(cell) and not _is_year(cell) for cell in first
    ):
        return False
    if sum(bool(cell.strip()) for cell in first) < len(first) - 1:
        return False
    years = [at for at, cell in enumerate(first) if _is_year(cell)]
    return any(
        cell.strip() and not _is_year(cell) and _is_numeric([row[at : at + 1] for row in below])
        for at, cell in enumerate(first)
    ) or (len(years) >= 2 and all(_is_numeric([row[at : at + 1] for row in below]) for at in years))


def _is_numeric(column: Sequence[Row]) -> bool:
    values = [cell for part in column for cell in part if not _EMPTY.fullmatch(cell)]
    return bool(values) and all(_NUMBER.fullmatch(value) for value in values)


def _is_year(cell: str) -> bool:
    return re.fullmatch(r"\s*(?:FY\s?)?(?:19|20)\d\d\s*", cell) is not None
