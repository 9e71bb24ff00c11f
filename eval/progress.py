"""The progress of a run: a bar on a terminal, an occasional line elsewhere; on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import typer

from eval.types import Record

if TYPE_CHECKING:
    from ingest.job import Progress as IngestProgress

PLAIN_EVERY_S = 5.0
"""Often enough to see that it goes on, seldom enough for the log of a build."""

_STAGES = {"read": "reading", "embed": "embedding", "index": "indexing"}
_UNITS = {"read": "sources", "embed": "passages", "index": "passages"}


@dataclass(slots=True)
class Count:
    """Records so far."""

    total: int
    done: int = 0
    failed: int = 0
    _began: float = field(default_factory=time.monotonic)

    def add(self, record: Record) -> None:
        """Count one more."""
        self.done += 1
        self.failed += record.said is None

    def line(self) -> str:
        """As a line: what is done, what failed, how fast it goes."""
        seconds = time.monotonic() - self._began
        failed = f", {self.failed} without an answer" if self.failed else ""
        return f"asked {self.done} of {self.total}{failed}, {seconds:.0f} s"


@contextmanager
def asking(total: int) -> Iterator[Callable[[Record], None]]:
    """Shows records as they arrive.

    Args:
        total: How many are to come.
    """
    count = Count(total)
    if not sys.stderr.isatty():
        say = _Seldom()

        def tell(record: Record) -> None:
            count.add(record)
            say(count.line(), last=count.done == total)

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bars:
        task = bars.add_task("Asking", total=total)

        def show(record: Record) -> None:
            count.add(record)
            failed = f" ({count.failed} without an answer)" if count.failed else ""
            bars.update(task, completed=count.done, description=f"Asking{failed}")

        yield show


@contextmanager
def ingesting() -> Iterator[IngestProgress]:
    """Shows how the ingest of a corpus gets on."""
    if not sys.stderr.isatty():
        say = _Seldom()

        def tell(stage: str, done: int, total: int) -> None:
            of = f" of {total}" if total else ""
            text = f"{_STAGES[stage]}: {done}{of} {_UNITS[stage]}"
            say(text, last=bool(total) and done == total)

        yield tell
        return
    from rich.console import Console

    with Console(stderr=True).status("Ingesting the corpus") as status:

        def show(stage: str, done: int, total: int) -> None:
            of = f" of {total}" if total else ""
            status.update(f"Ingesting the corpus: {_STAGES[stage]}, {done}{of} {_UNITS[stage]}")

        yield show


class _Seldom:
    """Prints a line every few seconds, and the last one always."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, line: str, *, last: bool) -> None:
        now = time.monotonic()
        if last or now - self._last >= PLAIN_EVERY_S:
            self._last = now
            typer.echo(line, err=True)


@contextmanager
def counting(total: int, what: str) -> Iterator[Callable[[], None]]:
    """A line now and then on how many are done; to be told after each.

    Args:
        total: How many are to come.
        what: "questions", say.
    """
    say = _Seldom()
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        say(f"asked {done} of {total} {what}", last=done == total)

    yield tell
