"""Tables that ruled lines enclose: a cell is what stands between four of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.loaders.pdf_cells import SAME_PLACE, Table, is_amount, is_year
from ingest.loaders.pdf_lines import Line, text_of
from ingest.loaders.pdf_shapes import Rule

MOST_HEAD_ROWS = 3


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
        if count:
            table.heads = [
                " ".join(dict.fromkeys(row[n] for row in rows[:count] if row[n]))
                for n in range(len(rows[0]))
            ]
            table.rows = rows[count:]
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


def _grid_of(verticals: Sequence[Rule], rules: Sequence[Rule]) -> Grid | None:
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
    near = (
        [
            rule
            for rule in rules
            if rule.y1 >= ys[0] - SAME_PLACE
            and rule.y0 <= ys[-1] + SAME_PLACE
            and rule.x1 >= xs[0] - SAME_PLACE
            and rule.x0 <= xs[-1] + SAME_PLACE
        ]
        if ys
        else []
    )
    return Grid(xs, ys, near) if len(ys) >= 3 else None


def _places(values: Iterable[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > SAME_PLACE:
            places.append(float(value))
    return places
