"""Runs on worker threads: order, stopping, failing, places."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from app.errors import AnswerTimeoutError, OverloadedError
from app.running import Draining, Run, Runner
from app.waiting import ServiceTimes, Who

PATIENCE_S = 10.0


@pytest.fixture
def runner() -> Iterator[Runner]:
    runner = Runner(running=2, queued=1, max_wait_s=PATIENCE_S, timeout_s=PATIENCE_S)
    yield runner
    runner.close()


async def collected(run: Run[int]) -> list[int]:
    return [event async for event in run.events() if event is not None]


class Gate:
    """An iterator that yields 0, waits, yields 1; remembers the threads on which it lived."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.closed = threading.Event()
        self.threads: set[int] = set()

    def __call__(self) -> Iterator[int]:
        self.threads.add(threading.get_ident())
        try:
            yield 0
            self.go.wait(PATIENCE_S)
            yield 1
        finally:
            self.threads.add(threading.get_ident())
            self.closed.set()


async def until_idle(runner: Runner) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while runner.running:  # noqa: ASYNC110 - a property, nothing to wait on
            await asyncio.sleep(0.001)


async def test_events_come_in_order_from_one_other_thread(runner: Runner) -> None:
    gate = Gate()
    gate.go.set()

    run = await runner.start(gate)

    assert await collected(run) == [0, 1]
    assert len(gate.threads) == 1
    assert threading.get_ident() not in gate.threads


async def test_who_knocks_is_told_what_the_start_would_tell_and_takes_no_place() -> None:
    runner = Runner(running=1, queued=0, max_wait_s=PATIENCE_S, timeout_s=PATIENCE_S)
    gate = Gate()
    runner.knock()
    run = await runner.start(gate)

    with pytest.raises(OverloadedError) as refused:
        runner.knock()
    gate.go.set()
    assert await collected(run) == [0, 1]
    await until_idle(runner)
    runner.knock()
    assert (runner.running, runner.waiting, refused.value.retry_after_s) == (0, 0, 1)
    runner.drain()
    with pytest.raises(Draining):
        runner.knock()
    runner.close()


async def test_error_of_the_iterator_arrives_behind_its_events(runner: Runner) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise LookupError("gone")

    run = await runner.start(broken)
    events = run.events()

    assert await anext(events) == 1
    with pytest.raises(LookupError, match="gone"):
        await anext(events)
    await until_idle(runner)


async def test_stopped_run_closes_its_iterator_and_frees_the_place(runner: Runner) -> None:
    gate = Gate()
    run = await runner.start(gate)
    events = run.events()
    assert await anext(events) == 0

    run.stop()
    assert runner.running == 1
    gate.go.set()

    await until_idle(runner)
    assert gate.closed.is_set()


async def test_failing_ends_the_events_at_once(runner: Runner) -> None:
    gate = Gate()
    run = await runner.start(gate)
    events = run.events()
    assert await anext(events) == 0

    run.fail(ValueError("enough"))

    with pytest.raises(ValueError, match="enough"):
        await anext(events)
    gate.go.set()
    await until_idle(runner)


async def test_idle_time_is_told(runner: Runner) -> None:
    gate = Gate()
    run = await runner.start(gate)
    events = run.events(idle_s=0.001)

    while (first := await anext(events)) is None:
        pass  # a busy machine may take its time before the first
    assert first == 0
    assert await anext(events) is None
    gate.go.set()
    assert [event async for event in events if event is not None] == [1]


async def test_full_queue_refuses_and_a_free_place_serves_the_one_that_waits(
    runner: Runner,
) -> None:
    gates = [Gate(), Gate()]
    for gate in gates:
        await runner.start(gate)
    waiting = await runner.start(lambda: iter([7]))
    assert waiting.place is not None
    assert waiting.place.ahead == 0

    with pytest.raises(OverloadedError, match="Try again") as refusal:
        await runner.start(lambda: iter([8]))
    assert refusal.value.retry_after_s > 0

    gates[0].go.set()
    assert await collected(waiting) == [7]
    assert waiting.place is None
    gates[1].go.set()
    await until_idle(runner)
    assert runner.waiting == 0


@pytest.mark.parametrize("end", ["stop", "fail"])
async def test_run_that_is_ended_while_it_waits_never_begins(end: str) -> None:
    runner = Runner(running=1, queued=5, max_wait_s=PATIENCE_S, timeout_s=PATIENCE_S)
    gate, never = Gate(), Gate()
    await runner.start(gate)
    waiting = await runner.start(never)
    assert runner.waiting == 1

    if end == "stop":
        waiting.stop()
        assert await collected(waiting) == []
    else:
        waiting.fail(ValueError("gone"))
        with pytest.raises(ValueError, match="gone"):
            await collected(waiting)

    assert runner.waiting == 0
    gate.go.set()
    assert await collected(await runner.start(lambda: iter([9]))) == [9]
    assert not never.threads
    runner.close()


async def test_one_that_has_waited_far_too_long_is_sent_away() -> None:
    known = ServiceTimes({"answer": 0.001})
    runner = Runner(running=1, queued=1, max_wait_s=0.005, timeout_s=PATIENCE_S, times=known)
    gate = Gate()
    await runner.start(gate)

    with pytest.raises(OverloadedError):
        await collected(await runner.start(lambda: iter([7])))

    gate.go.set()
    await until_idle(runner)
    runner.close()


async def test_visitors_take_turns_whatever_one_of_them_asks() -> None:
    runner = Runner(running=1, queued=9, max_wait_s=PATIENCE_S, timeout_s=PATIENCE_S)
    gate = Gate()
    await runner.start(gate)
    began: list[str] = []

    def work(name: str) -> Iterator[int]:
        began.append(name)
        yield 0

    runs = [
        await runner.start(partial(work, name), who=Who(visitor=name[0]))
        for name in ("a1", "a2", "a3", "b1")
    ]
    gate.go.set()
    for run in runs:
        await collected(run)

    assert began == ["a1", "b1", "a2", "a3"]
    runner.close()


async def test_deadline_ends_a_run() -> None:
    runner = Runner(running=1, queued=0, max_wait_s=0, timeout_s=0.01)
    gate = Gate()
    run = await runner.start(gate)

    with pytest.raises(AnswerTimeoutError, match=r"longer than 0\.01 s"):
        await collected(run)

    gate.go.set()
    await until_idle(runner)
    runner.close()


async def test_draining_refuses_new_runs_and_cutting_ends_old_ones(runner: Runner) -> None:
    gate = Gate()
    run = await runner.start(gate)

    runner.drain()
    with pytest.raises(Draining):
        await runner.start(lambda: iter([1]))
    runner.cut()

    with pytest.raises(Draining, match="restarting"):
        await collected(run)
    gate.go.set()
    await until_idle(runner)


async def test_draining_sends_those_who_wait_away(runner: Runner) -> None:
    gates = [Gate(), Gate()]
    for gate in gates:
        await runner.start(gate)
    waiting = await runner.start(lambda: iter([7]))

    runner.drain()

    with pytest.raises(Draining):
        await collected(waiting)
    for gate in gates:
        gate.go.set()
    await until_idle(runner)
