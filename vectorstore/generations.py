"""Generations: index directories that are built beside the live one, verified, and published whole.

    index/gen-000007.tmp/   being built: nothing refers to it
    index/gen-000007/       served while the pointer says 7
    index/vectors-000005/   the vectors that it builds on, with those of former ones

No file of a published directory is changed. Readers hold a shared lock on the manifest, so that a
directory is not removed under their hands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vectorstore.building import (
    Progress,
    base_name,
    build_base,
    build_generation,
    generation_name,
    unfinished,
    vector_location,
)
from vectorstore.catalog import Catalog
from vectorstore.chroma import ChromaLocation
from vectorstore.config import StoreSettings
from vectorstore.edits import Edits
from vectorstore.errors import IndexUnusableError, VectorStoreError
from vectorstore.failpoints import failpoint
from vectorstore.files import fsync
from vectorstore.groups import Stated
from vectorstore.leftovers import clear_leftovers
from vectorstore.manifest import IndexIdentity, Manifest
from vectorstore.opened import OpenGeneration
from vectorstore.opening import open_generation
from vectorstore.plan import Limits, Way, choose
from vectorstore.types import DocumentId
from vectorstore.verification import SAMPLED, VerificationTask, verify_change, verify_in_child

__all__ = ["Generations", "Limits", "OpenGeneration", "Progress", "generation_name"]

ERASING_PATIENCE_S = 10.0  # a server leaves an old generation in 2 s, a request in a few more
VERIFY_ALL_AFTER = timedelta(days=7)
_log = logging.getLogger(__name__)

Verifier = Callable[[VerificationTask, int], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a generation is made."""

    way: Way
    base: int
    former_generation: Path | None = None
    former_base: Path | None = None


