"""Text on a terminal: wrapped at words, with bold and colour unless NO_COLOR is set.

In a pipe each paragraph is one line without any of that, as programs want it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.style import Style
from rich.text import Text

NUMBER, QUOTE, TITLE, LINK, WARNING = "bold cyan", "italic dim", "bold", "dim", "yellow"
HARD_SPACE = "\N{NO-BREAK SPACE}"
"""Keeps a number on the line of the word before it; shown as a space."""


class Page:
    """Writes paragraphs to a stream."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)

    def write(self, text: str = "", *, style: str = "", indent: int = 0, link: str = "") -> None:
        """One paragraph; its further lines are indented like the first."""
        margin = " " * indent
        lines = [text]
        if self.console.is_terminal and text:
            width = max(20, self.console.width - indent)
            lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [
                ""
            ]
        look = Style.parse(style) if style else Style()
        if link:
            look += Style(link=link)
        for line in lines:
            shown = Text(margin)
            shown.append(line.replace(HARD_SPACE, " "), style=look)
            shown.highlight_regex(r"(?<=[ \]])\[\d+\](?=[\[ ]|$)|^\[\d+\]", NUMBER)
            self.console.print(shown, soft_wrap=True, markup=False, emoji=False)

    def columns(self, rows: Sequence[Sequence[str]], styles: Sequence[str]) -> None:
        """Rows of texts whose first columns are below each other; the last one is wrapped."""
        if not rows:
            return
        widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]) - 1)]
        indent = sum(widths) + 2 * len(widths)
        for row in rows:
            width = max(20, self.console.width - indent) if self.console.is_terminal else 0
            lines = textwrap.wrap(row[-1], width) if width else [row[-1]]
            shown = Text()
            for cell, size, style in zip(row, widths, styles, strict=False):
                shown.append(cell.ljust(size) + "  ", style=style)
            shown.append(f"\n{' ' * indent}".join(lines), style=styles[len(widths)])
            self.console.print(shown, soft_wrap=True, markup=False, emoji=False)
