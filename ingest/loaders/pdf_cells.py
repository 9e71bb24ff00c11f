"""Cells of a line, and the rows and tables that they make up.

Units are points, y grows upwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ingest.loaders.pdf_lines import Line, is_parted, text_of
from ingest.loaders.pdf_shapes import Rule
from ingest.loaders.pdf_words import Word

CELL_GAP = 1.5
"""Of the font size: white space in a line wider than this parts two cells."""

ALIGNED_GAP = 0.7
"""Of the font size: white space that parts cells where a word begins, or a figure ends, exactly
below those of the row above."""

SAME_PLACE = 3.0
"""Points: ruled lines nearer to one another are one."""

_ITEM_MARK = re.compile(r"[•▪■●◦‣⁃∙·➢✓□–—-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)]")

_CONTENTS = re.compile(r"(?:(?:\.\s?){4,}|…{2,})\s*(?:\d{1,4}|[ivxlc]{1,6})\s*$")

_AMOUNT = re.compile(
    r"[-–—+(]*\s?(?:[$€£¥]|[A-Z]{3}\s)?\s?[-–—(]?\s?[\d.,]*\d[\d.,]*\s?[)%x]*(?:\s?(?:bps|pts|pp))?\s?%?"
    r"|[-–—]+|\(?[–—-]\)?\s?%?|N/?[AM]|n/?[am]|[$€£¥]\s?[-–—]"
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
        """Where it begins."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.words[-1].right

    @cached_property
    def text(self) -> str:
        """Its words as light Markdown; not to be asked for while words are added."""
        return text_of(self.words)

    @cached_property
    def is_amount(self) -> bool:
        """Whether it is a figure; a year may be a head as well."""
        return is_amount(self.text) and not _YEAR.fullmatch(_MARK.sub("", self.text))


@dataclass(slots=True)
class Table:
    """Rows of cells, all of one length where there are heads."""

    rows: list[list[str]]
    heads: list[str] = field(default_factory=list)
    top: float = 0.0
    bottom: float = 0.0


@dataclass(slots=True)
class Row:
    """A line as the cells that it has, one where it is no row."""

    line: Line
    cells: list[Cell]

    @property
    def is_row(self) -> bool:
        """Whether it has several."""
        return len(self.cells) > 1

    @property
    def has_amounts(self) -> bool:
        """Whether there is a figure behind its label."""
        return any(cell.is_amount for cell in self.cells[1:])


def is_amount(text: str) -> bool:
    """Whether a text is a figure, a note aside."""
    return _AMOUNT.fullmatch(_MARK.sub("", text).strip()) is not None


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


def split_ledgers(rows: Sequence[Row]) -> None:
    """Part an amount from what it is for, where lines below one another do so at one place."""
    splits = [None if row.is_row else _ledger_cells(row.line) for row in rows]
    for index, cells in enumerate(splits):
        beside = [splits[n] for n in (index - 1, index + 1) if 0 <= n < len(rows)]
        if cells and any(other and abs(other[1].left - cells[1].left) < 1 for other in beside):
            rows[index].cells = cells


def _ledger_cells(line: Line) -> list[Cell] | None:
    for number in (1, 2):  # the sign of a currency may stand alone
        first, rest = line.words[:number], line.words[number:]
        if rest and rest[0].left - first[-1].right > ALIGNED_GAP * line.size:
            cells = [Cell(list(first)), Cell(list(rest))]
            return cells if cells[0].is_amount and not cells[1].is_amount else None
    return None


def place_of(cell: Cell, places: Sequence[float]) -> int | None:
    """Number of the cell above that begins where this one does."""
    return next((n for n, left in enumerate(places) if abs(left - cell.left) < SAME_PLACE), None)
