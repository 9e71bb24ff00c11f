"""Runs that change the library: who started each, how far it is, what came of it.

    runs/20261127T020304-1a2b/request.json    what was asked for
    runs/20261127T020304-1a2b/alive           locked for as long as the run's process lives
    runs/20261127T020304-1a2b/progress.json   how far it is
    runs/20261127T020304-1a2b/outcome.json    how it ended

Nobody has to watch a run: the kernel lets go of the lock when its process ends, however it ends, so
a run without an outcome whose lock is free has crashed, also after the machine went down.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from vectorstore.types import UNRESTRICTED, Audience

RUNS_FOLDER, UPLOADS_FOLDER = "runs", "uploads"
"""Below the data folder: of runs, and of files that were uploaded and are served."""
FILES_FOLDER, PREPARED_FOLDER = "files", "prepared"
"""Below a run's: files that were sent for it and are not served yet, and what was made of them."""
KEPT_RUNS = 200
"""Older ones are forgotten: more than a year of weekly syncs."""
TOLD_EVERY_S = 0.2
RUN_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}")

_REQUEST, _ALIVE, _PROGRESS, _OUTCOME = "request.json", "alive", "progress.json", "outcome.json"
_STOP = "stop"
_STOPPED = "It was stopped. What was served before is served still."
_CRASHED = (
    "The process ended without a word: it was killed, ran out of memory, or the machine stopped. "
    "What was served before is served still; start it again."
)


class RunKind(StrEnum):
    """What a run does."""

    INGEST = "ingest"
    SYNC = "sync"
    REMOVE = "remove"
    EDIT = "edit"


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    """Another one is writing."""
    RUNNING = "running"
    DONE = "done"
    """To its end; the report says what was refused."""
    FAILED = "failed"
    """It ended with a reason and changed nothing."""
    STOPPED = "stopped"
    CRASHED = "crashed"


OVER = frozenset({RunState.DONE, RunState.FAILED, RunState.STOPPED, RunState.CRASHED})


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What was asked for."""

    kind: RunKind
    targets: tuple[str, ...]
    """Files, folders, addresses, or ids of documents."""
    dry_run: bool = False
    origin: str = "command line"
    """Who started it: "page", "command line", "schedule"."""
    uploads: tuple[str, ...] = ()
    """Names of the files that were sent with it."""
    turned_away: tuple[tuple[str, str], ...] = ()
    """What was sent and not taken at all: name and reason."""
    groups: tuple[str, ...] | None = None
    """Who may see what is read, set by hand; None leaves that to the sources."""
    owner: str | None = None
    """The API token that asked for it."""
    seen_by: tuple[str, ...] | None = None
    """Groups of whoever asked for it: what these do not see it must not touch. None sees all."""

    @property
    def audience(self) -> Audience:
        """With whose eyes the library is read for it."""
        return UNRESTRICTED if self.seen_by is None else Audience(frozenset(self.seen_by))


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it stands at this moment."""

    id: str
    request: RunRequest
    state: RunState
    started: datetime
    ended: datetime | None = None
    stage: str | None = None
    """Of an ingest: "read" (sources), "embed" (passages), "index" (passages)."""
    done: int = 0
    total: int = 0
    """0 where it is not known."""
    report: Mapping[str, Any] | None = None
    reason: str | None = None
    """Why it did not end well, for a person."""

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in OVER


