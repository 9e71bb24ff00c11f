"""The whole path of a document: found, read, prepared, embedded, stored, indexed, served.

Each document is stored in one transaction and served only when the new index is verified and the
catalog's pointer is flipped. A run that dies before that changes nothing for readers; the next run
takes over what it had stored.
"""

from __future__ import annotations

import glob
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.chunking import ChunkingSettings
from ingest.config import IngestOptions, pipeline_version
from ingest.discover import Discovery, Source, SourceKind, discover
from ingest.errors import LoadError
from ingest.loaders.limits import LoadLimits
from ingest.loaders.load import load, read_file
from ingest.prepare import prepare
from ingest.report import Duplicate, IngestReport, Refused, Remark
from ingest.sandbox import Sandbox
from ingest.types import Prepared
from vectorstore.catalog import Catalog, VersionInfo
from vectorstore.errors import CatalogError, EmbeddingError
from vectorstore.generations import Generations, generation_name
from vectorstore.lock import writer_lock
from vectorstore.protocols import Embedder
from vectorstore.staging import NewVersion
from vectorstore.types import DocumentId, document_id
from vectorstore.vectorize import embed_documents

if TYPE_CHECKING:
    from langchain_core.documents import Document as RawDocument

GROUP_PASSAGES = 512  # embedded and stored together: full batches, a few MB, one commit


Loader = Callable[[Source], "RawDocument"]


class Progress(Protocol):
    """Is told how a run gets on."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Stages are "read" (sources), "embed" (passages, total 0) and "index" (passages)."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A source that must be embedded, with what it was made from."""

    prepared: Prepared
    raw_sha256: str


