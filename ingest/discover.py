"""Targets as a person writes them, turned into single sources: files and addresses."""

from __future__ import annotations

import glob
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatch
from pathlib import Path

from ingest.errors import FetchError, SourcesTomlError
from ingest.loaders.formats import SNIFFED_BYTES, SUFFIXES, Format, sniff
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Fields
from ingest.sources_toml import FILE_NAME, SourcesToml, read_sources_toml


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


def is_below(uri: str, targets: Sequence[str]) -> bool:
    """Whether a path lies in a folder that is named, or fits a pattern that is named.

    A folder that is not there (a disk that is not mounted) covers nothing.

    Args:
        uri: As in `Source`; an address lies nowhere.
        targets: As for `discover`.
    """
    return any(_covers(target, Path(uri)) for target in targets if "\0" not in target)


def is_gone(uri: str) -> bool:
    """Whether there is no such file any more; False where that cannot be found out."""
    path = Path(uri)
    try:
        return "://" not in uri and not (path.is_file() and path.resolve() == path)
    except (OSError, RuntimeError, ValueError):
        return False


def _covers(target: str, path: Path) -> bool:
    folder = Path(target).expanduser()
    if folder.is_dir():
        return path.is_relative_to(folder.resolve())
    if not glob.has_magic(target):
        return False
    root, pattern = _root_and_pattern(folder)
    if not root.is_dir() or not path.is_relative_to(root):
        return False
    parts = path.relative_to(root).parts
    if "**" in pattern:
        return _matches(parts, pattern)
    return _matches(parts[: len(pattern)], pattern)  # a folder that matches is taken whole


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether names fit a pattern, one by one; `**` stands for any number of them."""
    if not pattern:
        return not parts
    if pattern[0] == "**":
        return any(_matches(parts[n:], pattern[1:]) for n in range(len(parts) + 1))
    return bool(parts) and fnmatch(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def _root_and_pattern(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder that a pattern starts from, and what follows from its first magic part on."""
    fixed = next(n for n, part in enumerate(path.parts) if glob.has_magic(part))
    return Path(*path.parts[:fixed]).resolve(), path.parts[fixed:]


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
        self._lists: dict[Path, SourcesToml | SourcesTomlError | None] = {}

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
        root, _ = _root_and_pattern(Path(pattern))
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
            groups, is_unsure = self._groups(real)
            self.sources[str(real)] = Source(
                str(real),
                SourceKind.FILE,
                kind,
                self._listed(real, root),
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

    def _listed(self, path: Path, root: Path) -> Fields:
        """What the nearest `sources.toml` says, from the file's folder up to the named one."""
        for folder in path.parents:
            listing = self._list_in(folder)
            self._complain(folder, listing)
            if isinstance(listing, SourcesToml):
                return listing.fields_of(path.relative_to(folder).as_posix())
            if folder == root or not folder.is_relative_to(root):
                break
        return {}

    def _groups(self, path: Path) -> tuple[tuple[str, ...] | None, bool]:
        """Who may see a file, and whether a list that may say so cannot be read.

        Asked of every folder above it, also above the named one: whoever names a single file must
        not open it by that.
        """
        for folder in path.parents:
            listing = self._list_in(folder)
            self._complain(folder, listing, only_of_groups=True)
            if isinstance(listing, SourcesTomlError) and listing.has_groups:
                return None, True
            if isinstance(listing, SourcesToml):
                groups = listing.groups_of(path.relative_to(folder).as_posix())
                if groups is not None:
                    return groups, False
        return None, False

    def _list_in(self, folder: Path) -> SourcesToml | SourcesTomlError | None:
        if folder not in self._lists:
            self._lists[folder] = _read_list(folder / FILE_NAME)
        return self._lists[folder]

    def _complain(
        self,
        folder: Path,
        listing: SourcesToml | SourcesTomlError | None,
        *,
        only_of_groups: bool = False,
    ) -> None:
        file = folder / FILE_NAME
        if isinstance(listing, SourcesTomlError):
            if listing.has_groups or not only_of_groups:
                self.refuse(str(file), str(listing))
        elif listing is not None:
            for complaint in listing.complaints:
                if complaint.is_of_groups or not only_of_groups:
                    self.refuse(f"{file}:{complaint.line}", complaint.text)


def _read_list(file: Path) -> SourcesToml | SourcesTomlError | None:
    try:
        return read_sources_toml(file) if file.is_file() else None
    except SourcesTomlError as error:
        return error


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
