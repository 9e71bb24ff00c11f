"""`accord ingest`: from arguments to a job, from its report to an exit code."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ingest.config import IngestOptions, IngestSettings
from ingest.errors import IngestError
from ingest.recording import both, end, for_whom, forget_or_fail, recorded, wait_on
from ingest.report import IngestReport
from vectorstore.errors import ErasureError, StoreLockedError, VectorStoreError
from vectorstore.group_names import group_names
from vectorstore.lock import EXIT_CODE_LOCKED, when_free
from vectorstore.runs import RunFolder, RunState

if TYPE_CHECKING:
    from ingest.job import IngestJob, Progress
    from ingest.types import Prepared
    from vectorstore.catalog import Catalog

EXIT_CODE_REFUSED = 1
EXIT_CODE_INTERRUPTED = 130  # 128 + SIGINT, as shells report it
PLAIN_PROGRESS_EVERY_S = 5.0
_STAGES = {"read": "Reading", "embed": "Embedding", "index": "Indexing"}
_UNITS = {"read": "sources", "embed": "passages", "index": "passages"}


Forget = Callable[["Catalog"], None]
"""Takes the words of erased documents out of whatever else is stored."""


def command(
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files, folders, patterns, addresses.")
    ],
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove documents whose files are gone from PATH.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would be done; store nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Only read, and say how many words of each source were read."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Read and embed again what has not changed, too.")
    ] = False,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            "--group",
            help="Group that may see these sources, whatever they state. Repeatable.",
        ),
    ] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for another run that is writing to end.")
    ] = False,
    run_folder: Annotated[Path | None, typer.Option("--run", hidden=True)] = None,
) -> None:
    """Read files, folders and URLs into the library; what has not changed is not read again.

    A sources.toml in a folder states title, authors, publisher, date, URL and groups of the files
    beside it (docs/reading-files.md).

    Exit codes: 0 done, also with files of other kinds in a folder; 1 a source was refused, or
    nothing was taken; 75 another ingest is running; 130 stopped.
    """
    options = IngestOptions(
        prune, dry_run or check, force or check, check, groups=_group_names(groups)
    )
    run: RunFolder | None = None
    try:
        with stoppable(), shown_progress() as progress:
            run = recorded(paths, options, run_folder)
            options = for_whom(options, run_folder)
            report = _run(paths, options, both(progress, run), context.obj, run=run, wait=wait)
    except StoreLockedError as error:
        forget_or_fail(run, run_folder, str(error))
        fail(str(error), EXIT_CODE_LOCKED)
    except ErasureError as error:
        end(run, RunState.FAILED, str(error))
        fail(str(error), EXIT_CODE_REFUSED)
    except (IngestError, VectorStoreError, OSError) as error:
        message = f"{error}. What was served before is served still."
        end(run, RunState.FAILED, message)
        fail(message, EXIT_CODE_REFUSED)
    except KeyboardInterrupt:
        message = "stopped. What was served before is served still; the next run goes on from here."
        end(run, RunState.STOPPED, message)
        fail(message, EXIT_CODE_INTERRUPTED)
    if run is not None:
        run.end(RunState.DONE, report=report.as_json())
    typer.echo(json.dumps(report.as_json(), indent=2) if as_json else report.as_text())
    if not (report.refused or _has_taken(report) or as_json):
        named = ", ".join(paths)
        typer.echo(
            f"Nothing was read: {named} holds no file that can be. docs/reading-files.md says "
            "which kinds can.",
            err=True,
        )
    raise typer.Exit(_exit_code(report))


def _group_names(names: list[str] | None) -> tuple[str, ...] | None:
    if not names:
        return None
    try:
        return group_names(names)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _run(
    paths: list[str],
    options: IngestOptions,
    progress: Progress,
    forget: Forget | None,
    *,
    run: RunFolder | None = None,
    wait: bool = False,
) -> IngestReport:
    from ingest.preview import keep_preview, tell_in_place
    from vectorstore.lock import writer_lock

    settings = IngestSettings()
    if not (wait or options.dry_run):
        with writer_lock(settings.store.lock_path):
            pass  # a second job learns so at once, before a model is loaded
    keep = partial(keep_preview, run.path) if run is not None and options.dry_run else None
    with opened_job(options, progress, forget, settings, keep=keep) as job:
        if options.dry_run and run is not None:
            report = job.run(paths)
            tell_in_place(report, job.catalog.live_versions().keys())
            return report
        if not wait:
            return job.run(paths)
        return when_free(partial(job.run, paths), tell=wait_on(run))


@contextmanager
def opened_job(
    options: IngestOptions,
    progress: Progress,
    forget: Forget | None,
    settings: IngestSettings,
    *,
    keep: Callable[[Prepared], None] | None = None,
) -> Iterator[IngestJob]:
    """A job over the catalog that the settings name; erasures are settled behind it."""
    from ingest.embedding import LateEmbedder
    from ingest.job import IngestJob
    from vectorstore.catalog import Catalog
    from vectorstore.embedding.settings import EmbeddingSettings
    from vectorstore.generations import Generations

    chosen = {
        "model": settings.embedding_model,
        "runtime": settings.embedding_runtime,
        "threads": settings.threads,
    }
    embedding = EmbeddingSettings(**{k: v for k, v in chosen.items() if v is not None})  # type: ignore[arg-type]
    embedder = LateEmbedder(embedding, settings.data_dir)
    catalog = Catalog(settings.store.catalog_url)
    try:
        generations = Generations(catalog, settings.store)
        yield IngestJob(
            catalog,
            generations,
            settings.store.lock_path,
            embedder,
            options,
            progress=progress,
            keep=keep,
        )
    finally:
        if forget is not None and not options.dry_run:
            forget(catalog)
        catalog.close()


def _has_taken(report: IngestReport) -> bool:
    return bool(
        report.added or report.changed or report.unchanged or report.removed or report.duplicates
    )


def _exit_code(report: IngestReport) -> int:
    is_bad = report.refused or not _has_taken(report) or (report.check and report.flagged)
    return EXIT_CODE_REFUSED if is_bad else 0


def fail(message: str, code: int) -> NoReturn:
    """End the command with a message and an exit code."""
    typer.echo(message[:1].upper() + message[1:], err=True)
    raise typer.Exit(code)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does: locks and child processes are let go of."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    former = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Bars on a terminal, a line now and then elsewhere; always on standard error."""
    if not sys.stderr.isatty():
        yield _PlainProgress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    left = TimeRemainingColumn(elapsed_when_finished=True)
    with Bars(*columns, left, console=Console(stderr=True), transient=True) as bars:
        tasks = {
            stage: bars.add_task(f"{name} {_UNITS[stage]}", total=None, start=False, visible=False)
            for stage, name in _STAGES.items()
        }
        started: set[str] = set()

        def show(stage: str, done: int, total: int) -> None:
            if stage not in started:  # a bar is there from when there is something to show
                started.add(stage)
                bars.start_task(tasks[stage])
            bars.update(tasks[stage], completed=done, total=total or None, visible=True)

        yield show


class _PlainProgress:
    """One line when a stage ends, and one every few seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < PLAIN_PROGRESS_EVERY_S and (done != total or not total):
            return
        self._last = now
        of = f" of {total}" if total else ""
        typer.echo(f"{_STAGES[stage].lower()}: {done}{of} {_UNITS[stage]}", err=True)
