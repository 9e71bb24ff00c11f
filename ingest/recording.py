"""Records an ingest of the command line in the folder of its run, for the page and history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.config import IngestOptions, IngestSettings
from vectorstore.runs import RunFolder, RunKind, RunRequest, RunState, read_run
from vectorstore.types import EVERYBODY

if TYPE_CHECKING:
    from ingest.job import Progress


BY_HAND, BY_SCHEDULE = "command line", "schedule"
"""Who started a run."""


def recorded(
    targets: list[str],
    options: IngestOptions,
    folder: Path | None = None,
    *,
    kind: RunKind = RunKind.INGEST,
    origin: str = BY_HAND,
) -> RunFolder | None:
    """The folder in which this run is recorded: the server's own for it, else a new one.

    None for a dry run of the command line, which writes nothing.
    """
    if folder is not None:
        return RunFolder(folder)
    if options.dry_run:
        return None
    try:
        run = RunFolder.create(IngestSettings().data_dir)
    except OSError:
        return None  # whoever takes the lock next says what is wrong with the folder
    run.open(RunRequest(kind, tuple(targets), origin=origin, groups=options.groups))
    return run


def forget(run: RunFolder | None) -> None:
    """Delete the record of a run that had nothing to do."""
    if run is not None:
        run.discard()


def for_whom(options: IngestOptions, folder: Path | None) -> IngestOptions:
    """The options, restricted to what the person may see who asked for the run.

    The command line sees everything.
    """
    if folder is None:
        return options
    run = read_run(folder)
    return replace(options, audience=EVERYBODY if run is None else run.request.audience)


def forget_or_fail(run: RunFolder | None, folder: Path | None, message: str) -> None:
    """Delete the record of a run that never began; if the server asked for it, it has failed."""
    if folder is None:
        forget(run)
    else:
        end(run, RunState.FAILED, message)


def end(run: RunFolder | None, state: RunState, reason: str) -> None:
    """Record how a run ended that did not reach its report."""
    if run is not None:
        run.end(state, reason=reason)


def wait_on(run: RunFolder | None) -> Callable[[], None]:
    """A function that records that the run waits for another one."""

    def tell() -> None:
        if run is not None:
            run.wait()

    return tell


def both(progress: Progress, run: RunFolder | None) -> Progress:
    """Progress that is shown in the terminal and recorded in the run's folder."""
    if run is None:
        return progress

    def tell(stage: str, done: int, total: int) -> None:
        progress(stage, done, total)
        run.tell(stage, done, total)

    return tell
