"""The whole path of a document: find, read, prepare, embed, store, index, serve.

Each document is stored in one transaction and served only when the new index is verified and the
catalog's pointer is flipped. A run that dies before that changes nothing for readers; the next run
takes over what it had stored. Which of several sources holds a text is decided in
`ingest.claims`. A long run serves new documents before it ends (`ingest.early`), beside all that
was served as it was; what changes or goes does so at its end, at once.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ingest.access import with_folder_groups
from ingest.chunking import ChunkingSettings
from ingest.claims import Claims
from ingest.config import IngestOptions, pipeline_version
from ingest.discover import Source, discover
from ingest.early import Early
from ingest.errors import LoadError
from ingest.loaders.limits import LoadLimits
from ingest.loaders.load import read_file
from ingest.origins import Origins
from ingest.reading import Loader, loading, read_ahead
from ingest.report import IngestReport, Refused, Remark
from ingest.targets import is_below, is_gone
from ingest.types import Prepared
from ingest.unchanged import known_vectors, says_the_same
from vectorstore.catalog import Catalog
from vectorstore.edits import Edits, with_edits
from vectorstore.errors import CatalogError, EmbeddingError
from vectorstore.generations import Generations, generation_name
from vectorstore.lock import writer_lock
from vectorstore.protocols import Embedder
from vectorstore.staging import NewVersion
from vectorstore.types import DocumentId, document_id
from vectorstore.vectorize import embed_documents

if TYPE_CHECKING:
    from ingest.fetch import Fetcher

NOT_YOURS = "It cannot be taken by this token."
GROUP_PASSAGES = 512  # embedded and stored together: full batches, a few MB, one commit


class Progress(Protocol):
    """Receives the progress of a run."""

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
    fetcher: Fetcher | None = None
    """Fetches addresses; None fetches public ones only."""
    keep: Callable[[Prepared], None] | None = None
    """Is given each document that was read anew, for a look at it before it is served."""
    early: Early = field(default_factory=Early)
    """When new documents are served before the run ends."""
    _report: IngestReport = field(default_factory=IngestReport, init=False)
    _claims: Claims = field(init=False)
    _origins: Origins = field(init=False)
    _edits_before: Mapping[str, Edits] = field(init=False)
    _moved_edits: dict[str, Edits] = field(init=False)
    """What moved files take along. Written with the flip: a run that is cut short moves nothing."""
    _hidden: frozenset[DocumentId] = field(default=frozenset(), init=False)

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
        report = self._begin()
        claims = self._claims
        claims.restate(restated)
        found = discover(targets, limits=self.limits)
        report.refused += [Refused(each.target, each.reason) for each in found.refused]
        report.passed_over += found.passed_over
        sources = self._allowed([*found.sources, *obtained], folder_groups)

        def is_over(uri: str) -> bool:
            is_pruned = self.options.prune and is_below(uri, targets) and is_gone(uri)
            return uri in expired or is_pruned

        gone = claims.gone(is_over)
        claims.keep_others({document_id(source.uri) for source in sources}, gone)
        self._take(sources)
        # What held a text is gone or says something else by now: its other places are looked at.
        orphans = discover(claims.orphans(), limits=self.limits).sources
        self._take(self._allowed(orphans, folder_groups))
        report.removed += gone.values()
        self._publish(gone)

        report.seconds = time.monotonic() - clock
        if not self.options.dry_run:
            self.catalog.record_run(started, report.as_json())
        return report

    def _begin(self) -> IngestReport:
        """Note what is stored, by what it is made anew, and who asks for the run."""
        options = self.options
        self._report = IngestReport(dry_run=options.dry_run, check=options.check)
        self._claims = Claims(self.catalog, self._report, options.groups)
        self._hidden = self.catalog.hidden_from(options.audience)
        self.early.begin()
        self._edits_before, self._moved_edits = self.catalog.edits(), {}
        self._origins = Origins(
            pipeline_version(self.chunking), self.embedder.fingerprint, self._edits_before
        )
        return self._report

    def _allowed(
        self, sources: Sequence[Source], folders: Mapping[str, tuple[str, ...] | None]
    ) -> list[Source]:
        """With what is said of their folders, and without what the run's owner does not see."""
        hidden = {each.uri for each in sources if document_id(each.uri) in self._hidden}
        self._report.refused += [Refused(uri, NOT_YOURS) for uri in sorted(hidden)]
        return [with_folder_groups(each, folders) for each in sources if each.uri not in hidden]

    def _take(self, sources: Sequence[Source]) -> None:
        """Bring these sources in; those that are served come first and so keep their texts."""
        self._claims.expect(sources)
        live = self._claims.live
        ordered = sorted(sources, key=lambda source: document_id(source.uri) not in live)
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
                    made_from = self._origins.made_from(source, hashlib.sha256(content).hexdigest())
            if made_from is None or not self._claims.take_over(source, made_from):
                remaining.append(source)
        return remaining

    def _fresh(self, sources: Sequence[Source]) -> Iterator[Fresh]:
        """Read and prepare what is new or changed; one source that fails stops no other."""
        claims, force = self._claims, self.options.force
        readers = (
            nullcontext((self.loader, _nothing))
            if self.loader
            else loading(self.limits, self.fetcher)
        )
        with readers as (read, stop):
            results = read_ahead(
                sources,
                read,
                made_from=self._origins.made_from,
                is_known=lambda source, origin: not force and claims.is_known(source, origin),
                chunking=self.chunking,
                stop=stop,
            )
            for done, (source, loaded) in enumerate(results):
                self._tell("read", done, len(sources))
                if isinstance(loaded, LoadError):
                    claims.refuse(source.uri, loaded.reason)
                    continue
                if not force and claims.take_over(source, loaded.made_from):
                    continue
                prepared = loaded.prepare(self.chunking)
                edits = self._edits_of(source, prepared)
                prepared = replace(prepared, document=with_edits(prepared.document, edits))
                if self.keep is not None:
                    self.keep(prepared)
                remarks = loaded.raw.metadata.get("remarks", ())
                self._report.remarks += [Remark(source.uri, remark) for remark in remarks]
                if self._is_wanted(prepared):
                    sha256 = loaded.raw.metadata["sha256"]
                    yield Fresh(prepared, self._origins.made_from(source, sha256)[0])
            self._tell("read", len(sources), len(sources))

    def _edits_of(self, source: Source, prepared: Prepared) -> Edits | None:
        """What people corrected of a document; of a moved file, what they did at its old place."""
        edits, document = self._origins.edits, prepared.document.document
        former = self._claims.former(document.uri, document.version)
        if former is not None:
            moved = self._edits_before.get(former.uri, {})
            if moved != edits.get(source.uri, {}):
                others = {uri: each for uri, each in edits.items() if uri != source.uri}
                stated = {source.uri: moved} if moved else {}
                self._origins = replace(self._origins, edits=others | stated)
                self._moved_edits[source.uri] = moved
        return self._origins.edits.get(source.uri)

    def _edits_to_move(self, served: Collection[DocumentId]) -> dict[str, Edits]:
        """What moved files take along, of those that are served; a copy of a text has no edits."""
        return {
            uri: moved for uri, moved in self._moved_edits.items() if document_id(uri) in served
        }

    def _is_wanted(self, prepared: Prepared) -> bool:
        """Whether it says something, holds its text, and that is not served already."""
        document = prepared.document.document
        self._report.removals.update(removal.reason for removal in prepared.removals)
        if document.metadata.fidelity is not None:
            self._report.fidelity[document.uri] = round(document.metadata.fidelity, 4)
        if not prepared.document.passages:
            self._claims.refuse(document.uri, "There is no text in it to cite.")
            return False
        if not self._claims.claim(document):
            return False
        if not self.options.force and says_the_same(
            prepared.document, self.catalog, self._claims.live, self._origins
        ):
            self._report.unchanged.append(document.uri)
            return False
        return True

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
                self._claims.refuse_text(documents[0].document, str(error))
                return
        for each in documents:
            self._claims.note_new(each.document.id, each.document.uri)
            if each.document.id not in reused:
                self._report.passages_embedded += len(each.passages)
        self._tell("embed", self._report.passages_embedded, 0)

    def _store(self, group: list[Fresh]) -> Collection[DocumentId]:
        """Embed and stage; gives the documents whose vectors are those that they had."""
        documents = [fresh.prepared.document for fresh in group]
        vectors = (
            {}
            if self.options.force
            else known_vectors(documents, self.catalog, self._claims.live, self._origins)
        )
        reused = set(vectors)
        if new := [each for each in documents if each.document.id not in reused]:
            embedded = embed_documents(new, self.embedder)
            vectors |= {each.document.id: rows for each, rows in zip(new, embedded, strict=True)}
            # Recorded with the run: runtimes agree, but whoever compares two indexes wants to know.
            self._report.runtime = getattr(self.embedder, "runtime", None)
        keys = self.catalog.stage(
            [
                NewVersion(
                    each, vectors[each.document.id], fresh.raw_sha256, *self._origins.made_by
                )
                for fresh, each in zip(group, documents, strict=True)
            ]
        )
        self._claims.serve |= {
            each.document.id: key for each, key in zip(documents, keys, strict=True)
        }
        return reused

    def _publish(self, gone: Mapping[DocumentId, str]) -> None:
        """Serve what the run holds, by one flip of the catalog's pointer."""
        report, claims = self._report, self._claims
        claims.report_access()
        if not self.options.dry_run:
            places = claims.places()
            # Known before the flip, so that a run killed behind it has lost no place of a text.
            self.catalog.set_places(places, keep=True)
            if report.has_changes:
                self.generations.publish(
                    claims.serve,
                    erase=gone,
                    access=claims.access_changes(),
                    edits=self._edits_to_move(claims.serve),
                    progress=lambda done, total: self._tell("index", done, total),
                )
                report.published = True
            else:
                self.catalog.discard(staged=True)
                for uri, moved in self._edits_to_move(claims.serve).items():
                    self.catalog.set_edits(uri, moved)
            self.catalog.set_places(places)
        with self.catalog.read() as reader:
            if reader.generation is not None:
                report.generation = generation_name(reader.generation)
                report.passages = reader.num_passages()
                report.documents = reader.extent().num_documents

    def _publish_early(self) -> None:
        """If it is time, serve what is new; what was served before the run stays as it was."""
        if self.options.dry_run or not self.early.is_due:
            return
        claims = self._claims
        made_by = pipeline_version(self.chunking), self.embedder.fingerprint
        was, new = claims.live.values(), claims.new()
        if not new or any((each.pipeline, each.embedder) != made_by for each in was):
            return  # what was made in different ways is not served together
        stored = {uri: holder for uri, holder in claims.places().items() if holder in claims.serve}
        with self.early.publishing():
            self.catalog.set_places(stored, keep=True)
            self.generations.publish(
                {each.document_id: each.key for each in was} | new,
                access=claims.access_changes(new),
                edits=self._edits_to_move(new),
                keep_staged=True,
                progress=lambda done, total: self._tell("index", done, total),
            )

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(stage, done, total)


def _nothing() -> None:
    """Ends a reading that nothing can end."""


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
