"""Starts runs in processes of their own, and notices the end of all runs."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.access.scopes import EVERYTHING, Access
from app.errors import NotFoundError, OverloadedError
from app.manage.child import LOG, PROGRAM, environment_of, start_child
from app.manage.errors import RunConflictError
from app.manage.uploads import put_in_place, settle_files, uploads_folder, uploads_of
from app.settings import Settings
from vectorstore.errors import StoreLockedError
from vectorstore.lock import writer_lock
from vectorstore.maintenance import Regrouping
from vectorstore.runs import (
    FILES_FOLDER,
    OVER,
    RUNS_FOLDER,
    Run,
    RunFolder,
    RunKind,
    RunRequest,
    RunState,
    clear_unopened,
    find_run,
    list_runs,
    note_stop,
    process_of,
    read_run,
    run_ids,
)
from vectorstore.types import document_id

logger = logging.getLogger(__name__)

MAX_UNFINISHED = 20
"""Runs that may wait for each other; each is a process, though a small one while it waits."""
LOOK_EVERY_S = 0.5
TOLD_FOR = timedelta(days=1)
"""Of a run that ended while no server ran, and longer ago, nobody is told any more."""
PAGE = "page"
"""The origin of what is asked for over HTTP."""
_SETTLED = "settled"
"""Is there once the files of a run are where they belong."""
_SETTLING = "settling"
"""Locked while they are moved."""

Listener = Callable[[Run], object]


class RunBoard:
    """All runs of a data folder. Safe to use from several threads and servers.

    Whoever wants to know when a run ends, however it was started and however it ended, adds a
    function with `when_over`: each run is told once, to one server of those that share a folder.
    """

    def __init__(self, settings: Settings, *, program: Sequence[str] = PROGRAM) -> None:
        """`program` is what runs a command; it gets `--run FOLDER` with the command's own words."""
        self._settings = settings
        self._program = tuple(program)
        self._data_dir = settings.data_dir
        self._listeners: list[Listener] = []
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._settled: set[str] = set()
        self._files = threading.RLock()  # held while files of runs change their place
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    # Whoever is told

    def when_over(self, listener: Listener) -> None:
        """Call a function with each run that ends; it must not block for long."""
        self._listeners.append(listener)

    def open(self) -> None:
        """Begin to watch; what ended or crashed while no server ran is settled first."""
        clear_unopened(self._data_dir)
        self._thread = threading.Thread(target=self._watch, name="runs", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching. Runs continue: the next `open` sees how they ended."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        for child in self._children.values():
            child.returncode = child.poll() or 0  # it is not ours to wait for any more

    # What one can ask

    def runs(self, limit: int) -> list[Run]:
        """The newest first."""
        return list_runs(self._data_dir, limit)

    def run(self, run_id: str) -> Run:
        """One run.

        Raises:
            NotFoundError: If there is none.
        """
        return self._read(self.folder(run_id))

    def folder(self, run_id: str) -> Path:
        """Where a run keeps its files.

        Raises:
            NotFoundError: If there is none of this id.
        """
        path = find_run(self._data_dir, run_id)
        if path is None:
            raise NotFoundError("run")
        return path

    def new_folder(self) -> RunFolder:
        """Where files are put that are sent for a run.

        Raises:
            OverloadedError: If too many runs wait already.
        """
        unfinished = sum(not run.is_over for run in self.runs(2 * MAX_UNFINISHED))
        if unfinished >= MAX_UNFINISHED:
            raise OverloadedError(
                "Too many runs wait already. Try again in {seconds} s.", retry_after_s=60
            )
        self._data_dir.mkdir(parents=True, exist_ok=True)
        return RunFolder.create(self._data_dir)

    def busy_names(self) -> set[str]:
        """Names of files that a run is reading now, or waits to read or to delete."""
        runs = [run for run in self.runs(2 * MAX_UNFINISHED) if not run.is_over]
        names = {name for run in runs if not run.request.dry_run for name in run.request.uploads}
        erasing = (run.request.targets for run in runs if run.request.kind is RunKind.REMOVE)
        erased = {target for targets in erasing for target in targets}  # ids, or addresses
        documents = erased | set(map(document_id, erased))
        return names | {path.name for path in uploads_of(self._data_dir, documents)}

    # What one can do

    def ingest(
        self,
        folder: RunFolder,
        *,
        uploads: Sequence[str] = (),
        targets: Sequence[str] = (),
        turned_away: Iterable[tuple[str, str]] = (),
        dry_run: bool = False,
        force: bool = False,
        groups: Sequence[str] = (),
        by: Access = EVERYTHING,
    ) -> Run:
        """Read the files of a run's folder, and what else is named.

        `groups` may see it, whatever it says itself; none leaves that to the sources. Documents
        that whoever asks (`by`) does not see are left alone.
        """
        request = RunRequest(
            RunKind.INGEST,
            (*uploads, *targets),
            dry_run,
            PAGE,
            tuple(uploads),
            tuple(turned_away),
            groups=tuple(groups) or None,
            **_asked_by(by),
        )
        with self._files:
            self._refuse_busy(uploads)
            folder.open(request)  # whatever happens from here on is settled later
            if dry_run:
                files = [folder.path.resolve() / FILES_FOLDER / name for name in uploads]
            else:
                files = put_in_place(self._data_dir, folder.path, uploads)
        options = [*(["--dry-run"] if dry_run else ["--wait"]), *(["--force"] if force else [])]
        options += [f"--group={name}" for name in groups]
        return self._start(folder, ["ingest", *options], [*map(str, files), *targets])

    def remove(self, document_id: str, *, by: Access = EVERYTHING) -> Run:
        """Erase a document."""
        folder = self.new_folder()
        folder.open(RunRequest(RunKind.REMOVE, (document_id,), origin=PAGE, **_asked_by(by)))
        return self._start(folder, ["sources", "--wait", f"--remove={document_id}"])

    def edit(
        self,
        document_id: str,
        values: Sequence[str],
        *,
        restated: Regrouping | None = None,
        by: Access = EVERYTHING,
    ) -> Run:
        """State something about a document; `values` as `accord sources --set` takes them."""
        folder = self.new_folder()
        folder.open(RunRequest(RunKind.EDIT, (document_id,), origin=PAGE, **_asked_by(by)))
        options = [f"--edit={document_id}"] if values else []
        options += [f"--set={value}" for value in values]
        if restated is not None and restated.groups:
            options.append(f"--restrict={document_id}")
            options += [f"--to={name}" for name in restated.groups]
        elif restated is not None:
            name = "--as-stated" if restated.groups is None else "--release"
            options.append(f"{name}={document_id}")
        return self._start(folder, ["sources", "--wait", *options])

    def start_again(self, run_id: str, *, by: Access = EVERYTHING) -> Run:
        """Do for good what a dry run or a failed run was about, with the files that were sent.

        What whoever asked for that run did not see is left alone, whoever starts it again.

        Raises:
            RunConflictError: If the run is still running, or has done it.
        """
        with self._files:  # of two who ask at once, the second is told that nothing is left
            return self._start_again(self.folder(run_id), by)

    def _start_again(self, path: Path, by: Access) -> Run:
        run = self._read(path)
        request = run.request
        if not run.is_over or request.kind is not RunKind.INGEST:
            raise RunConflictError(
                "Only a run that has read sources and has ended can be started again."
            )
        if run.state is RunState.DONE and not request.dry_run:
            raise RunConflictError("This run has succeeded; there is nothing to start again.")
        there = [name for name in request.uploads if (path / FILES_FOLDER / name).is_file()]
        refused = _refused_of(run)
        uploads = uploads_folder(self._data_dir)
        names = [name for name in there if str(uploads / name) not in refused]
        targets = [
            each for each in request.targets if each not in request.uploads and each not in refused
        ]
        if not names and not targets:
            raise RunConflictError("None of its sources is left to be read. Send the files again.")
        self._refuse_busy(names)
        if request.seen_by is not None:
            by = Access(frozenset(), token_id=request.owner, groups=frozenset(request.seen_by))
        folder = self.new_folder()
        (folder.path / FILES_FOLDER).mkdir()
        for name in names:
            (path / FILES_FOLDER / name).replace(folder.path / FILES_FOLDER / name)
        return self.ingest(
            folder, uploads=names, targets=targets, groups=request.groups or (), by=by
        )

    def _refuse_busy(self, names: Iterable[str]) -> None:
        if busy := self.busy_names() & set(names):
            raise RunConflictError(f"Another run reads {', '.join(sorted(busy))} now.")

    def stop(self, run_id: str) -> Run:
        """End a run; what was served before is served still.

        Raises:
            RunConflictError: If its process is none of this machine.
        """
        path = self.folder(run_id)
        process = process_of(path)
        if process is None and (child := self._children.get(run_id)) is not None:
            process = child.pid if child.poll() is None else None
        run = self._read(path)
        if run.is_over:
            return run
        if process is None:
            raise RunConflictError(
                "Its process is not known here: it has only just begun, or runs on another machine "
                "or in another container. Try again, or stop it there."
            )
        note_stop(path)
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
        return self._read(path)

    def discard(self, run_id: str) -> None:
        """Forget a run that is over, with the files that were sent for it.

        Raises:
            RunConflictError: If it is still running.
        """
        path = self.folder(run_id)
        run = self._read(path)
        if not run.is_over:
            raise RunConflictError("The run is still running. Stop it first.")
        RunFolder(path).discard()

    def _start(
        self, folder: RunFolder, arguments: Sequence[str], operands: Sequence[str] = ()
    ) -> Run:
        """Start the command for a run, and note in its folder if that fails."""
        command = [*self._program, *arguments, f"--run={folder.path}"]
        if operands:
            command += ["--", *operands]
        with (folder.path / LOG).open("wb") as log:
            try:
                child = start_child(command, folder, log, environment_of(self._settings))
            except OSError as error:
                folder.end(RunState.FAILED, reason=f"The run could not be started: {error}.")
                return self._read(folder.path)
        folder.let_go()
        self._children[folder.id] = child
        return self._read(folder.path)

    def _read(self, path: Path) -> Run:
        run = read_run(path)
        if run is None:
            raise NotFoundError("run")
        if run.is_over:
            self._settle(run)  # whoever sees the end sees its files in place
        return run

    # Watching

    def _watch(self) -> None:
        while True:
            try:
                self._look()
            except Exception:
                logger.exception("The runs could not be looked at; trying again.")
            if self._stopping.wait(LOOK_EVERY_S):
                return

    def _look(self) -> None:
        for run_id in run_ids(self._data_dir):
            if run_id in self._settled:
                continue
            if (child := self._children.get(run_id)) is not None and child.poll() is not None:
                del self._children[run_id]
            run = read_run(self._data_dir / RUNS_FOLDER / run_id)
            if run is not None and run.state in OVER:
                self._settle(run)

    def _settle(self, run: Run) -> None:
        """What is to be done once a run is over, by whoever is first to notice."""
        path, request = self._data_dir / RUNS_FOLDER / run.id, run.request
        with self._files:
            if run.id in self._settled:
                return
            try:
                # A server that dies while it moves files lets go of this, and the next one goes on.
                with writer_lock(path / _SETTLING):
                    if (path / _SETTLED).exists():
                        self._settled.add(run.id)
                        return
                    if request.uploads and not request.dry_run:
                        is_done = run.state is RunState.DONE
                        refused = _refused_of(run) if is_done else None
                        settle_files(self._data_dir, path, request.uploads, refused=refused)
                    (path / _SETTLED).touch()
            except StoreLockedError:
                return  # another server does it now
            except OSError:
                if path.exists():
                    raise
                return  # the run was discarded
            self._settled.add(run.id)
        ended = run.ended or datetime.now(UTC)
        if datetime.now(UTC) - ended > TOLD_FOR:
            return
        logger.info("Run %s (%s) is over: %s", run.id, request.kind, run.state)
        for listener in self._listeners:
            try:
                listener(run)
            except Exception:
                logger.exception("A listener failed on the end of run %s.", run.id)


def _asked_by(access: Access) -> dict[str, Any]:
    """What a run keeps of whoever asked for it."""
    groups = None if access.sees_all else tuple(sorted(access.audience.groups))
    return {"owner": access.token_id, "seen_by": groups}


def _refused_of(run: Run) -> set[str]:
    report = run.report or {}
    return {each["uri"] for each in report.get("refused", ())}
