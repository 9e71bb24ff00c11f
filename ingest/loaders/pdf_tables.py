"""Finds tables: what is ruled as a grid, and lines whose cells stand in columns.

A table becomes rows of cells under one row of heads. Heads that stand over several columns ("Three
months ended") are repeated in each of them, so that a row can be read with the names of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.loaders.pdf_lines import Line, is_parted, text_of
from ingest.loaders.pdf_words import Rule, Word

CELL_GAP = 1.5
"""Of the font size: white space in a line wider than this parts two cells."""

NEAR = 3.2
"""Of the font size: rows of one table are not further apart."""

MOST_LABEL_LINES = 6
"""So many lines without figures, short ones, may stand between two rows of one table."""

MOST_HEAD_LINES = 4

SAME_PLACE = 3.0
"""Points: ruled lines nearer to one another are one."""

TOUCHING = 1.0
"""Points: pieces of a ruled line are not further apart."""

NEAR_COLUMN = 6.0
"""Points: how far the middle of a head may be from the middle of its columns."""

ALIGNED_GAP = 0.7
"""Of the font size: white space that parts cells where a word begins, or a figure ends, exactly
below those of the row above."""

_ITEM_MARK = re.compile(r"[•▪■●◦‣⁃∙·➢✓□–—-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)]")
_CONTENTS = re.compile(r"(?:(?:\.\s?){4,}|…{2,})\s*(?:\d{1,4}|[ivxlc]{1,6})\s*$")
_AMOUNT = re.compile(
    r"[-–—+(]*\s?(?:[$€£¥]|[A-Z]{3}\s)?\s?[-–—(]?\s?[\d.,]*\d[\d.,]*\s?[)%x]*(?:\s?(?:bps|pts|pp))?\s?%?"
    r"|[-–—]+|\(?[–—-]\)?\s?%?|N/?[AM]|n/?[am]|[$€£¥]\s?[-–—]"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CURRENCY = ("$", "€", "£", "¥")
_CLOSING = (")", "%", ")%", "x")
_AMOUNT_END = re.compile(r"[\d)%—–]$")
_FULL_STOP = re.compile(r"[.!?;][\"'”’)\]]*$")


@dataclass(slots=True)
class Cell:
    """Words of a line that stand together."""

    words: list[Word]

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(word.left for word in self.words)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(word.right for word in self.words)

    @property
    def text(self) -> str:
        """Its words as light Markdown."""
        return text_of(self.words)

    @property
    def is_amount(self) -> bool:
        """Whether it is a figure; a year may be a head as well."""
        text = re.sub(r"\[\^[^\]]*\]", "", self.text).strip()
        return _AMOUNT.fullmatch(text) is not None and not _YEAR.fullmatch(text)


@dataclass(slots=True)
class Table:
    """Rows of cells, all of one length where there are heads."""

    rows: list[list[str]]
    heads: list[str] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0


def with_tables(lines: Sequence[Line], rules: Sequence[Rule]) -> list[Line | Table]:
    """The lines of a flow with those of each table replaced by the table."""
    found: list[Line | Table] = []
    rest: list[Line] = []
    grids = _grids(rules)
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


@dataclass(slots=True)
class _Grid:
    """Ruled lines that enclose cells."""

    xs: list[float]
    ys: list[float]

    def holds(self, line: Line) -> bool:
        middle = line.base + 0.3 * line.size
        inside = self.xs[0] - SAME_PLACE <= line.left and line.right <= self.xs[-1] + SAME_PLACE
        return inside and self.ys[0] <= middle <= self.ys[-1]

    def table(self, lines: Sequence[Line]) -> Table | None:
        rows: dict[int, list[list[str]]] = {}
        bold: dict[int, bool] = {}
        for line in lines:
            middle = line.base + 0.3 * line.size
            row = sum(y >= middle for y in self.ys)
            cells = rows.setdefault(row, [[] for _ in self.xs[1:]])
            parts: list[list[Word]] = [[] for _ in self.xs[1:]]
            for word in line.words:
                column = sum(x <= (word.left + word.right) / 2 for x in self.xs[1:-1])
                parts[column].append(word)
            for cell, words in zip(cells, parts, strict=True):
                if words:
                    cell.append(text_of(words))
            bold[row] = bold.get(row, True) and line.bold
        texts = [[" ".join(cell) for cell in cells] for _, cells in sorted(rows.items())]
        if len(texts) < 2 or sum(any(row[1:]) for row in texts) < 2:
            return None
        first = min(rows)
        amounts = sum(_AMOUNT.fullmatch(cell) is not None for cell in texts[0])
        table = Table(texts, top=lines[0].base, bottom=lines[-1].base)
        if all(texts[0][1:]) and (bold[first] or amounts == 0):
            table.heads, table.rows = texts[0], texts[1:]
        return table


def _grids(rules: Sequence[Rule]) -> list[_Grid]:
    """Grids of at least two columns and two rows."""
    groups: list[list[Rule]] = []
    for rule in sorted((rule for rule in rules if rule.is_vertical), key=lambda rule: -rule.y1):
        touching = [
            group
            for group in groups
            if any(
                rule.y0 <= other.y1 + SAME_PLACE
                and other.y0 <= rule.y1 + SAME_PLACE
                and _is_joined(rule, other, rules)
                for other in group
            )
        ]
        joined = [rule, *(each for group in touching for each in group)]
        groups = [group for group in groups if group not in touching] + [joined]
    return [grid for group in groups if (grid := _grid_of(group, rules)) is not None]


def _is_joined(one: Rule, other: Rule, rules: Sequence[Rule]) -> bool:
    """Whether two vertical lines are one line, or a horizontal one runs between them."""
    left, right = min(one.x0, other.x0), max(one.x0, other.x0)
    if right - left < SAME_PLACE:
        return True
    return any(
        not rule.is_vertical
        and rule.x0 <= left + SAME_PLACE
        and rule.x1 >= right - SAME_PLACE
        and max(one.y0, other.y0) - SAME_PLACE <= rule.y0 <= min(one.y1, other.y1) + SAME_PLACE
        for rule in rules
    )


def _grid_of(verticals: Sequence[Rule], rules: Sequence[Rule]) -> _Grid | None:
    xs = _places(rule.x0 for rule in verticals)
    if len(xs) < 3:
        return None
    bottom, top = min(rule.y0 for rule in verticals), max(rule.y1 for rule in verticals)
    width = xs[-1] - xs[0]
    lengths: dict[int, float] = {}
    for rule in rules:
        if not rule.is_vertical and bottom - SAME_PLACE <= rule.y0 <= top + SAME_PLACE:
            inside = min(rule.x1, xs[-1]) - max(rule.x0, xs[0])
            lengths[round(rule.y0)] = lengths.get(round(rule.y0), 0.0) + max(0.0, inside)
    ys = _places(y for y, length in lengths.items() if length > 0.5 * width)
    return _Grid(xs, ys) if len(ys) >= 3 else None


def _places(values: object) -> list[float]:
    places: list[float] = []
    for value in sorted(values):  # type: ignore[call-overload]
        if not places or value - places[-1] > SAME_PLACE:
            places.append(float(value))
    return places


def cells_of(line: Line, rules: Sequence[Rule]) -> list[Cell]:
    """Split a line at wide gaps and ruled lines; a currency sign joins its amount."""
    cells: list[Cell] = []
    glue = False
    for word in line.words:
        before = cells[-1].words[-1] if cells else None
        if before is None or (_is_apart(before, word, line, rules) and not glue):
            joins = before is not None and word.text in _CLOSING
            if joins:
                cells[-1].words.append(word)
            else:
                cells.append(Cell([word]))
        else:
            cells[-1].words.append(word)
        glue = word.text in _CURRENCY
    return cells


def _is_apart(before: Word, word: Word, line: Line, rules: Sequence[Rule]) -> bool:
    gap = word.left - before.right
    if gap > CELL_GAP * line.size:
        return True
    if word.text[0] in _CURRENCY and _AMOUNT_END.search(before.text) and is_parted(before, word):
        return gap > 0.5 * line.size  # an amount begins, however near it stands
    middle = line.base + 0.3 * line.size
    return gap > 0 and any(
        rule.is_vertical
        and before.right - 1 <= rule.x0 <= word.left + 1
        and rule.y0 <= middle <= rule.y1
        for rule in rules
    )


@dataclass(slots=True)
class _Row:
    line: Line
    cells: list[Cell]

    @property
    def is_row(self) -> bool:
        return len(self.cells) > 1

    @property
    def has_amounts(self) -> bool:
        return any(cell.is_amount for cell in self.cells[1:])


def _with_aligned(lines: Sequence[Line], rules: Sequence[Rule]) -> list[Line | Table]:
    rows = [_Row(line, _row_cells(line, rules)) for line in lines]
    found: list[Line | Table] = []
    done = 0
    for start, end in _groups(rows):
        found.extend(row.line for row in rows[done:start])
        found.extend(_aligned(rows[start:end], rules))
        done = end
    found.extend(row.line for row in rows[done:])
    return found


def _row_cells(line: Line, rules: Sequence[Rule]) -> list[Cell]:
    if is_contents(line):
        return [Cell(line.words)]
    cells = cells_of(line, rules)
    if len(cells) == 2 and _ITEM_MARK.fullmatch(cells[0].text):  # no table: a list
        return [Cell(line.words)]
    return cells


def is_contents(line: Line) -> bool:
    """Whether it is an entry of a table of contents: a title, dots, a page number."""
    return _CONTENTS.search(line.text) is not None


def _groups(rows: Sequence[_Row]) -> list[tuple[int, int]]:
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
            if rows[end - 1].is_row or (end - last == 1 and _is_rest(rows[end - 1], rows[last - 1])):
                last = end
        if last - index > 1 or not _is_stretched(rows, index):
            start = _heads_above(rows, index, last, groups[-1][1] if groups else 0)
            groups.append((start, last))
        index = last
    return groups


def _is_rest(row: _Row, above: _Row) -> bool:
    """Whether a line goes on with a cell of the row above."""
    cell = row.cells[0]
    number = _place_of(cell, [other.left for other in above.cells])
    return number is not None and (number > 0 or cell.text[:1].islower())


def _split_below(row: _Row, above: _Row) -> None:
    """Part a line into cells where one begins or ends exactly below one of the row above."""
    if row.is_row or len(row.line.words) < 2 or is_contents(row.line):
        return
    cells = [Cell([row.line.words[0]])]
    for word in row.line.words[1:]:
        gap = word.left - cells[-1].words[-1].right
        fits = gap > ALIGNED_GAP * row.line.size and any(
            abs(cell.left - word.left) < SAME_PLACE / 2
            or (cell.is_amount and abs(cell.right - word.right) < SAME_PLACE / 2)
            for cell in above.cells[1:]
        )
        if fits:
            cells.append(Cell([word]))
        else:
            cells[-1].words.append(word)
    row.cells = cells


def _goes_on(rows: Sequence[_Row], start: int, index: int) -> bool:
    row, above = rows[index], rows[index - 1]
    near = 0 <= above.line.base - row.line.base < NEAR * max(row.line.size, above.line.size)
    if row.is_row or not near:
        return near
    table = [each for each in rows[start:index] if each.is_row]
    if _place_of(row.cells[0], [cell.left for cell in table[-1].cells[1:]]) is not None:
        return above.line.base - row.line.base < 1.7 * row.line.size
    figures = min(each.cells[1].left for each in table)
    if row.line.left > figures and not any(each.has_amounts for each in table):
        return True  # one more line of heads
    return row.line.right < figures and not _FULL_STOP.search(row.line.text)


def _is_stretched(rows: Sequence[_Row], index: int) -> bool:
    """A line of justified prose whose words stand far apart, among lines of the same width."""
    line = rows[index].line
    if rows[index].has_amounts:
        return False
    beside = [rows[n].line for n in (index - 1, index + 1) if 0 <= n < len(rows)]
    return any(
        abs(other.base - line.base) < 1.7 * line.size
        and abs(other.left - line.left) < line.size
        and other.right - other.left > 0.8 * (line.right - line.left)
        and len(other.words) >= 4
        for other in beside
    ) and len(line.words) >= 3


def _heads_above(rows: Sequence[_Row], start: int, end: int, bound: int) -> int:
    """First of the lines just above that stand over the columns, not over the labels."""
    inside = [row for row in rows[start:end] if row.is_row]
    body = [row for row in inside if row.has_amounts] or inside
    figures = min(row.cells[1].left for row in body)
    margin = min(row.line.left for row in inside) + 3 * rows[start].line.size
    for index in range(start - 1, max(bound, start - MOST_HEAD_LINES) - 1, -1):
        row, below = rows[index], rows[index + 1]
        near = 0 < row.line.base - below.line.base < 2.2 * row.line.size
        over = (row.cells[-1].left + row.cells[-1].right) / 2 > figures
        over = over and (row.is_row or row.line.left > margin)
        if not near or not over or _FULL_STOP.search(row.line.text):
            return index + 1
    return max(bound, start - MOST_HEAD_LINES) if start else 0


def _aligned(rows: list[_Row], rules: Sequence[Rule]) -> list[Line | Table]:
    body = next((n for n, row in enumerate(rows) if row.is_row and row.has_amounts), None)
    columns = _columns(rows)
    if body is None or len(columns) < 2:
        return [_plain(rows)]
    first = body
    while first and not rows[first - 1].is_row and _is_label(rows[first - 1], columns):
        first -= 1
    heads = _heads(rows[:first], columns, rules)
    table = Table([], heads, rows[0].line.base, rows[-1].line.base)
    waiting: list[str] = []
    for row in rows[first:]:
        cells = _placed(row, columns)
        text = row.line.text
        if not any(cells[1:]) and table.rows and text[:1].islower() and not waiting:
            table.rows[-1][0] = f"{table.rows[-1][0]} {text}".strip()
        elif not any(cells[1:]):
            waiting.append(text)
        elif not row.is_row and table.rows and not row.cells[0].is_amount and not waiting:
            above = table.rows[-1]
            table.rows[-1] = [f"{old} {new}".strip() for old, new in zip(above, cells, strict=True)]
        else:
            if waiting and cells[0][:1].islower():
                cells[0] = f"{waiting.pop()} {cells[0]}"
            table.rows.extend([label, *[""] * (len(columns) - 1)] for label in waiting)
            waiting = []
            table.rows.append(cells)
    table.rows.extend([label, *[""] * (len(columns) - 1)] for label in waiting)
    if not any(heads):
        table.heads = []
    return [table]


def _plain(rows: Sequence[_Row]) -> Table:
    """Rows of words: lines that stand close together under the cells of a row go on with it."""
    texts: list[list[str]] = []
    places: list[list[float]] = []
    steps = [above.line.base - row.line.base for above, row in zip(rows, rows[1:], strict=False)]
    close = 1.15 * min(steps, default=0.0)
    is_loose = any(step > 1.1 * close for step in steps)
    for row, step in zip(rows, [0.0, *steps], strict=True):
        under = [_place_of(cell, places[-1]) for cell in row.cells] if places else []
        if (
            texts
            and None not in under
            and (len(row.cells) == 1 or (is_loose and step <= close))
            and (under[0] or is_loose or row.line.text[:1].islower())
        ):
            for number, cell in zip(under, row.cells, strict=True):
                texts[-1][number or 0] += f" {cell.text}"
            continue
        texts.append([cell.text for cell in row.cells])
        places.append([cell.left for cell in row.cells])
    table = Table(texts, top=rows[0].line.base, bottom=rows[-1].line.base)
    widths = {len(row) for row in texts}
    if len(texts) > 1 and len(widths) == 1 and rows[0].line.bold and not rows[-1].line.bold:
        table.heads, table.rows = texts[0], texts[1:]
    return table


def _place_of(cell: Cell, places: Sequence[float]) -> int | None:
    """Number of the cell above that begins where this one does."""
    return next((n for n, left in enumerate(places) if abs(left - cell.left) < SAME_PLACE), None)


def _is_label(row: _Row, columns: Sequence[tuple[float, float]]) -> bool:
    return row.line.left < columns[1][0] - 2 * row.line.size and row.line.left <= columns[0][1]


def _columns(rows: Sequence[_Row]) -> list[tuple[float, float]]:
    """Where the columns of figures stand; the first column is what stands left of them."""
    spans: list[tuple[float, float]] = []
    for row in rows:
        if not (row.is_row and row.has_amounts):
            continue
        spans += [(cell.left, cell.right) for cell in row.cells[1:]]
    columns: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if columns and left <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    if not columns:
        return []
    leftmost = min(row.line.left for row in rows)
    return [(min(leftmost, columns[0][0] - 1), columns[0][0] - 1), *columns]


def _placed(row: _Row, columns: Sequence[tuple[float, float]]) -> list[str]:
    texts = [""] * len(columns)
    for cell in row.cells:
        number = _column_of(cell, columns)
        texts[number] = f"{texts[number]} {cell.text}".strip()
    return texts


def _column_of(cell: Cell, columns: Sequence[tuple[float, float]]) -> int:
    overlaps = [min(cell.right, right) - max(cell.left, left) for left, right in columns]
    best = max(range(len(columns)), key=lambda number: overlaps[number])
    return 0 if cell.left <= columns[0][1] and overlaps[0] > 0 else best


def _heads(
    rows: Sequence[_Row], columns: Sequence[tuple[float, float]], rules: Sequence[Rule]
) -> list[str]:
    """One head a column; what stands over several is part of each."""
    heads: list[list[str]] = [[] for _ in columns]
    for row in rows:
        spans = [_span(_under(cell, row, rules), columns) for cell in row.cells]
        for number, cell in enumerate(row.cells):
            before = spans[number - 1][1] if number else 0
            after = spans[number + 1][0] if number + 1 < len(spans) else len(columns)
            first, last = _centred(cell, spans[number], columns, (before, after))
            for column in range(first, last):
                heads[column].append(cell.text)
    return [" ".join(parts) for parts in heads]


def _span(place: tuple[float, float], columns: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """Columns that a head stands over: the first, and the one after the last."""
    left, right = place
    over = [n for n, (start, end) in enumerate(columns) if min(right, end) > max(left, start)]
    if len(over) > 1 and over[0] == 0 and left > columns[0][1] - NEAR_COLUMN:
        over = over[1:]
    if not over:
        middle = (left + right) / 2
        over = [min(range(len(columns)), key=lambda n: abs(sum(columns[n]) / 2 - middle))]
    return over[0], over[-1] + 1


def _centred(
    cell: Cell,
    span: tuple[int, int],
    columns: Sequence[tuple[float, float]],
    free: tuple[int, int],
) -> tuple[int, int]:
    """The widest group of columns, no other head being over them, whose middle the head marks."""
    if span[0] == 0:
        return span
    middle = (cell.left + cell.right) / 2
    wider = [
        (first, last)
        for first in range(max(1, free[0]), span[0] + 1)
        for last in range(span[1], free[1] + 1)
        if abs((columns[first][0] + columns[last - 1][1]) / 2 - middle) < NEAR_COLUMN
    ]
    return max(wider, key=lambda group: group[1] - group[0], default=span)


def _under(cell: Cell, row: _Row, rules: Sequence[Rule]) -> tuple[float, float]:
    """How far a head reaches: as far as the line ruled under it and under no other head."""
    line, left, right = row.line, cell.left, cell.right
    below = [
        rule
        for rule in rules
        if not rule.is_vertical and 0 < line.base - rule.y0 < 0.9 * line.size
    ]
    # Drawn in pieces, one a cell: once to the right, once to the left.
    for pieces in (sorted(below, key=lambda rule: rule.x0), sorted(below, key=lambda rule: -rule.x1)):
        for rule in pieces:
            if rule.x0 <= right + TOUCHING and rule.x1 >= left - TOUCHING:
                left, right = min(left, rule.x0), max(right, rule.x1)
    if any(other.left < right and other.right > left for other in row.cells if other is not cell):
        return cell.left, cell.right
    return left, right
