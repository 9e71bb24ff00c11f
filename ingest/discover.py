"""Turns targets as a person writes them into single sources: files and addresses."""

from __future__ import annotations

import glob
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path

from ingest.errors import FetchError
from ingest.listings import Listings
from ingest.loaders.formats import SNIFFED_BYTES, SUFFIXES, Format, sniff
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields
from ingest.sources_toml import FILE_NAME
from ingest.targets import root_and_pattern


class SourceKind(StrEnum):
    """Where a source lies."""

    FILE = "file"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Obtained:
    """Bytes of a source that were fetched before the run, so that it need not wait for servers."""

    path: Path
    """Where they lie while the run lasts."""
    fields: Fields = field(default_factory=dict)
    """What is known from outside: its address, what a feed says of it. What it says itself wins."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file or address to load. `uri` names it for good."""

    uri: str
    """Absolute path with symlinks resolved, or normalised address."""
    kind: SourceKind
    format: Format | None = None
    """None for an address: its server says."""
    listed: Fields = field(default_factory=dict)
    """What a `sources.toml` says about it."""
    obtained: Obtained | None = None
    """Its bytes, where they are here already although it is no file."""
    groups: tuple[str, ...] | None = None
    """Who may see it, as the nearest `sources.toml` above it says that does; None where none
    does."""
    groups_origin: str = FILE_NAME
    """What says so: that list, or the `sync.toml` to which it belongs."""
    is_unsure: bool = False
    """A `sources.toml` above it cannot be read and seems to say who may see what."""

    @property
    def path(self) -> str | None:
        """The file with its bytes; None where they must be fetched."""
        if self.obtained is not None:
            return str(self.obtained.path)
        return self.uri if self.kind is SourceKind.FILE else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was named, or found in a named folder, and is not taken."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """Each source once, in the order of the targets and sorted within a folder."""

    sources: tuple[Source, ...]
    refused: tuple[Refusal, ...]
    passed_over: tuple[str, ...] = ()
    """Files of other kinds in a named folder or pattern: nobody asked for each of them."""


def discover(
    targets: Sequence[str], *, exclude: Sequence[str] = (), limits: LoadLimits | None = None
) -> Discovery:
    """Find what the targets name: files, folders (with all below), glob patterns, web addresses.

    Never raises for a target: what cannot be taken is refused with a reason. Hidden files within a
    folder are passed over, and the folder that a browser puts beside a page it saves. Symlinks that
    lead out of a named folder are refused.

    Args:
        targets: As typed; a leading `~` is understood.
        exclude: Glob patterns of names, or of paths below a named folder, to pass over.
        limits: For the size of a file.
    """
    finder = _Finder(tuple(exclude), limits or LoadLimits())
    for target in targets:
        finder.take(target)
    return Discovery(
        tuple(finder.sources.values()), tuple(finder.refused.values()), tuple(finder.passed_over)
    )


class _Refused(Exception):  # noqa: N818  a decision, not an error
    """Leaves the inspection of one file with the reason."""


class _OtherKind(_Refused):
    """A file whose ending is none that can be read."""


class _Finder:
    """Collects sources and refusals; each uri and each refused path once."""

    def __init__(self, exclude: tuple[str, ...], limits: LoadLimits) -> None:
        self.sources: dict[str, Source] = {}
        self.refused: dict[str, Refusal] = {}
        self.passed_over: list[str] = []
        self._exclude = exclude
        self._limits = limits
        self._listings = Listings(self.refuse)

    def take(self, target: str) -> None:
        if not target.strip():
            self.refuse(target, "The name is empty.")
        elif "\0" in target:
            self.refuse(target.replace("\0", "\\0"), "A name cannot hold a NUL character.")
        elif re.match(r"[A-Za-z][A-Za-z0-9+.-]*:/", target):
            self._take_url(target)
        else:
            try:
                self._take_path(target)
            except (OSError, RuntimeError, ValueError) as error:
                self.refuse(target, f"It cannot be looked at: {_plain(error)}.")

    def refuse(self, target: str, reason: str) -> None:
        self.refused.setdefault(target, Refusal(target, reason))

    def _take_url(self, target: str) -> None:
        from ingest.fetch import normalise_url

        try:
            uri = normalise_url(target)
        except FetchError as error:
            self.refuse(target, error.reason)
            return
        self.sources.setdefault(uri, Source(uri, SourceKind.URL))

    def _take_path(self, target: str) -> None:
        path = Path(target).expanduser()
        if path.is_dir():
            self._take_folder(path.resolve())
        elif path.exists():
            self._take_file(path, path.resolve().parent)
        elif glob.has_magic(target):
            self._take_pattern(str(path), target)
        elif path.is_symlink():
            self.refuse(target, "It is a link to something that does not exist.")
        else:
            self.refuse(target, "There is no file or folder of this name.")

    def _take_pattern(self, pattern: str, target: str) -> None:
        root, _ = root_and_pattern(Path(pattern))
        found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207  Path.glob takes no absolute ones
        if not found:
            self.refuse(target, "No file matches this pattern.")
        for name in found:
            path = Path(name)
            if path.is_dir() and "**" not in pattern:
                self._take_folder(path.absolute(), root)
            elif not path.is_dir():
                self._take_entry(path.absolute(), root)

    def _take_folder(self, folder: Path, root: Path | None = None) -> None:
        root = root or folder
        if self._leads_out(folder, root):
            return
        for path in self._walk(folder, root):
            self._take_entry(path, root)

    def _walk(self, folder: Path, root: Path) -> Iterator[Path]:
        """Files below a folder in the order of their paths; a folder is entered once."""
        entered: set[tuple[int, int]] = set()
        waiting = [folder]
        while waiting:
            path = waiting.pop()
            if not path.is_dir():
                yield path
                continue
            if self._leads_out(path, root):
                continue
            status = path.stat()
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            try:
                below = sorted(path.iterdir(), reverse=True)
            except OSError as error:
                self.refuse(str(path), f"The folder cannot be read: {_plain(error)}.")
                continue
            waiting += [each for each in below if not self._passed_over(each, root)]

    def _passed_over(self, path: Path, root: Path) -> bool:
        if path.name.startswith(".") or path.name == FILE_NAME or _belongs_to_page(path):
            return True
        below = str(path.relative_to(root)) if path.is_relative_to(root) else path.name
        return any(fnmatch(path.name, each) or fnmatch(below, each) for each in self._exclude)

    def _take_entry(self, path: Path, root: Path) -> None:
        if self._passed_over(path, root) or self._leads_out(path, root):
            return
        within = path.relative_to(root).parents if path.is_relative_to(root) else ()
        if any(_belongs_to_page(root / folder) for folder in within):
            return
        try:
            self._take_file(path, root, is_named=False)
        except OSError as error:
            self.refuse(str(path), f"It cannot be looked at: {_plain(error)}.")

    def _leads_out(self, path: Path, root: Path) -> bool:
        try:
            inside = path.resolve(strict=True).is_relative_to(root)
        except (OSError, RuntimeError):
            self.refuse(str(path), "It is a link that leads nowhere, or in a circle.")
            return True
        if not inside:
            self.refuse(str(path), f"It is a link that leads out of {root}.")
        return not inside

    def _take_file(self, path: Path, root: Path, *, is_named: bool = True) -> None:
        real = path.resolve()
        try:
            kind = self._inspect(real)
        except _OtherKind as other:
            if is_named:
                self.refuse(str(path), str(other))
            else:
                self.passed_over.append(str(path))
            return
        except _Refused as refused:
            self.refuse(str(path), str(refused))
            return
        if str(real) not in self.sources:
            groups, is_unsure = self._listings.groups_of(real)
            self.sources[str(real)] = Source(
                str(real),
                SourceKind.FILE,
                kind,
                self._listings.fields_of(real, root),
                groups=groups,
                is_unsure=is_unsure,
            )

    def _inspect(self, path: Path) -> Format:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _Refused("It is not a regular file.")
        if status.st_size > self._limits.file_bytes:
            size, most = status.st_size / 1e6, self._limits.file_bytes / 1e6
            raise _Refused(f"It has {size:,.0f} MB; files of up to {most:,.0f} MB are taken.")
        suffix = path.suffix.lower()
        if suffix in SUFFIXES:
            return SUFFIXES[suffix]
        known = ", ".join(sorted(SUFFIXES))
        if suffix:
            raise _OtherKind(f"Files ending in {suffix} cannot be read; these can: {known}.")
        with path.open("rb") as file:
            kind = sniff(file.read(SNIFFED_BYTES))
        if kind is None:
            raise _OtherKind(
                f"Its name has no ending and its content is not text; known are {known}."
            )
        return kind


_COMPANION = re.compile(
    r"(.+?)(?:[_ .-](?:files|dateien|fichiers|archivos|bestanden|filer|ficheiros|arquivos|file))",
    re.IGNORECASE,
)
"""What browsers name the folder that they put beside a page they save, in several languages."""


def _belongs_to_page(path: Path) -> bool:
    """The folder of pictures, frames and scripts beside a saved page: no text of its own."""
    match = _COMPANION.fullmatch(path.name)
    if match is None or not path.is_dir():
        return False
    return any(path.with_name(f"{match[1]}{end}").is_file() for end in (".html", ".htm", ".xhtml"))


def _plain(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
