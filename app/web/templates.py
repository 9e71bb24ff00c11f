"""The pages that are filled in here: their files, and the parts that they share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

STATIC = Path(__file__).parent / "static"
SHARED = ("head", "wordmark")
"""Each is in a file of its own, and in a page as `<!-- NAME -->`."""


@cache
def template(name: str) -> Template:
    """A page by the name of its file, with what it shares with the others."""
    text = _read(name)
    for part in SHARED:
        text = text.replace(f"<!-- {part} -->", _read(f"{part}.html").rstrip("\n"))
    return Template(text)


def _read(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
