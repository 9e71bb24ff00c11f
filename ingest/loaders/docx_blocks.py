"""Writes the body of a Word file as light Markdown, in the order in which it is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ingest.loaders.docx_styles import Numbering, W, heading_level, names
from ingest.loaders.docx_tables import children, is_caption, is_layout, table_text
from ingest.loaders.docx_text import (
    ALTERNATIVES,
    BREAK,
    Reader,
    Words,
    is_contents_table,
    is_drop_cap,
    is_mark_deleted,
    is_prompt,
)
from ingest.loaders.light_markdown import SECTION_MARK, escape_inline, escape_line

MAX_TERM = 60
"""Characters before the tab in a list of terms and what is said of them."""

MAX_INDENT = 6

LARGE = 1.3
"""Times the size of the text: a line of larger letters is a heading."""

MOST_TITLE_WORDS = 20

_BYLINE_STYLES = frozenset("author authors byline by-line date dateline affiliation".split())
"""Of those that Word and Pandoc have; the names are English in every language."""
_CONTENTS = re.compile(r"toc (?:\d|heading)|table of figures")
_PLAIN_MARKER = re.compile(r"\d{1,3}[.)]|[a-z]\)")
_NAMES_TABLE = re.compile(r"(?:Tab(?:le|elle|leau|la|ela|el)?|Cuadro)\b", re.IGNORECASE)
_ENDED = re.compile(r"[.!?:;…,][\"”’»)\]]*$")


@dataclass(slots=True)
class Piece:
    """A paragraph or table on its way to Markdown."""

    kind: str
    """"text", "bold", "heading", "item", "caption", "term", "name" or "meaning", or "table"."""
    text: str
    r"""With inline markup escaped; of "text" and "bold" with `\v` between its lines."""
    prefix: str = ""
    """Of a heading or item, what stands before the text."""


class Writer:
    """Turns the elements of one story (the body, a note) into pieces."""

    def __init__(
        self, reader: Reader, numbering: Numbering, *, has_title: bool = False, body_size: int = 0
    ) -> None:
        """Start without a piece.

        Args:
            reader: Reads the words of paragraphs.
            numbering: Counts the items of lists.
            has_title: Headings rank below a title.
            body_size: Of most of its letters, in half points; 0 if that is not known.
        """
        self._reader = reader
        self._numbering = numbering
        self._deeper = int(has_title)
        self._large = LARGE * body_size if body_size else float("inf")

    def pieces(self, parent: Any) -> Iterator[Piece]:
        """All that is shown of a body, note, box or cell."""
        carried: list[str] = []
        elements = list(blocks_of(parent))
        for at, element in enumerate(elements):
            if element.tag == f"{W}tbl":
                yield from self._table(element)
                continue
            words = self._reader.words(element)
            is_last = at + 1 == len(elements) or elements[at + 1].tag == f"{W}tbl"
            if (is_mark_deleted(element) or is_drop_cap(element)) and not is_last:
                carried.append(words.text)
                yield from self._boxes(words.boxes_before + words.boxes_after)
                continue
            words.text = "".join([*carried, words.text]).strip(" \t\v")
            carried = []
            yield from self._boxes(words.boxes_before)
            yield from self._paragraph(element, words)
            yield from self._boxes(words.boxes_after)

    def _boxes(self, boxes: Iterable[Any]) -> Iterator[Piece]:
        for box in boxes:
            yield from self.pieces(box)

    def _table(self, table: Any) -> Iterator[Piece]:
        if is_layout(table, self._reader.styles):
            for row in children(table, "tr"):
                for cell in children(row, "tc"):
                    yield from self.pieces(cell)
            return
        text = table_text(table, self._reader.styles, self._cell)
        if text:
            yield Piece("table", text)

    def _cell(self, cell: Any) -> str:
        """Words of a cell as one line; its paragraphs are told apart."""
        line = ""
        for piece in self.pieces(cell):
            if piece.kind == "table":
                rows = (row.strip("| ").replace(" | ", " ") for row in piece.text.split("\n"))
                text = "; ".join(row for row in rows if row)
            else:
                text = _one_line(piece.prefix if piece.kind == "term" else piece.text)
            if text:
                glue = "" if not line else " " if _ENDED.search(line) else "; "
                line += glue + text
        return line

    def _paragraph(self, element: Any, words: Words) -> Iterator[Piece]:
        styles = self._reader.styles.of_paragraph(element)
        styled = names(styles)
        if any(_CONTENTS.fullmatch(name) for name in styled):
            return
        place = self._numbering.place(element, styles)
        label = self._numbering.next_label(*place) if place else ""
        if not words.text:
            return
        level = 1 if "title" in styled else heading_level(element, styles)
        is_byline = bool(styled) and styled[0] in _BYLINE_STYLES
        if is_byline:  # based on that of titles, as Pandoc has it
            level = 0
        if level:
            deeper = 0 if "title" in styled else self._deeper
            numbered = f"{escape_inline(label)} " if label else ""
            yield Piece(
                "heading", numbered + _one_line(words.text), "#" * min(6, level + deeper) + " "
            )
        elif place:
            yield _item(words.text, label, place[1])
        elif styled[:1] == ["definition term"]:
            yield Piece("name", _one_line(words.text))
        elif styled[:1] == ["definition"]:
            yield Piece("meaning", _one_line(words.text))
        elif not is_byline and words.size >= self._large and _can_head(words):
            yield Piece("heading", _one_line(words.text), "#" * (1 + self._deeper) + " ")
        elif is_caption(styles):
            yield Piece("caption", _one_line(words.text))
        elif _is_listed(styled):
            yield _item(words.text, None, 0)
        else:
            yield _plain(words)


def blocks_of(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those in content controls and tracked moves included."""
    for child in parent:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag == f"{W}sdt":
            if not is_contents_table(child) and not is_prompt(child):
                yield from blocks_of(child)
        elif child.tag in _WRAPPERS:
            yield from blocks_of(child)
        elif child.tag == ALTERNATIVES and len(child):
            yield from blocks_of(child[0])  # the newest form; the others say the same


