"""Reports variables that look like settings but are none, as they would be ignored silently."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

PREFIX = "ACCORD_"
NOT_SETTINGS = frozenset({"ACCORD_TORCH_INDEX", "ACCORD_WHEELS", "ACCORD_FAILPOINT"})
"""Read by the set-up and by tests."""
ENV_FILE = Path(".env")


def report_unknown_variables() -> None:
    """One sentence on standard error for each variable that nothing reads."""
    for sentence in unknown_variables(names_set()):
        sys.stderr.write(f"{sentence}\n")


def names_set() -> list[str]:
    """The program's variables that are set, in the environment or in `.env`."""
    return sorted({name.upper() for name in [*os.environ, *values_in_file()] if _is_ours(name)})


def unknown_variables(names: Iterable[str]) -> list[str]:
    """A sentence for each name that is no setting, with the setting that it resembles."""
    wanted = set(names) - NOT_SETTINGS
    if not wanted:
        return []  # spares the import of the settings
    from app.settings import Settings

    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return [_sentence(name, known) for name in sorted(wanted - known)]


def _sentence(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    meant = f" Did you mean {near[0]}?" if near else " docs/configuration.md lists all settings."
    return f"{name} is not a setting and has no effect.{meant}"


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX)


def values_in_file() -> dict[str, str]:
    """What `.env` in the current folder says; empty where there is no such file."""
    try:
        lines = ENV_FILE.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    found = (line.removeprefix("export ").partition("=") for line in map(str.strip, lines))
    return {
        name.strip(): value.strip()
        for name, equals, value in found
        if equals and not name.startswith("#")
    }
