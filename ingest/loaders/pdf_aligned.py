"""Tables whose cells are aligned in columns: the columns and their headers.

Heads that stand over several columns ("Three months ended") are part of each of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.loaders.pdf_cells import SAME_PLACE, Cell, Row, Table, place_of
from ingest.loaders.pdf_shapes import Rule

NEAR_COLUMN = 6.0
"""Points: how far the middle of a head may be from the middle of its columns."""

MOST_HEAD_CHARACTERS = 110
"""Longer ones are no heads: rows of words, or the title of the page."""

CLOSE = 1.7
"""Of the font size: lines of one cell are not further apart."""

WITHIN_ROW = 1.15
"""Rows are further apart than lines of one label by this."""

TOUCHING = 1.0
"""Points: pieces of a ruled line are not further apart."""


def aligned_table(rows: Sequence[Row], rules: Sequence[Rule]) -> Table:
    """The table that lines make up, the lines with its heads first."""
    body = next((n for n, row in enumerate(rows) if row.is_row and row.has_amounts), None)
    columns = _columns(rows)
    if body is None or len(columns) < 2:
        return _plain(rows, rules)
    first = body
    while first and not rows[first - 1].is_row and _is_label(rows[first - 1], columns):
        first -= 1
    table = Table([], top=rows[0].line.base, bottom=rows[-1].line.base)
    heads = _heads(rows[:first], columns, rules)
    if any(heads) and max(map(len, heads)) <= MOST_HEAD_CHARACTERS:
        table.heads = heads
    else:  # no heads but lines of another kind
        table.rows = [_placed(row, columns) for row in rows[:first]]
    table.rows += _body(rows[first:], columns)
    return table


def _body(rows: Sequence[Row], columns: Sequence[tuple[float, float]]) -> list[list[str]]:
    """Rows of figures, each with the lines that its label, or another cell, goes on in."""
    texts: list[list[str]] = []
    waiting: list[list[str]] = []
    """Lines without figures since the last row: labels of sections, or the next row's first."""
    above: Row | None = None
    full = [row.line.base for row in rows if row.is_row]
    between = min((a - b for a, b in zip(full, full[1:], strict=False)), default=0.0)
    for row in rows:
        cells = _placed(row, columns)
        is_near = above is not None and above.line.base - row.line.base < CLOSE * row.line.size
        is_label = not any(cells[1:])
        is_rest = not row.is_row and not row.cells[0].is_amount
        if texts and not waiting and is_near and is_rest and (not is_label or _starts_low(row)):
            texts[-1] = _joined(texts[-1], cells)
        elif is_rest:
            waiting.append(cells)
        else:
            step = above.line.base - row.line.base if above is not None else 0.0
            is_begun = bool(waiting and waiting[-1][0] and cells[0])
            if is_begun and not waiting[-1][0].endswith(":") and 0 < WITHIN_ROW * step < between:
                cells = _joined(waiting.pop(), cells)  # nearer than rows are to one another
            else:
                while waiting and (_starts_low(row) or not waiting[-1][0]):
                    cells = _joined(waiting.pop(), cells)
                    if cells[0][:1].isupper():
                        break
            texts += [*waiting, cells]
            waiting = []
        above = row
    return texts + waiting


def _joined(one: Sequence[str], other: Sequence[str]) -> list[str]:
    return [f"{first} {second}".strip() for first, second in zip(one, other, strict=True)]


def _starts_low(row: Row) -> bool:
    return row.line.text[:1].islower()


def _plain(rows: Sequence[Row], rules: Sequence[Rule]) -> Table:
    """Rows of words: lines that stand close together are one row, cell by cell."""
    columns = _text_columns(rows)
    bands = _bands(rows)
    texts = []
    for band in bands:
        texts.append([""] * len(columns))
        for row in band:
            for cell in row.cells:
                number = _column_of(cell, columns)
                texts[-1][number] = f"{texts[-1][number]} {cell.text}".strip()
    table = Table(texts, top=rows[0].line.base, bottom=rows[-1].line.base)
    bold = all(row.line.bold for row in bands[0]) and not rows[-1].line.bold
    if len(texts) > 1 and all(texts[0]) and (bold or _is_ruled_off(bands, rules)):
        table.heads, table.rows = texts[0], texts[1:]
    return table


