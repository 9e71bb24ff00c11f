"""Directories of a generation and of the vectors that it builds on, written but not yet named.

index/vectors-000005/   a base: chroma/, manifest.json; made with generation 5
index/gen-000007/       lexical/, manifest.json; builds on the vectors of generation 5
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from vectorstore import chroma
from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaIndex, ChromaLocation
from vectorstore.config import StoreSettings
from vectorstore.failpoints import failpoint
from vectorstore.files import copy_tree, make_durable
from vectorstore.lexical_parts import write_parts
from vectorstore.manifest import FileSum, Manifest, file_sum, generation_files, versions_digest
from vectorstore.reader import IndexedPassage
from vectorstore.scrub import scrub
from vectorstore.types import DocumentId

PROGRESS_EVERY = 100  # passages
GENERATION = "gen-"
BASE = "vectors-"
UNFINISHED = ".tmp"

Progress = Callable[[int, int], None]
"""Told how many passages of how many are indexed."""


def generation_name(number: int) -> str:
    """Directory name of a generation."""
    return f"{GENERATION}{number:06d}"


def base_name(number: int) -> str:
    """Directory name of the vectors that were made with a generation."""
    return f"{BASE}{number:06d}"


def unfinished(directory: Path) -> Path:
    """Its name until it is published."""
    return directory.with_suffix(UNFINISHED)


def vector_location(
    settings: StoreSettings, catalog: Catalog, base: int, directory: Path
) -> ChromaLocation:
    """Where the vectors of a base are, given its directory."""
    if settings.chroma_url is None:
        return ChromaLocation("passages", directory / "chroma")
    return ChromaLocation(f"accord-{catalog.name}-{base:06d}", directory, settings.chroma_url)


def build_base(
    catalog: Catalog,
    number: int,
    location: ChromaLocation,
    directory: Path,
    progress: Progress,
    *,
    former: Path | None = None,
) -> None:
    """Write the vectors of all that a generation serves.

    Args:
        catalog: Holds them.
        number: Of the generation.
        location: Where they go: `directory`, or a server.
        directory: Is made, unless they go to a server.
        progress: Told how far it is.
        former: Directory of a base to start from a copy of.
    """
    if location.url is not None:
        _fill(ChromaIndex.create(location), catalog, number, None, progress)
        return
    directory.mkdir(parents=True)
    failpoint("base.make_directory")
    ghosts = 0
    if former is None:
        _fill(ChromaIndex.create(location), catalog, number, None, progress)
    else:
        base = Manifest.read(former).generation
        copy_tree(former / "chroma", location.directory)
        chroma.thaw(location.directory)
        failpoint("base.copy")
        _fill(ChromaIndex.open(location), catalog, number, base, progress)
        ghosts = scrub(location.directory)
        failpoint("base.scrub")
    chroma.freeze(location.directory)
    failpoint("base.freeze")
    with catalog.read(number) as reader:
        served = reader.served_versions()
    _write_manifest(catalog, number, number, directory, served, {}, ghosts)
    failpoint("base.manifest")
    make_durable(directory)


def build_generation(
    catalog: Catalog, number: int, base: int, directory: Path, *, former: Path | None = None
) -> None:
    """Write what a generation has of its own: the lexical index.

    Args:
        catalog: Holds the passages.
        number: Of the generation.
        base: Whose vectors it builds on.
        directory: Is made.
        former: Directory of a generation to take parts of the index over from.
    """
    failpoint("generation.make_directory")
    directory.mkdir(parents=True)
    with catalog.read(number) as reader:
        served = reader.served_versions()
        taken = write_parts(
            directory / "lexical", reader, served, former=former and former / "lexical"
        )
    known = Manifest.read(former).files if former is not None else {}
    names = {f"lexical/{name}" for name in taken}
    _write_manifest(catalog, number, base, directory, served, {name: known[name] for name in names})
    failpoint("generation.manifest")
    make_durable(directory, but={directory / name for name in names})


def _fill(
    vectors: ChromaIndex, catalog: Catalog, number: int, former: int | None, progress: Progress
) -> None:
    """Bring a collection to what a generation serves; closes it."""
    try:
        with catalog.read(number) as reader:
            changed = None
            if former is not None:
                vectors.remove(sorted(reader.layers(former).dead))
                changed = reader.recent_documents(former)
                failpoint("base.remove")
            total = reader.num_passages()
            vectors.add(
                (passage.id, passage.document_id, passage.vector)
                for passage in _counted(reader.indexed_passages(changed), total, progress)
            )
            failpoint("base.vectors")
    finally:
        vectors.close()


def _write_manifest(
    catalog: Catalog,
    number: int,
    base: int,
    directory: Path,
    served: Mapping[DocumentId, tuple[int, int]],
    known: Mapping[str, FileSum],
    ghosts: int = 0,
) -> None:
    files = {
        name: known.get(name) or file_sum(directory / name) for name in generation_files(directory)
    }
    Manifest(
        number,
        base,
        catalog.identity(number),
        len(served),
        sum(size for _, size in served.values()),
        versions_digest({document: key for document, (key, _) in served.items()}),
        files,
        ghosts,
    ).write(directory)


def _counted(
    passages: Iterable[IndexedPassage], total: int, progress: Progress
) -> Iterator[IndexedPassage]:
    for done, passage in enumerate(passages, start=1):
        yield passage
        if done % PROGRESS_EVERY == 0 or done == total:
            progress(done, total)
