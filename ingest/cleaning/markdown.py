"""Reads light Markdown into blocks; inline markup and line ends are left to later steps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.loaders.tables import MAX_HEADER, row_text
from ingest.types import Block
from vectorstore.types import SentenceKind

HARD_BREAK = "\v"
"""Stands at the end of a line whose break the author asked for."""

_HEADING = re.compile(r" {0,3}(#{1,7})(?:\s+|$)(.*?)(?:\s+#+)?\s*$")
_TASK = re.compile(r"\[[ xX]\]\s+(?=\S)")
_CALLOUT = re.compile(r"\[!\w+\][+-]?[ \t]*")
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|(?:=\s*){3,}|[─—–]{3,})$")
_SETEXT = re.compile(r"\s*(=+|-{3,})\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_QUOTE = re.compile(r"\s{0,3}>\s?")
_ITEM = re.compile(r"(\s*)([-*+•◦▪‣●○■·–]|\d{1,3}[.)]|[a-z][)])\s+(?=\S)")
_LETTERED = re.compile(r"(\s*)([a-z])\.\s+(?=\S)")
_TABLE_ROW = re.compile(r"\s*\|.*\|.*$")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{1,}:?\s*(?:\|\s*:?-{1,}:?\s*)*\|?\s*$")
_GRID_RULE = re.compile(r"\s*\+(?:[-=]+\+)+\s*$")
_LINK_DEFINITION = re.compile(r"\s{0,3}\[(?!\^)[^\]]+\]:\s+\S+")
_FOOTNOTE = re.compile(r"\s{0,3}\[\^([^\]\s]+)\]:\s*")
_CELL_BORDER = re.compile(r"(?<!\\)\|")
_ENDS_A_THOUGHT = re.compile(r"[.!?:;…][\"'”’)\]*_]*$")
_SPECIAL = re.compile(r"\s*(?:[#>|`~\-*+•◦▪‣●○■·–_=─—\[]|\d{1,3}[.)]|[a-z]\))")

SHORT_ITEM = 50
"""Characters: no editor wraps lines to so few."""

MAX_SETEXT_HEADING = 100
"""A longer line above dashes is a paragraph above a rule."""


@dataclass(slots=True)
class _Reader:
    """Collects lines into blocks; one method a kind of line."""

    blocks: list[Block] = field(default_factory=list)
    page: int | None = None
    lines: list[str] = field(default_factory=list)
    line_of_first: int = 1
    kind: SentenceKind = SentenceKind.PROSE
    marker: str = ""
    quoted: bool = False
    in_list: bool = False
    """The block before was a list item of the same list."""
    fence: str = ""
    headers: list[str] | None = None
    """Names of the columns of the table that is being read."""
    line_of_headers: int = 0
    closes: int = 0
    """Sections of this level and below ended since the block before; 0 where none did."""

    def flush(self) -> None:
        if self.lines:
            self._emit("\n".join(self.lines), self.kind, self.line_of_first, self.marker)
        self.lines, self.kind, self.marker, self.quoted = [], SentenceKind.PROSE, "", False

    def _emit(
        self, text: str, kind: SentenceKind, line: int, marker: str = "", level: int = 0
    ) -> None:
        tight = (
            kind is SentenceKind.LIST_ITEM
            and self.in_list
            and self.blocks[-1].marker.strip()[0].isalnum() == marker.strip()[0].isalnum()
        ) or (
            kind is SentenceKind.TABLE
            and bool(self.blocks)
            and self.blocks[-1].kind is SentenceKind.TABLE
            and self.blocks[-1].line >= line - 2
        )
        self.blocks.append(
            Block(
                text=text,
                kind=kind,
                line=line,
                page=self.page,
                level=level,
                marker=marker,
                tight=tight,
                emphasised=self.quoted,
                closes=self.closes,
            )
        )
        self.closes = 0
        self.in_list = kind is SentenceKind.LIST_ITEM

    def read(self, line: str, number: int) -> None:
        """Take one line; blocks appear when they are complete."""
        if self.headers and not (_TABLE_ROW.match(line) or _GRID_RULE.match(line)):
            self.end_table()
        if self.fence:
            self._read_fenced(line, number)
        elif not line.strip():
            self.flush()
        elif _SPECIAL.match(line) is None:
            self._read_text(line, number)
        else:
            self._read_special(line, number)

    def _read_text(self, line: str, number: int) -> None:
        if self.kind is SentenceKind.LIST_ITEM and self._is_below_list(line):
            self.flush()
        if not self.lines:
            self.line_of_first = number
            if not line.startswith("  "):
                self.in_list = False
        self.lines.append(_with_hard_break(line))

    def _is_below_list(self, line: str) -> bool:
        """A sentence under a list whose last item had room for its first word."""
        begins = line[0].isupper() and _ENDS_A_THOUGHT.search(line) is not None
        return begins and len(self.lines) == 1 and len(self.lines[0]) <= SHORT_ITEM

    def _read_special(self, line: str, number: int) -> None:
        if match := _FENCE.match(line):
            self.flush()
            self.fence = match[1]
        elif match := _HEADING.match(line):
            self.flush()
            level = len(match[1])
            if match[2]:
                self._emit(match[2], SentenceKind.HEADING, number, level=level)
            else:  # a heading of nothing: what stood under the one before is over
                self.closes = min(level, self.closes or level)
                self.in_list = False
        elif self._is_setext(line):
            level = 1 if "=" in line else 2
            text, start = self.lines[0], self.line_of_first
            self.lines = []
            self._emit(text.rstrip(HARD_BREAK), SentenceKind.HEADING, start, level=level)
        elif _RULE.match(line) or _LINK_DEFINITION.match(line):
            self.flush()
            self.in_list = False
        elif match := _FOOTNOTE.match(line):
            self.flush()
            self.kind, self.marker, self.line_of_first = (
                SentenceKind.REFERENCE,
                f"{match[1]}. ",
                number,
            )
            self.lines.append(line[match.end() :])
        elif _TABLE_ROW.match(line):
            self._read_row(line, number)
        elif _GRID_RULE.match(line):
            self.flush()
            self._take_headers(number)
        elif match := _QUOTE.match(line):
            rest = line[match.end() :]
            while nested := _QUOTE.match(rest):  # what a quoted mail quotes itself
                rest = rest[nested.end() :]
            self._read_quote(rest, number)
        elif (match := _ITEM.match(line)) and self._may_start_item(match[2]):
            self._read_item(match, line, number)
        else:
            self._read_text(line, number)

    def _is_setext(self, line: str) -> bool:
        return (
            len(self.lines) == 1
            and self.kind is SentenceKind.PROSE
            and _SETEXT.match(line) is not None
            and len(self.lines[0]) <= MAX_SETEXT_HEADING
            and not _ENDS_A_THOUGHT.search(self.lines[0])
        )

    def _may_start_item(self, marker: str) -> bool:
        """A wrapped paragraph may have a line that begins with a dash or with "12."."""
        if not self.lines or self.kind is SentenceKind.LIST_ITEM:
            return True
        if marker in "-*+–·" or marker[0].isdigit():
            return bool(_ENDS_A_THOUGHT.search(self.lines[-1].rstrip(HARD_BREAK)[-16:]))
        return True

    def _read_item(self, match: re.Match[str], line: str, number: int) -> None:
        self.flush()
        indent = "  " * min(len(match[1]) // 2, 3)
        sign = match[2] if match[2][0].isalnum() else "-"
        text = line[match.end() :]
        done = _TASK.match(text)  # whether it is ticked is shown beside the item
        task = f"{done[0].rstrip()} " if done else ""
        self.kind, self.marker, self.line_of_first = (
            SentenceKind.LIST_ITEM,
            f"{indent}{sign} {task}",
            number,
        )
        self.lines.append(_with_hard_break(text[len(done[0]) if done else 0 :]))

    def _read_row(self, line: str, number: int) -> None:
        self.flush()
        cells = [cell.strip() for cell in _CELL_BORDER.split(line.strip().strip("|"))]
        if _TABLE_RULE.match(line):
            self._take_headers(number)
        elif any(cells):
            self._emit(row_text(cells, self.headers), SentenceKind.TABLE, number)

    def _take_headers(self, number: int) -> None:
        """The row above a rule names the columns: each row below it says so itself."""
        above = self.blocks[-1] if self.blocks else None
        if above is None or above.kind is not SentenceKind.TABLE or self.headers is not None:
            return
        before = self.blocks[-2] if len(self.blocks) > 1 else None
        goes_on = before and before.kind is SentenceKind.TABLE and before.line == above.line - 1
        headers = above.text.split(" | ")
        is_named = all(len(name) <= MAX_HEADER for name in headers)
        if above.line == number - 1 and not goes_on and is_named:
            del self.blocks[-1]
            self.headers = headers
            self.line_of_headers, self.closes = above.line, above.closes

    def end_table(self) -> None:
        """Forget the headers; where no row came below them, they are a row."""
        headers, line = self.headers, self.line_of_headers
        self.headers = None
        if headers and not (self.blocks and self.blocks[-1].line > line):
            self._emit(" | ".join(headers), SentenceKind.TABLE, line)

    def _read_quote(self, rest: str, number: int) -> None:
        if not rest.strip():
            self.flush()
            return
        if not self.quoted:
            self.flush()
        if callout := _CALLOUT.match(rest):  # "[!note] The unions": its title is a line of its own
            self.flush()
            if rest := rest[callout.end() :]:
                self._emit(rest, SentenceKind.PROSE, number)
            return
        self._read_text(rest, number)
        self.quoted = True

    def _read_fenced(self, line: str, number: int) -> None:
        if line.strip() == self.fence:
            self.fence = ""
        elif line.strip():
            self._emit(line.strip(), SentenceKind.TABLE, number)


def _with_hard_break(line: str) -> str:
    if line.endswith("  "):
        return line.strip() + HARD_BREAK
    stripped = line.strip()
    if stripped.endswith("\\") and not stripped.endswith("\\\\"):
        return stripped[:-1].rstrip() + HARD_BREAK
    return stripped


def read_blocks(text: str) -> list[Block]:
    r"""Blocks in reading order, with inline markup still inside.

    A block's lines stay apart by `\n`; those that the author broke on purpose end in `HARD_BREAK`.
    """
    reader = _Reader()
    number = 0
    pages = text.split("\f")
    for page, page_text in enumerate(pages, start=1):
        reader.flush()
        reader.page = page if len(pages) > 1 else None
        for line in _with_letters(_with_bars(page_text.split("\n"))):
            number += 1
            reader.read(line, number)
        # The form feed stands inside a line: it does not begin a new one.
        number -= 1
    reader.flush()
    reader.end_table()
    return reader.blocks


def _with_letters(lines: list[str]) -> list[str]:
    """Items counted "a.", "b.", … as "a)", "b)": alone, "d. h." begins a line as well."""
    counted = list(lines)
    run: list[int] = []
    for index, line in enumerate([*lines, ""]):
        match = _LETTERED.match(line)
        if match and ord(match[2]) == ord("a") + len(run):
            run.append(index)
        elif run and (not line.strip() or line[:1] == " ") and index < len(lines):
            continue
        else:
            for at in run if len(run) > 1 else ():
                counted[at] = _LETTERED.sub(r"\1\2) ", lines[at])
            run = [index] if match and match[2] == "a" else []
    return counted


def _with_bars(lines: list[str]) -> list[str]:
    """Rows of tables that are written without the outer bars, with them."""
    barred = list(lines)
    for index, line in enumerate(lines):
        if "|" not in line or line.lstrip().startswith("|") or not _TABLE_RULE.match(line):
            continue
        if not index or "|" not in lines[index - 1]:
            continue
        barred[index - 1] = f"| {lines[index - 1]} |"
        for at in range(index, len(lines)):
            if "|" not in lines[at]:
                break
            barred[at] = f"| {lines[at]} |"
    return barred
