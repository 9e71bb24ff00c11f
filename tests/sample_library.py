"""Data folders that start from the ingested sample corpus, or from its exported model alone."""

from __future__ import annotations

import shutil
from pathlib import Path


def borrow(library: Path, data_dir: Path) -> Path:
    """Copy a data folder; the exported model, which nothing changes, is linked."""
    shutil.copytree(library, data_dir, dirs_exist_ok=True, ignore=shutil.ignore_patterns("models"))
    return borrow_models(library, data_dir)


def borrow_models(library: Path, data_dir: Path) -> Path:
    """Spare an empty data folder the export of the model."""
    data_dir.mkdir(exist_ok=True)
    (data_dir / "models").symlink_to(library / "models")
    return data_dir
