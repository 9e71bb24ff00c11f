"""Finds tables: ruled grids, and lines whose cells are aligned in columns.

A table becomes rows of cells under one row of heads, so that a row can be read with the names of
its cells. Units are points, y grows upwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.loaders.pdf_aligned import CLOSE, NEAR_COLUMN, aligned_table
from ingest.loaders.pdf_booktabs import RuledOff, ruled_off
from ingest.loaders.pdf_cells import (
    ALIGNED_GAP,
    IN_LINE,
    Row,
    Table,
    cut,
    place_of,
    row_cells,
    split_amounts,
    split_heads,
)
from ingest.loaders.pdf_grids import Grid, grids_of
from ingest.loaders.pdf_lines import Line
from ingest.loaders.pdf_shapes import Rule

NEAR = 3.2
"""Of the font size: rows of one table are not further apart."""

MOST_LABEL_LINES = 6
"""So many lines without figures, short ones, may stand between two rows of one table."""

MOST_HEAD_LINES = 4
MUCH_LARGER = 1.3
"""Times the size of its figures: what is set so is no head."""
MARGIN = 3.0
"""Of the font size: a head may begin so far left of the figures; a page's title begins before."""

_FULL_STOP = re.compile(r"[.!?;][\"'”’)\]]*$")


def with_tables(lines: Sequence[Line], rules: Sequence[Rule]) -> list[Line | Table]:
    """The lines of a flow with those of each table replaced by the table."""
    found: list[Line | Table] = []
    rest: list[Line] = []
    grids: list[Grid | RuledOff] = [*grids_of(rules), *ruled_off(rules)]
    index = 0
    while index < len(lines):
        grid = next((grid for grid in grids if grid.holds(lines[index])), None)
        if grid is None:
            rest.append(lines[index])
            index += 1
            continue
        end = index
        while end < len(lines) and grid.holds(lines[end]):
            end += 1
        table = grid.table(lines[index:end])
        if table is None:
            rest.extend(lines[index:end])
        else:
            found.extend(_with_aligned(rest, rules))
            rest = []
            found.append(table)
        index = end
    found.extend(_with_aligned(rest, rules))
    return found


def _with_aligned(lines: Sequence[Line], rules: Sequence[Rule]) -> list[Line | Table]:
    rows = [Row(line, row_cells(line, rules)) for line in lines]
    split_amounts(rows)
    split_heads(rows)
    found: list[Line | Table] = []
    done = 0
    for start, end in _groups(rows):
        found.extend(row.line for row in rows[done:start])
        found.append(aligned_table(rows[start:end], rules))
        done = end
    found.extend(row.line for row in rows[done:])
    return found


