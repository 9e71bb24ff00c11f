"""Makes a library of a dataset's corpus: written to files, ingested, stored for reuse.

A library is made once for a corpus, an embedding model and a version of the preparation, below
`eval/libraries` in the data folder, and used again by every later run. It counts as made when its
`library.json` stands; what a stopped run has left without one is made again.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from app.bootstrap import embedding_settings, store_settings
from app.settings import Settings
from eval.errors import DatasetError, SystemUnusableError
from eval.types import Case, Dataset, SourceText
from ingest.chunking import ChunkingSettings
from ingest.config import pipeline_version
from ingest.sources_toml import FILE_NAME as SOURCES_TOML
from vectorstore.catalog import Catalog
from vectorstore.errors import StoreLockedError, VectorStoreError
from vectorstore.generations import Generations
from vectorstore.lock import writer_lock
from vectorstore.manifest import INDEX_FORMAT
from vectorstore.types import DocumentId

if TYPE_CHECKING:
    from ingest.job import Progress
    from ingest.report import IngestReport

LIBRARY_FORMAT = 1
"""Raised with every change of how a corpus is written to files or of what `library.json` says."""
TITLE_CHARACTERS = 80
"""Of the first line, where a source has no title: as much as a heading has."""
KEY_CHARACTERS = 16
KEPT = "library.json"
SHOWN_REFUSALS = 3


@dataclass(frozen=True, slots=True)
class SourceNames:
    """Which of the dataset's sources a stored document is."""

    by_document: Mapping[DocumentId, tuple[str, ...]]
    """Several where texts are equal word for word: the library keeps such a text once."""

    def of(self, document: DocumentId, case: Case) -> str | None:
        """The dataset's id of a document; of several the one that the case speaks of."""
        names = self.by_document.get(document, ())
        spoken_of = {*case.relevant, *case.within, *(quote.source for quote in case.evidence)}
        return next((name for name in names if name in spoken_of), names[0] if names else None)

    def documents(self, sources: Iterable[str]) -> tuple[DocumentId, ...]:
        """The documents that hold these sources; those that are not stored are left out."""
        wanted = set(sources)
        return tuple(
            document for document, names in self.by_document.items() if not wanted.isdisjoint(names)
        )


@dataclass(frozen=True, slots=True)
class Library:
    """A corpus that can be asked."""

    settings: Settings
    """The program's, but for where documents and indexes lie."""
    names: SourceNames
    embedder: str
    """Fingerprint of the model that made the vectors."""
    pipeline: str
    """What prepared the passages."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Why a source was not taken, by its id."""
    passages: int = 0


@dataclass(frozen=True, slots=True)
class _Kept:
    """What `library.json` holds."""

    sources: Mapping[DocumentId, tuple[str, ...]]
    refused: Mapping[str, str]
    passages: int


_KEPT = TypeAdapter(_Kept)


def evaluation_folder(settings: Settings) -> Path:
    """Where evaluation keeps its libraries and runs; below the data folder, so git ignores it."""
    return settings.data_dir / "eval"


def open_library(
    dataset: Dataset, settings: Settings, *, fresh: bool = False, progress: Progress | None = None
) -> Library:
    """The library of a dataset, ingested now if it has not been before.

    A dataset without corpus and files is asked of what the settings' own library holds.

    Args:
        dataset: Its corpus is ingested as a user's files would be.
        settings: Say which embedding model, and where libraries are kept.
        fresh: Ingest again what has been ingested.
        progress: Is told how ingest gets on.

    Raises:
        DatasetError: If the files have the same names, or nothing of the corpus was taken.
        SystemUnusableError: If another process is ingesting the same corpus, or ingest fails.
    """
    embedder = _fingerprint(settings)
    pipeline = pipeline_version(ChunkingSettings())
    if not dataset.corpus and not dataset.files:
        return Library(settings, _names_in_use(settings), embedder, pipeline)
    key = _key(corpus_fingerprint(dataset), embedder, pipeline)
    folder = evaluation_folder(settings) / "libraries" / f"{_slug(dataset.name)}-{key}"
    inside = settings.model_copy(
        update={"data_dir": folder.resolve(), "database_url": None, "chroma_url": None}
    )
    with _lock(folder):
        known = None if fresh else _read(folder)
        if known is None:
            known = _make(dataset, settings, inside, progress)
    return Library(
        inside, SourceNames(known.sources), embedder, pipeline, known.refused, known.passages
    )


def write_files(corpus: Sequence[SourceText], folder: Path) -> dict[str, str]:
    """One Markdown file a source, its title in front matter.

    Returns:
        The dataset's ids by file name.
    """
    folder.mkdir(parents=True)
    names = {}
    for number, source in enumerate(corpus):
        first_line = source.text.strip().split("\n")[0][:TITLE_CHARACTERS]
        name = f"{number:05d}.md"
        head = f"title: {_yaml_string(source.title.strip() or first_line)}"
        (folder / name).write_text(f"---\n{head}\n---\n\n{source.text}", "utf-8", newline="\n")
        names[name] = source.id
    return names


def corpus_fingerprint(dataset: Dataset) -> str:
    """SHA-256 (hex) of what is ingested: texts and titles, or the bytes of files."""
    digest = hashlib.sha256()
    for source in dataset.corpus:
        digest.update(json.dumps([source.id, source.title, source.text]).encode())
    for path in _files_read(dataset.files):
        digest.update(json.dumps([str(path.resolve()), _sha256(path)]).encode())
    return digest.hexdigest()


