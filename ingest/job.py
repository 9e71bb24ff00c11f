"""The whole path of a document: found, read, prepared, embedded, stored, indexed, served.

Each document is stored in one transaction and served only when the new index is verified and the
catalog's pointer is flipped. A run that dies before that changes nothing for readers; the next run
takes over what it had stored.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.chunking import ChunkingSettings
from ingest.config import IngestOptions, pipeline_version
from ingest.discover import Source, SourceKind, discover, is_below, is_gone
from ingest.errors import LoadError
from ingest.loaders.limits import LoadLimits
from ingest.loaders.load import load, read_file
from ingest.prepare import prepare
from ingest.report import Duplicate, IngestReport, Refused, Remark
from ingest.sandbox import Sandbox
from ingest.texts import Texts
from ingest.types import Prepared
from ingest.visible import PARSER as CHECKER
from vectorstore.catalog import Catalog, VersionInfo
from vectorstore.edits import Edits, with_edits
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
    keep: Callable[[Prepared], None] | None = None
    """Is given each document that was read anew, for a look at it before it is served."""
    _report: IngestReport = field(default_factory=IngestReport, init=False)
    _live: dict[DocumentId, VersionInfo] = field(default_factory=dict, init=False)
    _staged: dict[DocumentId, VersionInfo] = field(default_factory=dict, init=False)
    _serve: dict[DocumentId, int] = field(default_factory=dict, init=False)
    _texts: Texts = field(default_factory=Texts, init=False)
    _edits: Mapping[str, Edits] = field(default_factory=dict, init=False)

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
        report = self._report = IngestReport(dry_run=self.options.dry_run, check=self.options.check)
        self._live, self._staged = self.catalog.live_versions(), self.catalog.staged_versions()
        self._edits = self.catalog.edits()
        found = discover(targets, limits=self.limits)
        report.refused += [Refused(each.target, each.reason) for each in found.refused]
        report.passed_over += found.passed_over
        gone = self._gone(targets)
        self._keep_what_is_not_named({document_id(source.uri) for source in found.sources}, gone)

        self._take(found.sources)
        # What held a text is gone or says something else by now: its other places are looked at.
        orphans = [uri for uri in self._texts.orphans() if not is_gone(uri)]
        self._take(discover(orphans, limits=self.limits).sources)
        report.removed += gone.values()
        self._publish(gone)

        report.seconds = time.monotonic() - clock
        if not self.options.dry_run:
            self.catalog.record_run(started, report.as_json())
        return report

    def _gone(self, targets: Sequence[str]) -> dict[DocumentId, str]:
        """Documents to prune, served now or in the past; further places to prune are forgotten."""
        served_ever = self.catalog.all_documents()
        for document in self._staged.keys() - self._live.keys():
            served_ever.pop(document, None)
        gone = {d: uri for d, uri in served_ever.items() if self._is_to_prune(uri, targets)}
        for document, uris in self.catalog.places().items():
            if document in self._live:
                left = [uri for uri in uris if not self._is_to_prune(uri, targets)]
                self._texts.remember(self._live[document].version, left)
        return gone

    def _is_to_prune(self, uri: str, targets: Sequence[str]) -> bool:
        return self.options.prune and is_below(uri, targets) and is_gone(uri)

    def _keep_what_is_not_named(
        self, named: Collection[DocumentId], gone: Collection[DocumentId]
    ) -> None:
        for document, version in self._live.items():
            if document not in gone:
                self._serve[document] = version.key
                if document not in named:
                    self._texts.claim(version.version, version.uri)

    def _take(self, sources: Sequence[Source]) -> None:
        """Bring these sources in; those that are served come first and so keep their texts."""
        ordered = sorted(sources, key=lambda source: document_id(source.uri) not in self._live)
        for group in _grouped(self._fresh(self._not_unchanged(ordered))):
            self._embed_and_store(group)

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
        if live and live.made_from == made_from and not self._texts.is_held(live.version):
            self._texts.claim(live.version, source.uri)
            self._report.unchanged.append(source.uri)
            return True
        if staged and staged.made_from == made_from and not self._texts.is_held(staged.version):
            self._texts.claim(staged.version, source.uri)
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
                    self._refuse(source.uri, error.reason)
                    continue
                made_from = self._made_from(source, raw.metadata["sha256"])
                if not self.options.force and self._take_over(source, made_from):
                    continue
                prepared = prepare(raw, settings=self.chunking)
                prepared = replace(
                    prepared, document=with_edits(prepared.document, self._edits.get(source.uri))
                )
                if self.keep is not None:
                    self.keep(prepared)
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
        with Sandbox(self.limits) as sandbox, Sandbox(self.limits, parser=CHECKER) as checker:
            yield partial(load, limits=self.limits, sandbox=sandbox, checker=checker)

    def _is_wanted(self, prepared: Prepared) -> bool:
        document = prepared.document.document
        self._report.removals.update(removal.reason for removal in prepared.removals)
        if document.metadata.fidelity is not None:
            self._report.fidelity[document.uri] = round(document.metadata.fidelity, 4)
        if not prepared.document.passages:
            self._refuse(document.uri, "There is no text in it to cite.")
            return False
        holder = self._texts.claim(document.version, document.uri)
        if holder != document.uri:
            self._report.duplicates.append(Duplicate(document.uri, holder))
            self._drop(document.uri)  # its former text is out of date
            return False
        return True

    def _refuse(self, uri: str, reason: str) -> None:
        """Report what is not taken; it keeps its former text, unless another source has it now."""
        self._report.refused.append(Refused(uri, reason))
        live = self._live.get(document_id(uri))
        if live is not None and self._texts.claim(live.version, uri) != uri:
            self._drop(uri)

    def _drop(self, uri: str) -> None:
        if self._serve.pop(document_id(uri), None) is not None:
            self._report.changed.append(uri)

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
                document = documents[0].document
                self._texts.release(document.version, document.uri)
                self._refuse(document.uri, str(error))
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
                    each,
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

    def _publish(self, gone: Mapping[DocumentId, str]) -> None:
        report = self._report
        if not self.options.dry_run:
            places = {u: document_id(holder) for u, holder in self._texts.places().items()}
            # Known before the flip, so that a run killed behind it has lost no place of a text.
            self.catalog.set_places(places, keep=True)
            if report.has_changes:
                self.generations.publish(
                    self._serve,
                    erase=gone,
                    progress=lambda done, total: self._tell("index", done, total),
                )
                report.published = True
            else:
                self.catalog.discard(staged=True)
            self.catalog.set_places(places)
        with self.catalog.read() as reader:
            if reader.generation is not None:
                report.generation = generation_name(reader.generation)
                report.passages = reader.num_passages()
                report.documents = len(reader.document_ids())

    def _made_from(self, source: Source, sha256: str) -> tuple[str, str, str]:
        """Identity of what goes in: bytes and side metadata, pipeline, embedder."""
        listed = json.dumps(source.listed, sort_keys=True, default=str)
        if (stated := self._edits.get(source.uri)) is not None:
            listed += json.dumps(stated, sort_keys=True)
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