@dataclass(slots=True)
class RunFolder:
    """Of one run, for whoever starts it and for the process that does it."""

    path: Path
    _told_at: float = field(default=0.0, init=False)
    _handle: int | None = field(default=None, init=False)

    @property
    def id(self) -> str:
        """Its name, which sorts by the time of its start."""
        return self.path.name.lstrip(".")

    @classmethod
    def create(cls, data_dir: Path) -> RunFolder:
        """A new one, locked by this process, which `list_runs` does not show before `open`."""
        runs = data_dir / RUNS_FOLDER
        runs.mkdir(parents=True, exist_ok=True)
        _forget_old(runs)
        now = datetime.now(UTC)
        path = runs / f".{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        path.mkdir(mode=0o700)
        folder = cls(path)
        handle = os.open(path / _ALIVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        folder._handle = handle
        return folder

    def open(self, request: RunRequest) -> None:
        """Say what is asked for, and be seen from now on."""
        started = datetime.now(UTC).isoformat()
        _write(self.path / _REQUEST, {"started": started, **asdict(request)})
        if self.path.name.startswith("."):
            self.path = self.path.rename(self.path.with_name(self.id))

    @property
    def handle(self) -> int:
        """The locked file, for a child process to inherit: the run lives as long as that does."""
        assert self._handle is not None  # noqa: S101 - `create` locks it
        return self._handle

    def let_go(self) -> None:
        """Leave the lock to the child process that has inherited it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def wait(self) -> None:
        """Say that another run is writing."""
        self._tell({"state": RunState.WAITING})

    def tell(self, stage: str, done: int, total: int) -> None:
        """Say how far it is, not more often than anybody looks."""
        now = time.monotonic()
        if now - self._told_at >= TOLD_EVERY_S or (total and done == total):
            self._told_at = now
            self._tell({"stage": stage, "done": done, "total": total})

    def end(
        self,
        state: RunState,
        *,
        report: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """Say how it ended; the last thing that the run's process does."""
        ended = datetime.now(UTC).isoformat()
        outcome = {"state": state, "ended": ended, "report": report, "reason": reason}
        with suppress(OSError):  # a full disk: what was done is done, whoever is told of it
            _write(self.path / _OUTCOME, outcome)
        self.let_go()

    def discard(self) -> None:
        """Be forgotten, as if it had never been."""
        shutil.rmtree(self.path, ignore_errors=True)
        self.let_go()

    def _tell(self, what: Mapping[str, Any]) -> None:
        with suppress(OSError):  # a full disk: the run has more to worry about
            _write(self.path / _PROGRESS, {"pid": os.getpid(), "machine": this_machine(), **what})


def find_run(data_dir: Path, run_id: str) -> Path | None:
    """The folder of a run; None if there is none of this id."""
    path = data_dir / RUNS_FOLDER / run_id
    return path if RUN_ID.fullmatch(run_id) and (path / _REQUEST).is_file() else None


def run_ids(data_dir: Path) -> list[str]:
    """Of all runs that are remembered, the newest first."""
    try:
        names = os.listdir(data_dir / RUNS_FOLDER)  # noqa: PTH208 - names are all that is needed
    except OSError:
        return []
    return sorted(filter(RUN_ID.fullmatch, names), reverse=True)


def list_runs(data_dir: Path, limit: int = KEPT_RUNS) -> list[Run]:
    """The newest first."""
    found = (read_run(data_dir / RUNS_FOLDER / each) for each in run_ids(data_dir)[:limit])
    return [run for run in found if run is not None]


def read_run(path: Path) -> Run | None:
    """A run as it stands; None where its folder is gone or cannot be read."""
    asked = _read(path / _REQUEST)
    if asked is None:
        return None
    alive = is_alive(path)  # before the outcome: a process that ends now has written it
    told, outcome = _read(path / _PROGRESS) or {}, _read(path / _OUTCOME)
    request = RunRequest(
        RunKind(asked["kind"]),
        tuple(asked["targets"]),
        bool(asked["dry_run"]),
        str(asked["origin"]),
        tuple(asked["uploads"]),
        tuple((name, reason) for name, reason in asked["turned_away"]),
        _names(asked.get("groups")),
        asked.get("owner"),
        _names(asked.get("seen_by")),
    )
    state, ended, report, reason = RunState.RUNNING, None, None, None
    if outcome is not None:
        state = RunState(outcome["state"])
        ended = datetime.fromisoformat(outcome["ended"])
        report, reason = outcome["report"], outcome["reason"]
    elif not alive:
        is_meant = (path / _STOP).exists()  # it was told to before it could have listened
        state, reason = RunState.CRASHED, _CRASHED
        if is_meant:
            state, reason = RunState.STOPPED, _STOPPED
        with suppress(OSError):
            touched = max((path / name).stat().st_mtime for name in (_REQUEST, _ALIVE))
            ended = datetime.fromtimestamp(touched, UTC)
    elif told.get("state") == RunState.WAITING:
        state = RunState.WAITING
    return Run(
        id=path.name,
        request=request,
        state=state,
        started=datetime.fromisoformat(asked["started"]),
        ended=ended,
        stage=told.get("stage"),
        done=int(told.get("done", 0)),
        total=int(told.get("total", 0)),
        report=report,
        reason=reason,
    )


def is_alive(path: Path) -> bool:
    """Whether the process of a run still lives."""
    try:
        with (path / _ALIVE).open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def process_of(path: Path) -> int | None:
    """Number of the process that does a run, while it lives and is one of this machine."""
    told = _read(path / _PROGRESS)
    if not told or told.get("machine") != this_machine() or not is_alive(path):
        return None
    return int(told["pid"])


def this_machine() -> str:
    """Where numbers of processes mean what they say: containers that share a folder count alone."""
    try:
        numbers = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - no path that exists
    except OSError:
        numbers = ""
    return f"{socket.gethostname()} {numbers}".strip()


def note_stop(path: Path) -> None:
    """Note that a run is told to end: if it does so without a word, that was meant."""
    with suppress(OSError):
        (path / _STOP).touch()


def clear_unopened(data_dir: Path) -> None:
    """Remove what whoever was about to start a run left behind when it was cut short."""
    for path in _folders(data_dir / RUNS_FOLDER):
        if path.name.startswith(".") and not is_alive(path):
            shutil.rmtree(path, ignore_errors=True)


def _folders(runs: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from sorted(runs.iterdir())


def _forget_old(runs: Path) -> None:
    known = [path for path in _folders(runs) if RUN_ID.fullmatch(path.name)]
    for path in known[: -KEPT_RUNS + 1]:
        if not is_alive(path):
            shutil.rmtree(path, ignore_errors=True)


def _write(path: Path, value: Mapping[str, Any]) -> None:
    """As a whole or not at all."""
    beside = path.with_name(f".{path.name}")
    beside.write_text(json.dumps(value), encoding="utf-8")
    beside.replace(path)


def _names(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(given)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
