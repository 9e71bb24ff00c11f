"""Runs answers on worker threads: so many at once, others in line, each one stoppable."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import math
import queue
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from app.errors import AnswerTimeoutError, OverloadedError
from app.languages.catalogue import marked
from app.waiting import Line, Place, ServiceTimes, Ticket, TooLongError, Who

logger = logging.getLogger(__name__)

T = TypeVar("T")

RESTART_S = 2
"""Another process takes over at once, or this one is back soon."""
NOBODY = Who()
ANSWER = "answer"
"""The usual kind of work."""


class Draining(OverloadedError):  # noqa: N818 - a state, told to clients like an overload
    """The server is shutting down."""

    def __init__(self) -> None:
        super().__init__(
            marked("The server is restarting. Try again in a moment."), retry_after_s=RESTART_S
        )


class _End:
    """The last thing a finished run puts into its queue."""


class Run(Generic[T]):
    """One answer, waiting or in the making: a worker thread iterates, the event loop receives.

    The iterator lives and dies on one thread. The place that the run occupies is given back when
    that thread has let go of the iterator, not when the client has: a place stands for real work.
    A run that is stopped while it waits never begins.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, start: Callable[[], Iterator[T]], runner: Runner
    ) -> None:
        self._loop = loop
        self._start = start
        self._runner = runner
        self._events: asyncio.Queue[T | BaseException | _End] = asyncio.Queue()
        self._stopped = threading.Event()
        # The worker thread writes to the log, and makes spans, for this request.
        self._context = contextvars.copy_context()
        self.is_whole = False
        """Whether it came to its end by itself."""

    @property
    def place(self) -> Place | None:
        """Where it stands in line; None once it has begun. Called on the event loop."""
        return self._runner.place(self)

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
        """Never begin, or let the worker close the iterator before its next event.

        Any thread may call this.
        """
        self._stopped.set()
        call_on(self._loop, self._runner.drop, self)

    def fail(self, error: Exception) -> None:
        """Stop, and end `events` with `error`. Called on the event loop."""
        self._stopped.set()
        self._events.put_nowait(error)
        self._runner.drop(self)

    def fail_soon(self, error: Exception) -> None:
        """As `fail`, from any thread and from a signal handler."""
        call_on(self._loop, self.fail, error)

    def work(self) -> None:
        """Iterate to the end or until stopped. Called on a worker thread."""
        try:
            if not self._stopped.is_set():
                self._context.run(self._iterate)
        except BaseException as error:  # noqa: BLE001 - it is raised again on the event loop
            self._emit(error)
        else:
            self.end()

    def end(self) -> None:
        """End `events`. Any thread may call this."""
        self._emit(_End())

    def _iterate(self) -> None:
        with closed_after(self._start()) as events:
            for event in events:
                if self._stopped.is_set():
                    return
                self._emit(event)
        self.is_whole = True

    def _emit(self, event: T | BaseException | _End) -> None:
        call_on(self._loop, self._events.put_nowait, event)


