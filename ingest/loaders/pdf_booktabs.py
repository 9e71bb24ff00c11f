"""Tables with a line ruled above, below their heads and at their end, and none between columns.

Such a table says where it is, so that its columns may stand nearer to one another than elsewhere.
Units are points, y grows upwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.loaders.pdf_cells import Table
from ingest.loaders.pdf_lines import Line, text_of
from ingest.loaders.pdf_page import Word
from ingest.loaders.pdf_shapes import Rule

SAME_END = 2.0
"""Points: how exactly the lines are of one length."""

MIN_WIDTH = 80.0
"""Points; a shorter line is under a word or a sum."""

GUTTER = 0.6
"""Of the font size: white space between columns, all lines of the table taken together."""

MIN_ROWS = 2
MAX_HEAD_LINES = 3


class RuledOff:
    """The place of such a table: its lines from the top down."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._left, self._right = rules[0].x0, rules[0].x1
        self._heights = [rule.y0 for rule in rules]

    def holds(self, line: Line) -> bool:
        """Whether a line stands between the first and the last of the ruled ones."""
        inside = self._heights[-1] - 1 < line.base < self._heights[0]
        return inside and line.left > self._left - 2 and line.right < self._right + 2

    def table(self, lines: Sequence[Line]) -> Table | None:
        """The table; None unless each word is in one column and each line begins or ends a row."""
        heads = [line for line in lines if line.base > self._heights[1]]
        body = [line for line in lines if line.base <= self._heights[1]]
        if not heads or len(heads) > MAX_HEAD_LINES or len(body) < MIN_ROWS:
            return None
        columns = _columns(body)
        if len(columns) < 2:
            return None
        head = _row_of(heads, columns)
        rows = _rows_of(body, columns)
        if head is None or rows is None or sum(map(bool, head)) < len(columns) - 1:
            return None
        return Table(rows, head, top=lines[0].base, bottom=lines[-1].base)


def ruled_off(rules: Sequence[Rule]) -> list[RuledOff]:
    """Places between three or more lines of one length, one below another, and no upright ones."""
    level = sorted(
        (r for r in rules if not r.is_vertical and r.x1 - r.x0 > MIN_WIDTH), key=lambda r: -r.y0
    )
    found: list[list[Rule]] = []
    for rule in level:
        for group in found:
            first = group[0]
            if abs(first.x0 - rule.x0) < SAME_END and abs(first.x1 - rule.x1) < SAME_END:
                group.append(rule)
                break
        else:
            found.append([rule])
    upright = [rule for rule in rules if rule.is_vertical]
    return [
        RuledOff(group)
        for group in found
        if len(group) == 3
        and not any(
            group[-1].y0 < rule.y1
            and rule.y0 < group[0].y0
            and group[0].x0 <= rule.x0 <= group[0].x1
            for rule in upright
        )
    ]


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """From where to where words stand below one another, with white space between all of them."""
    columns: list[tuple[float, float]] = []
    size = max(line.size for line in lines)
    for word in sorted((w for line in lines for w in line.words), key=lambda word: word.left):
        if columns and word.left - columns[-1][1] < GUTTER * size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], word.right))
        else:
            columns.append((word.left, word.right))
    return columns


def _row_of(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[str] | None:
    """The words by column; None if some stand over two."""
    texts = [""] * len(columns)
    for line in lines:
        cells: list[list[Word]] = [[] for _ in columns]
        for word in line.words:
            number = _column_of(word, columns)
            if number is None:
                return None
            cells[number].append(word)
        for number, words in enumerate(cells):
            if _spans_gap(words, line.size):
                return None
            texts[number] = f"{texts[number]} {text_of(words)}".strip() if words else texts[number]
    return texts


def _column_of(word: Word, columns: Sequence[tuple[float, float]]) -> int | None:
    over = [n for n, (left, right) in enumerate(columns) if word.left < right and word.right > left]
    if len(over) > 1:
        return None
    if over:
        return over[0]
    middle = (word.left + word.right) / 2
    return min(range(len(columns)), key=lambda n: abs(sum(columns[n]) / 2 - middle))


def _spans_gap(words: Sequence[Word], size: float) -> bool:
    """Whether there is a gap within a cell as wide as one between cells."""
    gaps = [after.left - before.right for before, after in zip(words, words[1:], strict=False)]
    return max(gaps, default=0.0) > 2 * size


def _rows_of(
    lines: Sequence[Line], columns: Sequence[tuple[float, float]]
) -> list[list[str]] | None:
    rows: list[list[str]] = []
    for line in lines:
        cells = _row_of([line], columns)
        if cells is None:
            return None
        is_label = bool(cells[0]) and not any(cells[1:])
        if cells[0] and not is_label:
            rows.append(cells)
        elif rows and (not is_label or cells[0][:1].islower()):
            rows[-1] = [
                f"{one} {other}".strip() for one, other in zip(rows[-1], cells, strict=True)
            ]
        else:
            return None
    return rows
