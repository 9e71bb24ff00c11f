"""An answer as `accord ask` prints it where nobody watches."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from app.commands.printing import print_claim, print_rest
from app.commands.terminal import Page
from app.types import Answer


def printed(answer: Answer) -> str:
    """The text, without colours and as wide as it needs."""
    out = StringIO()
    page, heading = Page(Console(file=out, width=10_000, color_system=None, highlight=False)), ""
    for claim in answer.claims:
        print_claim(page, claim, below=heading)
        heading = claim.heading
    print_rest(page, answer, lambda _: None)
    return out.getvalue()
