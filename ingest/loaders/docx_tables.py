"""Tables of a Word file: a grid of cells, and which of its rows name the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ingest.loaders.docx_styles import Styles, W, flag, heading_level, names, value
from ingest.loaders.tables import MAX_HEADER, Row, infer_headers, table_markdown

MAX_SPAN = 50
MAX_CELLS = 100_000
MAX_LAYOUT_CELL = 600
"""Characters; a cell with more in several paragraphs holds text that a table was put around."""

LONGER = 3
"""So many times longer than the cell above them, all cells of a column are told from its name."""

CellText = Callable[[Any], str]


@dataclass(slots=True)
class Grid:
    """A table by rows and columns; a cell that spans several stands in each of them."""

    cells: list[list[str]]
    rows: list[Any]
    """The element of each row."""


def children(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, those in content controls and tracked changes included."""
    for child in parent:
        if child.tag == W + tag:
            if not _is_deleted(child):
                yield child
        elif child.tag in _WRAPPERS:
            yield from children(child, tag)


_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))


def _is_deleted(element: Any) -> bool:
    properties = element.find(f"{element.tag}Pr")
    return properties is not None and any(
        properties.find(W + name) is not None for name in ("del", "cellDel", "hidden")
    )


def is_layout(table: Any, styles: Styles) -> bool:
    """Whether the table only places what is in it on the page."""
    rows = [list(children(row, "tc")) for row in children(table, "tr")]
    if max(map(len, rows), default=0) < 2:
        return True
    cells = [cell for row in rows for cell in row]
    if any(_has_heading(cell, styles) for cell in cells):
        return True
    return any(map(_holds_text, cells)) and not _names_columns(table, styles)


def _names_columns(table: Any, styles: Styles) -> bool:
    """Whether a first row of short cells is marked, or set off from the next, as that of heads."""
    rows = list(children(table, "tr"))
    if len(rows) < 2 or any(_length(cell) > MAX_HEADER for cell in children(rows[0], "tc")):
        return False
    return flag(rows[0].find(f"{W}trPr"), "tblHeader") or _is_set_off(rows, table, styles)


def _is_set_off(rows: list[Any], table: Any, styles: Styles) -> bool:
    first, second = rows[0], rows[1]
    return (
        (_is_bold(first, styles) and not _is_bold(second, styles))
        or (_fill(first) != _fill(second) and _fill(first) not in ("", "auto", "ffffff"))
        or _has_styled_first_row(table, styles)
    )


def _has_heading(cell: Any, styles: Styles) -> bool:
    return any(
        heading_level(each, styles.of_paragraph(each)) and _length(each)
        for each in cell.findall(f"{W}p")
    )


def _holds_text(cell: Any) -> bool:
    paragraphs = cell.findall(f"{W}p")
    filled = [each for each in paragraphs if _length(each)]
    return len(filled) > 3 and sum(map(_length, filled)) > MAX_LAYOUT_CELL


def _length(element: Any) -> int:
    return sum(len(each.text or "") for each in element.iter(f"{W}t"))


def table_text(table: Any, styles: Styles, text_of: CellText) -> str:
    """A table of data as light Markdown, one line a row; "" if it is empty.

    Args:
        table: Its element.
        styles: Of the document.
        text_of: Words of a cell as one line, inline markup escaped.
    """
    grid = _grid(table, text_of)
    if not grid.cells:
        return ""
    caption = _taken_title(grid)
    num_heads = _num_heads(grid, table, styles)
    heads, body = grid.cells[:num_heads], _under_groups(grid.cells[num_heads:])
    if not heads or not body or any(len(name) > MAX_HEADER for row in heads for name in row):
        return table_markdown(grid.cells, None, caption)
    return table_markdown(body, _joined(heads), caption)


def _taken_title(grid: Grid) -> str:
    """A first row that is one cell over all columns, taken off the grid; "" for any other."""
    if len(grid.cells) < 3 or len(list(children(grid.rows[0], "tc"))) > 1:
        return ""
    first, second = grid.cells[0], grid.cells[1]
    if len(first) < 2 or len(set(second)) < 2:
        return ""
    del grid.cells[0], grid.rows[0]
    return first[0]


