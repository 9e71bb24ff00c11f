from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from eval.errors import BusyError, NoAnswerError, SystemUnusableError
from eval.harness import GIVE_UP_AFTER, MAX_PAUSE_S, Pace, ask_all
from eval.runs import Run, RunHeader, RunWriter, read_run
from eval.types import Case, Record, Said

HEADER = RunHeader("set", "ab12", "scripted")
PATIENCE_S = 20.0
AT_ONCE = {"first_pause_s": 0.0, "longest_pause_s": 0.0}

Reply = Said | Exception
Script = Callable[[Case, int], Reply]


def said(text: str = "yes", **fields: Any) -> Said:
    return Said(status="answered", message=text, **fields)


@dataclass
class Scripted:
    """Replies as a function of the case and of how often it was asked before."""

    script: Script = lambda _case, _times: said()
    name: str = "scripted"
    settings: Mapping[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    counting: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, case: Case) -> Said:
        with self.counting:
            times = self.asked.count(case.id)
            self.asked.append(case.id)
        reply = self.script(case, times)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def close(self) -> None: ...


def cases(count: int) -> list[Case]:
    return [Case(f"c{n}", f"Question {n}?") for n in range(count)]


def run(path: Path, system: Scripted, count: int, **pace: Any) -> Run:
    with RunWriter(path, HEADER) as writer:
        ask_all(cases(count), system, writer, pace=Pace(**{**AT_ONCE, **pace}))
    return read_run(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.jsonl"


@pytest.mark.parametrize("concurrency", [1, 3, 50])
def test_every_case_is_asked_once_and_recorded(path: Path, concurrency: int) -> None:
    system = Scripted(lambda case, _: said(case.question))
    done = run(path, system, 20, concurrency=concurrency)
    assert sorted(system.asked) == sorted(case.id for case in cases(20))
    assert {name: record.said for name, record in done.records.items()} == {
        case.id: said(case.question) for case in cases(20)
    }


def test_as_many_are_asked_at_once_as_was_said(path: Path) -> None:
    together = threading.Barrier(3)  # breaks where fewer than three are under way

    def script(_case: Case, _times: int) -> Reply:
        together.wait(PATIENCE_S)
        return said()

    done = run(path, Scripted(script), 6, concurrency=3)
    assert all(record.error is None for record in done.records.values())


def test_no_cases_are_no_trouble(path: Path) -> None:
    assert run(path, Scripted(), 0).records == {}


def test_a_failure_is_recorded_in_words_and_stops_nothing(path: Path) -> None:
    def script(case: Case, _times: int) -> Reply:
        match case.id:
            case "c1":
                return NoAnswerError("host answered 500: out of luck.")
            case "c2":
                return ZeroDivisionError("division by zero")
        return said()

    system = Scripted(script)
    records = run(path, system, 4).records
    assert records["c1"].said is None
    assert records["c1"].error == "host answered 500: out of luck."
    assert records["c2"].error == "ZeroDivisionError: division by zero"
    assert records["c3"].said == said()
    assert system.asked == ["c0", "c1", "c2", "c3"]


def test_a_busy_system_is_asked_again(path: Path) -> None:
    def script(_case: Case, times: int) -> Reply:
        return said() if times == 2 else BusyError("come back", retry_after_s=0)

    record = run(path, Scripted(script), 1).records["c0"]
    assert record.said == said()
    assert record.attempts == 3


def test_attempts_come_to_an_end(path: Path) -> None:
    system = Scripted(lambda _case, _times: BusyError("host did not answer: refused."))
    record = run(path, system, 1, attempts=3).records["c0"]
    assert record.error == "host did not answer: refused."
    assert record.attempts == 3
    assert len(system.asked) == 3


def test_a_system_that_wants_a_long_pause_is_not_waited_for(path: Path) -> None:
    system = Scripted(lambda *_: BusyError("tomorrow", retry_after_s=MAX_PAUSE_S + 1))
    assert run(path, system, 1).records["c0"].attempts == 1


@contextmanager
def stuck(*names: str) -> Iterator[Script]:
    """A script that hangs over the cases named until the test is over."""
    over = threading.Event()

    def script(case: Case, _times: int) -> Reply:
        if case.id in names:
            over.wait(PATIENCE_S)
        return said(case.id)

    try:
        yield script
    finally:
        over.set()


def test_a_case_that_takes_too_long_is_left_and_the_others_are_asked(path: Path) -> None:
    with stuck("c0", "c2") as script:
        records = run(path, Scripted(script), 4, timeout_s=0.1).records
    assert records["c0"] == Record("c0", None, "No answer within 0.1 s.", 0.1, 1)
    assert records["c2"].error == "No answer within 0.1 s."
    assert [records[name].said for name in ("c1", "c3")] == [said("c1"), said("c3")]


def test_an_answer_after_the_time_out_is_not_recorded(path: Path) -> None:
    late = threading.Event()
    answered = threading.Event()

    def script(case: Case, _times: int) -> Reply:
        if case.id == "c0":
            late.wait(PATIENCE_S)
            answered.set()
        return said(case.id)

    def progress(record: Record) -> None:
        if record.case_id == "c0":
            late.set()
            assert answered.wait(PATIENCE_S)

    with RunWriter(path, HEADER) as writer:
        pace = Pace(timeout_s=0.1)
        ask_all(cases(3), Scripted(script), writer, pace=pace, progress=progress)
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 1 + 3
    assert read_run(path).records["c0"].said is None


def test_time_is_what_the_system_measured_where_it_did(path: Path) -> None:
    system = Scripted(lambda case, _: said(seconds=7.5) if case.id == "c0" else said())
    records = run(path, system, 2).records
    assert records["c0"].seconds == 7.5
    assert 0 <= records["c1"].seconds < 7.5


def test_a_system_that_is_gone_ends_the_run_and_keeps_the_answers(path: Path) -> None:
    def script(case: Case, _times: int) -> Reply:
        return said() if case.id in {"c0", "c1"} else BusyError("host did not answer.")

    system = Scripted(script)
    with pytest.raises(SystemUnusableError, match=rf"{GIVE_UP_AFTER} questions in a row") as info:
        run(path, system, 50, attempts=1)
    assert "host did not answer." in str(info.value)
    records = read_run(path).records
    assert [name for name, record in records.items() if record.said] == ["c0", "c1"]
    assert len(records) == 2 + GIVE_UP_AFTER


def test_failures_that_are_the_cases_own_do_not_end_the_run(path: Path) -> None:
    system = Scripted(lambda *_: NoAnswerError("too long"))
    assert len(run(path, system, 2 * GIVE_UP_AFTER).records) == 2 * GIVE_UP_AFTER


def test_a_system_that_turns_everyone_away_ends_the_run_at_once(path: Path) -> None:
    system = Scripted(lambda case, _: SystemUnusableError("401") if case.id == "c1" else said())
    with pytest.raises(SystemUnusableError, match="401"):
        run(path, system, 50)
    assert list(read_run(path).records) == ["c0"]


def test_an_interrupted_run_is_usable_and_goes_on_with_the_rest(path: Path) -> None:
    system = Scripted()

    def stop(record: Record) -> None:
        if record.case_id == "c2":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), RunWriter(path, HEADER) as writer:
        ask_all(cases(6), system, writer, progress=stop)
    assert set(read_run(path).records) == {"c0", "c1", "c2"}

    again = Scripted()
    assert len(run(path, again, 6).records) == 6
    assert sorted(again.asked) == ["c3", "c4", "c5"]


def test_cases_that_failed_are_asked_again(path: Path) -> None:
    run(path, Scripted(lambda case, _: NoAnswerError("no") if case.id == "c1" else said()), 3)
    again = Scripted()
    records = run(path, again, 3).records
    assert again.asked == ["c1"]
    assert records["c1"].said == said()


def test_progress_hears_of_every_record(path: Path) -> None:
    heard: list[str] = []
    with RunWriter(path, HEADER) as writer:
        ask_all(
            cases(5),
            Scripted(),
            writer,
            pace=Pace(concurrency=2),
            progress=lambda record: heard.append(record.case_id),
        )
    assert sorted(heard) == [case.id for case in cases(5)]