def source_versions(dataset: Dataset) -> dict[str, tuple[str, ...]]:
    """The dataset's ids by the hash of the text that ingest makes of a source.

    Raises:
        DatasetError: If a file is missing.
    """
    from ingest.discover import discover
    from ingest.errors import LoadError
    from ingest.loaders.limits import LoadLimits
    from ingest.loaders.load import load
    from ingest.prepare import prepare
    from ingest.sandbox import Sandbox

    versions: dict[str, list[str]] = defaultdict(list)
    limits = LoadLimits()
    with TemporaryDirectory() as scratch, Sandbox(limits) as sandbox:
        folder = Path(scratch) / "files"
        ids = write_files(dataset.corpus, folder)
        targets = [str(folder)] if dataset.corpus else list(dataset.files)
        for source in discover(targets, limits=limits).sources if targets else ():
            with suppress(LoadError):  # the service has refused it, too
                raw = load(source, limits=limits, sandbox=sandbox)
                name = _name(source.uri)
                versions[prepare(raw).document.document.version].append(ids.get(name, name))
    return {version: tuple(sorted(names)) for version, names in versions.items()}


def _make(
    dataset: Dataset, settings: Settings, inside: Settings, progress: Progress | None
) -> _Kept:
    from ingest.errors import IngestError

    folder = inside.data_dir
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # The exported embedding model is the same for all libraries: 90 MB and seconds each.
    models = settings.data_dir.resolve() / "models"
    models.mkdir(parents=True, exist_ok=True)
    (folder / "models").symlink_to(models)
    if dataset.corpus:
        ids = write_files(dataset.corpus, folder / "files")
        targets: Sequence[str] = [str(folder / "files")]
    else:
        ids, targets = {}, dataset.files
    try:
        report = _ingest(targets, inside, progress)
    except (IngestError, VectorStoreError, OSError) as error:
        raise SystemUnusableError(f"{dataset.name} cannot be ingested: {error}.") from error
    refused = {
        ids.get(name, name): each.reason for each in report.refused if (name := _name(each.uri))
    }
    if not report.documents:
        reasons = "; ".join(
            f"{name}: {why}" for name, why in list(refused.items())[:SHOWN_REFUSALS]
        )
        raise DatasetError(f"Nothing of the corpus of {dataset.name} can be ingested. {reasons}")
    known = _Kept(_sources(inside, report, ids), refused, report.passages)
    unfinished = folder / f"{KEPT}.part"
    unfinished.write_bytes(_KEPT.dump_json(known, indent=1))
    unfinished.rename(folder / KEPT)
    return known


def _ingest(targets: Sequence[str], inside: Settings, progress: Progress | None) -> IngestReport:
    from ingest.embedding import LateEmbedder
    from ingest.job import IngestJob

    store = store_settings(inside)
    catalog = Catalog(store.catalog_url)
    try:
        return IngestJob(
            catalog,
            Generations(catalog, store),
            store.lock_path,
            LateEmbedder(embedding_settings(inside), inside.data_dir),
            progress=progress,
        ).run(targets)
    finally:
        catalog.close()


def _sources(
    inside: Settings, report: IngestReport, ids: Mapping[str, str]
) -> dict[DocumentId, tuple[str, ...]]:
    """The dataset's ids by document; a file of the dataset's own is known by its name."""
    uris = _uris(inside)
    document_of = {uri: document for document, uri in uris.items()}
    sources: dict[DocumentId, list[str]] = defaultdict(list)
    for document, uri in uris.items():
        sources[document].append(ids.get(_name(uri), _name(uri)))
    for duplicate in report.duplicates:
        name = _name(duplicate.uri)
        sources[document_of[duplicate.of]].append(ids.get(name, name))
    names = [name for several in sources.values() for name in several]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DatasetError(
            f"Several files are called {twice[0]!r}, but file names are the ids of their sources. "
            "Rename them, or name fewer folders."
        )
    return {document: tuple(sorted(several)) for document, several in sources.items()}


def _names_in_use(settings: Settings) -> SourceNames:
    return SourceNames({document: (_name(uri),) for document, uri in _uris(settings).items()})


def _uris(settings: Settings) -> dict[DocumentId, str]:
    """Where each document that is served came from."""
    catalog = Catalog(store_settings(settings).catalog_url)
    try:
        with catalog.read() as reader:
            if reader.generation is None:
                return {}
            return {each.id: each.uri for each in reader.documents()}
    finally:
        catalog.close()


def _fingerprint(settings: Settings) -> str:
    from ingest.embedding import LateEmbedder

    try:
        return LateEmbedder(embedding_settings(settings), settings.data_dir).fingerprint
    except VectorStoreError as error:
        raise SystemUnusableError(f"The embedding model cannot be used: {error}") from error


def _key(*parts: str) -> str:
    everything = json.dumps([LIBRARY_FORMAT, INDEX_FORMAT, *parts])
    return hashlib.sha256(everything.encode()).hexdigest()[:KEY_CHARACTERS]


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    try:
        with writer_lock(folder.with_suffix(".lock")):
            yield
    except StoreLockedError as error:
        raise SystemUnusableError(
            f"Another evaluation is ingesting into {folder}. Wait for it and try again."
        ) from error


def _read(folder: Path) -> _Kept | None:
    try:
        return _KEPT.validate_json((folder / KEPT).read_bytes())
    except FileNotFoundError:
        return None


def _files_read(targets: Sequence[str]) -> Iterator[Path]:
    """The files below the targets, and what a `sources.toml` beside one says of it."""
    for target in targets:
        path = Path(target)
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif path.is_file():
            yield path
            if (beside := path.parent / SOURCES_TOML).is_file():
                yield beside
        else:
            raise DatasetError(f"There is no file or folder {target} to ingest.")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _yaml_string(text: str) -> str:
    """One line between double quotes; YAML reads JSON's strings of printable characters."""
    line = "".join(each for each in " ".join(text.split()) if each.isprintable())
    return json.dumps(line, ensure_ascii=False)


def _name(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[2]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "dataset"
