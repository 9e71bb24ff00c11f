"""Tables with ruled lines: a cell is the area between four of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.loaders.pdf_aligned import MOST_HEAD_CHARACTERS
from ingest.loaders.pdf_cells import SAME_PLACE, Table, is_amount, is_year
from ingest.loaders.pdf_lines import Line, text_of
from ingest.loaders.pdf_shapes import Rule

MOST_HEAD_ROWS = 3

LEAST_LINES = 3
"""In each direction: fewer enclose a box."""


@dataclass(slots=True)
class Grid:
    """Ruled lines that enclose cells: of columns at `xs` and rows at `ys`, from below."""

    xs: list[float]
    ys: list[float]
    rules: list[Rule]

    def holds(self, line: Line) -> bool:
        """Whether a line stands inside."""
        inside = self.xs[0] - SAME_PLACE <= line.left and line.right <= self.xs[-1] + SAME_PLACE
        return inside and self.ys[0] <= _middle(line) <= self.ys[-1]

    def table(self, lines: Sequence[Line]) -> Table | None:
        """The table of the lines inside; None where the lines only frame a text."""
        rows = self._rows(lines)
        if len(rows) < 2 or sum(any(row[1:]) for row in rows) < 2:
            return None
        table = Table(rows, top=lines[0].base, bottom=lines[-1].base)
        last = max(y for y in self.ys if y < _middle(lines[0]))
        bold = all(line.bold for line in lines if _middle(line) > last)
        count = _number_of_heads(rows, bold=bold)
        heads = [
            " ".join(dict.fromkeys(row[n] for row in rows[:count] if row[n]))
            for n in range(len(rows[0]))
        ]
        if 0 < max(map(len, heads)) <= MOST_HEAD_CHARACTERS:
            table.heads, table.rows = heads, rows[count:]
        return table

    def _rows(self, lines: Sequence[Line]) -> list[list[str]]:
        """Text of each place; what stands in a cell of several places is in each of them."""
        rows: list[list[str]] = []
        above: list[str] = [""] * (len(self.xs) - 1)
        bands = list(zip(self.ys, self.ys[1:], strict=False))
        for bottom, top in reversed(bands):
            inside = [line for line in lines if bottom <= _middle(line) < top]
            row = self._row(inside, (bottom + top) / 2)
            for column, text in enumerate(row):
                if not self._is_ruled_above(column, top):  # a cell of several rows
                    row[column] = " ".join(part for part in (above[column], text) if part)
            if inside:
                rows.append(row)
            above = row
        return rows

    def _row(self, lines: Sequence[Line], height: float) -> list[str]:
        edges = _places(
            rule.x0 for rule in self.rules if rule.is_vertical and rule.y0 <= height <= rule.y1
        )
        row = [""] * (len(self.xs) - 1)
        for left, right in zip(edges, edges[1:], strict=False):
            texts = []
            for line in lines:
                words = [w for w in line.words if left <= (w.left + w.right) / 2 < right]
                texts += [text_of(words)] if words else []
            for column, (start, end) in enumerate(zip(self.xs, self.xs[1:], strict=False)):
                if left <= (start + end) / 2 < right:
                    row[column] = " ".join(texts)
        return row

    def _is_ruled_above(self, column: int, height: float) -> bool:
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        return any(
            not rule.is_vertical
            and rule.x0 <= middle <= rule.x1
            and abs(rule.y0 - height) <= SAME_PLACE
            for rule in self.rules
        )


def _middle(line: Line) -> float:
    return line.base + 0.3 * line.size


def _number_of_heads(rows: Sequence[Sequence[str]], *, bold: bool) -> int:
    """How many rows come before the first one with figures; a year may be a head."""
    figures = next(
        (
            n
            for n, row in enumerate(rows)
            if any(is_amount(cell) and not is_year(cell) for cell in row)
        ),
        None,
    )
    if figures is None or figures > MOST_HEAD_ROWS:
        figures = 1
    return 1 if figures == 0 and bold else figures


def grids_of(rules: Sequence[Rule]) -> list[Grid]:
    """Grids of at least two columns and two rows: what crosses or touches belongs together."""
    across = [rule for rule in rules if not rule.is_vertical]
    down = [rule for rule in rules if rule.is_vertical]
    groups: list[tuple[list[Rule], set[int]]] = []
    for rule in down:
        crossed = {n for n, other in enumerate(across) if _touch(rule, other)}
        if not crossed:
            continue
        joined, rest = ([rule], crossed), []
        for group in groups:
            if group[1] & joined[1]:
                joined = (joined[0] + group[0], joined[1] | group[1])
            else:
                rest.append(group)
        groups = [*rest, joined]
    grids = (_grid_of(verticals, [across[n] for n in crossed]) for verticals, crossed in groups)
    return [grid for grid in grids if grid is not None]


def _touch(down: Rule, across: Rule) -> bool:
    return (
        across.x0 - SAME_PLACE <= down.x0 <= across.x1 + SAME_PLACE
        and down.y0 - SAME_PLACE <= across.y0 <= down.y1 + SAME_PLACE
    )


def _grid_of(down: Sequence[Rule], across: Sequence[Rule]) -> Grid | None:
    xs = _places(rule.x0 for rule in down)
    if len(xs) < LEAST_LINES:
        return None
    lengths: dict[int, float] = {}
    for rule in across:
        inside = min(rule.x1, xs[-1]) - max(rule.x0, xs[0])
        # From column to column it parts some cells; others are of several rows.
        between = all(any(abs(end - x) < SAME_PLACE for x in xs) for end in (rule.x0, rule.x1))
        share = 1.0 if between and inside > SAME_PLACE else inside / (xs[-1] - xs[0])
        lengths[round(rule.y0)] = lengths.get(round(rule.y0), 0.0) + max(0.0, share)
    ys = _places(y for y, share in lengths.items() if share > 0.5)
    return Grid(xs, ys, [*down, *across]) if len(ys) >= LEAST_LINES else None


def _places(values: Iterable[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > SAME_PLACE:
            places.append(float(value))
    return places
