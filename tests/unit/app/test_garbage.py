"""A server looks for garbage among all its objects while nobody waits."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from app.running import Runner
from app.web import garbage
from app.web.garbage import NEVER, collect_when_idle

PATIENCE_S = 10.0


@pytest.fixture
async def searches(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Event]:
    """Set by each search among all objects but the first; nothing is really searched."""
    searched = asyncio.Event()
    monkeypatch.setattr(garbage, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr(garbage, "EARLIEST_S", 0.0)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 1))
    monkeypatch.setattr(gc, "collect", searched.set)
    return searched


async def test_who_is_answered_is_not_stopped_by_a_search(searches: asyncio.Event) -> None:
    runner = Runner(running=1, queued=0, max_wait_s=PATIENCE_S, timeout_s=PATIENCE_S)
    go = threading.Event()

    def answer() -> Iterator[int]:
        go.wait(PATIENCE_S)
        yield 1

    run = await runner.start(answer)
    task = asyncio.create_task(collect_when_idle(runner))
    await asyncio.sleep(0)
    searches.clear()
    for _ in range(20):
        await asyncio.sleep(0)
    assert not searches.is_set()

    go.set()
    assert [each async for each in run.events()] == [1]
    await asyncio.wait_for(searches.wait(), PATIENCE_S)
    await _end(task)
    runner.close()


async def test_where_somebody_is_always_answered_it_searches_at_last(
    searches: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "LATEST_S", 0.0)
    monkeypatch.setattr(Runner, "running", 1)
    runner = Runner(running=1, queued=0, max_wait_s=PATIENCE_S, timeout_s=PATIENCE_S)
    task = asyncio.create_task(collect_when_idle(runner))
    await asyncio.sleep(0)
    searches.clear()

    await asyncio.wait_for(searches.wait(), PATIENCE_S)
    await _end(task)


async def test_the_interpreter_searches_by_itself_again_at_the_end(
    searches: asyncio.Event,
) -> None:
    before = gc.get_threshold()
    runner = Runner(running=1, queued=0, max_wait_s=PATIENCE_S, timeout_s=PATIENCE_S)
    task = asyncio.create_task(collect_when_idle(runner))
    await asyncio.sleep(0)
    assert gc.get_threshold() == (*before[:2], NEVER)
    assert gc.get_freeze_count() > 0

    await _end(task)

    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