_WRAPPERS = frozenset(
    f"{W}{name}" for name in ("sdtContent", "customXml", "smartTag", "ins", "moveTo")
)


def _is_listed(styled: list[str]) -> bool:
    return any(name.startswith("list") and name != "list paragraph" for name in styled[:1])


def _item(text: str, label: str | None, level: int) -> Piece:
    indent = "  " * min(level, MAX_INDENT)
    line = _one_line(text)
    if label is None:
        return Piece("item", line, f"{indent}- ")
    bare = label.strip("()")
    if label.startswith("(") and _PLAIN_MARKER.fullmatch(f"{bare})"):
        return Piece("item", line, f"{indent}{bare}) ")
    if _PLAIN_MARKER.fullmatch(label):
        return Piece("item", line, f"{indent}{label} ")
    if re.fullmatch(r"[a-z]\.?", label):
        return Piece("item", line, f"{indent}{label[0]}) ")
    if not label:
        return Piece("text", line)
    # "1.2", "IV", "Article 5": words of their own; a stop behind them would end a sentence.
    return Piece("item", f"{escape_inline(label.rstrip('.'))} {line}", f"{indent}- ")


def _plain(words: Words) -> Piece:
    lines = [_one_line(line) for line in words.text.split(BREAK)]
    lines = [line for line in lines if line]
    term, _, rest = (part.strip() for part in words.text.partition("\t"))
    is_pair = bool(term and rest) and "\t" not in rest and len(lines) == 1
    if is_pair and len(term) <= MAX_TERM and not _ENDED.search(term.rstrip(":")):
        return Piece("term", f"{term.rstrip(': ')}: {rest}", _one_line(words.text))
    kind = "bold" if words.is_bold and len(lines) == 1 else "text"
    return Piece(kind, BREAK.join(lines))


def _one_line(text: str) -> str:
    return " ".join(text.replace(BREAK, " ").split())


def _can_head(words: Words) -> bool:
    line = words.text.strip()
    short = len(line.split()) <= MOST_TITLE_WORDS and BREAK not in line and "\t" not in line
    return short and not _ENDED.search(line) and any(map(str.isalpha, line))


def _with_pairs(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Terms and their meanings, which have styles of their own, as pairs."""
    name: Piece | None = None
    for piece in pieces:
        if name is not None and piece.kind == "meaning":
            pair = f"{name.text.rstrip(': ')}: {piece.text}"
            yield Piece("term", pair, pair)
            name = None
            continue
        if name is not None:
            yield Piece("text", name.text)
        name = piece if piece.kind == "name" else None
        if piece.kind != "name":
            yield Piece("text", piece.text) if piece.kind == "meaning" else piece
    if name is not None:
        yield Piece("text", name.text)


def markdown_of(pieces: Iterable[Piece]) -> str:
    """Pieces as light Markdown: items of one list on lines of their own, blank lines elsewhere."""
    blocks: list[str] = []
    before = ""
    is_bare = False
    waiting = list(_with_pairs(pieces))
    for at, piece in enumerate(waiting):
        after = waiting[at + 1].kind if at + 1 < len(waiting) else ""
        kind, text = piece.kind, piece.prefix + piece.text
        if kind == "term":
            is_listed = "term" in (before, after)
            kind = "term" if is_listed else "text"
            text = f"- {piece.text}" if is_listed else escape_line(piece.prefix)
        elif kind == "caption" and after == "table" and before != "table":
            waiting[at + 1].prefix = piece.text
            continue
        elif kind == "caption" and after != "table" and is_bare and _NAMES_TABLE.match(piece.text):
            blocks[-1] = _captioned(Piece("table", blocks[-1], piece.text))
            is_bare = False
            continue
        elif kind in ("caption", "text"):
            text = "\\\n".join(escape_line(line) for line in piece.text.split(BREAK))
        elif kind == "bold":
            text = f"**{piece.text}**"
        elif kind == "table":
            text = _captioned(piece)
        if kind == before and kind in ("item", "term"):
            blocks[-1] += f"\n{text}"
        else:
            blocks.append(text)
        before = kind
        is_bare = kind == "table" and not text.startswith(SECTION_MARK)
    return "\n\n".join(blocks)


def _captioned(table: Piece) -> str:
    if not table.prefix:
        return table.text
    return "\n\n".join([f"{SECTION_MARK} {table.prefix}", table.text, SECTION_MARK])
