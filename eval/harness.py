"""Asks a system all cases: concurrently, with retries, each result written as it arrives.

The thread that calls `ask_all` alone writes. Each lane, a thread of its own, asks one case after
the other. A lane that takes too long over a case is left to itself and another takes its place:
a thread cannot be stopped from outside. Lanes are daemons, so that none of them keeps the program.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import stamina

from eval.errors import BusyError, NoAnswerError, SystemUnusableError
from eval.runs import RunWriter
from eval.systems.protocol import System
from eval.types import Case, Record

TICK_S = 0.05
"""How often lanes are looked after; also the most that a time-out comes late."""
MAX_PAUSE_S = 60.0
"""A system that asks to be left alone for longer is not waited for: the case can be asked by the
same command later."""
MIN_PAUSE_S = 0.05
"""Where the system asks for no pause at all, and so it is not mistaken for "do not try again"."""
GIVE_UP_AFTER = 10
"""So many cases in a row that found the system busy, out of reach or too slow mean that it is
gone: a thousand more would each wait for nothing."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How cases are asked."""

    concurrency: int = 1
    timeout_s: float = 60.0
    """For one attempt. Longer than any answer that a person would wait for."""
    attempts: int = 4
    first_pause_s: float = 0.5
    """Before the second attempt where the system does not say; doubles with each, up to 8 s."""
    longest_pause_s: float = 8.0


def ask_all(
    cases: Sequence[Case],
    system: System,
    writer: RunWriter,
    *,
    pace: Pace | None = None,
    progress: Callable[[Record], None] | None = None,
) -> None:
    """Ask what the run has no answer to yet, and write what becomes of each.

    A case that failed before is asked again. The order of the records is that in which they
    arrive. Where this is interrupted the run holds whatever arrived before.

    Args:
        cases: All cases of the run.
        system: Is asked; stays open.
        writer: Of the run, which may have begun before.
        pace: How many at once, how long, how often.
        progress: Is told of each record once it is written.

    Raises:
        SystemUnusableError: If the system cannot be asked, or not any more.
    """
    pace = pace or Pace()
    pending = [case for case in cases if writer.needs(case.id)]
    work = _Work(pending, system, pace)
    lanes = [_Lane(work) for _ in range(min(pace.concurrency, len(pending)))]
    missing = len(pending)
    in_a_row = 0
    try:
        while missing:
            for outcome in work.arrived(lanes):
                record = outcome.record
                writer.write(record)
                missing -= 1
                in_a_row = in_a_row + 1 if outcome.is_out_of_reach else 0
                if progress is not None:
                    progress(record)
                if missing and in_a_row >= GIVE_UP_AFTER:
                    raise SystemUnusableError(
                        f"{in_a_row} questions in a row got no answer; the last time: "
                        f"{record.error} What was answered is kept in {writer.path}."
                    )
    finally:
        work.stop()


@dataclass(frozen=True, slots=True)
class _Outcome:
    record: Record
    is_out_of_reach: bool = False
    """The system was busy, not there, or too slow: the next case may well meet the same."""


_Arrival: TypeAlias = _Outcome | SystemUnusableError


class _Work:
    """What the lanes share: cases to take, and a place for what becomes of them."""

    def __init__(self, cases: Iterable[Case], system: System, pace: Pace) -> None:
        self.system = system
        self.pace = pace
        self._remaining = iter(cases)
        self._lock = threading.Lock()
        self._is_stopped = False
        self._arrivals: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()

    def take(self) -> Case | None:
        """The next case; None where there is none, or no more shall be asked."""
        with self._lock:
            return None if self._is_stopped else next(self._remaining, None)

    def give(self, arrival: _Arrival) -> None:
        """Hand in what became of a case."""
        self._arrivals.put(arrival)

    def stop(self) -> None:
        """Hand out no more cases."""
        with self._lock:
            self._is_stopped = True

    def arrived(self, lanes: list[_Lane]) -> Iterator[_Outcome]:
        """What has arrived since, if anything; replaces the lanes that take too long.

        Raises:
            SystemUnusableError: If a lane met it.
        """
        try:
            arrival = self._arrivals.get(timeout=TICK_S)
        except queue.Empty:
            pass
        else:
            if isinstance(arrival, SystemUnusableError):
                raise arrival
            yield arrival
        for number, lane in enumerate(lanes):
            late = lane.leave_if_overdue()
            if late is not None:
                lanes[number] = _Lane(self)
                yield _Outcome(late, is_out_of_reach=True)


class _Lane:
    """A thread that asks one case after the other."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._lock = threading.Lock()  # guards what follows; held for moments
        self._case_id = ""
        self._attempt = 0
        self._deadline: float | None = None
        self._is_left = False
        threading.Thread(target=self._run, name="accord-eval", daemon=True).start()

    def leave_if_overdue(self) -> Record | None:
        """A record of the case that takes too long, if it does; the lane then takes no other."""
        with self._lock:
            if self._deadline is None or time.monotonic() < self._deadline:
                return None
            self._is_left = True
            self._deadline = None
            limit = self._work.pace.timeout_s
            error = f"No answer within {limit:g} s."
            return Record(self._case_id, None, error, limit, self._attempt)

    def _run(self) -> None:
        while (case := self._work.take()) is not None:
            arrival = self._ask(case)
            if self._is_left:  # its record is written, and another lane in its place
                return
            self._work.give(arrival)

    def _ask(self, case: Case) -> _Arrival:
        """Ask until there is an answer, a failure that stays, or no attempt left."""
        pace = self._work.pace
        began = time.perf_counter()
        is_out_of_reach = False
        try:
            for attempt in stamina.retry_context(
                on=_pause_after,
                attempts=pace.attempts,
                timeout=None,
                wait_initial=pace.first_pause_s,
                wait_jitter=pace.first_pause_s,
                wait_max=pace.longest_pause_s,
            ):
                with attempt, self._clock(case, attempt.num):
                    began = time.perf_counter()
                    said = self._work.system.ask(case)
                    measured = time.perf_counter() - began
                    seconds = measured if said.seconds is None else said.seconds
                    return _Outcome(Record(case.id, said, None, seconds, attempt.num))
        except SystemUnusableError as unusable:
            return unusable
        except NoAnswerError as failure:
            error = str(failure)
            is_out_of_reach = isinstance(failure, BusyError)
        except Exception as failure:  # edge: a case that breaks the system must not end the run
            _log.debug("case %s failed", case.id, exc_info=True)
            error = f"{type(failure).__name__}: {failure}"
        seconds = time.perf_counter() - began
        return _Outcome(Record(case.id, None, error, seconds, self._attempt), is_out_of_reach)

    @contextmanager
    def _clock(self, case: Case, attempt: int) -> Iterator[None]:
        """Let one attempt count as overdue when its time is up; pauses between them do not count.

        Raises:
            NoAnswerError: If the lane was left during the attempt before.
        """
        with self._lock:
            if self._is_left:
                raise NoAnswerError("left")
            self._case_id, self._attempt = case.id, attempt
            self._deadline = time.monotonic() + self._work.pace.timeout_s
        try:
            yield
        finally:
            with self._lock:
                self._deadline = None


def _pause_after(error: Exception) -> bool | float:
    """Whether to try again, or after how many seconds."""
    if not isinstance(error, BusyError):
        return False
    if error.retry_after_s is None:
        return True
    return max(error.retry_after_s, MIN_PAUSE_S) if error.retry_after_s <= MAX_PAUSE_S else False
