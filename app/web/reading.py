"""A canonical text as blocks for reading, with every character at its place in the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from vectorstore.types import Sentence, SentenceKind


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
    is_foreign: bool = False
    """Plainly part of another article that got into this one; never cited."""


_HEADING = re.compile(r"(#{1,6})[ \t]+")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_LINE = re.compile(r"([^\n\f]*)(?:[\n\f]|\Z)")
_RULE = re.compile(r"[|:\-\s]+")


def blocks_of(text: str, sentences: Sequence[Sentence] = ()) -> list[Block]:
    """Split a text at its headings, list items, table rows and blank lines, in reading order.

    Args:
        text: Canonical text.
        sentences: Its sentences in order; they tell headings and tables that bear no mark-up.
    """
    blocks = _marked_blocks(text)
    return [told for block in blocks for told in _told_apart(text, block, sentences)]


def _told_apart(text: str, block: Block, sentences: Sequence[Sentence]) -> Iterator[Block]:
    """A paragraph as what its sentences say that it is; every other block as it is."""
    first = bisect_left(sentences, block.start, key=lambda one: one.start)
    after = bisect_left(sentences, block.end, key=lambda one: one.start)
    inside = sentences[first:after]
    if block.kind is not BlockKind.PARAGRAPH or not inside:
        yield block
    elif inside[0].kind is SentenceKind.HEADING and inside[0].end == block.end:
        yield replace(block, kind=BlockKind.HEADING, level=max(1, len(inside[0].heading)))
    elif any(one.kind is SentenceKind.TABLE for one in inside):
        for start, end in _lines(text[block.start : block.end]):
            first, last = block.start + start, block.start + end
            if first < last:
                yield _row(text, first, last, inside)
    else:
        yield replace(block, is_foreign=all(one.foreign for one in inside))


def _row(text: str, start: int, end: int, sentences: Sequence[Sentence]) -> Block:
    """A row of a table; one with a text in a cell is a paragraph, cited sentence by sentence."""
    inside = [one for one in sentences if start <= one.start < end]
    if any(one.kind is not SentenceKind.TABLE for one in inside):
        return Block(BlockKind.PARAGRAPH, start, end)
    return Block(BlockKind.TABLE_ROW, start, end, cells=_cells(text[start:end], start))


def _marked_blocks(text: str) -> list[Block]:
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
    spans = []
    for match in re.finditer(r"[^|]+", row):
        cell = match.group()
        first = start + match.start() + len(cell) - len(cell.lstrip())
        spans.append((first, first + len(cell.strip())))
    return tuple(spans)
