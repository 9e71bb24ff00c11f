"""Where the reader's graphs are kept."""

from __future__ import annotations

from pathlib import Path

FORMAT = 5
"""Raised whenever the graph changes, so that an older file is not mistaken for it."""


def graph_path(folder: Path, fingerprint: str, stage: int = 0) -> Path:
    """Where the graph of a reader's stage belongs."""
    name = "".join(c if c.isalnum() else "-" for c in fingerprint)
    return folder / f"{name}-{stage}-{FORMAT}.graph"