@dataclass(slots=True)
class IngestJob:
    """One run; holds the writer's lock for its length."""

    catalog: Catalog
    generations: Generations
    lock_path: Path
    embedder: Embedder
    options: IngestOptions = IngestOptions()
    limits: LoadLimits = field(default_factory=LoadLimits)
    chunking: ChunkingSettings = field(default_factory=ChunkingSettings)
    progress: Progress | None = None
    loader: Loader | None = None
    """Reads a source; None parses in a limited child process."""
    _report: IngestReport = field(default_factory=IngestReport, init=False)
    _live: dict[DocumentId, VersionInfo] = field(default_factory=dict, init=False)
    _staged: dict[DocumentId, VersionInfo] = field(default_factory=dict, init=False)
    _serve: dict[DocumentId, int] = field(default_factory=dict, init=False)
    _owners: dict[str, str] = field(default_factory=dict, init=False)
    """Which source each canonical text was first seen in, by its hash."""

    def run(self, targets: Sequence[str]) -> IngestReport:
        """Bring the library in line with the targets: files, folders, glob patterns, addresses.

        Raises:
            StoreLockedError: If another job is writing.
            VerificationError: If the new index is not sound; the former one goes on serving.
        """
        if self.options.dry_run:
            return self._run(targets)
        with writer_lock(self.lock_path), self.catalog.sole_writer():
            self.generations.clear_leftovers()
            return self._run(targets)

    def _run(self, targets: Sequence[str]) -> IngestReport:
        started, clock = datetime.now(UTC), time.monotonic()
        report = self._report = IngestReport(dry_run=self.options.dry_run)
        self._live, self._staged = self.catalog.live_versions(), self.catalog.staged_versions()
        found = discover(targets, limits=self.limits)
        report.refused += [Refused(each.target, each.reason) for each in found.refused]
        self._keep_what_is_not_named(found)

        for group in _grouped(self._fresh(self._not_unchanged(found.sources))):
            self._embed_and_store(group)
        erased = self._prune(targets, found) if self.options.prune else []
        self._publish(erased)

        report.seconds = time.monotonic() - clock
        if not self.options.dry_run:
            self.catalog.record_run(started, report.as_json())
        return report

    def _keep_what_is_not_named(self, found: Discovery) -> None:
        named = {document_id(source.uri) for source in found.sources}
        for document, version in self._live.items():
            self._serve[document] = version.key
            if document not in named:
                self._owners[version.version] = version.uri

    def _not_unchanged(self, sources: Sequence[Source]) -> list[Source]:
        """Leave out files whose bytes, metadata, pipeline and embedder are those of last time."""
        remaining = []
        for source in sources:
            made_from = None
            if source.kind is SourceKind.FILE and not self.options.force:
                with suppress(LoadError):  # whoever reads it next reports it
                    content = read_file(source.uri, self.limits.file_bytes)
                    made_from = self._made_from(source, hashlib.sha256(content).hexdigest())
            if made_from is None or not self._take_over(source, made_from):
                remaining.append(source)
        return remaining

    def _take_over(self, source: Source, made_from: tuple[str, str, str]) -> bool:
        """Use a version that is stored already, if it was made from the same by the same."""
        document = document_id(source.uri)
        live, staged = self._live.get(document), self._staged.get(document)
        if live and live.made_from == made_from and live.version not in self._owners:
            self._owners[live.version] = source.uri
            self._report.unchanged.append(source.uri)
            return True
        if staged and staged.made_from == made_from and staged.version not in self._owners:
            self._owners[staged.version] = source.uri
            self._serve[document] = staged.key
            self._report.resumed += 1
            self._note_new(document, source.uri)
            return True
        return False

    def _fresh(self, sources: Sequence[Source]) -> Iterator[Fresh]:
        """Read and prepare what is new or changed; one source that fails stops no other."""
        with self._loading() as read:
            for done, source in enumerate(sources):
                self._tell("read", done, len(sources))
                try:
                    raw = read(source)
                except LoadError as error:
                    self._report.refused.append(Refused(source.uri, error.reason))
                    continue
                made_from = self._made_from(source, raw.metadata["sha256"])
                if not self.options.force and self._take_over(source, made_from):
                    continue
                prepared = prepare(raw, settings=self.chunking)
                self._report.remarks += [
                    Remark(source.uri, remark) for remark in raw.metadata.get("remarks", ())
                ]
                if self._is_wanted(prepared):
                    yield Fresh(prepared, made_from[0])
            self._tell("read", len(sources), len(sources))

    @contextmanager
    def _loading(self) -> Iterator[Loader]:
        if self.loader is not None:
            yield self.loader
            return
        with Sandbox(self.limits) as sandbox:
            yield partial(load, limits=self.limits, sandbox=sandbox)

    def _is_wanted(self, prepared: Prepared) -> bool:
        document = prepared.document.document
        self._report.removals.update(removal.reason for removal in prepared.removals)
        if not prepared.document.passages:
            self._report.refused.append(Refused(document.uri, "There is no text in it to cite."))
            return False
        owner = self._owners.setdefault(document.version, document.uri)
        if owner != document.uri:
            self._report.duplicates.append(Duplicate(document.uri, owner))
            if self._serve.pop(document.id, None) is not None:  # its former text is out of date
                self._report.changed.append(document.uri)
            return False
        return True

    def _embed_and_store(self, group: list[Fresh]) -> None:
        documents = [fresh.prepared.document for fresh in group]
        if not self.options.dry_run:
            try:
                self._store(group)
            except (CatalogError, EmbeddingError) as error:
                if len(group) > 1:  # find the one that is to blame
                    for fresh in group:
                        self._embed_and_store([fresh])
                    return
                self._report.refused.append(Refused(documents[0].document.uri, str(error)))
                return
        for each in documents:
            self._note_new(each.document.id, each.document.uri)
            self._report.passages_embedded += len(each.passages)
        self._tell("embed", self._report.passages_embedded, 0)

    def _store(self, group: list[Fresh]) -> None:
        documents = [fresh.prepared.document for fresh in group]
        vectors = embed_documents(documents, self.embedder)
        # Recorded with the run: runtimes agree, but whoever compares two indexes wants to know.
        self._report.runtime = getattr(self.embedder, "runtime", None)
        pipeline, embedder = pipeline_version(self.chunking), self.embedder.fingerprint
        keys = self.catalog.stage(
            [
                NewVersion(
                    fresh.prepared.document,
                    each.passages,
                    each.sentences,
                    fresh.raw_sha256,
                    pipeline,
                    embedder,
                )
                for fresh, each in zip(group, vectors, strict=True)
            ]
        )
        self._serve |= {each.document.id: key for each, key in zip(documents, keys, strict=True)}

    def _note_new(self, document: DocumentId, uri: str) -> None:
        (self._report.changed if document in self._live else self._report.added).append(uri)

    def _prune(self, targets: Sequence[str], found: Discovery) -> list[DocumentId]:
        """Documents below the targets whose files are gone."""
        named = {source.uri for source in found.sources}
        gone = [
            version
            for version in self._live.values()
            if version.uri not in named
            and _is_below(version.uri, targets)
            and not Path(version.uri).exists()
        ]
        for version in gone:
            self._serve.pop(version.document_id, None)
            self._report.removed.append(version.uri)
        return [version.document_id for version in gone]

    def _publish(self, erased: list[DocumentId]) -> None:
        report = self._report
        if report.has_changes and not self.options.dry_run:
            self.generations.publish(
                self._serve,
                erase=erased,
                progress=lambda done, total: self._tell("index", done, total),
            )
            report.published = True
        elif not self.options.dry_run:
            self.catalog.discard(staged=True)
        with self.catalog.read() as reader:
            if reader.generation is not None:
                report.generation = generation_name(reader.generation)
                report.passages = reader.num_passages()
                report.documents = len(reader.document_ids())

    def _made_from(self, source: Source, sha256: str) -> tuple[str, str, str]:
        """Identity of what goes in: bytes and side metadata, pipeline, embedder."""
        listed = json.dumps(source.listed, sort_keys=True, default=str)
        raw = hashlib.sha256(f"{sha256}\n{listed}".encode()).hexdigest()
        return raw, pipeline_version(self.chunking), self.embedder.fingerprint

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(stage, done, total)


def _grouped(items: Iterable[Fresh]) -> Iterator[list[Fresh]]:
    """Groups of about `GROUP_PASSAGES`, so that memory stays bounded and batches are full."""
    group: list[Fresh] = []
    size = 0
    for item in items:
        group.append(item)
        size += len(item.prepared.document.passages)
        if size >= GROUP_PASSAGES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _is_below(uri: str, targets: Sequence[str]) -> bool:
    """Whether a stored path lies in a folder named, or fits a pattern named.

    A folder that is not there (a disk that is not mounted) covers nothing.
    """
    for target in targets:
        path = Path(target).expanduser()
        if path.is_dir() and Path(uri).is_relative_to(path.resolve()):
            return True
        if glob.has_magic(target) and Path(uri).match(str(path.absolute())):
            return True
    return False