def _is_ruled_off(bands: Sequence[Sequence[Row]], rules: Sequence[Rule]) -> bool:
    """Whether a line is ruled below the first row and not below the second."""
    left = min(row.line.left for band in bands for row in band)
    right = max(row.line.right for band in bands for row in band)

    def is_ruled(above: Row, below: Row) -> bool:
        return any(
            not rule.is_vertical
            and below.line.base + 0.5 * below.line.size < rule.y0 < above.line.base
            and min(rule.x1, right) - max(rule.x0, left) > 0.6 * (right - left)
            for rule in rules
        )

    between = [is_ruled(one[-1], other[0]) for one, other in zip(bands, bands[1:], strict=False)]
    return between[0] and not any(between[1:-1])


def _text_columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Where cells stand below one another; of the lines with most cells, so that none spans two."""
    most = max(len(row.cells) for row in rows)
    full = [row.cells for row in rows if len(row.cells) == most]
    return [
        (min(cells[n].left for cells in full), max(cells[n].right for cells in full))
        for n in range(most)
    ]


def _bands(rows: Sequence[Row]) -> list[list[Row]]:
    """Lines of one row each: by distance, where some are close; else by what cells are empty."""
    steps = [above.line.base - row.line.base for above, row in zip(rows, rows[1:], strict=False)]
    close = 1.15 * min(steps, default=0.0)
    is_loose = _has_wrapped_cells(rows, [0.0, *steps], close)
    bands = [[rows[0]]]
    for row, step in zip(rows[1:], steps, strict=True):
        above = bands[-1][-1]
        if is_loose:
            goes_on = step <= close and _is_wrapped(row, bands[-1])
        else:
            goes_on = not row.is_row and _is_under(row.cells[0], above)
        if goes_on:
            bands[-1].append(row)
        else:
            bands.append([row])
    return bands


def _has_wrapped_cells(rows: Sequence[Row], steps: Sequence[float], close: float) -> bool:
    """Whether lines close to the one above are mostly parts of rows, and others begin rows."""
    most = max(len(row.cells) for row in rows)
    whole = [len(row.cells) == most and not _starts_low(row) for row in rows]
    near = [n for n in range(1, len(rows)) if steps[n] <= close]
    both_whole = sum(whole[n] and whole[n - 1] for n in near)
    return len(near) < len(rows) - 1 and 2 * both_whole < len(near)


def _is_under(cell: Cell, above: Row) -> bool:
    number = place_of(cell, [other.left for other in above.cells])
    return number is not None and (number > 0 or cell.text[:1].islower())


def _is_wrapped(row: Row, band: Sequence[Row]) -> bool:
    """Whether a line has no figure for a label, and begins below or above another of its row."""
    if row.cells[0].is_amount:
        return False
    others = [other.left for line in band for other in line.cells]
    lefts = [cell.left for cell in row.cells]
    return (
        row.is_row
        or any(abs(left - other) < SAME_PLACE for left in lefts for other in others)
        or len(band[0].cells) == 1
    )


def _is_label(row: Row, columns: Sequence[tuple[float, float]]) -> bool:
    return row.line.left < columns[1][0] - 2 * row.line.size and row.line.left <= columns[0][1]


def _columns(rows: Sequence[Row]) -> list[tuple[float, float]]:
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
    edge = columns[0][0] - 1
    leftmost = min(row.line.left for row in rows)
    labels = [row.cells[0].right for row in rows if row.is_row and row.has_amounts]
    return [(min(leftmost, edge), min(max(labels), edge)), *columns]


def _placed(row: Row, columns: Sequence[tuple[float, float]]) -> list[str]:
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
    rows: Sequence[Row], columns: Sequence[tuple[float, float]], rules: Sequence[Rule]
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
    if len(over) > 1 and over[0] == 0 and (left + right) / 2 > columns[0][1]:
        over = over[1:]  # a head wider than its figures
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


def _under(cell: Cell, row: Row, rules: Sequence[Rule]) -> tuple[float, float]:
    """How far a head reaches: as far as the line ruled under it and under no other head."""
    line, left, right = row.line, cell.left, cell.right
    below = [
        rule for rule in rules if not rule.is_vertical and 0 < line.base - rule.y0 < 0.9 * line.size
    ]
    # Drawn in pieces, one a cell: once to the right, once to the left.
    for pieces in (
        sorted(below, key=lambda rule: rule.x0),
        sorted(below, key=lambda rule: -rule.x1),
    ):
        for rule in pieces:
            if rule.x0 <= right + TOUCHING and rule.x1 >= left - TOUCHING:
                left, right = min(left, rule.x0), max(right, rule.x1)
    if any(other.left < right and other.right > left for other in row.cells if other is not cell):
        return cell.left, cell.right
    return left, right
