"""Tables that ruled lines enclose: a cell is what stands between four of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.loaders.pdf_cells import SAME_PLACE, Table, is_amount
from ingest.loaders.pdf_lines import Line, text_of
from ingest.loaders.pdf_shapes import Rule
from ingest.loaders.pdf_words import Word


@dataclass(slots=True)
class Grid:
    """Ruled lines that enclose cells."""

    xs: list[float]
    ys: list[float]

    def holds(self, line: Line) -> bool:
        """Whether a line stands inside."""
        middle = line.base + 0.3 * line.size
        inside = self.xs[0] - SAME_PLACE <= line.left and line.right <= self.xs[-1] + SAME_PLACE
        return inside and self.ys[0] <= middle <= self.ys[-1]

    def table(self, lines: Sequence[Line]) -> Table | None:
        """The table of the lines inside; None where the lines only frame a text."""
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
        amounts = sum(is_amount(cell) for cell in texts[0])
        table = Table(texts, top=lines[0].base, bottom=lines[-1].base)
        if all(texts[0][1:]) and (bold[first] or amounts == 0):
            table.heads, table.rows = texts[0], texts[1:]
        return table


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
    return Grid(xs, ys) if len(ys) >= 3 else None


def _places(values: Iterable[float]) -> list[float]:
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > SAME_PLACE:
            places.append(float(value))
    return places
