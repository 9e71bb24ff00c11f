"""Tables of values: CSV and TSV files, and such lines within a text."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from itertools import groupby
from statistics import median

from ingest.errors import EmptyDocumentError
from ingest.loaders.encoding import decode
from ingest.loaders.light_markdown import escape_inline, escape_line
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed
from ingest.loaders.tables import infer_headers, table_markdown

DELIMITERS = "\t;,|"

_SEPARATOR_LINE = re.compile(r"\Asep=.[ \t]*\n", re.IGNORECASE)
"""What Excel is told about the file."""

_ALIGNED_CELL = re.compile(r"[^\s](?:(?! {2}|\t).)*")
_RULE = re.compile(r"[-=_+| \t]{3,}")

_TABBED_ITEM = re.compile(
    r"^([ ]*)\t*([•·▪●○◦‣§o–—-]|\d{1,3}[.)]|[a-z][.)])\t+(?=\S)", re.MULTILINE
)
"""Wingdings' square comes out as "§", Courier's circle as "o"."""

_RULED = "[┌┏╔├┣╠┝┠╟└┗╚][─━═┬┯┳╦┼┿╋╬┴┷┻╩╤╧╪┄-┉ ]*[┐┓╗┤┫╣┥┨╢┘┛╝]"
_DRAWN_TABLE = re.compile(rf"(?:^[ ]*(?:{_RULED}|[│┃║].*[│┃║])[ ]*(?:\n|\Z)){{3,}}", re.MULTILINE)
"""Lines and rows of a table as terminals draw it."""

MIN_LINES = 3
MAX_CELL_WORDS = 6
"""Words of the middle cell; lines of prose have more between their commas."""

MAX_PROBED_LINES = 200


def parse(content: bytes, limits: LoadLimits) -> Parsed:
    """Read a file of rows. Lines above the rows, such as a title, stay as they are."""
    decoded = decode(content)
    text = decoded.text.strip("\n")
    if not text.strip():
        raise EmptyDocumentError("The file has no rows in it.")
    text = _SEPARATOR_LINE.sub("", text)
    rows = _rows(text, _delimiter(text.splitlines()[:MAX_PROBED_LINES]))
    marked = tables_in(text)
    is_even = bool(rows) and len(rows[0]) > 1 and len({len(row) for row in rows}) == 1
    if is_even or (rows and marked == text):
        above, table, below = _without_lines(rows)
        marked = "\n\n".join([*map(_line, above), table_of(table), *map(_line, below)])
    return Parsed(marked, remarks=decoded.remarks)


def _line(text: str) -> str:
    return escape_line(escape_inline(text))


def _without_lines(
    rows: Sequence[Sequence[str]],
) -> tuple[list[str], Sequence[Sequence[str]], list[str]]:
    """Rows with one cell filled at the top and at the end, which spreadsheets have for lines."""
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    is_row = [len(cells) > 1 for cells in filled]
    if len(rows[0]) < 2 or not any(is_row):
        return [], rows, []
    first, last = is_row.index(True), len(rows) - is_row[::-1].index(True)
    # One such row may as well be a row that lacks its values; it names nobody's columns.
    below = [cells[0] for cells in filled[last:]] if len(rows[0]) > 2 else []
    return (
        [cells[0] for cells in filled[:first]],
        rows[first : last if below else None],
        below,
    )


def tables_in(text: str) -> str:
    """The text with runs of lines that are plainly rows of values as tables."""
    text = _DRAWN_TABLE.sub(_as_grid, text)
    if not any(delimiter in text for delimiter in (*DELIMITERS, "  ")):
        return text
    text = _TABBED_ITEM.sub(_item, text)
    pieces: list[str] = []
    for is_blank, group in groupby(text.split("\n"), key=lambda line: not line.strip()):
        lines = list(group)
        table = None if is_blank or len(lines) < MIN_LINES else _as_table(lines)
        pieces += [table] if table else lines
    return "\n".join(pieces)


def _as_grid(match: re.Match[str]) -> str:
    """A table that is drawn with the signs for it, its lines as Markdown has them."""
    lines = [line.strip() for line in match[0].strip("\n").split("\n")]
    is_row = [line[0] in "│┃║" for line in lines]
    rows = [re.sub("[│┃║]", "|", line) for line, row in zip(lines, is_row, strict=True) if row]
    first = is_row.index(True) if rows else 0
    if is_row[first : first + 3] == [True, False, True]:
        rows.insert(1, "|---" * (rows[0].count("|") - 1) + "|")
    return "\n".join(rows) + "\n"


def _item(match: re.Match[str]) -> str:
    """An item of a list as Word gives it to the clipboard: its mark, a tab, its words."""
    mark = match[2]
    if mark[0].isdigit():
        return f"{match[1]}{mark} "
    return f"{match[1]}{mark[0]}) " if len(mark) > 1 else f"{match[1]}- "


def _as_table(lines: Sequence[str]) -> str | None:
    for delimiter in DELIMITERS:
        # Lines above the rows: "# made by …", a title.
        for above in range(min(3, len(lines) - MIN_LINES + 1)):
            rows = _rows("\n".join(lines[above:]), delimiter)
            if _is_table(rows, delimiter):
                return "\n\n".join([*lines[:above], table_of(rows)])
    aligned = _aligned([line for line in lines if not _RULE.fullmatch(line)])
    return table_of(aligned) if len(lines) >= MIN_LINES and infer_headers(aligned) else None


def _aligned(lines: Sequence[str]) -> list[list[str]]:
    """Cells that spaces set below one another; none where they do not stand in columns."""
    rows = [[(m.start(), m.end(), m[0]) for m in _ALIGNED_CELL.finditer(line)] for line in lines]
    most = max(map(len, rows), default=0)
    full = [row for row in rows if len(row) == most]
    if most < 2 or 2 * len(full) <= len(rows) + (len(full) < len(rows)):
        return []
    columns = [
        (min(row[n][0] for row in full), max(row[n][1] for row in full)) for n in range(most)
    ]
    placed: list[list[str]] = []
    for row in rows:
        if len(row) == most:
            placed.append([text for _, _, text in row])
            continue
        cells = [""] * most
        for start, end, text in row:
            over = [n for n, (left, right) in enumerate(columns) if start < right and end > left]
            if len(over) != 1 or cells[over[0]]:
                return []
            cells[over[0]] = text
        placed.append(cells)
    return placed


def _is_table(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """All rows have as many cells, the cells are short, and more than commas speaks for it."""
    if len(rows) < MIN_LINES or len(rows[0]) < 2:
        return False
    if any(len(row) != len(rows[0]) for row in rows):
        return False
    if delimiter == "|" and all(not row[0].strip() and not row[-1].strip() for row in rows):
        return False  # Markdown, which is read as such
    cells = [cell for row in rows for cell in row]
    if median(len(cell.split()) for cell in cells) > MAX_CELL_WORDS:
        return False
    if delimiter == "\t":
        return True
    spaced = sum(cell.startswith(" ") for row in rows for cell in row[1:])
    is_prose = delimiter == "," and spaced > len(cells) // 4
    return not is_prose and (len(rows[0]) > 2 or infer_headers(rows))


def table_of(rows: Sequence[Sequence[str]]) -> str:
    """Rows of plain cells as a table, with the names of its columns if the first row has them."""
    rows = _with_one_head([[escape_inline(cell) for cell in row] for row in rows])
    headers = rows[0] if _has_headers(rows) else None
    return table_markdown(rows[1:] if headers else rows, headers)


def _with_one_head(rows: list[list[str]]) -> list[list[str]]:
    """Rows with the first two as one, where one has groups of columns, the other their names.

    A group stands in the first of its columns, the others are empty, as merged cells are saved.
    """
    width = len(rows[0]) if rows else 0
    if len(rows) < 3 or width < 3 or any(len(row) != width for row in rows[:3]):
        return rows
    groups, names = rows[0], rows[1]
    is_grouped = bool(groups[1].strip()) and not all(map(str.strip, groups[1:]))
    named = [groups[0] if groups[0].strip() else names[0], *names[1:]]
    # A name that stands over both rows is stored in the first.
    lone = [at for at in range(1, width) if groups[at].strip() and not names[at].strip()]
    named = [groups[at] if at in lone else name for at, name in enumerate(named)]
    if not is_grouped or not all(map(str.strip, named[1:])):
        return rows
    if not infer_headers([named, *rows[2:]]):
        return rows
    if names[0].strip() and groups[0].strip() and names[0] != groups[0]:
        return rows
    group = ""
    for at in range(1, width):
        group = groups[at].strip() or group
        if at not in lone:
            named[at] = f"{group} – {named[at]}"
    return [named, *rows[2:]]


def _has_headers(rows: Sequence[Sequence[str]]) -> bool:
    """The first row of such a file names its columns unless a value stands in it."""
    if len(rows) < 2:
        return False
    first = rows[0]
    if len(set(first)) < len(first) or not all(re.search(r"[^\W\d_]", cell) for cell in first):
        return infer_headers(rows)
    return not any(re.fullmatch(r"[\d\s.,:/%€$£+-]+", cell) for cell in first)


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """Rows of cells; none where the quotes in the text do not close."""
    try:
        read = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
        return [[cell.strip("\ufeff") for cell in row] for row in read if any(map(str.strip, row))]
    except csv.Error:
        return []


def _delimiter(lines: Sequence[str]) -> str:
    return max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))
