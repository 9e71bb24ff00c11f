"""Limits of what one source may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """Bounds on one source, each far above what an article or a long report needs."""

    file_bytes: int = 50 * MEGABYTE
    """Larger files are refused before they are read."""
    text_characters: int = 20_000_000
    """A novel has about a million; more than this is a bomb or a database dump."""
    memory_bytes: int = 1_500 * MEGABYTE
    """Address space of the parsing process, the interpreter and its libraries included."""
    cpu_seconds: int = 30
    """Of a small file; that much stops a loop soon, and no honest small file needs it."""
    cpu_seconds_per_megabyte: int = 60
    """Added by size: pypdf needs up to 25 s for a 2 MB report of 80 pages on a busy machine."""
    most_cpu_seconds: int = 300
    wall_factor: float = 4.0
    """Times the computing time, on the parent's clock: catches a parser that sleeps or waits."""
    files_per_worker: int = 200
    """Then the worker is replaced, so that what a parser leaks does not add up."""
    archive_entries: int = 1_000
    archive_ratio: int = 100
    """Unpacked size over packed size of the whole archive; office files stay below 30."""
    archive_bytes: int = 200 * MEGABYTE
    """Unpacked, all entries together."""
    markup_depth: int = 500
    """Nested elements; real pages stay below 100, deeper ones exhaust recursive parsers."""
    pdf_pages: int = 5_000

    def cpu_seconds_for(self, size: int) -> int:
        """Processor time allowed for a file of `size` bytes, in seconds."""
        wanted = self.cpu_seconds + self.cpu_seconds_per_megabyte * size // MEGABYTE
        return min(wanted, max(self.cpu_seconds, self.most_cpu_seconds))

    def as_json(self) -> dict[str, int | float]:
        """For the worker, which rebuilds it with `LoadLimits(**values)`."""
        return asdict(self)
