"""Cells of a line, and the rows and tables that they make up.

Units are points, y grows upwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ingest.loaders.pdf_lines import Line, is_parted, text_of
from ingest.loaders.pdf_page import Word
from ingest.loaders.pdf_shapes import Rule

CELL_GAP = 1.5
"""Of the font size: white space in a line wider than this parts two cells."""

ALIGNED_GAP = 0.7
"""Of the font size: white space that parts cells where a word begins, or a figure ends, exactly
below those of the row above."""

IN_LINE = 1.5
"""Points: how exactly figures, or words, are below one another in a column."""

TWO_LINES = 3.2
"""Of the font size: rows are not further apart where one has a label of two lines."""

HEADS_ABOVE = 2.2
MOST_HEAD_WORDS = 4
"""Of each cell, on average; a line of prose above a table has more."""

SAME_PLACE = 3.0
"""Points: ruled lines nearer to one another are one."""

_ITEM_MARK = re.compile(r"[•▪■●◦‣⁃∙·➢✓□–—-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)]")

_LOSS = re.compile(r"\(\d\d\)")

_CONTENTS = re.compile(r"(?:(?:\.\s?){4,}|…{2,})\s*(?:\d{1,4}|[ivxlc]{1,6})\s*$")

_UNIT = r"(?:bps|pts|ppts?|pp|years?|months?|days?|bn|[mk]n?|million|billion|MW|per cent|percent)"
_AMOUNT = re.compile(
    r"[-–—+(]*\s?(?:[$€£¥]|[A-Z]{3}\s)?\s?[-–—(]?\s?[\d.,]*\d[\d.,]*\s?[)%x]*"
    rf"(?:\s?{_UNIT})?\s?%?|[-–—]+|\(?[–—-]\)?\s?%?|N/?[AM]|n/?[am]|[$€£¥]\s?[-–—]"
)

_MARK = re.compile(r"\[\^[^\]]*\]")

_YEAR = re.compile(r"(?:19|20)\d\d")

_CURRENCY = ("$", "€", "£", "¥")

_CLOSING = (")", "%", ")%", "x")

_AMOUNT_END = re.compile(r"[\d)%—–]$")


class Cell:
    """Words of a line that stand together."""

    def __init__(self, words: list[Word]) -> None:
        self.words = words

    @property
    def left(self) -> float:
        """Left edge, in points."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Right edge, in points."""
        return self.words[-1].right

    @cached_property
    def text(self) -> str:
        """Its words as light Markdown; not to be asked for while words are added."""
        return text_of(self.words)

    @cached_property
    def is_amount(self) -> bool:
        """Whether it is a figure; a year may be a head as well."""
        return is_amount(self.text) and not is_year(self.text)


@dataclass(slots=True)
class Table:
    """Rows of cells, all of one length where there are heads."""

    rows: list[list[str]]
    heads: list[str] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0


@dataclass(slots=True)
class Row:
    """A line as its cells; only one cell if the line is no row of a table."""

    line: Line
    cells: list[Cell]

    @property
    def is_whole(self) -> bool:
        """Whether it is not to be split any further."""
        first = self.line.words[0].text
        is_item = _ITEM_MARK.fullmatch(first) and not _LOSS.fullmatch(first)
        return bool(is_item) or is_contents(self.line)

    @property
    def is_row(self) -> bool:
        """Whether it has several cells."""
        return len(self.cells) > 1

    @property
    def has_amounts(self) -> bool:
        """Whether a figure follows its label."""
        return any(cell.is_amount for cell in self.cells[1:])


def is_amount(text: str) -> bool:
    """Whether a text is a figure, perhaps with the number of a note."""
    return _AMOUNT.fullmatch(_MARK.sub("", text).strip()) is not None


def is_year(text: str) -> bool:
    """Whether a figure is a year, which may be the head of a column."""
    return _YEAR.fullmatch(_MARK.sub("", text).strip()) is not None


def cells_of(line: Line, rules: Sequence[Rule]) -> list[Cell]:
    """Split a line at wide gaps and ruled lines; a currency sign joins its amount."""
    cells: list[Cell] = []
    glue = False
    height = line.base + 0.3 * line.size
    upright = [rule.x0 for rule in rules if rule.is_vertical and rule.y0 <= height <= rule.y1]
    for word in line.words:
        before = cells[-1].words[-1] if cells else None
        if before is None or (_is_apart(before, word, line.size, upright) and not glue):
            joins = before is not None and word.text in _CLOSING
            if joins:
                cells[-1].words.append(word)
            else:
                cells.append(Cell([word]))
        else:
            cells[-1].words.append(word)
        glue = word.text in _CURRENCY
    return cells


def _is_apart(before: Word, word: Word, size: float, upright: Sequence[float]) -> bool:
    gap = word.left - before.right
    if gap > CELL_GAP * size:
        return True
    if word.text[0] in _CURRENCY and _AMOUNT_END.search(before.text) and is_parted(before, word):
        # An amount begins, however near it stands.
        return word.text in _CURRENCY or gap > 0.5 * size
    return gap > 0 and any(before.right - 1 <= x <= word.left + 1 for x in upright)


def row_cells(line: Line, rules: Sequence[Rule]) -> list[Cell]:
    """Cells of a line; one for an item of a list, whose mark stands apart, or of contents."""
    if is_contents(line):
        return [Cell(list(line.words))]
    cells = cells_of(line, rules)
    if len(cells) == 2 and _ITEM_MARK.fullmatch(cells[0].text):  # no table: a list
        return [Cell(list(line.words))]
    return cells