class Generations:
    """Builds, publishes, opens and removes generations of one catalog.

    Everything but `open` needs the writer lock.
    """

    def __init__(
        self,
        catalog: Catalog,
        settings: StoreSettings,
        *,
        verifier: Verifier = verify_in_child,
        limits: Limits | None = None,
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._verify = verifier
        self._limits = limits or Limits()

    def directory(self, number: int) -> Path:
        """Where a published generation lies."""
        return self._settings.index_dir / generation_name(number)

    def base_directory(self, base: int) -> Path:
        """Where the vectors lie that were made with a generation."""
        return self._settings.index_dir / base_name(base)

    def publish(
        self,
        version_keys: Mapping[DocumentId, int],
        *,
        erase: Collection[DocumentId] = (),
        access: Mapping[DocumentId, Stated | None] | None = None,
        edits: Mapping[str, Edits] | None = None,
        afresh: bool = False,
        keep_staged: bool = False,
        progress: Progress | None = None,
    ) -> int:
        """Build a generation of these versions, verify it and serve it from now on.

        Until the last step, the flip, whatever fails leaves the former generation in service.
        What is to be erased is served no more after a moment; then all that still holds parts of
        it is built anew, which may take longer.

        Args:
            version_keys: The version of each document, staged or live.
            erase: Documents to remove with all that is known of them.
            access: What changes in who may see documents, from the flip on; None is for what was
                stated and is no more.
            edits: What people state about sources, by URI, from the flip on; of others it stays.
            afresh: Take nothing over from the live index.
            keep_staged: Leave what is staged and not in it for a later generation.
            progress: Told how far the indexes are.

        Returns:
            The number of the new generation.

        Raises:
            VerificationError: If the index does not hold what the catalog holds.
        """
        if erase and not afresh and self._has_vectors_of(erase):
            self._publish(
                version_keys, access=access, edits=edits, keep_staged=keep_staged, progress=progress
            )
        return self._publish(
            version_keys,
            erase=erase,
            access=access,
            edits=edits,
            afresh=afresh,
            keep_staged=keep_staged,
            progress=progress,
        )

    def _publish(
        self,
        version_keys: Mapping[DocumentId, int],
        *,
        erase: Collection[DocumentId] = (),
        access: Mapping[DocumentId, Stated | None] | None = None,
        edits: Mapping[str, Edits] | None = None,
        afresh: bool = False,
        keep_staged: bool = False,
        progress: Progress | None = None,
    ) -> int:
        former = None if afresh else self._catalog.current_generation()
        number = self._catalog.begin_generation(version_keys)
        try:
            plan = self._plan(number, former, erase)
            self._catalog.set_base(number, plan.base)
            self._build(number, plan, progress or _no_progress)
            self._check(number, plan, former)
            failpoint("generation.verified")
            self._move_in(number, plan)
            self._catalog.flip(
                number, erase=erase, access=access, edits=edits, keep_staged=keep_staged
            )
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
        """Remove what no reader needs; see `vectorstore.leftovers`."""
        return clear_leftovers(self._catalog, self._settings, patience_s=patience_s)

    def open(
        self,
        number: int,
        identity: IndexIdentity | None = None,
        *,
        beside: OpenGeneration | None = None,
        without_base: bool = False,
    ) -> OpenGeneration:
        """Open a published generation for searching; see `vectorstore.opening`."""
        return open_generation(
            self._catalog,
            self._settings,
            number,
            identity,
            beside=beside,
            without_base=without_base,
        )

    def verify(self, number: int) -> int:
        """Compare a generation with the catalog, every vector of it; gives the number of passages.

        Raises:
            VerificationError: Saying what differs.
        """
        Manifest.read(self.directory(number))  # of another format: no need to look further
        base = self._catalog.base(number) or number
        num_passages = self._verify_in_child(
            number, base, self.directory(number), self.base_directory(base)
        )
        with suppress(Exception):  # a library that can only be read is as sound
            self._catalog.note_verified(datetime.now(UTC))
        return num_passages

    def _verify_in_child(
        self,
        number: int,
        base: int,
        directory: Path,
        base_directory: Path,
        former_base: Path | None = None,
    ) -> int:
        location = self._location(base, base_directory)
        task = VerificationTask(
            catalog_url=self._catalog.url,
            generation=number,
            directory=str(directory),
            base=base,
            base_directory="" if location.url else str(base_directory),
            collection=location.collection,
            chroma_url=location.url,
            former_base=Manifest.read(former_base).generation if former_base else None,
            former_base_directory=str(former_base or ""),
        )
        with self._catalog.read(number) as reader:
            num_passages = reader.num_passages()
        self._verify(task, num_passages)
        return num_passages

    def _location(self, base: int, directory: Path) -> ChromaLocation:
        return vector_location(self._settings, self._catalog, base, directory)

    def _has_vectors_of(self, documents: Collection[DocumentId]) -> bool:
        """Whether erasing these documents takes other vectors than those in service."""
        current = self._catalog.current_generation()
        base = None if current is None else self._catalog.base(current)
        if base is None:
            return False
        with self._catalog.read(current) as reader:
            return reader.is_base_of_any(base, documents)

    def _plan(self, number: int, former: int | None, erase: Collection[DocumentId]) -> _Plan:
        afresh = _Plan(Way.AFRESH, number)
        base = None if former is None else self._catalog.base(former)
        if former is None or base is None:
            return afresh
        was, wanted = self._catalog.identity(former), self._catalog.identity(number)
        if (was.embedder, was.dimension) != (wanted.embedder, wanted.dimension):
            return afresh
        generation, vectors = self.directory(former), self.base_directory(base)
        ghosts = 0
        try:
            Manifest.read(generation).check_files(generation)
            if self._settings.chroma_url is None:
                ghosts = Manifest.read(vectors).ghosts
            with self._catalog.read(number) as reader:
                use = reader.base_use(base)
                merge = reader.is_base_of_any(base, erase)
            way = choose(
                use,
                self._limits,
                ghosts=ghosts,
                can_copy=self._settings.chroma_url is None,
                merge=merge,
            )
            if way is Way.OVER:
                if self._settings.chroma_url is None:
                    Manifest.read(vectors).check_sample(vectors, number, SAMPLED)
                return _Plan(way, base, generation)
            if way is Way.COPY:
                Manifest.read(vectors).check_files(vectors)
                return _Plan(way, number, generation, vectors)
        except IndexUnusableError as error:
            _log.warning("building from scratch: %s", error)
            return afresh
        return _Plan(way, number, generation)

    def _build(self, number: int, plan: _Plan, progress: Progress) -> None:
        if plan.way is not Way.OVER:
            directory = unfinished(self.base_directory(plan.base))
            location = self._location(plan.base, directory)
            build_base(
                self._catalog, number, location, directory, progress, former=plan.former_base
            )
        build_generation(
            self._catalog,
            number,
            plan.base,
            unfinished(self.directory(number)),
            former=plan.former_generation,
        )

    def _check(self, number: int, plan: _Plan, former: int | None) -> None:
        """Compare everything with the catalog, or, of a change, what changed and a sample."""
        directory, base = unfinished(self.directory(number)), self.base_directory(plan.base)
        checked = self._catalog.last_verified()
        is_due = checked is None or datetime.now(UTC) - checked > VERIFY_ALL_AFTER
        if plan.way is Way.OVER and former is not None and not is_due:
            verify_change(self._catalog, number, former, directory)
        else:
            base = base if plan.way is Way.OVER else unfinished(base)
            copied = None if is_due else plan.former_base
            self._verify_in_child(number, plan.base, directory, base, copied)
            if copied is None:
                self._catalog.note_verified(datetime.now(UTC))

    def _move_in(self, number: int, plan: _Plan) -> None:
        moved = [self.directory(number)]
        if plan.way is not Way.OVER and self._settings.chroma_url is None:
            moved.insert(0, self.base_directory(plan.base))
        for directory in moved:
            unfinished(directory).rename(directory)
            failpoint("generation.rename")
        fsync(self._settings.index_dir)
        failpoint("generation.fsync_parent")


def _no_progress(_done: int, _total: int) -> None:
    """Tell nobody."""
