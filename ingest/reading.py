"""Reads and prepares sources in a thread ahead of embedding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ingest.ahead import ahead
from ingest.chunking import ChunkingSettings
from ingest.discover import Source
from ingest.errors import LoadError
from ingest.loaders.limits import LoadLimits
from ingest.loaders.load import load
from ingest.prepare import prepare
from ingest.sandbox import Sandbox
from ingest.types import Prepared
from ingest.visible import PARSER as CHECKER

if TYPE_CHECKING:
    from langchain_core.documents import Document as RawDocument

    from ingest.fetch import Fetcher

MadeFrom = tuple[str, str, str]
"""See `ingest.origins.Origins`."""
Loader = Callable[[Source], "RawDocument"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source that was read, and perhaps prepared."""

    raw: RawDocument
    made_from: MadeFrom
    prepared: Prepared | None
    """None where a version that is stored was made from the same."""

    def prepare(self, settings: ChunkingSettings) -> Prepared:
        """The prepared document; prepared now unless that was done when it was read."""
        return self.prepared or prepare(self.raw, settings=settings)


def read_ahead(
    sources: Sequence[Source],
    read: Loader,
    *,
    made_from: Callable[[Source, str], MadeFrom],
    is_known: Callable[[Source, MadeFrom], bool],
    chunking: ChunkingSettings,
    stop: Callable[[], None],
) -> Iterator[tuple[Source, Loaded | LoadError]]:
    """Read sources in their order; one that fails stops no other.

    Args:
        sources: What to read.
        read: See `loading`.
        made_from: Names what a source with these bytes is made from.
        is_known: Whether a version that is stored was made from it; asked in another thread.
        chunking: Sizes of passages.
        stop: Ends a reading that is under way.
    """

    def work(source: Source) -> Loaded | LoadError:
        """In another thread: it changes nothing."""
        try:
            raw = read(source)
        except LoadError as error:
            return error
        origin = made_from(source, raw.metadata["sha256"])
        is_here = is_known(source, origin)
        return Loaded(raw, origin, None if is_here else prepare(raw, settings=chunking))

    return ahead(sources, work, characters=_characters, stop=stop)


@contextmanager
def loading(
    limits: LoadLimits, fetcher: Fetcher | None = None
) -> Iterator[tuple[Loader, Callable[[], None]]]:
    """A function that reads a source in limited child processes, and one that interrupts it."""
    with Sandbox(limits) as sandbox, Sandbox(limits, parser=CHECKER) as checker:

        def stop() -> None:
            for each in (sandbox, checker):
                each.interrupt()

        yield (
            partial(load, limits=limits, sandbox=sandbox, checker=checker, fetcher=fetcher),
            stop,
        )


def _characters(loaded: Loaded | LoadError) -> int:
    return 0 if isinstance(loaded, LoadError) else len(loaded.raw.page_content)
