"""Runs answers on worker threads: so many at once, so many waiting, each one stoppable."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

import anyio

from app.errors import AnswerTimeoutError, OverloadedError
from app.languages.catalogue import marked

logger = logging.getLogger(__name__)

T = TypeVar("T")

RETRY_AFTER_S = 2
"""Answers take a fraction of a second, so places are free again soon."""


class Draining(OverloadedError):  # noqa: N818 - a state, told to clients like an overload
    """The server is shutting down."""

    def __init__(self) -> None:
        super().__init__(
            "The server is restarting. Try again in a moment.", retry_after_s=RETRY_AFTER_S
        )


class _End:
    """The last thing a finished run puts into its queue."""


class Run(Generic[T]):
    """One answer in the making: a worker thread iterates, the event loop receives.

    The iterator lives and dies on one thread. The place that the run occupies is given back when
    that thread has let go of the iterator, not when the client has: a place stands for real work.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, start: Callable[[], Iterator[T]]) -> None:
        self._loop = loop
        self._start = start
        self._events: asyncio.Queue[T | BaseException | _End] = asyncio.Queue()
        self._stopped = threading.Event()

    async def events(self, *, idle_s: float | None = None) -> AsyncIterator[T | None]:
        """Yield events as they come; None whenever `idle_s` pass without one.

        Raises:
            Exception: Whatever the iterator raised, or what `fail` was given.
        """
        while True:
            try:
                event = await asyncio.wait_for(self._events.get(), idle_s)
            except TimeoutError:
                yield None
                continue
            if isinstance(event, _End):
                return
            if isinstance(event, BaseException):
                raise event
            yield event

    def stop(self) -> None:
        """Let the worker close the iterator before its next event. Any thread may call this."""
        self._stopped.set()

    def fail(self, error: Exception) -> None:
        """Stop, and end `events` with `error`. Called on the event loop."""
        self.stop()
        self._events.put_nowait(error)

    def work(self) -> None:
        """Iterate to the end or until stopped. Called on a worker thread."""
        try:
            if not self._stopped.is_set():
                self._iterate()
        except BaseException as error:  # noqa: BLE001 - it is raised again on the event loop
            self._emit(error)
        else:
            self._emit(_End())

    def _iterate(self) -> None:
        with closed_after(self._start()) as events:
            for event in events:
                if self._stopped.is_set():
                    return
                self._emit(event)

    def _emit(self, event: T | BaseException | _End) -> None:
        call_on(self._loop, self._events.put_nowait, event)


class Runner:
    """Admits at most `running` runs at a time; `queued` more may wait for `max_wait_s`."""

    def __init__(self, *, running: int, queued: int, max_wait_s: float, timeout_s: float) -> None:
        self._places = anyio.Semaphore(running)
        self._max_queued = queued
        self._max_wait_s = max_wait_s
        self._timeout_s = timeout_s
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [
            # Daemons, so that a computation which hangs cannot keep the process alive. A fixed set,
            # because native libraries build a thread team for every thread that enters them.
            threading.Thread(target=self._serve_jobs, name=f"answer-{number}", daemon=True)
            for number in range(running)
        ]
        self._live: set[Run[object]] = set()
        self._draining = False
        self.waiting = 0

    @property
    def running(self) -> int:
        """How many places are taken."""
        return len(self._live)

    @property
    def draining(self) -> bool:
        """Whether the server is shutting down."""
        return self._draining

    async def start(self, start: Callable[[], Iterator[T]]) -> Run[T]:
        """Wait for a place and begin iterating on a worker thread.

        Raises:
            OverloadedError: If the queue is full, or no place was free in time.
        """
        await self._wait_for_place()
        if self._draining:
            self._places.release()
            raise Draining
        # From here to the return there is no await: a cancelled request cannot keep the place.
        loop = asyncio.get_running_loop()
        run = Run(loop, start)
        self._live.add(run)  # type: ignore[arg-type]
        deadline = loop.call_later(self._timeout_s, run.fail, AnswerTimeoutError(self._timeout_s))

        def leave() -> None:
            deadline.cancel()
            self._live.discard(run)
            self._places.release()

        def job() -> None:
            try:
                run.work()
            finally:
                call_on(loop, leave)

        self._submit(job)
        return run

    def drain(self) -> None:
        """Refuse new runs from now on."""
        self._draining = True

    def cut(self) -> None:
        """End every run that is still going with `Draining`. Called on the event loop."""
        for run in tuple(self._live):
            run.fail(Draining())

    def close(self) -> None:
        """Let the worker threads end once they are idle."""
        for _ in self._threads:
            self._jobs.put(None)

    async def _wait_for_place(self) -> None:
        if self._draining:
            raise Draining
        with suppress(anyio.WouldBlock):
            self._places.acquire_nowait()
            return
        if self.waiting >= self._max_queued:
            raise _overloaded()
        self.waiting += 1
        try:
            with anyio.fail_after(self._max_wait_s):
                await self._places.acquire()
        except TimeoutError:
            raise _overloaded() from None
        finally:
            self.waiting -= 1

    def _submit(self, job: Callable[[], None]) -> None:
        for thread in self._threads:
            if thread.ident is None:
                thread.start()
                break
        self._jobs.put(job)

    def _serve_jobs(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            except Exception:
                logger.exception("A worker thread survived an error.")


@contextmanager
def closed_after(iterator: Iterator[T]) -> Iterator[Iterator[T]]:
    """Close a generator on the way out, on this thread and now, not when it is collected."""
    try:
        yield iterator
    finally:
        if isinstance(iterator, Generator):
            iterator.close()


def call_on(
    loop: asyncio.AbstractEventLoop, callback: Callable[..., object], *values: object
) -> None:
    """Call `callback` on the event loop from another thread; nothing if the loop is gone."""
    try:
        loop.call_soon_threadsafe(callback, *values)
    except RuntimeError:
        logger.debug("The event loop has ended; %r is not called.", callback)


def _overloaded() -> OverloadedError:
    return OverloadedError(
        marked(
            "More questions are being asked than can be answered right now. Try again in a moment."
        ),
        retry_after_s=RETRY_AFTER_S,
    )
