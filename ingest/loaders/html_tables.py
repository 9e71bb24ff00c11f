"""Tables of a web page: those of data as rows that name their columns, those of layout not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ingest.loaders.tables import MAX_HEADER, infer_headers, row_text, table_markdown

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

MAX_SPAN = 50
MAX_CELLS = 100_000
MAX_CELL_CHARACTERS = 400
"""In a table without header cells; longer ones hold text that a table was put around."""

_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "table", "article", "section", "form", "hr")
_PARAGRAPHS = ("p", "blockquote", "ul", "ol", "dl", "div")


def is_layout(table: HtmlElement) -> bool:
    """Whether the table only places what is in it on the page."""
    if (table.get("role") or "").lower() in ("none", "presentation"):
        return True
    cells = list(_cells(table))
    if next(table.iterdescendants(*_BLOCKS), None) is not None:
        return True
    if table.find("./caption") is not None or table.find("./thead") is not None:
        return False
    has_headers = any(cell.tag == "th" for cell in cells)
    rows = list(_rows(table))
    columns = max((len(list(_cells_of(row))) for row in rows), default=0)
    if columns < 2 or (len(rows) < 2 and not has_headers):
        return True
    return not (has_headers or _names_columns(rows)) and any(_is_text(cell) for cell in cells)


def _names_columns(rows: list[HtmlElement]) -> bool:
    """Whether a first row of short cells is set off in bold from the next one."""
    first = list(_cells_of(rows[0]))
    return _is_bold(rows) and all(len(cell.text_content()) <= MAX_HEADER for cell in first)


def _is_text(cell: HtmlElement) -> bool:
    if sum(len(cell.findall(f".//{tag}")) for tag in _PARAGRAPHS) > 2:
        return True
    return len(cell.text_content()) > MAX_CELL_CHARACTERS


def layout_cells(table: HtmlElement) -> Iterator[HtmlElement]:
    """Captions and cells of a table of layout in the order of its rows."""
    yield from table.findall("./caption")
    yield from _cells(table)


def data_table(table: HtmlElement, text_of: Callable[[HtmlElement], str]) -> str:
    """A table of data as light Markdown, one line a row.

    Args:
        table: Its element.
        text_of: Words of a cell as one line, inline markup escaped.
    """
    rows = list(_rows(table))
    heads = [_is_head(row) for row in rows]
    grid = _grid(rows, text_of)
    caption = table.find("./caption")
    title = text_of(caption) if caption is not None else ""
    if not title and _is_title(rows):
        title, rows, heads, grid = grid[0][0], rows[1:], heads[1:], grid[1:]
    num_heads = next((at for at, is_head in enumerate(heads) if not is_head), len(rows))
    parts = [row.getparent() for row in rows]
    if num_heads and num_heads < len(rows):
        return table_markdown(
            _under_groups(grid[num_heads:], parts[num_heads:]), _joined(grid[:num_heads]), title
        )
    if _names_its_rows(rows):
        pairs = [[row_text(row[1:], [row[0]]) if any(row[1:]) else row[0]] for row in grid]
        return table_markdown(pairs, None, title)
    if not num_heads and (infer_headers(grid) or _is_bold(rows)):
        return table_markdown(grid[1:], grid[0], title)
    return table_markdown([row for row in grid if any(row)], None, title)


def _is_title(rows: list[HtmlElement]) -> bool:
    """Whether the first row is one cell over all columns, with rows of several below."""
    if len(rows) < 3:
        return False
    first, second = (list(_cells_of(row)) for row in rows[:2])
    return len(first) == 1 and _span(first[0], "colspan") >= max(2, len(second)) > 1


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    """Rows in the order shown: those of the foot come last."""
    for part in (*table.findall("./thead"), *table.xpath("./tbody|."), *table.findall("./tfoot")):
        yield from part.findall("./tr")


def _cells_of(row: HtmlElement) -> Iterator[HtmlElement]:
    return (cell for cell in row if cell.tag in ("td", "th"))


def _cells(table: HtmlElement) -> Iterator[HtmlElement]:
    return (cell for row in _rows(table) for cell in _cells_of(row))


def _is_head(row: HtmlElement) -> bool:
    cells = list(_cells_of(row))
    if row.getparent().tag == "thead":
        return bool(cells)
    return len(cells) > 1 and all(cell.tag == "th" and cell.get("scope") != "row" for cell in cells)


def _is_bold(rows: list[HtmlElement]) -> bool:
    """All cells of the first row are set in bold or named as heads, and none of the second."""
    if len(rows) < 2:
        return False
    first, second = ([_bold(cell) for cell in _cells_of(row)] for row in rows[:2])
    return len(first) > 1 and all(first) and not any(second)


def _bold(cell: HtmlElement) -> bool:
    if re.search(r"(?:^|[-_ ])(?:head|header|heading|hdr|th)(?:$|[-_ ])", cell.get("class") or ""):
        return True
    bold = sum(len(each.text_content().strip()) for each in cell.iter("b", "strong"))
    return bold > 0 and bold >= len(cell.text_content().strip())


def _names_its_rows(rows: list[HtmlElement]) -> bool:
    """A box of facts: each row has its name in a header cell, and one value."""
    shapes = [[cell.tag for cell in _cells_of(row)] for row in rows]
    return (
        bool(shapes)
        and all(shape in (["th", "td"], ["th"], ["td"]) for shape in shapes)
        and ["th", "td"] in shapes
    )


def _grid(rows: list[HtmlElement], text_of: Callable[[HtmlElement], str]) -> list[list[str]]:
    """Texts by row and column; a cell that spans several stands in each of them."""
    grid: list[list[str]] = []
    waiting: dict[int, tuple[int, str]] = {}
    cells = 0
    for row in rows:
        line: list[str] = []
        for cell in _cells_of(row):
            _fill(line, waiting)
            text = text_of(cell)
            for _ in range(_span(cell, "colspan")):
                if _span(cell, "rowspan") > 1:
                    waiting[len(line)] = (_span(cell, "rowspan") - 1, text)
                line.append(text)
        _fill(line, waiting)
        grid.append(line)
        cells += len(line)
        if cells > MAX_CELLS:
            break
    grid += [[] for _ in rows[len(grid) :]]
    return grid


def _fill(line: list[str], waiting: dict[int, tuple[int, str]]) -> None:
    """Put in what reaches down from the rows above."""
    while len(line) in waiting:
        left, text = waiting.pop(len(line))
        if left > 1:
            waiting[len(line)] = (left - 1, text)
        line.append(text)


def _span(cell: HtmlElement, name: str) -> int:
    stated = (cell.get(name) or "1").strip()
    return min(MAX_SPAN, max(1, int(stated))) if stated.isascii() and stated.isdigit() else 1


def _joined(heads: list[list[str]]) -> list[str]:
    """Names of the columns from one row of headers, or from groups and what is below them."""
    width = max(map(len, heads))
    columns = [[row[at] for row in heads if at < len(row) and row[at]] for at in range(width)]
    return [" – ".join(dict.fromkeys(column)) for column in columns]


def _under_groups(body: list[list[str]], parts: list[HtmlElement]) -> list[list[str]]:
    """Rows of the body; a row of one cell across all columns names those below it in its part.

    The name comes into the first cell, in which the rows differ most and are named themselves.
    """
    rows: list[list[str]] = []
    group, part_of_group = "", None
    for row, part in zip(body, parts, strict=True):
        if len(row) > 1 and len(set(row)) == 1 and row[0]:
            group, part_of_group = row[0], part
            continue
        named = group if part is part_of_group and row and row[0] else ""
        rows.append([f"{named}, {row[0]}", *row[1:]] if named else row)
    return rows or body