class Runner:
    """Runs `running` at a time; others wait in line, as long as that is bearable."""

    def __init__(
        self,
        *,
        running: int,
        queued: int,
        max_wait_s: float,
        timeout_s: float,
        times: ServiceTimes | None = None,
    ) -> None:
        """Nothing runs yet.

        Args:
            running: Places.
            queued: No more than this wait, however short the wait.
            max_wait_s: Who would probably wait longer is refused.
            timeout_s: Longest time in a place.
            times: How long work takes, as far as it is known already.
        """
        self._line = Line(running, max_wait_s, queued, times or ServiceTimes())
        self._timeout_s = timeout_s
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._threads = [
            # Daemons, so that a computation which hangs cannot keep the process alive. A fixed set,
            # because native libraries build a thread team for every thread that enters them.
            threading.Thread(target=self._serve_jobs, name=f"answer-{number}", daemon=True)
            for number in range(running)
        ]
        self._runs: dict[Ticket, Run[Any]] = {}
        self._waiting: dict[Run[Any], tuple[Ticket, asyncio.TimerHandle]] = {}
        self._draining = False

    @property
    def running(self) -> int:
        """How many places are taken."""
        return self._line.running

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return self._line.waiting

    @property
    def expected_wait_s(self) -> float:
        """Of somebody who comes now, and last."""
        return self._line.expected_wait_s()

    @property
    def draining(self) -> bool:
        """Whether the server is shutting down."""
        return self._draining

    async def start(
        self, start: Callable[[], Iterator[T]], *, kind: str = ANSWER, who: Who = NOBODY
    ) -> Run[T]:
        """Iterate on a worker thread, at once or when it is this run's turn; does not wait for it.

        Args:
            start: Called on the worker thread.
            kind: What sort of work it is: times are measured for each.
            who: For whom; everybody takes turns.

        Raises:
            OverloadedError: If the wait would be too long.
        """
        ticket = self._asked(self._line.enter, kind, who)
        loop = asyncio.get_running_loop()
        run = Run(loop, start, self)
        self._runs[ticket] = run
        latest = loop.call_later(self._line.longest_kept_s, self._give_up, run)
        self._waiting[run] = ticket, latest
        self._begin(loop)
        return run

    def knock(self, *, kind: str = ANSWER, who: Who = NOBODY) -> None:
        """Ask whether work would be let in, before anything is done for it. On the event loop.

        Raises:
            OverloadedError: As `start` would.
        """
        self._asked(self._line.knock, kind, who)

    def place(self, run: Run[Any]) -> Place | None:
        """Where a run stands in line; None if it does not wait."""
        waiting = self._waiting.get(run)
        return None if waiting is None else self._line.place(waiting[0])

    def drop(self, run: Run[Any]) -> None:
        """Let a run that waits never begin; nothing if it does not wait. On the event loop."""
        waiting = self._waiting.pop(run, None)
        if waiting is None:
            return
        ticket, latest = waiting
        latest.cancel()
        self._line.leave(ticket)
        del self._runs[ticket]
        run.end()

    def drain(self) -> None:
        """Refuse new runs and those that wait from now on. A signal handler may call this."""
        self._draining = True
        for run in tuple(self._waiting):
            run.fail_soon(Draining())

    def cut(self) -> None:
        """End every run that is still going with `Draining`. Called on the event loop."""
        for run in tuple(self._runs.values()):
            run.fail(Draining())

    def close(self) -> None:
        """Let the worker threads end once they are idle."""
        for _ in self._threads:
            self._jobs.put(None)

    def _asked(self, ask: Callable[[str, Who], T], kind: str, who: Who) -> T:
        if self._draining:
            raise Draining
        try:
            return ask(kind, who)
        except TooLongError as error:
            raise _overloaded(error.retry_after_s) from None

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Give places to whose turn it is."""
        while (ticket := self._line.begin()) is not None:
            run = self._runs[ticket]
            self._waiting.pop(run)[1].cancel()
            self._submit(self._job(loop, ticket, run))

    def _job(
        self, loop: asyncio.AbstractEventLoop, ticket: Ticket, run: Run[Any]
    ) -> Callable[[], None]:
        deadline = loop.call_later(self._timeout_s, run.fail, AnswerTimeoutError(self._timeout_s))

        def leave() -> None:
            deadline.cancel()
            del self._runs[ticket]
            self._line.end(ticket, is_whole=run.is_whole)
            self._begin(loop)

        def job() -> None:
            try:
                run.work()
            finally:
                call_on(loop, leave)

        return job

    def _give_up(self, run: Run[Any]) -> None:
        run.fail(_overloaded(self._line.expected_wait_s()))

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


def _overloaded(retry_after_s: float) -> OverloadedError:
    return OverloadedError(
        marked(
            "More questions are being asked than can be answered right now. "
            "Try again in {seconds} s."
        ),
        retry_after_s=max(1, math.ceil(retry_after_s)),
    )
