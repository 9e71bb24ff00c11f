"""Generations: index directories that are built beside the live one, verified, and published whole.

    index/gen-000007.tmp/   being built: nothing refers to it
    index/gen-000007/       chroma/, lexical/, manifest.json; served while the pointer says 7

Readers hold a shared lock on the manifest, so that a directory is not removed under their hands.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vectorstore import chroma
from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaIndex, ChromaLocation
from vectorstore.config import StoreSettings
from vectorstore.errors import IndexCorruptError, IndexUnusableError, VectorStoreError
from vectorstore.failpoints import failpoint
from vectorstore.lexical import TantivyIndex, write_index
from vectorstore.manifest import (
    FILE_NAME,
    IndexIdentity,
    Manifest,
    file_sum,
    generation_files,
    ids_digest,
)
from vectorstore.reader import IndexedPassage
from vectorstore.types import DocumentId
from vectorstore.verification import VerificationTask, verify_in_child

ERASING_PATIENCE_S = 10.0  # a server leaves an old generation in 2 s, a request in a few more
_LOOK_AGAIN_S = 0.05
PROGRESS_EVERY = 100  # passages
_PREFIX = "gen-"
_UNFINISHED = ".tmp"
_log = logging.getLogger(__name__)

Verifier = Callable[[VerificationTask, int], None]
Progress = Callable[[int, int], None]
"""Told how many passages of how many are indexed."""


@dataclass(frozen=True, slots=True)
class OpenGeneration:
    """A generation in service."""

    number: int
    manifest: Manifest
    vectors: ChromaIndex
    lexical: TantivyIndex
    _lock: IO[bytes]

    @property
    def name(self) -> str:
        """What answers and receipts call it."""
        return generation_name(self.number)

    def close(self) -> None:
        """Let go of its files."""
        self.vectors.close()
        self._lock.close()


def generation_name(number: int) -> str:
    """Directory name of a generation."""
    return f"{_PREFIX}{number:06d}"


class Generations:
    """Builds, publishes, opens and removes generations of one catalog.

    Everything but `open` needs the writer lock.
    """

    def __init__(
        self, catalog: Catalog, settings: StoreSettings, *, verifier: Verifier = verify_in_child
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._verify = verifier

    def directory(self, number: int) -> Path:
        """Where a published generation lies."""
        return self._settings.index_dir / generation_name(number)

    def publish(
        self,
        version_keys: Mapping[DocumentId, int],
        *,
        erase: Collection[DocumentId] = (),
        afresh: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Build a generation of these versions, verify it and serve it from now on.

        Until the last step, the flip, whatever fails leaves the former generation in service.

        Args:
            version_keys: The version of each document, staged or live.
            erase: Documents to remove with all that is known of them.
            afresh: Take nothing over from the live index.
            progress: Told how far the indexes are.

        Returns:
            The number of the new generation.

        Raises:
            VerificationError: If the index does not hold what the catalog holds.
        """
        former = None if afresh else self._catalog.current_generation()
        number = self._catalog.begin_generation(version_keys)
        try:
            unfinished = self._build(number, former, progress or _no_progress)
            self.verify(number, unfinished)
            failpoint("generation.verified")
            self._move_in(unfinished, self.directory(number))
            self._catalog.flip(number, erase=erase)
        except Exception:
            with suppress(Exception):  # what is left is the next run's to clear; the cause matters
                self.clear_leftovers()
            raise
        try:
            clean = self.clear_leftovers(patience_s=ERASING_PATIENCE_S if erase else 0.0)
        except OSError as error:
            if erase:  # not done before the last byte is gone
                raise
            _log.warning("the next run clears up what is left of former ones: %s", error)
        else:
            if erase and not clean:
                raise VectorStoreError(
                    "the documents are served no more, but a reader still holds files with parts "
                    "of them; the next run removes those"
                )
        return number

    def clear_leftovers(self, *, patience_s: float = 0.0) -> bool:
        """Remove what no reader needs: unfinished directories and all but two generations.

        Args:
            patience_s: How long to wait for readers that still hold something of it.

        Returns:
            False where one held on to it; the next call finishes the work.
        """
        current = self._catalog.current_generation()
        known = self._catalog.generations()
        former = [number for number in known if current is not None and number < current][:1]
        keep = {number for number in [current, *former] if number is not None}
        names = set(map(generation_name, keep))
        clean = True
        for path in sorted(self._settings.index_dir.glob(f"{_PREFIX}*")):
            if path.name not in names:
                clean &= self._remove(path, patience_s)
        if self._settings.chroma_url is not None:
            self._clear_server(keep)
        self._catalog.discard(generations=[number for number in known if number not in keep])
        return self._catalog.purge(patience_s) and clean

    def open(self, number: int, identity: IndexIdentity | None = None) -> OpenGeneration:
        """Open a published generation for searching.

        Args:
            number: Which one.
            identity: What the program would build now; None skips the comparison.

        Raises:
            IndexMismatchError: If it was built by something else.
            IndexCorruptError: If any file differs from its checksum, or is missing.
        """
        directory = self.directory(number)
        if self._settings.chroma_url is not None and not directory.exists():
            self._fetch_lexical(number)
        lock = _lock_for_reading(directory)
        try:
            manifest = Manifest.read(directory)
            if identity is not None and manifest.num_passages:
                manifest.check_identity(identity)
            manifest.check_files(directory)
            lexical = TantivyIndex.open(directory / "lexical")
            vectors = ChromaIndex.open(self._location(number, directory))
        except BaseException:
            lock.close()
            raise
        return OpenGeneration(number, manifest, vectors, lexical, lock)

    def verify(self, number: int, directory: Path | None = None) -> int:
        """Compare a generation with the catalog, every vector of it; gives the number of passages.

        Raises:
            VerificationError: Saying what differs.
        """
        directory = directory or self.directory(number)
        location = self._location(number, directory)
        task = VerificationTask(
            catalog_url=self._catalog.url,
            generation=number,
            directory=str(directory),
            collection=location.collection,
            vectors=str(location.directory),
            chroma_url=location.url,
        )
        with self._catalog.read(number) as reader:
            num_passages = reader.num_passages()
        self._verify(task, num_passages)
        return num_passages

    def _location(self, number: int, directory: Path) -> ChromaLocation:
        return vector_location(self._settings, self._catalog, number, directory)

    def _build(self, number: int, former: int | None, progress: Progress) -> Path:
        directory = self.directory(number).with_suffix(_UNFINISHED)
        failpoint("generation.make_directory")
        (directory / "lexical").mkdir(parents=True)
        identity = self._catalog.identity(number)
        added = self._copy_if_only_added(number, former, identity, directory)
        self._fill(number, directory, added, progress)
        if self._settings.chroma_url is None:
            chroma.freeze(directory / "chroma")
            failpoint("generation.freeze")
        self._write_manifest(number, identity, directory)
        _make_durable(directory)
        return directory

    def _fill(
        self, number: int, directory: Path, added: list[DocumentId] | None, progress: Progress
    ) -> None:
        """Write both indexes from the catalog: everything, or what was added to a copy."""
        location = self._location(number, directory)
        vectors = ChromaIndex.create(location) if added is None else ChromaIndex.open(location)
        try:
            with self._catalog.read(number) as reader:
                total = reader.num_passages()
                vectors.add(
                    (passage.id, passage.document_id, passage.vector)
                    for passage in _counted(reader.indexed_passages(added), total, progress)
                )
                failpoint("generation.vectors")
        finally:
            vectors.close()
        with self._catalog.read(number) as reader:
            write_index(directory / "lexical", reader.indexed_passages(added))
        failpoint("generation.lexical")

    def _copy_if_only_added(
        self, number: int, former: int | None, identity: IndexIdentity, directory: Path
    ) -> list[DocumentId] | None:
        """Start from the live files if nothing in them has to go; gives what is to be added.

        A removed or replaced passage would stay in Chroma's files: such a change starts afresh.
        """
        if former is None or self._settings.chroma_url is not None:
            return None
        before = self._catalog.generation_versions(former)
        after = self._catalog.generation_versions(number)
        if not before or not before.items() <= after.items():
            return None
        source = self.directory(former)
        try:
            manifest = Manifest.read(source)
            if manifest.identity != identity:
                return None
            manifest.check_files(source)
        except IndexUnusableError as error:
            _log.warning("building from scratch: %s", error)
            return None
        shutil.copytree(source / "chroma", directory / "chroma")
        shutil.copytree(source / "lexical", directory / "lexical", dirs_exist_ok=True)
        chroma.thaw(directory / "chroma")
        failpoint("generation.copy")
        return sorted(after.keys() - before.keys())

    def _write_manifest(self, number: int, identity: IndexIdentity, directory: Path) -> None:
        with self._catalog.read(number) as reader:
            ids = reader.passage_ids()
            num_documents = len(reader.document_ids())
        files = {name: file_sum(directory / name) for name in generation_files(directory)}
        manifest = Manifest(number, identity, num_documents, len(ids), ids_digest(ids), files)
        manifest.write(directory)
        failpoint("generation.manifest")

    def _move_in(self, unfinished: Path, directory: Path) -> None:
        unfinished.rename(directory)
        failpoint("generation.rename")
        _fsync(directory.parent)
        failpoint("generation.fsync_parent")

    def _fetch_lexical(self, number: int) -> None:
        """Make the lexical index on a machine that has only the catalog and the Chroma server."""
        directory = self.directory(number)
        unfinished = directory.with_suffix(f".{os.getpid()}{_UNFINISHED}")
        (unfinished / "lexical").mkdir(parents=True)
        with self._catalog.read(number) as reader:
            write_index(unfinished / "lexical", reader.indexed_passages())
        self._write_manifest(number, self._catalog.identity(number), unfinished)
        try:
            unfinished.rename(directory)
        except OSError:  # another process of this machine was faster
            shutil.rmtree(unfinished, ignore_errors=True)

    def _remove(self, path: Path, patience_s: float) -> bool:
        """Remove a directory unless somebody reads it."""
        with suppress(FileNotFoundError), (path / FILE_NAME).open("rb") as manifest:
            if not _lock_out_readers(manifest, patience_s):
                return False
        failpoint("generation.remove")
        doomed = path if path.suffix == _UNFINISHED else path.with_suffix(_UNFINISHED)
        path.rename(doomed)  # so that nobody takes what is left after a crash for a generation
        for file in sorted(doomed.rglob("*"), reverse=True):
            failpoint("generation.unlink")
            file.rmdir() if file.is_dir() else file.unlink()
        doomed.rmdir()
        return True

    def _clear_server(self, keep: Iterable[int]) -> None:
        location = self._location(0, self._settings.index_dir)
        prefix = location.collection.rpartition("-")[0]
        kept = {self._location(number, location.directory).collection for number in keep}
        for name in chroma.collections_on_server(location, prefix):
            if name not in kept:
                chroma.remove_from_server(ChromaLocation(name, location.directory, location.url))


