"""`sources.toml`: what a person states about the files in its folder.

    ["cvs-aetna.pdf"]
    title = "A deal and its price"
    authors = ["Ann Lee"]
    published = 2019-01-15

    ["interviews/*.md"]
    publisher = "The Review"

    ["board/"]
    groups = ["board", "legal"]

A table names a file, a folder with all below it (by a slash at the end), or several files by a glob
pattern, relative to the folder of the list. Where several match, the one that is the exact name
wins, then the later one. Its word goes before everything that the files say about themselves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ingest.errors import SourcesTomlError
from ingest.loaders.parsed import Fields, fields_from, groups_in, merge, to_field
from vectorstore.group_names import NOBODY

FILE_NAME = "sources.toml"

MAX_BYTES = 1_000_000
"""A list of ten thousand articles stays below it."""

KEYS = ("title", "authors", "publisher", "published", "url", "language")
GROUPS = ("groups", "group")
"""Keys that say who may see a document."""
_SAYS_GROUPS = re.compile(r"^\s*groups?\s*=", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One entry that is not used; the others are."""

    line: int
    text: str
    is_of_groups: bool = False
    """It hides files from everybody."""


@dataclass(frozen=True, slots=True)
class SourcesToml:
    """A list that was read: what it states by file name or pattern, in its own order."""

    entries: Mapping[str, Fields]
    complaints: tuple[Complaint, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Who may see the files that a name or pattern stands for; none is everybody."""

    def fields_of(self, name: str) -> Fields:
        """What the list states about a file, named relative to the folder of the list."""
        return merge(*(self.entries[each] for each in _matching(name, self.entries)))

    def groups_of(self, name: str) -> tuple[str, ...] | None:
        """Who may see a file; None where the list does not say."""
        return next((self.groups[each] for each in _matching(name, self.groups)), None)


def _matching(name: str, patterns: Mapping[str, object]) -> list[str]:
    """Those that a file fits, the one that counts most first."""
    found = [one for one in reversed(list(patterns)) if fnmatchcase(name, _as_pattern(one))]
    return [name, *found] if name in patterns else found


def _as_pattern(name: str) -> str:
    return f"{name}*" if name.endswith("/") else name


def read_sources_toml(path: Path) -> SourcesToml:
    """Read a list; single entries that make no sense become complaints.

    Raises:
        SourcesTomlError: If the file cannot be read as TOML at all; it says whether the file
            seems to state groups.
    """
    text = _read(path)
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SourcesTomlError(
            f"{path} is not valid TOML: {error}. None of it is used; the files beside it still "
            "are.",
            has_groups=_SAYS_GROUPS.search(text) is not None,
        ) from None
    entries: dict[str, Fields] = {}
    groups: dict[str, tuple[str, ...]] = {}
    complaints: list[Complaint] = []
    for name, values in tables.items():
        if not isinstance(values, dict):
            complaint = f'{name!r} stands outside of a table such as ["{name}.pdf"].'
            complaints.append(Complaint(_line_of(text, name), complaint))
            continue
        entries[name] = fields_from({key: values[key] for key in KEYS if key in values}, FILE_NAME)
        complaints += _complaints_about(name, values, text)
        if stated := [values[key] for key in GROUPS if key in values]:
            groups[name] = tuple(sorted({one for each in stated for one in groups_in(each)}))
        if not _exists(path.parent, name):
            complaint = f'No file in this folder matches ["{name}"].'
            complaints.append(Complaint(_line_of(text, name), complaint))
    return SourcesToml(entries, tuple(complaints), groups)


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourcesTomlError(f"{path} is larger than {MAX_BYTES:,} bytes and is not used.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourcesTomlError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise SourcesTomlError(
            f"{path} is not in UTF-8 (byte {error.start}); save it as such."
        ) from None


def _complaints_about(name: str, values: Mapping[str, Any], text: str) -> list[Complaint]:
    above = text.find(name)
    complaints = []
    for key, value in values.items():
        line = _line_of(text, key, above)
        if key in GROUPS:
            if NOBODY in groups_in(value):
                told = f'{key!r} of ["{name}"] cannot be read, so that nobody may see these files.'
                hint = ' Write it as ["deals", "legal"].'
                complaints.append(Complaint(line, told + hint, is_of_groups=True))
        elif key not in KEYS:
            known = ", ".join((*KEYS, GROUPS[0]))
            complaints.append(
                Complaint(line, f'{key!r} of ["{name}"] is unknown; known are {known}.')
            )
        elif to_field(key, value) is None:
            hint = " Write it as 2019-01-15, 2019-01 or 2019." if key == "published" else ""
            complaints.append(Complaint(line, f'{key!r} of ["{name}"] cannot be used.{hint}'))
    return complaints


def _exists(folder: Path, name: str) -> bool:
    try:
        return (folder / name).exists() or next(folder.glob(name), None) is not None
    except (OSError, ValueError, NotImplementedError):
        return False


def _line_of(text: str, word: str, start: int = 0) -> int:
    match = re.compile(re.escape(word)).search(text, max(0, start))
    return text.count("\n", 0, match.start()) + 1 if match else 1
