"""Where the reader's graph is kept."""

from __future__ import annotations

from pathlib import Path

FORMAT = 3
"""Raised whenever the graph changes, so that an older file is not mistaken for it."""


def graph_path(folder: Path, fingerprint: str) -> Path:
    """Where the graph of a reader belongs."""
    name = "".join(c if c.isalnum() else "-" for c in fingerprint)
    return folder / f"{name}-{FORMAT}.graph"
