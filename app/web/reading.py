"""A canonical text as blocks for reading, every character still at its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """How a block is shown."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]` without its light mark-up (`#`, `-`, `|`)."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    """Of a heading, from 1."""
    cells: tuple[tuple[int, int], ...] = ()
    """Of a table row: the spans of its cells."""


_HEADING = re.compile(r"(#{1,6})[ \t]+")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_LINE = re.compile(r"([^\n\f]*)(?:[\n\f]|\Z)")
_RULE = re.compile(r"[|:\-\s]+")


def blocks_of(text: str) -> list[Block]:
    """Split a text at its headings, list items, table rows and blank lines, in reading order."""
    blocks: list[Block] = []
    paragraph: tuple[int, int] | None = None

    def end_paragraph() -> None:
        nonlocal paragraph
        if paragraph is not None:
            blocks.append(Block(BlockKind.PARAGRAPH, *paragraph))
            paragraph = None

    for start, end in _lines(text):
        line = text[start:end]
        if not line:
            end_paragraph()
        elif (block := _marked(line, start, end)) is not None:
            end_paragraph()
            if block.start < block.end:
                blocks.append(block)
        else:
            paragraph = (paragraph[0] if paragraph else start, end)
    end_paragraph()
    return blocks


def _lines(text: str) -> list[tuple[int, int]]:
    """Spans of the lines without outer white space; a form feed ends a line too."""
    spans = []
    for match in _LINE.finditer(text):
        line = match.group(1)
        stripped = line.strip()
        start = match.start() + (len(line) - len(line.lstrip()) if stripped else 0)
        spans.append((start, start + len(stripped)))
    return spans


def _marked(line: str, start: int, end: int) -> Block | None:
    """The block of a line whose first characters say what it is; empty for a table's rule."""
    if heading := _HEADING.match(line):
        return Block(BlockKind.HEADING, start + heading.end(), end, len(heading.group(1)))
    if line.startswith("|"):
        if _RULE.fullmatch(line):
            return Block(BlockKind.TABLE_ROW, start, start)
        return Block(BlockKind.TABLE_ROW, start, end, cells=_cells(line, start))
    if item := _ITEM.match(line):
        return Block(BlockKind.LIST_ITEM, start + item.end(), end)
    return None


def _cells(row: str, start: int) -> tuple[tuple[int, int], ...]:
    """Spans between the bars of a row, without outer white space."""
    inner = row[1:-1] if row.endswith("|") and len(row) > 1 else row[1:]
    spans = []
    for match in re.finditer(r"[^|]+", inner):
        cell = match.group()
        first = start + 1 + match.start() + len(cell) - len(cell.lstrip())
        spans.append((first, first + len(cell.strip())))
    return tuple(spans)