def _grid(table: Any, text_of: CellText) -> Grid:
    grid = Grid([], [])
    above: dict[int, str] = {}
    cells = 0
    for row in children(table, "tr"):
        line: list[str] = [""] * _skipped(row, "gridBefore")
        for cell in children(row, "tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            text = above.get(len(line), "") if goes_on else text_of(cell)
            for _ in range(_span(cell)):
                if merge is not None:
                    above[len(line)] = text
                line.append(text)
        if any(line):
            grid.cells.append(line)
            grid.rows.append(row)
        cells += len(line)
        if cells > MAX_CELLS:
            break
    return grid


def _span(cell: Any) -> int:
    stated = value(cell, "tcPr/gridSpan") or "1"
    return min(MAX_SPAN, max(1, int(stated))) if stated.isascii() and stated.isdigit() else 1


def _skipped(row: Any, name: str) -> int:
    stated = value(row, f"trPr/{name}") or "0"
    return min(MAX_SPAN, int(stated)) if stated.isascii() and stated.isdigit() else 0


def _num_heads(grid: Grid, table: Any, styles: Styles) -> int:
    """How many rows at the top name the columns: as the author marked or set them, or plainly."""
    marked = 0
    for row in grid.rows:
        if not flag(row.find(f"{W}trPr"), "tblHeader"):
            break
        marked += 1
    if marked:
        return marked if marked < len(grid.rows) else 0
    if len(grid.rows) < 2 or len(grid.cells[0]) < 2 or not _may_name(grid.cells[0]):
        return 0
    return int(
        _is_set_off(grid.rows, table, styles)
        or infer_headers(grid.cells)
        or _is_shorter_than_all_below(grid.cells)
        or _stands_above_numbers(grid.cells)
    )


def _may_name(cells: Row) -> bool:
    filled = [cell for cell in cells if cell]
    return (
        len(filled) >= len(cells) - 1
        and len(set(filled)) == len(filled)
        and not any(len(cell) > MAX_HEADER or cell.endswith((".", ";")) for cell in filled)
    )


def _is_shorter_than_all_below(cells: list[list[str]]) -> bool:
    """A column of texts under a word."""
    for at, name in enumerate(cells[0]):
        below = [row[at] for row in cells[1:] if at < len(row) and row[at]]
        if name and below and min(map(len, below)) > max(LONGER * len(name), MAX_HEADER):
            return True
    return False


def _stands_above_numbers(cells: list[list[str]]) -> bool:
    """Most values of a column have digits in front, and its first cell has none at all."""
    for at, name in enumerate(cells[0]):
        below = [row[at] for row in cells[1:] if at < len(row) and row[at]]
        numbers = [each for each in below if each.lstrip("\\$€£¥~<>(+-−–± ")[:1].isdigit()]
        if name and not any(map(str.isdigit, name)) and 2 * len(numbers) >= len(below) > 0:
            return True
    return False


def _is_bold(row: Any, styles: Styles) -> bool:
    shown = [
        styles.is_on("b", run, styles.of_paragraph(paragraph))
        for paragraph in row.iter(f"{W}p")
        for run in paragraph.iter(f"{W}r")
        if any((each.text or "").strip() for each in run.findall(f"{W}t"))
    ]
    return bool(shown) and all(shown)


def _fill(row: Any) -> str:
    """Colour behind all cells of a row; "" where they differ or have none."""
    fills = set()
    for cell in children(row, "tc"):
        shade = cell.find(f"{W}tcPr/{W}shd")
        fills.add((shade.get(f"{W}fill") or "").lower() if shade is not None else "")
    return fills.pop() if len(fills) == 1 else ""


def _has_styled_first_row(table: Any, styles: Styles) -> bool:
    """The table's style sets the first row off, and this table makes use of it."""
    look = table.find(f"{W}tblPr/{W}tblLook")
    if look is None:
        return False
    stated = look.get(f"{W}firstRow")
    try:
        is_used = (
            stated not in ("0", "false", "off")
            if stated
            else int(look.get(f"{W}val", "0"), 16) & 0x20
        )
    except ValueError:
        return False
    return bool(is_used) and any(
        part.get(f"{W}type") == "firstRow" and len(part)
        for style in styles.chain(value(table, "tblPr/tblStyle"))
        for part in style.findall(f"{W}tblStylePr")
    )


def _joined(heads: list[list[str]]) -> list[str]:
    """Names of the columns from one row of headers, or from groups and what is below them."""
    width = max(map(len, heads))
    columns = [[row[at] for row in heads if at < len(row) and row[at]] for at in range(width)]
    return [" – ".join(dict.fromkeys(column)) for column in columns]


def _under_groups(body: list[list[str]]) -> list[list[str]]:
    """Rows of the body; a row of one cell across all columns names those below it."""
    rows: list[list[str]] = []
    group = ""
    for row in body:
        if len(row) > 1 and len(set(row)) == 1:
            group = row[0]
            continue
        named = [f"{group}, {row[0]}"] if group and row[0] else row[:1]
        rows.append([*named, *row[1:]])
    return rows or body


def is_caption(styles: list[Any]) -> bool:
    """Whether a paragraph is set as the caption of a table or picture."""
    return "caption" in names(styles)
