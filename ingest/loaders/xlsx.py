"""Workbooks of spreadsheet programs (.xlsx): rows that name their columns, under their sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time
from io import BytesIO
from itertools import groupby
from typing import Any

from ingest.errors import EmptyDocumentError, EncryptedFileError, MalformedFileError, TooLargeError
from ingest.loaders.delimited import table_of
from ingest.loaders.docx_archive import OLE_MARK, check_archive
from ingest.loaders.encoding import clean_characters
from ingest.loaders.light_markdown import SECTION_MARK, escape_inline
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed

_CURRENCY = re.compile(r"\[\$([^\]-]+)[^\]]*\]|([$€£¥])")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_DECIMALS = re.compile(r"[0#?]\.([0#?]+)")


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
    for is_blank, group in groupby(_rows(sheet, limits), key=lambda row: not any(row)):
        if not is_blank:
            pieces += _block(list(group))
    if not pieces:
        return ""
    # The end of the section parts what follows from the sheet.
    head = [f"{SECTION_MARK} {escape_inline(sheet.title)}"] if named else []
    return "\n\n".join([*head, *pieces])


def _rows(sheet: Any, limits: LoadLimits) -> Iterator[list[str]]:
    size = 0
    for row in sheet.iter_rows():
        cells = [" ".join(_shown(cell).split()) for cell in row]
        size += sum(map(len, cells))
        if size > limits.text_characters:
            raise TooLargeError(f"It holds more than {limits.text_characters:,} characters.")
        yield cells


def _block(rows: list[list[str]]) -> list[str]:
    """Lines above the table as they are, and the table without its empty columns."""
    above: list[str] = []
    while rows and sum(map(bool, rows[0])) == 1:
        above.append(escape_inline(next(cell for cell in rows.pop(0) if cell)))
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    used = [column for column in range(width) if any(row[column] for row in rows)]
    table = table_of([[row[column] for column in used] for row in rows]) if rows else ""
    return [piece for piece in (*above, table) if piece]


def _shown(cell: Any) -> str:
    """A value as its cell shows it; "" for an empty cell and an error such as #DIV/0!."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value.replace(microsecond=0))
    if isinstance(value, date | time):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return str(value)


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