def _groups(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Runs of rows, with the lines between and above them that belong to the same table."""
    groups: list[tuple[int, int]] = []
    index = 0
    while index < len(rows):
        if not rows[index].is_row:
            index += 1
            continue
        end = last = index + 1
        while end < len(rows) and end - last <= MOST_LABEL_LINES:
            _split_below(rows[end], rows[last - 1])
            if not _goes_on(rows, index, end):
                break
            end += 1
            if rows[end - 1].is_row or (
                end - last == 1 and _is_rest(rows[end - 1], rows[last - 1])
            ):
                last = end
        if last - index > 1 or not _is_stretched(rows, index):
            bound = groups[-1][1] if groups else 0
            start = _heads_above(rows, index, last, bound)
            if start == index > bound and _is_rest_of_label(rows[index], rows[index - 1]):
                start -= 1
            groups.append((start, last))
        index = last
    return groups


def _is_rest_of_label(row: Row, above: Row) -> bool:
    """Whether a row's label began on the line above, which has no figures."""
    near = 0 < above.line.base - row.line.base < CLOSE * row.line.size
    beside = above.line.right < row.cells[1].left and not _FULL_STOP.search(above.line.text)
    return near and beside and row.cells[0].text[:1].islower()


def _is_rest(row: Row, above: Row) -> bool:
    """Whether a line goes on with a cell of the row above."""
    cell = row.cells[0]
    number = place_of(cell, [other.left for other in above.cells])
    return number is not None and (number > 0 or cell.text[:1].islower())


def _split_below(row: Row, above: Row) -> None:
    """Part a line into cells where one begins or ends exactly below one of the row above."""
    if len(row.cells) >= len(above.cells) or row.is_whole:
        return
    words = row.line.words
    cuts = {
        number
        for number, (before, word) in enumerate(zip(words, words[1:], strict=False), start=1)
        if word.left - before.right > ALIGNED_GAP * row.line.size
        and any(
            abs(cell.left - word.left) < IN_LINE
            or (cell.is_amount and abs(cell.right - word.right) < IN_LINE)
            for cell in above.cells[1:]
        )
    }
    row.cells = cut(row, cuts)


def _goes_on(rows: Sequence[Row], start: int, index: int) -> bool:
    row, above = rows[index], rows[index - 1]
    near = 0 <= above.line.base - row.line.base < NEAR * max(row.line.size, above.line.size)
    if row.is_row or not near:
        return near
    table = [each for each in rows[start:index] if each.is_row]
    if place_of(row.cells[0], [cell.left for cell in table[-1].cells[1:]]) is not None:
        below = rows[index + 1 : index + 2]
        step = above.line.base - row.line.base
        begins_next = below and row.line.base - below[0].line.base < CLOSE * row.line.size
        return step < CLOSE * row.line.size or bool(begins_next)
    figures = min(each.cells[1].left for each in table)
    if row.line.left > figures and not any(each.has_amounts for each in table):
        return True  # one more line of heads
    return row.line.right < figures and not _FULL_STOP.search(row.line.text)


def _is_stretched(rows: Sequence[Row], index: int) -> bool:
    """A line of justified prose whose words stand far apart, among lines of the same width."""
    line = rows[index].line
    if rows[index].has_amounts:
        return False
    beside = [rows[n].line for n in (index - 1, index + 1) if 0 <= n < len(rows)]
    return (
        any(
            abs(other.base - line.base) < 1.7 * line.size
            and abs(other.left - line.left) < line.size
            and other.right - other.left > 0.8 * (line.right - line.left)
            and len(other.words) >= 4
            for other in beside
        )
        and len(line.words) >= 3
    )


def _is_caption(row: Row, below: Row, inside: Sequence[Row]) -> bool:
    """Whether a line stands over the middle of a table, labels included, that has all heads."""
    if (
        row.is_row
        or below.has_amounts
        or len(below.cells) < max(len(each.cells) for each in inside)
    ):
        return False
    right = max(each.line.right for each in inside)
    middle = (row.line.left + row.line.right) / 2
    columns = [min(each.cells[0].left for each in inside)]
    columns += [min(each.cells[1].left for each in inside)]
    whole, figures = (abs((left + right) / 2 - middle) for left in columns)
    return whole < NEAR_COLUMN < figures


def _heads_above(rows: Sequence[Row], start: int, end: int, bound: int) -> int:
    """First of the lines just above that stand over the columns, not over the labels."""
    inside = [row for row in rows[start:end] if row.is_row]
    body = [row for row in inside if row.has_amounts] or inside
    figures = min(row.cells[1].left for row in body)
    for index in range(start - 1, max(bound, start - MOST_HEAD_LINES) - 1, -1):
        row, below = rows[index], rows[index + 1]
        near = 0 < row.line.base - below.line.base < 2.2 * row.line.size
        over = (row.cells[-1].left + row.cells[-1].right) / 2 > figures
        over = over and (row.is_row or row.line.left > figures - MARGIN * row.line.size)
        if row.line.size > MUCH_LARGER * rows[start].line.size or _is_caption(row, below, inside):
            return index + 1  # the title of the page, or of the table
        if not near or not over or _FULL_STOP.search(row.line.text):
            return index + 1
    return max(bound, start - MOST_HEAD_LINES) if start else 0
