"""What keeps a store sound: check it, build or embed again, remove sources for good."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vectorstore.catalog import Catalog, VersionInfo
from vectorstore.edits import Edits, with_edits
from vectorstore.errors import (
    CatalogError,
    IndexMismatchError,
    IndexUnusableError,
    NoIndexError,
    UnknownDocumentError,
    VerificationError,
)
from vectorstore.generations import Generations, Progress
from vectorstore.group_names import BY_HAND, UNTIL_READ
from vectorstore.groups import Stated
from vectorstore.lock import writer_lock
from vectorstore.protocols import Embedder
from vectorstore.reader import CatalogReader
from vectorstore.spans import span_problems
from vectorstore.staging import NewVersion
from vectorstore.types import DocumentId, PreparedDocument
from vectorstore.vectorize import embed_documents

REEMBED_GROUP = 16  # documents embedded and stored together


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """The outcome of `verify_store`."""

    documents: int
    passages: int
    generation: int | None
    problems: tuple[str, ...]
    """One sentence each, with the command that mends it; empty if all is well."""


@dataclass(frozen=True, slots=True)
class Regrouping:
    """Who may see documents, said by hand."""

    groups: tuple[str, ...] | None
    """An empty list is everybody; None lets the sources say so again, from their next reading on,
    and until then what holds now."""


def verify_store(catalog: Catalog, generations: Generations) -> StoreCheck:
    """Check the catalog against itself, and the index that is served against the catalog."""
    problems = list(verify_catalog(catalog))
    with catalog.read() as reader:
        number = reader.generation
        documents, passages = reader.extent().num_documents, reader.num_passages()
    if number is not None:
        problems += verify_generation(generations, number)
    return StoreCheck(documents, passages, number, tuple(problems))


def verify_catalog(catalog: Catalog) -> Iterator[str]:
    """Problems of the catalog: damaged pages, and documents that are not what their hash says."""
    for line in catalog.integrity_problems():
        yield f"the catalog is damaged: {line}; restore it from a backup"
    with catalog.read() as reader:
        for summary in reader.documents():
            prepared = reader.prepared(summary.id)
            for problem in _document_problems(reader, prepared):
                yield f"{summary.uri}: {problem}; run `accord ingest --force` on it"


def verify_generation(generations: Generations, number: int) -> list[str]:
    """Problems of one generation's files and vectors."""
    try:
        generations.verify(number)
    except IndexMismatchError as error:
        return [str(error)]
    except (VerificationError, IndexUnusableError) as error:
        return [f"the index is damaged: {error}; run `accord rebuild`"]
    return []


def rebuild(
    catalog: Catalog,
    generations: Generations,
    lock_path: Path,
    *,
    progress: Progress | None = None,
) -> int:
    """Build the index again from the catalog, without embedding anything; gives the new generation.

    Raises:
        NoIndexError: If nothing was ever published.
        StoreLockedError: If a job is writing.
    """
    with writer_lock(lock_path), catalog.sole_writer():
        generations.clear_leftovers()
        live = _live(catalog)
        keys = {document: version.key for document, version in live.items()}
        return generations.publish(keys, afresh=True, progress=progress)


