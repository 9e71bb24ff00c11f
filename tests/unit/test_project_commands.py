"""Commands that the documents show can be typed as they stand there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from app.commands.group import GROUP, _Entry

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / f"{n}.md" for n in ("README", "CONTRIBUTING")),
]
# At the start, by its path, after variables or in a pipe; up to a comment, a pipe or a redirection.
COMMAND = re.compile(r"(?:^|\S/|\b[A-Z_]+=\S* |\| )accord ([a-z][^#|>;&]*)")


def code_of(text: str) -> Iterator[str]:
    """Lines of code in a page, in blocks and between backticks."""
    fence = re.compile(r"^ *```\w*\n(.*?)^ *```", re.M | re.S)
    for block in fence.findall(text):
        yield from block.replace("\\\n", " ").splitlines()
    rest = fence.sub("", text)
    yield from re.findall(r"^(?: {4,}|\t)(.*)$", rest, re.M)
    yield from re.findall(r"`([^`\n]+)`", rest)


@cache
def command(name: str) -> Any:
    """A command that the project declares, imported; None if there is none."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]
    place = declared[GROUP].get(name)
    return _Entry(EntryPoint(name, place, GROUP)).loaded() if place else None


def problems(words: list[str]) -> Iterator[str]:
    """What cannot be typed of a command line, without `accord`."""
    name, *rest = words
    shown = command(name)
    if shown is None:
        if rest and name != "help":  # a lone word after it is prose
            yield f"accord {name}"
        return
    below = getattr(shown, "commands", {})
    if below and rest and not rest[0].startswith("-"):
        if rest[0] not in below:
            if re.fullmatch(r"[a-z][a-z-]*", rest[0]):
                yield f"accord {name} {rest[0]}"
            return
        shown = below[rest[0]]
    known = {option for parameter in shown.params for option in parameter.opts}
    known |= {o for parameter in shown.params for o in parameter.secondary_opts} | {"-h", "--help"}
    for word in rest:
        option = re.match(r"--?[a-z][a-z-]*", word)
        if option is not None and option[0] not in known:
            yield f"accord {name} … {option[0]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_options_of_a_page_exist(page: Path) -> None:
    lines = list(code_of(page.read_text()))
    found = [match[1].split() for line in lines for match in COMMAND.finditer(line)]
    assert [each for words in found for each in problems(words)] == []
