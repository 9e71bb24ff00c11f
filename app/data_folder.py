"""Whether this account may use the data folder as it must: who only asks writes there, too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from app.errors import SettingsError


def check_writable(folder: Path) -> None:
    """Refuse a data folder in which something cannot be written to.

    The word index and the vectors take locks beside their files, and SQLite keeps a journal there,
    even for reading. A folder that is not there yet is none of this function's business.

    Raises:
        SettingsError: Naming the place, its owner, and what to do.
    """
    check_folder(folder)
    for place in _places(folder):
        if not os.access(place, os.W_OK):
            raise SettingsError(
                f"{place} cannot be written to by this account ({_name(os.geteuid())}; it belongs "
                f"to {_name(place.stat().st_uid)}). Answering needs that as well, for locks: run "
                "Accord as the owner of the data folder, or copy the folder and name the copy in "
                "ACCORD_DATA_DIR."
            )


def check_folder(folder: Path) -> None:
    """Refuse a data folder that is a file.

    Raises:
        SettingsError: Naming it, and what to do.
    """
    if folder.exists() and not folder.is_dir():
        raise SettingsError(
            f"ACCORD_DATA_DIR names {folder}, which is a file. Name a folder; one that is not "
            "there yet is made."
        )


def _places(folder: Path) -> Iterator[Path]:
    """The folder, its databases, and the folders of indexes, which belong to who ingested."""
    if not folder.is_dir():
        return
    yield folder
    yield from sorted(folder.glob("*.db"))
    index = folder / "index"
    yield from sorted(
        each for each in (index, *index.glob("*"), *index.glob("*/*")) if each.is_dir()
    )


def _name(number: int) -> str:
    import pwd  # there is none on Windows, where this is never called

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
