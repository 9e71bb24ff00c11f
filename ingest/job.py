"""The whole path of a document: found, read, prepared, embedded, stored, indexed, served.

Each document is stored in one transaction and served only when the new index is verified and the
catalog's pointer is flipped. A run that dies before that changes nothing for readers; the next run
takes over what it had stored. A long run serves new documents before it ends (`ingest.early`),
beside all that was served as it was; what changes or goes does so at its end, at once.
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

from ingest.access import Access, with_folder_groups
from ingest.ahead import ahead
from ingest.chunking import ChunkingSettings
from ingest.config import IngestOptions, pipeline_version
from ingest.discover import Source, discover, is_below, is_gone
from ingest.early import Early
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
from vectorstore.types import DocumentId, FloatMatrix, PreparedDocument, document_id
from vectorstore.vectorize import embed_documents

if TYPE_CHECKING:
    from langchain_core.documents import Document as RawDocument

    from ingest.fetch import Fetcher

NOT_YOURS = "It cannot be taken by this token."
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


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source that was read."""

    raw: RawDocument
    made_from: tuple[str, str, str]
    prepared: Prepared | None
    """None where a version that is stored was made from the same."""


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
    fetcher: Fetcher | None = None
    """Fetches addresses; None fetches public ones only."""
    keep: Callable[[Prepared], None] | None = None
    """Is given each document that was read anew, for a look at it before it is served."""
    early: Early = field(default_factory=Early)
    """When new documents are served before the run ends."""
    _report: IngestReport = field(default_factory=IngestReport, init=False)
    _live: dict[DocumentId, VersionInfo] = field(default_factory=dict, init=False)
    _staged: dict[DocumentId, VersionInfo] = field(default_factory=dict, init=False)
    _serve: dict[DocumentId, int] = field(default_factory=dict, init=False)
    _texts: Texts = field(default_factory=Texts, init=False)
    _access: Access = field(init=False)
    _hidden: frozenset[DocumentId] = field(default=frozenset(), init=False)
    _edits: Mapping[str, Edits] = field(default_factory=dict, init=False)

    def run(
        self,
        targets: Sequence[str],
        *,
        obtained: Sequence[Source] = (),
        expired: Collection[str] = (),
        restated: Sequence[Source] = (),
        folder_groups: Mapping[str, tuple[str, ...] | None] | None = None,
    ) -> IngestReport:
        """Bring the library in line with the targets: files, folders, glob patterns, addresses.

        Args:
            targets: As a person writes them.
            obtained: Sources whose bytes are here already.
            expired: Documents, by URI, whose sources are known to be gone: they are erased.
            restated: Sources that are served and need not be read, of which a list says anew who
                may see them.
            folder_groups: What `sync.toml` says of who may see what lies below folders.

        Raises:
            StoreLockedError: If another job is writing.
            VerificationError: If the new index is not sound; the former one goes on serving.
        """
        if self.options.dry_run:
            return self._run(targets, obtained, frozenset(expired), restated, folder_groups or {})
        with writer_lock(self.lock_path), self.catalog.sole_writer():
            self.generations.clear_leftovers()
            return self._run(targets, obtained, frozenset(expired), restated, folder_groups or {})

    def _run(
        self,
        targets: Sequence[str],
        obtained: Sequence[Source],
        expired: Collection[str],
        restated: Sequence[Source],
        folder_groups: Mapping[str, tuple[str, ...] | None],
    ) -> IngestReport:
        started, clock = datetime.now(UTC), time.monotonic()
        report = self._report = IngestReport(dry_run=self.options.dry_run, check=self.options.check)
        self._live, self._staged = self.catalog.live_versions(), self.catalog.staged_versions()
        self._access = Access(self.catalog, self._live, self.options.groups)
        self._hidden = self.catalog.hidden_from(self.options.audience)
        self._edits = self.catalog.edits()
        self.early.begin()
        self._restate(restated)
        found = discover(targets, limits=self.limits)
        report.refused += [Refused(each.target, each.reason) for each in found.refused]
        report.passed_over += found.passed_over
        sources = self._allowed([*found.sources, *obtained], folder_groups)
        gone = self._gone(targets, expired)
        self._keep_what_is_not_named({document_id(source.uri) for source in sources}, gone)

        self._take(sources)
        # What held a text is gone or says something else by now: its other places are looked at.
        orphans = [uri for uri in self._texts.orphans() if not is_gone(uri)]
        self._take(self._allowed(discover(orphans, limits=self.limits).sources, folder_groups))
        report.removed += gone.values()
        self._publish(gone)

        report.seconds = time.monotonic() - clock
        if not self.options.dry_run:
            self.catalog.record_run(started, report.as_json())
        return report

    def _restate(self, sources: Sequence[Source]) -> None:
        """Before any text is claimed: an open text and a closed one are two."""
        for source in sources:
            if (live := self._live.get(document_id(source.uri))) is not None:
                self._access.expect(source)
                self._access.take_over(live.document_id, live)

    def _allowed(
        self, sources: Sequence[Source], folders: Mapping[str, tuple[str, ...] | None]
    ) -> list[Source]:
        """With what is said of their folders, and without what the run's owner does not see."""
        hidden = {each.uri for each in sources if document_id(each.uri) in self._hidden}
        self._report.refused += [Refused(uri, NOT_YOURS) for uri in sorted(hidden)]
        return [with_folder_groups(each, folders) for each in sources if each.uri not in hidden]

    def _gone(self, targets: Sequence[str], expired: Collection[str]) -> dict[DocumentId, str]:
        """Documents to prune, served now or in the past; further places to prune are forgotten."""
        served_ever = self.catalog.all_documents()
        for document in self._staged.keys() - self._live.keys():
            served_ever.pop(document, None)

        def is_over(uri: str) -> bool:
            return uri in expired or self._is_to_prune(uri, targets)

        gone = {document: uri for document, uri in served_ever.items() if is_over(uri)}
        for document, uris in self.catalog.places().items():
            if document in self._live:
                left = [uri for uri in uris if not is_over(uri)]
                self._texts.remember(self._text(self._live[document]), left)
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
                    self._texts.claim(self._text(version), version.uri)

    def _take(self, sources: Sequence[Source]) -> None:
        """Bring these sources in; those that are served come first and so keep their texts."""
        for source in sources:
            self._access.expect(source)
        ordered = sorted(sources, key=lambda source: document_id(source.uri) not in self._live)
        for group in _grouped(self._fresh(self._not_unchanged(ordered))):
            self._embed_and_store(group)
            self._publish_early()

    def _not_unchanged(self, sources: Sequence[Source]) -> list[Source]:
        """Leave out what is here and was made from the same bytes and metadata by the same."""
        remaining = []
        for source in sources:
            made_from = None
            if source.path is not None and not self.options.force:
                with suppress(LoadError):  # whoever reads it next reports it
                    content = read_file(source.path, self.limits.file_bytes)
                    made_from = self._made_from(source, hashlib.sha256(content).hexdigest())
            if made_from is None or not self._take_over(source, made_from):
                remaining.append(source)
        return remaining

    def _take_over(self, source: Source, made_from: tuple[str, str, str]) -> bool:
        """Use a version that is stored already, if it was made from the same by the same."""
        document = document_id(source.uri)
        live, staged = self._live.get(document), self._staged.get(document)
        if live and live.made_from == made_from and self._may_claim(live):
            self._report.unchanged.append(source.uri)
            return True
        if staged and staged.made_from == made_from and self._may_claim(staged):
            self._serve[document] = staged.key
            self._report.resumed += 1
            self._note_new(document, source.uri)
            return True
        return False

    def _may_claim(self, version: VersionInfo) -> bool:
        """Claim a stored text, if no other source holds it."""
        self._access.take_over(version.document_id, version)
        text = self._text(version)
        return not self._texts.is_held(text) and bool(self._texts.claim(text, version.uri))

    def _text(self, version: VersionInfo) -> str:
        return self._access.text_of(version.document_id, version.version)

    def _fresh(self, sources: Sequence[Source]) -> Iterator[Fresh]:
        """Read and prepare what is new or changed; one source that fails stops no other."""
        with self._loading() as (read, stop):
            for done, (source, loaded) in enumerate(
                ahead(sources, partial(self._load, read), characters=_characters, stop=stop)
            ):
                self._tell("read", done, len(sources))
                if isinstance(loaded, LoadError):
                    self._refuse(source.uri, loaded.reason)
                    continue
                if not self.options.force and self._take_over(source, loaded.made_from):
                    continue
                raw = loaded.raw
                prepared = loaded.prepared or prepare(raw, settings=self.chunking)
                prepared = replace(
                    prepared, document=with_edits(prepared.document, self._edits.get(source.uri))
                )
                if self.keep is not None:
                    self.keep(prepared)
                self._report.remarks += [
                    Remark(source.uri, remark) for remark in raw.metadata.get("remarks", ())
                ]
                if self._is_wanted(prepared):
                    yield Fresh(prepared, loaded.made_from[0])
            self._tell("read", len(sources), len(sources))

    def _load(self, read: Loader, source: Source) -> Loaded | LoadError:
        """Read a source, and prepare it if it looks new. In another thread: it changes nothing."""
        try:
            raw = read(source)
        except LoadError as error:
            return error
        made_from = self._made_from(source, raw.metadata["sha256"])
        document = document_id(source.uri)
        known = (versions.get(document) for versions in (self._live, self._staged))
        if not self.options.force and any(each and each.made_from == made_from for each in known):
            return Loaded(raw, made_from, None)
        return Loaded(raw, made_from, prepare(raw, settings=self.chunking))

    @contextmanager
    def _loading(self) -> Iterator[tuple[Loader, Callable[[], None]]]:
        """What reads a source, and what ends a reading from another thread."""
        if self.loader is not None:
            yield self.loader, lambda: None
            return
        with Sandbox(self.limits) as sandbox, Sandbox(self.limits, parser=CHECKER) as checker:

            def stop() -> None:
                for each in (sandbox, checker):
                    each.interrupt()

            read = partial(
                load,
                limits=self.limits,
                sandbox=sandbox,
                checker=checker,
                fetcher=self.fetcher,
            )
            yield read, stop

    def _is_wanted(self, prepared: Prepared) -> bool:
        document = prepared.document.document
        self._report.removals.update(removal.reason for removal in prepared.removals)
        if document.metadata.fidelity is not None:
            self._report.fidelity[document.uri] = round(document.metadata.fidelity, 4)
        if not prepared.document.passages:
            self._refuse(document.uri, "There is no text in it to cite.")
            return False
        self._access.decide(document.id, document.metadata.groups)
        text = self._access.text_of(document.id, document.version)
        holder = self._texts.claim(text, document.uri)
        if holder != document.uri:
            self._report.duplicates.append(Duplicate(document.uri, holder))
            self._drop(document.uri)  # its former text is out of date
            return False
        if not self.options.force and self._says_the_same(prepared.document):
            self._report.unchanged.append(document.uri)
            return False
        return True

    def _says_the_same(self, prepared: PreparedDocument) -> bool:
        """Whether other bytes gave what is served: most pages hold something new at each fetch."""
        document = prepared.document
        live = self._live.get(document.id)
        made_by = (pipeline_version(self.chunking), self.embedder.fingerprint)
        if live is None or live.version != document.version or live.made_from[1:] != made_by:
            return False
        with self.catalog.read() as reader:
            served = reader.prepared(document.id)
        known, found = (
            replace(each, place=None, fidelity=None)
            for each in (served.document.metadata, document.metadata)
        )
        return (known, served.sentences, served.passages) == (
            found,
            prepared.sentences,
            prepared.passages,
        )

    def _refuse(self, uri: str, reason: str) -> None:
        """Report what is not taken; it keeps its former text, unless another source has it now."""
        self._report.refused.append(Refused(uri, reason))
        live = self._live.get(document_id(uri))
        if live is not None:  # what lists say of it holds all the same
            self._access.take_over(live.document_id, live)
        if live is not None and self._texts.claim(self._text(live), uri) != uri:
            self._drop(uri)

    def _drop(self, uri: str) -> None:
        if self._serve.pop(document_id(uri), None) is not None:
            self._report.changed.append(uri)

    def _embed_and_store(self, group: list[Fresh]) -> None:
        documents = [fresh.prepared.document for fresh in group]
        reused: Collection[DocumentId] = ()
        if not self.options.dry_run:
            try:
                reused = self._store(group)
            except (CatalogError, EmbeddingError) as error:
                if len(group) > 1:  # find the one that is to blame
                    for fresh in group:
                        self._embed_and_store([fresh])
                    return
                document = documents[0].document
                text = self._access.text_of(document.id, document.version)
                self._texts.release(text, document.uri)
                self._refuse(document.uri, str(error))
                return
        for each in documents:
            self._note_new(each.document.id, each.document.uri)
            if each.document.id not in reused:
                self._report.passages_embedded += len(each.passages)
        self._tell("embed", self._report.passages_embedded, 0)

    def _store(self, group: list[Fresh]) -> Collection[DocumentId]:
        """Embed and stage; gives the documents whose vectors are those that they had."""
        documents = [fresh.prepared.document for fresh in group]
        vectors = self._known_vectors(documents)
        reused = set(vectors)
        if new := [each for each in documents if each.document.id not in reused]:
            embedded = embed_documents(new, self.embedder)
            vectors |= {each.document.id: rows for each, rows in zip(new, embedded, strict=True)}
            # Recorded with the run: runtimes agree, but whoever compares two indexes wants to know.
            self._report.runtime = getattr(self.embedder, "runtime", None)
        pipeline, embedder = pipeline_version(self.chunking), self.embedder.fingerprint
        keys = self.catalog.stage(
            [
                NewVersion(
                    fresh.prepared.document,
                    vectors[fresh.prepared.document.document.id],
                    fresh.raw_sha256,
                    pipeline,
                    embedder,
                )
                for fresh in group
            ]
        )
        self._serve |= {each.document.id: key for each, key in zip(documents, keys, strict=True)}
        return reused

    def _known_vectors(
        self, documents: Sequence[PreparedDocument]
    ) -> dict[DocumentId, FloatMatrix]:
        """Vectors of documents whose text is served as it is: only what is said of it is new."""
        made_by = pipeline_version(self.chunking), self.embedder.fingerprint
        found: dict[DocumentId, FloatMatrix] = {}
        for each in documents if not self.options.force else ():
            live = self._live.get(each.document.id)
            if live is None or (live.pipeline, live.embedder) != made_by:
                continue
            if live.version != each.document.version:
                continue
            with self.catalog.read() as reader:
                stored = reader.prepared(each.document.id)
                names, rows = reader.passage_vectors([one.id for one in stored.passages])
            titles = {stored.document.metadata.title, each.document.metadata.title}
            is_same = stored.passages == each.passages and len(titles) == 1
            if is_same and len(names) == len(each.passages):
                found[each.document.id] = rows
        return found

    def _note_new(self, document: DocumentId, uri: str) -> None:
        (self._report.changed if document in self._live else self._report.added).append(uri)

    def _publish(self, gone: Mapping[DocumentId, str]) -> None:
        report = self._report
        report.regrouped = self._access.regrouped(self._now_served())
        if not self.options.dry_run:
            places = {u: document_id(holder) for u, holder in self._texts.places().items()}
            # Known before the flip, so that a run killed behind it has lost no place of a text.
            self.catalog.set_places(places, keep=True)
            if report.has_changes:
                self.generations.publish(
                    self._serve,
                    erase=gone,
                    access=self._access.changes(self._serve),
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

    def _publish_early(self) -> None:
        """If it is time, serve what is new; what was served before the run stays as it was."""
        made_by = pipeline_version(self.chunking), self.embedder.fingerprint
        was = self._live.values()
        if self.options.dry_run or not self.early.is_due:
            return
        new = {each: key for each, key in self._serve.items() if each not in self._live}
        if not new or any((each.pipeline, each.embedder) != made_by for each in was):
            return  # what was made in different ways is not served together
        places = {uri: document_id(holder) for uri, holder in self._texts.places().items()}
        stored = {uri: holder for uri, holder in places.items() if holder in self._serve}
        with self.early.publishing():
            self.catalog.set_places(stored, keep=True)
            self.generations.publish(
                {each.document_id: each.key for each in was} | new,
                access=self._access.changes(new),
                keep_staged=True,
                progress=lambda done, total: self._tell("index", done, total),
            )

    def _now_served(self) -> Mapping[DocumentId, int]:
        """What is served after the run; of a dry one, what would be."""
        if not self.options.dry_run:
            return self._serve
        taken = {document_id(uri): 0 for uri in (*self._report.added, *self._report.changed)}
        return {**taken, **self._serve}

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


def _characters(loaded: Loaded | LoadError) -> int:
    return 0 if isinstance(loaded, LoadError) else len(loaded.raw.page_content)
