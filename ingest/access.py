"""Who may see the documents of one run: groups set by hand, in a list, or stated by the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ingest.discover import Source, SourceKind
from ingest.frontmatter import PROVENANCE
from ingest.report import Regrouped
from ingest.sources_toml import FILE_NAME
from vectorstore.catalog import Catalog, VersionInfo
from vectorstore.group_names import BY_HAND, IN_SYNC, NOBODY
from vectorstore.groups import Stated
from vectorstore.types import DocumentId, document_id


class Access:
    """Decides who may see each document of a run.

    The first of these that says something: the run's own option, what was set by hand before, a
    `sources.toml`, the `sync.toml` that a source belongs to, the file.
    """

    def __init__(
        self,
        catalog: Catalog,
        live: Mapping[DocumentId, VersionInfo],
        groups: tuple[str, ...] | None = None,
    ) -> None:
        """Read what holds now.

        Args:
            catalog: Holds it.
            live: Documents served before the run.
            groups: Who may see whatever this run takes; None leaves that to the sources.
        """
        self._now = catalog.access()
        self._in_files = catalog.stated_groups()
        self._live = live
        self._groups = groups
        self._sources: dict[DocumentId, Source] = {}
        self._decided: dict[DocumentId, Stated | None] = {}
        self._inherited: dict[DocumentId, Stated] = {}

    def expect(self, source: Source) -> None:
        """Remember what lists such as `sources.toml` say of a source, before it is decided on."""
        self._sources[document_id(source.uri)] = source

    def inherit(self, document: DocumentId, former: DocumentId) -> None:
        """Keep groups that were set by hand when a file moves from `former` to `document`."""
        if self.is_set_by_hand(former):
            self._inherited[document] = self._now[former]

    def is_set_by_hand(self, document: DocumentId) -> bool:
        """Whether somebody set who may see a document that is served."""
        stated = self._now.get(document)
        return stated is not None and stated.origin == BY_HAND

    def take_over(self, document: DocumentId, version: VersionInfo) -> Stated | None:
        """Decide who may see a stored version whose file need not be read again."""
        return self.decide(document, self._in_files.get(version.key))

    def decide(self, document: DocumentId, in_file: tuple[str, ...] | None) -> Stated | None:
        """Decide who may see a document; None lets everybody see it.

        Args:
            document: Which.
            in_file: Groups that its file names; None if it names none.
        """
        self._decided[document] = stated = self._of(document, in_file)
        return stated

    def text_of(self, document: DocumentId, version: str) -> str:
        """A key for a text and its groups: the same text for other groups has another key."""
        stated = self._decided.get(document, self._now.get(document))
        if stated is None or not stated.groups:
            return version
        return "\n".join((version, *stated.groups))

    def changes(self, served: Mapping[DocumentId, int]) -> dict[DocumentId, Stated | None]:
        """Groups of the documents served after the run, as far as the run has changed them."""
        return {
            document: stated
            for document, stated in self._decided.items()
            if document in served and stated != self._now.get(document)
        }

    def regrouped(self, served: Mapping[DocumentId, int]) -> list[Regrouped]:
        """The same for the report: documents that other people see now than before."""
        found = []
        for document, stated in self.changes(served).items():
            was, now = _groups(self._now.get(document)), _groups(stated)
            if was != now:
                origin = stated.origin if stated else "nothing says who may see it"
                found.append(Regrouped(self._sources[document].uri, now, origin))
        return sorted(found, key=lambda each: each.uri)

    def _of(self, document: DocumentId, in_file: tuple[str, ...] | None) -> Stated | None:
        source, now = self._sources[document], self._now.get(document)
        if self._groups is not None:
            return Stated(self._groups, BY_HAND)
        if document in self._inherited:
            return self._inherited[document]
        if now is not None and now.origin == BY_HAND:
            return now
        if source.is_unsure:
            # What was open stays so, what was closed, too; of what is new nobody can tell.
            return now if document in self._live else Stated((NOBODY,), FILE_NAME)
        if source.groups is not None:
            return Stated(source.groups, source.groups_origin)
        if now is not None and now.origin == IN_SYNC != source.groups_origin:
            return now  # whoever reads a page by itself does not open it by that
        return None if in_file is None else Stated(in_file, PROVENANCE)


def with_folder_groups(source: Source, folders: Mapping[str, tuple[str, ...] | None]) -> Source:
    """A file with the groups that `sync.toml` gives to the nearest folder above it.

    Lists in the folders themselves take precedence.

    Args:
        source: As it was found.
        folders: Groups by absolute path; None where nothing is said of it.
    """
    above = [folder for folder in folders if Path(source.uri).is_relative_to(folder)]
    if source.groups is not None or source.kind is not SourceKind.FILE or not above:
        return source
    return replace(source, groups=folders[max(above, key=len)], groups_origin=IN_SYNC)


def _groups(stated: Stated | None) -> tuple[str, ...]:
    return stated.groups if stated else ()
