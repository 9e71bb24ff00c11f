"""Workbooks of spreadsheet programs (.xlsx): rows that name their columns, under their sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import groupby
from typing import Any, NamedTuple

from ingest.errors import EmptyDocumentError, EncryptedFileError, MalformedFileError, TooLargeError
from ingest.loaders.delimited import table_of
from ingest.loaders.docx_archive import OLE_MARK, check_archive
from ingest.loaders.encoding import clean_characters
from ingest.loaders.light_markdown import SECTION_MARK, escape_inline
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from ingest.loaders.tables import infer_headers, table_markdown

_CURRENCY = re.compile(r"\[\$([^\]-]+)[^\]]*\]|([$€£¥])")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_DECIMALS = re.compile(r"[0#?]\.([0#?]+)")

_KIND = re.compile(r"[\d\s.,+−-]+")
"""What is left of a figure without this is its unit."""

_YEAR = re.compile(r"(?:19|20)\d\d")


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read the sheets that are shown, in order; of a formula, the value that was stored.

    Rows with a blank one between them are tables of their own, and a line above one its caption.
    """
    if content.startswith(OLE_MARK):
        raise EncryptedFileError(
            "It is protected with a password, or an old .xls file. "
            "Save it as .xlsx without a password."
        )
    check_archive(content, limits)
    try:
        from openpyxl import load_workbook

        with closing(load_workbook(BytesIO(content), read_only=True, data_only=True)) as book:
            shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            named = len(shown) > 1
            sheets = [_sheet(sheet, named, limits) for sheet in shown]
            hidden = len(book.worksheets) - len(shown)
    except (MemoryError, TooLargeError, ImportError):
        raise
    except Exception as error:
        # The library states no errors: damaged parts end in whatever they run into.
        raise MalformedFileError("It is damaged, or no workbook: it cannot be read.") from error
    text = "\n\n".join(sheet for sheet in sheets if sheet)
    if not text:
        raise EmptyDocumentError(
            "The workbook has no values in it. If it has formulas, "
            "open it in a spreadsheet program and save it: that stores their values."
        )
    remarks = (f"Hidden sheets are not read: {hidden}.",) if hidden else ()
    return Parsed(clean_characters(text), remarks=remarks)


def _sheet(sheet: Any, named: bool, limits: LoadLimits) -> str:
    sheet.reset_dimensions()  # as stated they may be those of a million empty rows
    pieces: list[str] = []
    for is_blank, group in groupby(_rows(sheet, limits), key=lambda row: not any(row.cells)):
        if not is_blank:
            pieces += _block(list(group))
    if not pieces:
        return ""
    # The end of the section parts what follows from the sheet.
    head = [f"{SECTION_MARK} {escape_inline(sheet.title)}"] if named else []
    return "\n\n".join([*head, *pieces])


class _Row(NamedTuple):
    cells: list[str]
    is_bold: bool
    """All that it says. Known of rows with nothing but a title between them and a blank row."""


def _rows(sheet: Any, limits: LoadLimits) -> Iterator[_Row]:
    size = 0
    is_head = True
    for row in sheet.iter_rows():
        cells = [" ".join(_shown(cell).split()) for cell in row]
        size += sum(map(len, cells))
        if size > limits.text_characters:
            raise TooLargeError(f"It holds more than {limits.text_characters:,} characters.")
        yield _Row(cells, is_head and all(cell.font.bold for cell in row if cell.value is not None))
        is_head = sum(map(bool, cells)) < 2


def _block(block: list[_Row]) -> list[str]:
    """Lines above and below the table as they are, and the table without its empty columns."""
    above: list[str] = []
    while block and sum(map(bool, block[0].cells)) == 1:
        above.append(escape_inline(next(cell for cell in block.pop(0).cells if cell)))
    width = max((len(row.cells) for row in block), default=0)
    rows = [row.cells + [""] * (width - len(row.cells)) for row in block]
    used = [column for column in range(width) if any(row[column] for row in rows)]
    rows = [[row[column] for column in used] for row in rows]
    below: list[str] = []
    # A row of one cell may also be one that lacks its values, where there are two columns.
    while len(used) > 2 and len(rows) > 1 and rows[-1][0] and not any(rows[-1][1:]):
        below.insert(0, escape_inline(rows.pop()[0]))
    table = _table(rows, block[0].is_bold) if rows else ""
    return [piece for piece in (*above, table, *below) if piece]


def _table(rows: list[list[str]], is_headed: bool) -> str:
    """A table; one of two columns without plain names of its columns has names and values."""
    if len(rows[0]) != 2 or is_headed or _has_even_values(rows):
        return table_of(rows)
    pairs = [[escape_inline(cell) for cell in row] for row in rows]
    return table_markdown(
        [[f"{name.rstrip(':')}: {said}" if name and said else name or said] for name, said in pairs]
    )


def _has_even_values(rows: Sequence[Sequence[str]]) -> bool:
    """Whether words stand above figures of one kind, not years among amounts."""
    kinds = {_KIND.sub("", row[1]) if not _YEAR.fullmatch(row[1]) else "year" for row in rows[1:]}
    return len(kinds) == 1 and infer_headers(rows)


def _shown(cell: Any) -> str:
    """A value as its cell shows it; "" for an empty cell and an error such as #DIV/0!."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else f"{value.date()} {_hours(value)}"
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, time):
        return _hours(value)
    if isinstance(value, date):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return str(value)


def _hours(value: datetime | time) -> str:
    return value.strftime("%H:%M:%S" if value.second else "%H:%M")


def _duration(value: timedelta) -> str:
    """Hours, minutes and, if there are some, seconds, as a sheet shows them: "36:30"."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}" + (f":{seconds:02}" if seconds else "")


def _number(value: float, layout: str) -> str:
    """As its format has it: percent, decimals, currency; no groups, which differ by country."""
    positive = layout.split(";")[0]
    bare = _QUOTED.sub("", _CURRENCY.sub("", positive))
    decimals = _DECIMALS.search(bare)
    if "%" in bare:
        return f"{value * 100:.{len(decimals[1]) if decimals else 0}f} %"
    if decimals and "E" not in bare.upper():
        text = f"{value:.{len(decimals[1])}f}"
    elif float(value).is_integer() and abs(value) < 1e15:
        text = str(int(value))
    else:
        text = f"{value:.10g}"
    sign = _CURRENCY.search(positive)
    return f"{text} {sign[1] or sign[2]}" if sign else text