def vector_location(
    settings: StoreSettings, catalog: Catalog, number: int, directory: Path
) -> ChromaLocation:
    """Where the vectors of a generation are, given its directory."""
    if settings.chroma_url is None:
        return ChromaLocation("passages", directory / "chroma")
    return ChromaLocation(f"accord-{catalog.name}-{number:06d}", directory, settings.chroma_url)


def _counted(
    passages: Iterable[IndexedPassage], total: int, progress: Progress
) -> Iterator[IndexedPassage]:
    for done, passage in enumerate(passages, start=1):
        yield passage
        if done % PROGRESS_EVERY == 0 or done == total:
            progress(done, total)


def _no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""


def _lock_for_reading(directory: Path) -> IO[bytes]:
    """Keep a directory from being removed for as long as the handle is open."""
    try:
        handle = (directory / FILE_NAME).open("rb")
        fcntl.flock(handle, fcntl.LOCK_SH)
    except OSError as error:
        raise IndexCorruptError(f"cannot read {directory / FILE_NAME}: {error}") from error
    return handle


def _lock_out_readers(manifest: IO[bytes], patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(manifest, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_AGAIN_S)
        else:
            return True


def _make_durable(directory: Path) -> None:
    """Bring every file and directory to the disk: only then may the name be given."""
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            _fsync(path)
            failpoint("generation.fsync_file")
    for path in [*filter(Path.is_dir, directory.rglob("*")), directory]:
        _fsync(path)
        failpoint("generation.fsync_directory")


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