def is_contents(line: Line) -> bool:
    """Whether it is an entry of a table of contents: a title, dots, a page number."""
    return _CONTENTS.search(line.text) is not None


def split_amounts(rows: Sequence[Row]) -> None:
    """Split figures from the text beside them, where several lines have them in the same place.

    The white space may be narrower than that between cells of words: a figure below a figure, or a
    text below a text with figures before both, is no chance.
    """
    places = [_places_of_amounts(row.line) for row in rows]
    for index, row in enumerate(rows):
        beside = [place for n in _rows_beside(rows, index) for place in places[n]]
        cuts = {
            place.number
            for place in places[index]
            if any(place.is_in_line_with(other) for other in beside)
        }
        if cuts and not row.is_whole:
            row.cells = cut(row, cuts)


def _rows_beside(rows: Sequence[Row], index: int) -> Iterator[int]:
    """The next rows above and below; one further where half of a row's label stands between."""
    for step in (-1, 1):
        near = index + step
        if 0 <= near < len(rows):
            yield near
        far = near + step
        if 0 <= far < len(rows) and not rows[near].is_row:
            distance = abs(rows[far].line.base - rows[index].line.base)
            if distance < TWO_LINES * rows[index].line.size:
                yield far


def cut(row: Row, cuts: set[int]) -> list[Cell]:
    """Its cells, also split before the words with these indices."""
    begins = {id(cell.words[0]) for cell in row.cells}
    cells: list[Cell] = []
    for number, word in enumerate(row.line.words):
        if id(word) in begins or number in cuts or not cells:
            cells.append(Cell([word]))
        else:
            cells[-1].words.append(word)
    return cells


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a word stands that follows white space and is a figure, or follows a figure."""

    number: int
    left: float
    right: float | None
    """Of a figure, whose right end is in line with those above and below."""

    def is_in_line_with(self, other: _Place) -> bool:
        ends = self.right is not None and other.right is not None
        return abs(self.left - other.left) < IN_LINE or (
            ends and abs((self.right or 0.0) - (other.right or 0.0)) < IN_LINE
        )


def _places_of_amounts(line: Line) -> list[_Place]:
    places = []
    for number, (before, word) in enumerate(zip(line.words, line.words[1:], strict=False), start=1):
        gap = word.left - before.right
        if gap < ALIGNED_GAP * line.size or before.text in _CURRENCY:
            continue
        if is_amount(word.text):
            places.append(_Place(number, word.left, word.right))
        elif is_amount(before.text) or word.text in _CURRENCY:
            places.append(_Place(number, word.left, None))
    return places


def split_heads(rows: Sequence[Row]) -> None:
    """Split the heads of narrow columns, whose gaps are narrower than those between cells."""
    for number, (row, below) in reversed(list(enumerate(zip(rows, rows[1:], strict=False)))):
        near = 0 < row.line.base - below.line.base < HEADS_ABOVE * row.line.size
        if row.is_whole or not (near and below.is_row) or len(row.cells) >= len(below.cells):
            continue
        if starts := _touching_heads(row, rows[number + 1 : number + 3]):
            row.cells = cut(row, starts)
            continue
        corridors = [
            (one.right, other.left)
            for one, other in zip(below.cells, below.cells[1:], strict=False)
        ]
        cuts = {
            n
            for n, (before, word) in enumerate(
                zip(row.line.words, row.line.words[1:], strict=False), start=1
            )
            if word.left - before.right > ALIGNED_GAP * row.line.size
            and any(word.left > left and before.right < right for left, right in corridors)
        }
        cells = cut(row, cuts)
        if len(cells) <= len(below.cells) and len(row.line.words) <= MOST_HEAD_WORDS * len(cells):
            row.cells = cells


MIN_TOUCHING = 3
"""Columns whose heads may touch: that words begin exactly above two columns may be chance."""


def _touching_heads(row: Row, below: Sequence[Row]) -> set[int]:
    """Words that begin the heads of all columns but the first, where no gap parts them.

    Each begins where the cells of its column begin, or follows a word that ends where those of the
    column before end, in both rows below.
    """
    words = row.line.words
    columns = [each.cells for each in below]
    count = len(columns[0])
    if len(columns) < 2 or count < MIN_TOUCHING or len(columns[1]) != count:
        return set()
    begun = {id(cell.words[0]) for cell in row.cells[1:]}
    starts: list[int] = []
    for number in range(1, count):
        lefts = [cells[number].left for cells in columns]
        rights = [cells[number - 1].right for cells in columns]
        end = min(cells[number].right for cells in columns)
        found = [
            n
            for n in range(starts[-1] + 1 if starts else 1, len(words))
            if all(abs(words[n].left - left) < IN_LINE for left in lefts)
            or all(abs(words[n - 1].right - right) < IN_LINE for right in rights)
            or (id(words[n]) in begun and words[n].left < end)
        ]
        if not found:
            return set()
        starts.append(found[0])
    is_short = len(words) <= MOST_HEAD_WORDS * count
    return set(starts) if is_short else set()


def place_of(cell: Cell, places: Sequence[float]) -> int | None:
    """Index of the cell above that begins in the same place; None if there is none.

    Args:
        cell: Of a row.
        places: Left edges of the cells above, in points.
    """
    return next((n for n, left in enumerate(places) if abs(left - cell.left) < SAME_PLACE), None)
