"""`accord sync`: update the library from the sources of a `sync.toml`, once or repeatedly."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli import (
    EXIT_CODE_INTERRUPTED,
    EXIT_CODE_REFUSED,
    Forget,
    fail,
    opened_job,
    shown_progress,
    stoppable,
)
from ingest.config import IngestOptions, IngestSettings
from ingest.errors import IngestError, SyncPlanError
from ingest.recording import BY_HAND, BY_SCHEDULE, both, end, forget, recorded
from vectorstore.errors import StoreLockedError, VectorStoreError
from vectorstore.lock import EXIT_CODE_LOCKED, writer_lock
from vectorstore.runs import RunFolder, RunKind, RunState

if TYPE_CHECKING:
    from ingest.sync.report import SyncReport

EXIT_CODE_USAGE = 2
JITTER = 0.1
"""Of the period, at most: many installations do not ask one server at the same second."""
MOST_JITTER_S = 300.0
SHORTEST_PERIOD = timedelta(seconds=10)
FAILED = "{}. What was served before is served still."
STOPPED = "stopped. What was served before is served still; the next round does the rest."


def command(
    context: typer.Context,
    plan: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="The file that lists the sources.")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="Only this source, by name. Repeatable.")
    ] = None,
    every: Annotated[
        str | None, typer.Option(help='Go on for ever, once in "30m", "6h" or "1d".')
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would be done; store nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Fetch everything again, also what has not changed.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON, one line a round.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print nothing if nothing changed and nothing failed.")
    ] = False,
) -> None:
    """Keep the library in step with folders, sitemaps, feeds, pages and other systems.

    The sources are listed in sync.toml, or in the file that ACCORD_SYNC_FILE names (docs/sync.md).

    Exit codes: 0 done; 1 a page or a source was refused or could not be had; 2 the list of sources
    is not right; 75 another sync or ingest is running; 130 stopped.
    """
    file = plan or IngestSettings().sync_file
    period = None if every is None else _period(every)
    options = IngestOptions(dry_run=dry_run, force=force)
    names = frozenset(source or ())
    with stoppable():
        try:
            code = _rounds(file, names, options, context.obj, period, as_json=as_json, quiet=quiet)
        except KeyboardInterrupt:
            code = EXIT_CODE_INTERRUPTED
    # Whoever stops what runs for ever has got what he wanted.
    stopped_well = period is not None and code == EXIT_CODE_INTERRUPTED
    raise typer.Exit(0 if stopped_well else code)


def _rounds(
    file: Path,
    names: frozenset[str],
    options: IngestOptions,
    settle: Forget | None,
    period: timedelta | None,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """One round, or one after the other until somebody stops it; gives the exit code."""
    while True:
        began = time.monotonic()
        origin = BY_HAND if period is None else BY_SCHEDULE
        code = _round(file, names, options, settle, origin=origin, as_json=as_json, quiet=quiet)
        if period is None or code in (EXIT_CODE_USAGE, EXIT_CODE_INTERRUPTED):
            return code
        took_s = time.monotonic() - began
        wait_s = pause_s(period.total_seconds(), took_s, random.random())  # noqa: S311  no secret
        typer.echo(f"next round in {timedelta(seconds=round(wait_s))}", err=True)
        threading.Event().wait(wait_s)


def _period(text: str) -> timedelta:
    from ingest.sync.plan import duration

    try:
        period = duration(text)
    except ValueError as error:
        fail(f"--every {text}: {error}.", EXIT_CODE_USAGE)
    if period < SHORTEST_PERIOD:
        fail(f"--every {text} is shorter than {SHORTEST_PERIOD.seconds} s.", EXIT_CODE_USAGE)
    return period


def pause_s(period_s: float, took_s: float, share: float) -> float:
    """Seconds until the next round.

    Args:
        period_s: From the beginning of one round to that of the next.
        took_s: What the last round took.
        share: Between 0 and 1, by chance: how much of the jitter is added.
    """
    return max(0.0, period_s - took_s) + share * min(MOST_JITTER_S, JITTER * period_s)


def _round(
    file: Path,
    names: frozenset[str],
    options: IngestOptions,
    settle: Forget | None,
    *,
    origin: str,
    as_json: bool,
    quiet: bool,
) -> int:
    """One round and its report; gives the exit code."""
    try:
        report = _synced(file, names, options, settle, origin)
    except SyncPlanError as error:
        return _told(str(error), EXIT_CODE_USAGE)
    except StoreLockedError as error:
        return _told(str(error), EXIT_CODE_LOCKED)
    except (IngestError, VectorStoreError, OSError) as error:
        return _told(FAILED.format(error), EXIT_CODE_REFUSED)
    except KeyboardInterrupt:
        return _told(STOPPED, EXIT_CODE_INTERRUPTED)
    if not quiet or report.has_changes or not report.is_whole:
        typer.echo(json.dumps(report.as_json()) if as_json else report.as_text())
    return 0 if report.is_whole else EXIT_CODE_REFUSED


def _told(message: str, code: int) -> int:
    typer.echo(message, err=True)
    return code


def _synced(
    file: Path,
    names: frozenset[str],
    options: IngestOptions,
    settle: Forget | None,
    origin: str,
) -> SyncReport:
    from ingest.sync.plan import read_plan

    plan = read_plan(file)
    _require_libraries()
    from ingest.sync.round import Round
    from ingest.sync.state import SyncState

    settings = IngestSettings()
    with (
        _only_sync(settings.data_dir / "sync.lock"),
        _ended(recorded([str(file)], options, kind=RunKind.SYNC, origin=origin)) as run,
        shown_progress() as progress,
        opened_job(options, both(progress, run), settle, settings) as job,
    ):
        state = SyncState(settings.store.catalog_url)
        try:
            report = Round(
                plan,
                job,
                state,
                settings.data_dir / "sync-spool",
                only=names,
                force=options.force,
            ).run()
        finally:
            state.close()
        if run is not None and report.ingest is not None:
            run.end(RunState.DONE, report=report.ingest.as_json())
        else:
            forget(run)  # most rounds of most schedules
        return report


@contextmanager
def _ended(run: RunFolder | None) -> Iterator[RunFolder | None]:
    """Tell of a round in the folder of its run how it ended, if it does not end well."""
    try:
        yield run
    except (SyncPlanError, StoreLockedError):
        forget(run)
        raise
    except (IngestError, VectorStoreError, OSError) as error:
        end(run, RunState.FAILED, FAILED.format(error))
        raise
    except KeyboardInterrupt:
        end(run, RunState.STOPPED, STOPPED)
        raise


@contextmanager
def _only_sync(path: Path) -> Iterator[None]:
    """One sync at a time; an ingest may run beside its fetching."""
    try:
        lock = writer_lock(path)
        lock.__enter__()
    except StoreLockedError as error:
        raise StoreLockedError(
            f"another sync is running on {path.parent}; wait for it to end and try again"
        ) from error
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _require_libraries() -> None:
    from importlib.util import find_spec

    missing = [name for name in ("feedparser", "protego") if find_spec(name) is None]
    if missing:
        raise SyncPlanError(
            f"This needs libraries that are not installed ({', '.join(missing)}). "
            "Install them with: pip install 'accord[sync]'"
        )
