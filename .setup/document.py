"""Write what the settings classes know into docs/configuration.md and .env.example.

    .venv/bin/python .setup/document.py     (or: make docs)

A test fails when either file is behind the classes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from app.settings import ENV_PREFIX, Settings

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "configuration.md"
EXAMPLE = ROOT / ".env.example"
BEGIN, END = "<!-- settings: written by `make docs` -->\n", "<!-- end of settings -->\n"

EXAMPLE_HEAD = """\
# Copy this file to `.env` and take the # off the lines that you change. Variables that are set in
# the environment win. Written by `make docs`.
"""


def settings() -> list[tuple[str, str, str]]:
    """Variable, default and description of each setting; the default is empty where it is unset."""
    known = Settings.model_fields
    # Those that the class inherits come after its own.
    names = dict.fromkeys([*(one for one in Settings.__annotations__ if one in known), *known])
    return [
        (
            f"{ENV_PREFIX}{name.upper()}",
            _written(known[name].default),
            known[name].description or "",
        )
        for name in names
    ]


def _written(default: Any) -> str:
    """A default as one would write it into the environment."""
    if default is None or default is PydanticUndefined:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple | list):
        return json.dumps(default) if default else ""
    return str(default)


def table() -> str:
    """The settings as a Markdown table."""
    rows = [
        f"| `{variable}` | {f'`{default}`' if default else ''} | {description} |".replace("  ", " ")
        for variable, default, description in settings()
    ]
    return "\n".join(["| Variable | Default | Meaning |", "|---|---|---|", *rows]) + "\n"


def page(text: str) -> str:
    """The page with its table brought up to date."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def example() -> str:
    """The settings as a commented `.env`."""
    parts = [
        f"# {description}\n#{variable}={default}\n" for variable, default, description in settings()
    ]
    return "\n".join([EXAMPLE_HEAD, *parts])


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
    EXAMPLE.write_text(example())
