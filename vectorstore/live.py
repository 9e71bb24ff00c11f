"""The generation that is served now, swapped between requests when a run publishes the next."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from vectorstore.catalog import Catalog
from vectorstore.config import StoreSettings
from vectorstore.errors import (
    IndexCorruptError,
    IndexMismatchError,
    IndexUnusableError,
    NoIndexError,
)
from vectorstore.generations import Generations, OpenGeneration, generation_name
from vectorstore.kept import Kept
from vectorstore.layered import LayeredVectors
from vectorstore.lexical import TantivyIndex
from vectorstore.manifest import IndexIdentity
from vectorstore.reader import CatalogReader
from vectorstore.seen import Sight, Sights
from vectorstore.types import UNRESTRICTED, Audience, DocumentId

T = TypeVar("T")

POLL_S = 1.0  # a finished run is served within 2 s: one poll and the opening
RETRY_S = 30.0  # after a generation could not be opened: it may have been restored by hand
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveGeneration:
    """One consistent state of everything, for the length of one request."""

    name: str
    number: int
    vectors: LayeredVectors
    lexical: TantivyIndex
    reader: CatalogReader
    """The catalog as it was when the request began. Not for use from several threads at once."""
    view: str = ""
    """Tells what is hidden from whoever asks; empty where nothing is."""
    hidden: frozenset[DocumentId] = frozenset()
    """Documents that whoever asks may not see, served or not."""
    kept: Kept = field(default_factory=Kept)
    """See `once`."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What is read once of what is seen here, for this request and later ones.

        Args:
            name: Of what is read; another one for each.
            make: Reads it. All of it must stay as it is for as long as the generation is served.
        """
        return self.kept.get((name, self.view), make)

    @property
    def key(self) -> tuple[str, str]:
        """Another one for each generation and for all who see another part of it; for caches."""
        return self.name, self.view

    @property
    def documents(self) -> list[DocumentId]:
        """Ids of the documents that it serves."""
        return self.reader.document_ids()


@dataclass(slots=True)
class _Service:
    """An open generation and the requests that use it."""

    opened: OpenGeneration
    stands_for: int
    """The generation that the pointer names: another one, where that could not be opened."""
    problem: str | None = None
    tried: float = field(default_factory=time.monotonic)
    requests: int = 0
    retired: bool = False


class LiveIndex:
    """Hands out the generation that the catalog points at; safe to use from many threads."""

    def __init__(
        self,
        catalog: Catalog,
        settings: StoreSettings,
        *,
        identity: IndexIdentity | None = None,
        watch: bool = False,
    ) -> None:
        """Store the arguments; the first reader opens the index.

        Args:
            catalog: Holds the pointer.
            settings: Where the indexes are.
            identity: What the program would build now; None serves whatever is there.
            watch: Look for new generations all the time, so that no request waits for one to open.
        """
        self._catalog = catalog
        self._generations = Generations(catalog, settings)
        self._identity = identity
        self._service: _Service | None = None
        self._sights = Sights()
        self._counting = threading.Lock()  # guards the fields of services; held for moments
        self._opening = threading.Lock()  # held while a generation is opened
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None
        if watch:
            self._watcher = threading.Thread(target=self._watch, name="accord-live", daemon=True)
            self._watcher.start()

    @contextmanager
    def generation(self, audience: Audience = UNRESTRICTED) -> Iterator[LiveGeneration]:
        """The current generation, unchanged and open until the block ends.

        Args:
            audience: Who asks. What is not for them is not there: no document or word of it, and
                no trace in any count or score.

        Raises:
            NoIndexError: If nothing has been ingested.
            IndexMismatchError: If the index was built by something else than is configured.
            IndexCorruptError: If neither it nor the former generation can be read.
        """
        with self._catalog.read() as reader:
            service = self._enter(reader)
            try:
                opened = service.opened
                reader.generation = opened.number
                yield self._seen(opened, reader, audience)
            finally:
                self._leave(service)

    def sight(self, audience: Audience) -> Sight:
        """What an audience may see now; asks the catalog alone, so that no index need be sound."""
        with self._catalog.read() as reader:
            return self._sights.of(audience, reader)

    def _seen(
        self, opened: OpenGeneration, reader: CatalogReader, audience: Audience
    ) -> LiveGeneration:
        sight = self._sights.of(audience, reader)
        vectors, lexical, name = opened.vectors, opened.lexical, ""
        if sight.hidden:
            reader = reader.seen_by(audience, sight.hidden)
            view = opened.views.without(sight.hidden, reader)
            vectors, lexical, name = view.vectors, view.lexical, view.name
        return LiveGeneration(
            opened.name, opened.number, vectors, lexical, reader, name, sight.hidden, opened.kept
        )

    def problem(self) -> str | None:
        """What keeps it from serving the newest generation, or any; None if all is well."""
        try:
            with self.generation():
                return self._service.problem if self._service else None
        except IndexUnusableError as error:
            return str(error)

    def close(self) -> None:
        """Stop watching and let go of the files; requests under way finish first."""
        self._closed.set()
        if self._watcher is not None:
            self._watcher.join()
        with self._opening:
            self._replace(None)

    def _watch(self) -> None:
        told = ""
        while not self._closed.wait(POLL_S):
            try:
                wanted = self._catalog.current_generation()
                if wanted is not None and not self._is_settled(wanted):
                    self._swap(wanted)
                told = ""
            except (
                Exception
            ) as error:  # edge of a thread: requests report what they meet themselves
                if str(error) != told:  # once, not each second until somebody mends it
                    told = str(error)
                    _log.warning("looking for a new generation failed: %s", error)

    def _enter(self, reader: CatalogReader) -> _Service:
        wanted = reader.generation
        if wanted is None:
            raise NoIndexError
        if not self._is_settled(wanted) and not self._may_lag(reader):
            self._swap(wanted)
        with self._counting:
            service = self._service
            if service is None:
                raise NoIndexError
            service.requests += 1
            return service

    def _leave(self, service: _Service) -> None:
        with self._counting:
            service.requests -= 1
            last = service.retired and service.requests == 0
        if last:
            service.opened.close()

    def _is_settled(self, wanted: int) -> bool:
        """Whether what is open stands for the generation that is wanted."""
        with self._counting:
            service = self._service
            if service is None or service.stands_for != wanted:
                return False
            fresh = time.monotonic() - service.tried < RETRY_S
            return service.opened.number == wanted or fresh

    def _may_lag(self, reader: CatalogReader) -> bool:
        """Whether the former generation may serve while another thread opens the new one."""
        with self._counting:
            service = self._service
        return (
            self._opening.locked() and service is not None and reader.knows(service.opened.number)
        )

    def _swap(self, wanted: int) -> None:
        with self._opening:
            if self._closed.is_set() or self._is_settled(wanted):
                return
            self._replace(self._open(wanted))

    def _open(self, wanted: int) -> _Service:
        """Open a generation, or the newest former one that can be read.

        A service that could not be replaced stays: answers of yesterday are better than none.
        """
        with self._counting:
            beside = self._service.opened if self._service else None
        try:
            opened = self._generations.open(wanted, self._identity, beside=beside)
            return _Service(opened, wanted)
        except IndexCorruptError as error:
            problem = f"{generation_name(wanted)} cannot be served: {error}"
            cause = error
        former = [number for number in self._catalog.generations() if number < wanted]
        # Generations may share the vectors that are damaged; the catalog holds them all.
        ways = [(number, False) for number in former] + [
            (number, True) for number in (wanted, *former)
        ]
        for number, without_base in ways:
            try:
                opened = self._generations.open(
                    number, self._identity, beside=beside, without_base=without_base
                )
            except (IndexCorruptError, IndexMismatchError) as error:
                _log.warning("%s cannot be served either: %s", generation_name(number), error)
                continue
            how = "without its index of vectors" if number == wanted else "instead"
            problem += f"; {opened.name} is served {how}, run `accord rebuild`"
            _log.error("%s", problem)
            return _Service(opened, wanted, problem)
        raise IndexCorruptError(f"{problem}; run `accord rebuild`") from cause

    def _replace(self, service: _Service | None) -> None:
        with self._counting:
            former, self._service = self._service, service
            if former is None:
                return
            former.retired = True
            idle = former.requests == 0
        if idle:
            former.opened.close()
