"""An answer as `accord ask` prints it where nobody watches."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from app.commands.printing import print_whole
from app.commands.terminal import Page
from app.types import Answer


def printed(answer: Answer) -> str:
    """The text, without colours and as wide as it needs."""
    out = StringIO()
    page = Page(Console(file=out, width=10_000, color_system=None, highlight=False))
    print_whole(page, answer, lambda _: None)
    return out.getvalue()
