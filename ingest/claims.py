"""What each source of a run claims: a stored version, a new one, a text that another source has.

A text is served once, from the first source that claims it and is seen by the same groups; see
`ingest.texts` and `ingest.access`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from ingest.access import Access
from ingest.discover import Source
from ingest.report import Duplicate, IngestReport, Refused
from ingest.targets import is_gone
from ingest.texts import Texts
from vectorstore.catalog import Catalog, VersionInfo
from vectorstore.groups import Stated
from vectorstore.types import Document, DocumentId, document_id


class Claims:
    """Which version of each document is served after the run, and why."""

    def __init__(
        self, catalog: Catalog, report: IngestReport, groups: tuple[str, ...] | None
    ) -> None:
        """Look at what is stored.

        Args:
            catalog: Holds it.
            report: Is told what becomes of each source.
            groups: See `ingest.config.IngestOptions`.
        """
        self.live: Mapping[DocumentId, VersionInfo] = catalog.live_versions()
        """Served before the run."""
        self.staged: Mapping[DocumentId, VersionInfo] = catalog.staged_versions()
        """Stored by a run that was cut short."""
        self.serve: dict[DocumentId, int] = {}
        """Key of the version of each document that the run serves."""
        self._catalog = catalog
        self._report = report
        self._gone: frozenset[DocumentId] = frozenset()
        self._by_version: dict[str, list[VersionInfo]] = {}
        for each in self.live.values():
            self._by_version.setdefault(each.version, []).append(each)
        self._texts = Texts()
        self._access = Access(catalog, self.live, groups)

    def restate(self, sources: Sequence[Source]) -> None:
        """Apply what lists say now to documents whose files are not read.

        To be called before any text is claimed, since groups are part of a text's key.
        """
        for source in sources:
            if (live := self.live.get(document_id(source.uri))) is not None:
                self._access.expect(source)
                self._access.take_over(live.document_id, live)

    def gone(self, is_over: Callable[[str], bool]) -> dict[DocumentId, str]:
        """Documents to erase, served now or earlier, with their URIs.

        Further places of a text that are gone as well are forgotten.

        Args:
            is_over: Whether the source of this URI is to be forgotten.
        """
        served_ever = self._catalog.all_documents()
        for document in self.staged.keys() - self.live.keys():
            served_ever.pop(document, None)
        gone = {document: uri for document, uri in served_ever.items() if is_over(uri)}
        self._gone = frozenset(gone)
        for document, uris in self._catalog.places().items():
            if document in self.live:
                left = [uri for uri in uris if not is_over(uri)]
                self._texts.remember(self._text(self.live[document]), left)
        return gone

    def keep_others(self, named: Collection[DocumentId], gone: Collection[DocumentId]) -> None:
        """Keep serving the documents that are neither named by the run nor gone."""
        for document, version in self.live.items():
            if document not in gone:
                self.serve[document] = version.key
                if document not in named:
                    self._texts.claim(self._text(version), version.uri)

    def expect(self, sources: Iterable[Source]) -> None:
        """Remember what lists say of sources, before any of them is read."""
        for source in sources:
            self._access.expect(source)

    def is_known(self, source: Source, made_from: tuple[str, str, str]) -> bool:
        """Whether a version that was made from the same inputs is stored."""
        document = document_id(source.uri)
        known = (versions.get(document) for versions in (self.live, self.staged))
        return any(each is not None and each.made_from == made_from for each in known)

    def take_over(self, source: Source, made_from: tuple[str, str, str]) -> bool:
        """Serve the stored version of a source; False if it was made from other inputs."""
        document = document_id(source.uri)
        live, staged = self.live.get(document), self.staged.get(document)
        if live and live.made_from == made_from and self._may_claim(live):
            self._report.unchanged.append(source.uri)
            return True
        if staged and staged.made_from == made_from and self._may_claim(staged):
            self.serve[document] = staged.key
            self._report.resumed += 1
            self.note_new(document, source.uri)
            return True
        return False

    def former(self, uri: str, version: str) -> VersionInfo | None:
        """The document whose file was moved to this URI: it had the text that this source has now.

        The former document goes in this run, or its file holds something else by now. Of several
        it is the one that somebody closed by hand: what was closed is not opened by a guess.
        """
        live = self.live.get(document_id(uri))
        if live is not None and live.version == version:
            return None
        left = [
            other
            for other in self._by_version.get(version, ())
            if other.document_id in self._gone or self._has_left(other, uri)
        ]
        return max(
            left,
            key=lambda other: (
                self._access.is_set_by_hand(other.document_id),
                other.document_id in self._gone,
            ),
            default=None,
        )

    def _has_left(self, other: VersionInfo, uri: str) -> bool:
        """Whether a text, which stands in this file now, stands no more where it was read."""
        if other.uri == uri or self._texts.is_held(self._text(other)):
            return False
        return _same_bytes(other.uri, uri) is False

    def _is_copy(self, other: VersionInfo, uri: str) -> bool:
        """Whether a file that said something else, or was not there, is a copy of another now."""
        live = self.live.get(document_id(uri))
        is_changed = live is None or live.version != other.version
        return (
            other.document_id in self.serve and is_changed and _same_bytes(other.uri, uri) is True
        )

    def claim(self, document: Document) -> bool:
        """Serve a document that was read, unless another document has the same text.

        Returns:
            False if another has it: this one is then reported as a duplicate, and recorded as a
            further place of that text.
        """
        self._inherit(document.uri, document.version)
        self._access.decide(document.id, document.metadata.groups)
        text = self._text_of(document)
        # Where all is read anew, a copy may come before the file that the text is served from.
        for other in self._by_version.get(document.version, ()):
            if self._text(other) == text and self._is_copy(other, document.uri):
                self._texts.claim(text, other.uri)
        holder = self._texts.claim(text, document.uri)
        if holder == document.uri:
            return True
        self._report.duplicates.append(Duplicate(document.uri, holder))
        self._drop(document.uri)  # its former text is out of date
        return False

    def refuse(self, uri: str, reason: str) -> None:
        """Report a source as refused; its former text stays, unless another source has it now."""
        self._report.refused.append(Refused(uri, reason))
        live = self.live.get(document_id(uri))
        if live is not None:  # what lists say of it holds all the same
            self._access.take_over(live.document_id, live)
        if live is not None and self._texts.claim(self._text(live), uri) != uri:
            self._drop(uri)

    def refuse_text(self, document: Document, reason: str) -> None:
        """Refuse a document whose text was claimed and could not be stored."""
        self._texts.release(self._text_of(document), document.uri)
        self.refuse(document.uri, reason)

    def note_new(self, document: DocumentId, uri: str) -> None:
        """Report a document as added, or as changed if it was served before."""
        (self._report.changed if document in self.live else self._report.added).append(uri)

    def orphans(self) -> list[str]:
        """URIs of copies of a text whose document is gone or has another text by now."""
        return [uri for uri in self._texts.orphans() if not is_gone(uri)]

    def places(self) -> dict[str, DocumentId]:
        """URIs of copies, each with the document that is served for them."""
        return {uri: document_id(holder) for uri, holder in self._texts.places().items()}

    def report_access(self) -> None:
        """Add to the report whose groups change, or would change after a dry run."""
        served: Mapping[DocumentId, int] = self.serve
        if self._report.dry_run:
            taken = (*self._report.added, *self._report.changed)
            served = {**{document_id(uri): 0 for uri in taken}, **self.serve}
        self._report.regrouped = self._access.regrouped(served)

    def new(self) -> dict[DocumentId, int]:
        """Keys of the versions to serve, of documents that were not served before."""
        return {each: key for each, key in self.serve.items() if each not in self.live}

    def access_changes(
        self, served: Mapping[DocumentId, int] | None = None
    ) -> dict[DocumentId, Stated | None]:
        """Groups that change, by document; None lets everybody see it.

        Args:
            served: Only of these documents; None takes all that will be served.
        """
        return self._access.changes(self.serve if served is None else served)

    def _may_claim(self, version: VersionInfo) -> bool:
        """Claim a stored text, if no other source holds it."""
        self._inherit(version.uri, version.version)
        self._access.take_over(version.document_id, version)
        text = self._text(version)
        return not self._texts.is_held(text) and bool(self._texts.claim(text, version.uri))

    def _inherit(self, uri: str, version: str) -> None:
        if (former := self.former(uri, version)) is not None:
            self._access.inherit(document_id(uri), former.document_id)

    def _text(self, version: VersionInfo) -> str:
        return self._access.text_of(version.document_id, version.version)

    def _text_of(self, document: Document) -> str:
        return self._access.text_of(document.id, document.version)

    def _drop(self, uri: str) -> None:
        if self.serve.pop(document_id(uri), None) is not None:
            self._report.changed.append(uri)


def _same_bytes(one: str, other: str) -> bool | None:
    """Whether two files hold the same; None where either is no file, or is gone."""
    try:
        return Path(one).read_bytes() == Path(other).read_bytes()
    except (OSError, ValueError):
        return None
