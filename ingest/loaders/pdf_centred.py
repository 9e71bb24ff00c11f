"""Rows whose cells are centred one beside another, as browsers set them.

A cell of one line stands at the middle of a cell of two: its line is none of theirs. Rows are read
line by line, so the words of each such cell become a single one on the line of its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ingest.loaders.pdf_page import Word

OVERLAP = 0.78
"""Of the font size: lines of one text are further apart, those of cells side by side may not."""

SAME_BASE = 0.15
"""Of the font size."""

GUTTER = 0.9
"""Of the font size: white space between two columns, all lines of a row taken together."""

MAX_LINES = 12
"""Of a cell; a longer one is a column of text."""

SMALL = 0.92
"""Of the font size of the row: smaller words are notes and indices, which stand between lines."""

WIDER = 1.12
"""Times the distance of lines: rows are further apart."""

NEAR = 4.0
"""Times the font size: how far another row of the table may be."""

SAME_PLACE = 2.0
"""Points: cells below one another begin no further apart."""

Cell = list[Word]


def with_cells_as_words(
    words: Sequence[Word], join: Callable[[list[str]], str] = " ".join
) -> list[Word]:
    """The words, those of each centred cell as a single one; the very same where there are none.

    Args:
        words: Of a page, in any order.
        join: Makes one text of the lines of a cell.
    """
    bands = _bands(words)
    kept: list[Word] = []
    for number, band in enumerate(bands):
        cells = _cells(band)
        others = [bands[n] for n in (number - 1, number + 1) if 0 <= n < len(bands)]
        if (
            _is_centred(cells)
            and any(_is_of_one_table(cells, other, band) for other in others)
            and all(_gap(band, other) > WIDER * _step(cells) for other in others)
        ):
            middle = (max(word.base for word in band) + min(word.base for word in band)) / 2
            kept += [_as_word(cell, middle, join) for cell in cells]
        else:
            kept += band
    return kept


def _as_word(cell: Cell, base: float, join: Callable[[list[str]], str]) -> Word:
    lines: list[list[Word]] = []
    for word in sorted(cell, key=lambda word: -word.base):
        if lines and lines[-1][0].base - word.base <= SAME_BASE * word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    texts = [" ".join(w.text for w in sorted(line, key=lambda w: w.left)) for line in lines]
    first = lines[0][0]
    return replace(
        first,
        text=join(texts),
        base=base,
        left=min(word.left for word in cell),
        right=max(word.right for word in cell),
        bold=all(word.bold for word in cell),
    )


def _bands(words: Iterable[Word]) -> list[list[Word]]:
    """Words from the top down, in runs whose lines stand nearer to one another than in a text."""
    bands: list[list[Word]] = []
    for word in sorted(words, key=lambda word: -word.base):
        above = bands[-1][-1] if bands else word
        if bands and above.base - word.base <= OVERLAP * min(above.size, word.size):
            bands[-1].append(word)
        else:
            bands.append([word])
    return bands


def _cells(band: Sequence[Word]) -> list[Cell]:
    """The words by columns."""
    cells: list[Cell] = []
    right = 0.0
    for word in sorted(band, key=lambda word: word.left):
        if cells and word.left - right <= GUTTER * word.size:
            cells[-1].append(word)
            right = max(right, word.right)
        else:
            cells.append([word])
            right = word.right
    return cells


def _bases(cell: Cell) -> list[float]:
    """Heights of the lines of a cell, from the top down."""
    size = max(word.size for word in cell)
    bases: list[float] = []
    for word in sorted(cell, key=lambda word: -word.base):
        if not bases or bases[-1] - word.base > SAME_BASE * size:
            bases.append(word.base)
    return bases


def _is_centred(cells: Sequence[Cell]) -> bool:
    """Whether the cells have one middle, and not the same lines; none of them has notes."""
    sizes = [word.size for cell in cells for word in cell]
    if len(cells) < 2 or min(sizes) < SMALL * max(sizes):
        return False
    lines = [_bases(cell) for cell in cells]
    size = max(word.size for word in cells[0])
    counts = [len(bases) for bases in lines]
    if min(counts) > 1 or not 1 < max(counts) <= MAX_LINES:  # several in each: several rows
        return False
    steps = [a - b for bases in lines for a, b in zip(bases, bases[1:], strict=False)]
    if min(steps) < OVERLAP * size:
        return False
    middles = [(bases[0] + bases[-1]) / 2 for bases in lines]
    return max(middles) - min(middles) < SAME_BASE * size


def _is_of_one_table(cells: Sequence[Cell], other: Sequence[Word], band: Sequence[Word]) -> bool:
    """Whether a row above or below, not far off, has cells that begin in the same places."""
    if not WIDER * _step(cells) < _gap(band, other) < NEAR * band[0].size:
        return False
    lefts = [min(word.left for word in cell) for cell in _cells(other)]
    begin = [min(word.left for word in cell) for cell in cells]
    return sum(any(abs(one - at) < SAME_PLACE for at in lefts) for one in begin) >= 2


def _gap(band: Sequence[Word], other: Sequence[Word]) -> float:
    """From the last line of the one to the first of the other."""
    return max(
        min(word.base for word in band) - max(word.base for word in other),
        min(word.base for word in other) - max(word.base for word in band),
    )


def _step(cells: Sequence[Cell]) -> float:
    lines = max((_bases(cell) for cell in cells), key=len)
    return min(a - b for a, b in zip(lines, lines[1:], strict=False))
