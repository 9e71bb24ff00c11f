"""Runs are processes of their own; the board starts them and notices how they end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest

from app.access.scopes import Access, Scope
from app.errors import OverloadedError
from app.manage import board as boards
from app.manage.board import RunBoard
from app.manage.errors import RunConflictError
from app.manage.uploads import keep_file, put_in_place
from tests.builders_web import make_settings
from tests.live_server import until
from vectorstore.runs import Run, RunFolder, RunKind, RunRequest, RunState, process_of, this_machine
from vectorstore.types import document_id

SAYS = """
import sys, pathlib, json
folder = pathlib.Path(next(a for a in sys.argv if a.startswith("--run="))[6:])
"""
ENDS = (
    SAYS
    + """
report = {"added": sys.argv[sys.argv.index("--") + 1:], "refused": []}
outcome = {"state": "done", "ended": "2099-01-01T00:00:00+00:00", "report": report, "reason": None}
(folder / "outcome.json").write_text(json.dumps(outcome))
"""
)
WAITS = (
    SAYS
    + """
import os, time
told = {"pid": os.getpid(), "machine": MACHINE}
(folder / "progress.json").write_text(json.dumps(told))
time.sleep(60)
"""
).replace("MACHINE", repr(this_machine()))
DIES = "import os; os._exit(9)"


BoardOf = Callable[[Path, str], RunBoard]


@pytest.fixture
def board_of() -> Iterator[BoardOf]:
    made: list[RunBoard] = []

    def make(data_dir: Path, code: str) -> RunBoard:
        board = RunBoard(make_settings(data_dir), program=(sys.executable, "-S", "-c", code))
        made.append(board)
        return board

    yield make
    for board in made:
        board.close()


@pytest.fixture
def told() -> list[Run]:
    return []


@pytest.fixture
def open_board(tmp_path: Path, told: list[Run], board_of: BoardOf) -> RunBoard:
    board = board_of(tmp_path, ENDS)
    board.when_over(told.append)
    board.open()
    return board


def with_file(board: RunBoard, name: str = "a.txt") -> RunFolder:
    folder = board.new_folder()
    keep_file(folder.path, name, BytesIO(b"text"), 99)
    return folder


def test_a_run_that_ends_is_told_once_with_its_files_in_place(
    tmp_path: Path, open_board: RunBoard, told: list[Run]
) -> None:
    run = open_board.ingest(with_file(open_board), uploads=["a.txt"])
    until(lambda: bool(told))
    assert [each.id for each in told] == [run.id]
    assert told[0].state is RunState.DONE
    assert told[0].report is not None
    assert told[0].report["added"] == [str(tmp_path.resolve() / "uploads" / "a.txt")]
    assert (tmp_path / "uploads" / "a.txt").read_text() == "text"


def test_a_run_of_the_command_line_is_told_of_too(
    tmp_path: Path, open_board: RunBoard, told: list[Run]
) -> None:
    folder = RunFolder.create(tmp_path)
    folder.open(RunRequest(RunKind.INGEST, ("articles",)))
    folder.end(RunState.FAILED, reason="no")
    until(lambda: bool(told))
    assert told[0].reason == "no"


def test_two_servers_tell_of_a_run_once(tmp_path: Path, told: list[Run], board_of: BoardOf) -> None:
    folder = RunFolder.create(tmp_path)
    folder.open(RunRequest(RunKind.INGEST, ("articles",)))
    folder.end(RunState.DONE)
    for _ in range(2):
        board = board_of(tmp_path, ENDS)
        board.when_over(told.append)
        board._look()
    assert len(told) == 1


def test_files_of_a_failed_run_are_put_back_by_the_next_server_after_a_kill(
    tmp_path: Path, told: list[Run], board_of: BoardOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uploads").mkdir()
    (tmp_path / "uploads" / "a.txt").write_text("former")
    folder = RunFolder.create(tmp_path)
    keep_file(folder.path, "a.txt", BytesIO(b"new"), 9)
    put_in_place(tmp_path, folder.path, ["a.txt"])
    folder.open(RunRequest(RunKind.INGEST, (), uploads=("a.txt",)))
    folder.end(RunState.FAILED, reason="no")

    killed = board_of(tmp_path, ENDS)
    with monkeypatch.context() as patched:
        patched.setattr(boards, "settle_files", lambda *_, **__: sys.exit("killed"))
        with pytest.raises(SystemExit):
            killed._look()
    assert (tmp_path / "uploads" / "a.txt").read_text() == "new"

    board = board_of(tmp_path, ENDS)
    board.when_over(told.append)
    board._look()
    assert (tmp_path / "uploads" / "a.txt").read_text() == "former"
    assert (folder.path / "files" / "a.txt").read_text() == "new"
    assert [each.reason for each in told] == ["no"]


def test_a_listener_that_fails_keeps_no_other_from_being_told(
    tmp_path: Path, told: list[Run], board_of: BoardOf
) -> None:
    board = board_of(tmp_path, DIES)
    board.when_over(lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
    board.when_over(told.append)
    run = board.ingest(board.new_folder(), targets=["https://example.org/"])
    until(lambda: board.run(run.id).is_over)
    board._look()
    assert told[0].state is RunState.CRASHED


def test_after_a_crash_a_run_can_be_started_again_with_its_files(
    tmp_path: Path, board_of: BoardOf
) -> None:
    board = board_of(tmp_path, DIES)
    crashed = board.ingest(with_file(board), uploads=["a.txt"])
    until(lambda: board.run(crashed.id).is_over)
    assert board.run(crashed.id).state is RunState.CRASHED
    assert list((tmp_path / "uploads").iterdir()) == []

    again = board_of(tmp_path, ENDS)
    run = again.start_again(crashed.id)
    until(lambda: again.run(run.id).is_over)
    assert again.run(run.id).state is RunState.DONE
    assert (tmp_path / "uploads" / "a.txt").exists()
    with pytest.raises(RunConflictError, match="has succeeded"):
        again.start_again(run.id)
    with pytest.raises(RunConflictError, match="None of its sources"):
        again.start_again(crashed.id)


def test_a_run_outlives_the_server_and_is_seen_by_the_next(
    tmp_path: Path, board_of: BoardOf
) -> None:
    first = board_of(tmp_path, WAITS)
    first.open()
    run = first.ingest(with_file(first), uploads=["a.txt"])
    first.close()

    second = board_of(tmp_path, WAITS)
    assert second.run(run.id).state is RunState.RUNNING
    assert second.busy_names() == {"a.txt"}
    with pytest.raises(RunConflictError, match="is still running"):
        second.discard(run.id)
    with pytest.raises(RunConflictError):
        second.start_again(run.id)
    until(lambda: process_of(second.folder(run.id)) is not None)  # its process has told of itself
    second.stop(run.id)
    until(lambda: second.run(run.id).is_over)
    assert second.run(run.id).state is RunState.STOPPED
    second.discard(run.id)
    assert second.runs(9) == []


def test_a_dry_run_keeps_its_files_to_itself(tmp_path: Path, board_of: BoardOf) -> None:
    board = board_of(tmp_path, ENDS)
    run = board.ingest(with_file(board), uploads=["a.txt"], dry_run=True)
    until(lambda: board.run(run.id).is_over)
    assert not (tmp_path / "uploads").exists()
    served = board.start_again(run.id)
    until(lambda: board.run(served.id).is_over)
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["a.txt"]


def test_too_many_runs_at_once_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, board_of: BoardOf
) -> None:
    monkeypatch.setattr(boards, "MAX_UNFINISHED", 1)
    board = board_of(tmp_path, ENDS)
    folder = board.new_folder()
    folder.open(RunRequest(RunKind.INGEST, ("articles",)))
    with pytest.raises(OverloadedError):
        board.new_folder()
    folder.end(RunState.DONE)
    board.new_folder().discard()


def test_a_program_that_cannot_be_started_is_a_run_that_failed(tmp_path: Path) -> None:
    board = RunBoard(make_settings(tmp_path), program=(str(tmp_path / "nothing"),))
    run = board.remove("0" * 16)
    assert run.state is RunState.FAILED
    assert "could not be started" in (run.reason or "")


def test_a_process_of_another_machine_is_not_taken_for_one_of_this(
    tmp_path: Path, board_of: BoardOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder.create(tmp_path)
    folder.open(RunRequest(RunKind.SYNC, ("sync.toml",)))
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("vectorstore.runs.this_machine", lambda: "another container")
        folder.wait()
    with pytest.raises(RunConflictError, match="another machine"):
        board_of(tmp_path, ENDS).stop(folder.id)
    folder.end(RunState.DONE)


def test_of_two_uploads_of_one_name_at_once_the_second_is_refused(
    tmp_path: Path, board_of: BoardOf
) -> None:
    board = board_of(tmp_path, WAITS)
    one, other = with_file(board), with_file(board)
    run = board.ingest(one, uploads=["a.txt"])
    with pytest.raises(RunConflictError, match=r"Another run reads a\.txt"):
        board.ingest(other, uploads=["a.txt"])
    assert (other.path / "files" / "a.txt").is_file()
    until(lambda: board.stop(run.id).is_over)


def test_a_file_that_is_being_erased_is_not_sent_again_meanwhile(
    tmp_path: Path, board_of: BoardOf
) -> None:
    """The erasure deletes it at its end, whoever put it there."""
    board = board_of(tmp_path, WAITS)
    file = tmp_path.resolve() / "uploads" / "a.txt"
    file.parent.mkdir()
    file.write_text("text")
    (file.parent / "b.txt").write_text("text")
    run = board.remove(document_id(str(file)))
    assert board.busy_names() == {"a.txt"}
    with pytest.raises(RunConflictError, match=r"Another run reads a\.txt"):
        board.ingest(with_file(board), uploads=["a.txt"])
    until(lambda: board.stop(run.id).is_over)
    assert board.busy_names() == set()


def test_what_is_started_again_goes_no_further_than_whoever_asked_for_it_first(
    tmp_path: Path, board_of: BoardOf
) -> None:
    board = board_of(tmp_path, DIES)
    token = Access(frozenset({Scope.INGEST}), token_id="t1", groups=frozenset({"sales"}))
    folder = with_file(board)
    first = board.ingest(folder, uploads=["a.txt"], groups=["sales"], by=token)
    until(lambda: board.run(first.id).is_over)
    second = board.start_again(first.id)
    assert second.request.groups == ("sales",)
    assert (second.request.owner, second.request.seen_by) == ("t1", ("sales",))
    until(lambda: board.run(second.id).is_over)
