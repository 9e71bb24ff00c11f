"""What the lists (`sources.toml`) in the folders above a file state about it; each is read once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.errors import SourcesTomlError
from ingest.loaders.parsed import Fields
from ingest.sources_toml import FILE_NAME, SourcesToml, read_sources_toml


class Listings:
    """Finds the `sources.toml` that applies to a file, and reports entries that cannot be used."""

    def __init__(self, refuse: Callable[[str, str], None]) -> None:
        """Begin without any list.

        Args:
            refuse: Is told the place and the reason, for a list or an entry that cannot be used.
        """
        self._refuse = refuse
        self._lists: dict[Path, SourcesToml | SourcesTomlError | None] = {}

    def fields_of(self, path: Path, root: Path) -> Fields:
        """Metadata from the nearest `sources.toml`, from the file's folder up to the named one."""
        for folder in path.parents:
            listing = self._list_in(folder)
            self._complain(folder, listing)
            if isinstance(listing, SourcesToml):
                return listing.fields_of(path.relative_to(folder).as_posix())
            if folder == root or not folder.is_relative_to(root):
                break
        return {}

    def groups_of(self, path: Path) -> tuple[tuple[str, ...] | None, bool]:
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
                self._refuse(str(file), str(listing))
        elif listing is not None:
            for complaint in listing.complaints:
                if complaint.is_of_groups or not only_of_groups:
                    self._refuse(f"{file}:{complaint.line}", complaint.text)


def _read_list(file: Path) -> SourcesToml | SourcesTomlError | None:
    try:
        return read_sources_toml(file) if file.is_file() else None
    except SourcesTomlError as error:
        return error