def embed_again(
    catalog: Catalog,
    generations: Generations,
    lock_path: Path,
    embedder: Embedder,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Embed every document with another model, from the text in the catalog; gives the generation.

    Raises:
        NoIndexError: If nothing was ever published.
        StoreLockedError: If a job is writing.
    """
    with writer_lock(lock_path), catalog.sole_writer():
        generations.clear_leftovers()
        live, staged = _live(catalog), catalog.staged_versions()
        keys: dict[DocumentId, int] = {}
        waiting: list[VersionInfo] = []
        for document, version in live.items():
            done = next(
                (
                    known
                    for known in (version, staged.get(document))
                    if known
                    and known.embedder == embedder.fingerprint
                    and (known.version, known.raw_sha256) == (version.version, version.raw_sha256)
                ),
                None,
            )
            if done is None:
                waiting.append(version)
            else:
                keys[document] = done.key
        for at in range(0, len(waiting), REEMBED_GROUP):
            keys |= _embed_group(catalog, waiting[at : at + REEMBED_GROUP], embedder)
            if progress is not None:
                progress(len(keys), len(live))
        return generations.publish(keys, afresh=True)


def edit_source(
    catalog: Catalog,
    generations: Generations,
    lock_path: Path,
    name: str,
    stated: Edits,
    embedder: Embedder,
    *,
    restated: Regrouping | None = None,
) -> str:
    """State something about a document that is served, from now on and at each later ingest.

    Its text stays as it is; its passages are embedded again, since they carry its title. `name` is
    its URI or id; `stated` has values by field as `edits.checked` gives them, and fields that are
    not in it stay as they were stated. `restated` says with the same flip who may see it. Gives its
    URI.

    Raises:
        UnknownDocumentError: If no document is served under this name.
        StoreLockedError: If a job is writing.
    """
    with writer_lock(lock_path), catalog.sole_writer():
        generations.clear_leftovers()
        live = catalog.live_versions()
        version = next((v for v in live.values() if name == v.document_id or name == v.uri), None)
        if version is None:
            raise UnknownDocumentError(
                f"there is no source {name!r}; `accord sources` lists what there is"
            )
        with catalog.read() as reader:
            prepared = with_edits(reader.prepared(version.document_id), stated)
        (vectors,) = embed_documents([prepared], embedder)
        new = NewVersion(
            prepared, vectors, version.raw_sha256, version.pipeline, embedder.fingerprint
        )
        keys = {document: each.key for document, each in live.items()}
        (keys[version.document_id],) = catalog.stage([new])
        catalog.set_edits(version.uri, {**catalog.edits().get(version.uri, {}), **stated})
        access = {} if restated is None else _access_of(catalog, [version.document_id], restated)
        generations.publish(keys, access=access)
        return version.uri


def remove_sources(
    catalog: Catalog, generations: Generations, lock_path: Path, names: Sequence[str]
) -> list[str]:
    """Erase documents, named by URI or id: every version, text and vector. Gives their URIs.

    A document whose text lies in several places goes whichever of them is named.

    Raises:
        UnknownDocumentError: If a name fits no document. Nothing is removed then.
        StoreLockedError: If a job is writing.
    """
    with writer_lock(lock_path), catalog.sole_writer():
        generations.clear_leftovers()
        chosen = _named(catalog, names)
        live = catalog.live_versions()
        keys = {d: version.key for d, version in live.items() if d not in chosen}
        generations.publish(keys, erase=chosen)
        return sorted(chosen.values())


def set_access(
    catalog: Catalog,
    generations: Generations,
    lock_path: Path,
    names: Sequence[str],
    groups: tuple[str, ...] | None,
) -> list[str]:
    """Say by hand who may see documents, named by URI or id; nothing is embedded. Gives their URIs.

    It goes before what files and lists say until it is taken back. Copies of a text in other places
    are the same document here; the next run takes those that nothing restricts for ones of their
    own.

    Args:
        catalog: Holds it.
        generations: Of the catalog; one more is published, so that nothing kept in memory outlasts
            the change.
        lock_path: Of the writer.
        names: Documents.
        groups: Who may see them; none is everybody. None lets the sources say so again: what holds
            now holds until the next run reads them.

    Raises:
        UnknownDocumentError: If a name fits no document. Nothing is changed then.
        StoreLockedError: If a job is writing.
    """
    with writer_lock(lock_path), catalog.sole_writer():
        generations.clear_leftovers()
        chosen = _named(catalog, names)
        changes = _access_of(catalog, chosen, Regrouping(groups))
        keys = {document: version.key for document, version in _live(catalog).items()}
        generations.publish(keys, access=changes)
        return sorted(chosen.values())


def _access_of(
    catalog: Catalog, chosen: Iterable[DocumentId], restated: Regrouping
) -> dict[DocumentId, Stated | None]:
    """What holds from now on."""
    known = catalog.access()
    changes: dict[DocumentId, Stated | None] = {}
    for document in chosen:
        if restated.groups is not None:
            changes[document] = Stated(restated.groups, BY_HAND)
        elif document in known:
            changes[document] = replace(known[document], origin=UNTIL_READ)
    return changes


def _named(catalog: Catalog, names: Sequence[str]) -> dict[DocumentId, str]:
    """URIs of the documents that names mean, by id.

    Raises:
        UnknownDocumentError: If a name fits none.
    """
    uris, places = catalog.all_documents(), catalog.places()
    chosen: dict[DocumentId, str] = {}
    for name in names:
        meant = _meant(name)
        found = [
            d
            for d, uri in uris.items()
            if name == d or not meant.isdisjoint((uri, *places.get(d, ())))
        ]
        if not found:
            raise UnknownDocumentError(
                f"there is no source {name!r}; `accord sources` lists what there is"
            )
        chosen |= {document: uris[document] for document in found}
    return chosen


def _live(catalog: Catalog) -> dict[DocumentId, VersionInfo]:
    if catalog.current_generation() is None:
        raise NoIndexError
    return catalog.live_versions()


def _meant(name: str) -> set[str]:
    """The URIs that a name may be: itself, or, of a path, the file that it leads to."""
    return {name} if "://" in name else {name, str(Path(name).expanduser().resolve())}


def _embed_group(
    catalog: Catalog, group: list[VersionInfo], embedder: Embedder
) -> dict[DocumentId, int]:
    with catalog.read() as reader:
        documents = [reader.prepared(version.document_id) for version in group]
    for prepared in documents:
        if problem := next(span_problems(prepared), None):
            raise CatalogError(
                f"{prepared.document.uri}: {problem}; run `accord ingest --force` on it first"
            )
    vectors = embed_documents(documents, embedder)
    keys = catalog.stage(
        [
            NewVersion(
                prepared,
                each,
                version.raw_sha256,
                version.pipeline,
                embedder.fingerprint,
            )
            for prepared, each, version in zip(documents, vectors, group, strict=True)
        ]
    )
    return {version.document_id: key for version, key in zip(group, keys, strict=True)}


def _document_problems(reader: CatalogReader, prepared: PreparedDocument) -> Iterator[str]:
    document = prepared.document
    if hashlib.sha256(document.text.encode()).hexdigest() != document.version:
        yield "its text is not what its version says"
    yield from span_problems(prepared)
    ids = [passage.id for passage in prepared.passages]
    quoted = reader.sentences(ids)
    if any(
        document.text[sentence.start : sentence.end] != quote
        for read in quoted.values()
        for sentence, quote in zip(read.sentences, read.texts, strict=True)
    ):
        yield "what is quoted is not what stands at its span"
