"""Spans of a block: what can be cited of it, a sentence, a list item or a table row at most."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.types import Block
from vectorstore.sentences import MAX_SENTENCE, split_sentences
from vectorstore.types import SentenceKind

MAX_ROW_NAME = 80
"""Characters; a longer first cell does not name its row."""

_SPLIT_KINDS = frozenset({SentenceKind.PROSE, SentenceKind.LIST_ITEM})
_CELL = re.compile(r"(?:^|(?<= \| ))(?! \| ).+?(?= \| |$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a block's text, without outer white space."""

    start: int
    end: int
    kind: SentenceKind
    under: tuple[str, ...] = ()
    """What heads it within the block: the name of its row."""


def spans_of(block: Block) -> list[Span]:
    """Citable parts in order, none longer than `MAX_SENTENCE`.

    Prose and list items are split into sentences; a heading, row, label or reference is one span,
    unless it is too long for a citation.
    """
    text, kind = block.text, block.kind
    if not (kind in _SPLIT_KINDS and not block.whole) and len(text) <= MAX_SENTENCE:
        return [Span(0, len(text), kind)]
    if kind is SentenceKind.TABLE:
        return list(_row(text))
    return [Span(start, end, kind) for start, end in split_sentences(text)]


def _row(text: str) -> Iterator[Span]:
    """Cells of a long row, as many to a span as fit; a cell that is a text gives its sentences."""
    cells = [
        [(match.start() + start, match.start() + end) for start, end in split_sentences(match[0])]
        for match in _CELL.finditer(text)
    ]
    cells = [sentences for sentences in cells if sentences]
    name = text[slice(*cells[0][0])] if cells else ""
    under = (name,) if len(cells) > 1 and len(name) <= MAX_ROW_NAME else ()
    first, last = 0, 0
    for sentences in cells:
        start, end = sentences[0][0], sentences[-1][1]
        is_text = len(sentences) > 1
        if last and (is_text or end - first > MAX_SENTENCE):
            yield Span(first, last, SentenceKind.TABLE, under if first else ())
            last = 0
        if is_text:
            for begin, stop in sentences:
                yield Span(begin, stop, SentenceKind.PROSE, under)
        else:
            first, last = first if last else start, end
    if last:
        yield Span(first, last, SentenceKind.TABLE, under if first else ())
