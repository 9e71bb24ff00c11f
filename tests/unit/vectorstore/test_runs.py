"""A run is told of by files, and its life by a lock that the kernel lets go of."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vectorstore import runs
from vectorstore.runs import (
    RunFolder,
    RunKind,
    RunRequest,
    RunState,
    clear_unopened,
    find_run,
    is_alive,
    list_runs,
    process_of,
    read_run,
)

REQUEST = RunRequest(RunKind.INGEST, ("a.md", "https://example.org/b"), uploads=("a.md",))


def started(data_dir: Path, request: RunRequest = REQUEST) -> RunFolder:
    folder = RunFolder.create(data_dir)
    folder.open(request)
    return folder


def state_of(folder: RunFolder) -> RunState:
    run = read_run(folder.path)
    assert run is not None
    return run.state


def test_a_run_is_seen_once_it_is_opened_and_told_as_it_was_asked_for(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path)
    assert list_runs(tmp_path) == []
    folder.open(REQUEST)
    (run,) = list_runs(tmp_path)
    assert run.request == REQUEST
    assert run.state is RunState.RUNNING
    assert find_run(tmp_path, run.id) == folder.path
    folder.let_go()


def test_progress_and_outcome_are_what_was_told_last(tmp_path: Path) -> None:
    folder = started(tmp_path)
    folder.wait()
    assert state_of(folder) is RunState.WAITING
    folder.tell("read", 3, 3)
    run = read_run(folder.path)
    assert run is not None
    assert (run.state, run.stage, run.done, run.total) == (RunState.RUNNING, "read", 3, 3)
    assert process_of(folder.path) == os.getpid()
    folder.end(RunState.DONE, report={"added": ["a.md"]})
    run = read_run(folder.path)
    assert run is not None
    assert (run.state, run.report) == (RunState.DONE, {"added": ["a.md"]})
    assert run.ended is not None
    assert process_of(folder.path) is None


def test_a_run_whose_process_is_gone_without_a_word_has_crashed(tmp_path: Path) -> None:
    folder = started(tmp_path)
    folder.let_go()
    run = read_run(folder.path)
    assert run is not None
    assert run.state is RunState.CRASHED
    assert run.is_over
    assert "start it again" in (run.reason or "")


def test_the_lock_lives_as_long_as_the_child_that_inherits_it(tmp_path: Path) -> None:
    folder = started(tmp_path)
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(folder.handle,)
    )
    folder.let_go()
    assert is_alive(folder.path)
    child.kill()
    child.communicate()
    assert not is_alive(folder.path)


def test_what_was_never_opened_is_cleared_unless_somebody_is_at_it(tmp_path: Path) -> None:
    left, held = RunFolder.create(tmp_path), RunFolder.create(tmp_path)
    left.let_go()
    clear_unopened(tmp_path)
    assert not left.path.exists()
    assert held.path.exists()
    held.discard()
    assert not held.path.exists()


def test_only_so_many_runs_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "KEPT_RUNS", 3)
    for number in range(5):
        path = tmp_path / "runs" / f"2026112{number}T020304-00000{number}"
        path.mkdir(parents=True)
        RunFolder(path).open(REQUEST)
    folder = started(tmp_path)
    assert [run.id[:8] for run in list_runs(tmp_path)[1:]] == ["20261124", "20261123"]
    folder.let_go()


@pytest.mark.parametrize("name", ["..", "../secret", "20261127T020304-zzzzzz", "", "."])
def test_ids_that_are_none_find_nothing(tmp_path: Path, name: str) -> None:
    assert find_run(tmp_path, name) is None


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff"])
def test_a_damaged_folder_is_no_run(tmp_path: Path, content: bytes) -> None:
    folder = started(tmp_path)
    folder.let_go()
    (folder.path / "request.json").write_bytes(content)
    assert list_runs(tmp_path) == []


def test_a_disk_that_is_full_at_the_end_does_not_undo_what_a_run_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = started(tmp_path)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_text", full)
        folder.end(RunState.DONE, report={})
    assert not is_alive(folder.path)
