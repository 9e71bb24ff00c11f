"""Write what the settings classes know into docs/configuration.md and .env.example.

    .venv/bin/python .setup/document.py     (or: make docs)

A test fails when either file is behind the classes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from app.settings import ENV_PREFIX, Settings, names_by_group

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "configuration.md"
EXAMPLE = ROOT / ".env.example"
BEGIN, END = "<!-- settings: written by `make docs` -->\n", "<!-- end of settings -->\n"

EXAMPLE_HEAD = """\
# Copy this file to `.env` and take the # off the lines that you change. Variables that are set in
# the environment win. Written by `make docs`.
"""


def settings() -> dict[str, list[tuple[str, str, str]]]:
    """By heading: variable, default and description of each setting; an empty default is unset."""
    known = Settings.model_fields
    return {
        group: [
            (
                f"{ENV_PREFIX}{name.upper()}",
                _written(known[name].default),
                known[name].description or "",
            )
            for name in names
        ]
        for group, names in names_by_group().items()
    }


def _written(default: Any) -> str:
    """A default as one would write it into the environment."""
    if default is None or default is PydanticUndefined:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple | list):
        return json.dumps(default) if default else ""
    return str(default)


def tables() -> str:
    """The settings as Markdown tables, each below its heading."""
    parts = []
    for group, some in settings().items():
        lines = [
            f"## {group}",
            "",
            "| Variable | Default | Meaning |",
            "|---|---|---|",
            *rows(some),
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def rows(some: list[tuple[str, str, str]]) -> list[str]:
    """Rows of one table."""
    return [
        f"| `{variable}` | {f'`{default}`' if default else ''} | {description} |".replace("  ", " ")
        for variable, default, description in some
    ]


def page(text: str) -> str:
    """The page with its table brought up to date."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{tables()}\n{END}{after}"


def example() -> str:
    """The settings as a commented `.env`."""
    parts = [EXAMPLE_HEAD]
    for group, some in settings().items():
        parts.append(f"# ---- {group} ----\n")
        parts += [f"# {text}\n#{variable}={default}\n" for variable, default, text in some]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
    EXAMPLE.write_text(example())
