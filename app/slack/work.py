"""Executes the tasks of the inbox, several at a time, each to an answer or an apology."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from typing import TypeVar

from app.errors import ConversationStoreError, OverloadedError
from app.languages.catalogue import say
from app.slack import sentences
from app.slack.answering import Answering
from app.slack.calls import SlackCalls
from app.slack.errors import SlackError, SlackRefusedError, SlackUnavailableError
from app.slack.inbox import LEASE_S, Inbox
from app.slack.jobs import Job, StaleError
from app.slack.reply import OF_THE_PLACE, show_status
from app.slack.tasks import Kind, State, Task
from app.waiting import ServiceTimes

logger = logging.getLogger(__name__)

T = TypeVar("T")

POLL_S = 1.0
"""How soon is found what another server left, or what is due again."""
GIVE_UP_AFTER_S = 3_600.0
"""While Slack cannot be reached, a question is tried again for so long."""
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0
POSITIONS_EVERY_S = 10.0
MAX_POSITIONS = 20
"""Of those who wait, so many are told again how many come first."""
MAX_UNTOLD = 50
"""Of those who asked just now; when more do at once, the earliest go without a status."""
FINISH_S = 3.0
"""Answers that have begun may take so long when the process ends; then another takes them up."""


class Workers:
    """Claims tasks and executes them; used on one event loop."""

    def __init__(
        self,
        answering: Answering,
        inbox: Inbox,
        slack: SlackCalls,
        threads: Executor,
        *,
        workers: int,
        lease_s: float = LEASE_S,
    ) -> None:
        self._answering = answering
        self._inbox = inbox
        self._slack = slack
        self._threads = threads
        self._workers = workers
        self._lease_s = lease_s
        self._owner = secrets.token_hex(16)
        self._jobs: dict[str, Job] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._times = ServiceTimes()
        self._loops: list[asyncio.Task[None]] = []
        self._wake = asyncio.Event()
        self._untold: deque[Task] = deque(maxlen=MAX_UNTOLD)
        self._news = asyncio.Event()

    @property
    def busy(self) -> int:
        """The number of tasks that run here."""
        return len(self._jobs)

    def start(self) -> None:
        """Start to claim tasks."""
        self._loops = [
            asyncio.create_task(loop())
            for loop in (self._claim_for_ever, self._prolong_for_ever, self._tell_for_ever)
        ]

    async def close(self) -> None:
        """Give running tasks a moment to finish; other workers continue the rest."""
        for task in self._loops:
            task.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        if self._running:
            await asyncio.wait(self._running, timeout=FINISH_S)
        left = list(self._jobs.values())
        for job in left:
            job.stop()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        for job in left:
            with suppress(ConversationStoreError):
                await self._on_thread(lambda: self._inbox.again(job.task, self._owner))  # noqa: B023

    def poke(self) -> None:
        """Look for a task now."""
        self._wake.set()

    def changed(self, channel: str, ts: str) -> None:
        """Stop the job of a question that was edited or deleted."""
        for job in self._jobs.values():
            if (job.task.channel, job.task.ts) == (channel, ts):
                job.stop()
        self._wake.set()

    def added(self, task: Task) -> None:
        """A task was added: look for it, and tell its person if it has to wait."""
        if task.kind is Kind.QUESTION and task.refusal is None:
            self._untold.append(task)
            self._news.set()
        self._wake.set()

    def position(self, task: Task) -> int:
        """The number of questions before this one; 0 if none. Reads the database."""
        return max(0, self._inbox.ahead(task) - self._workers + 1)

    def expected_wait_s(self, ahead: int) -> float:
        """The expected wait of a question with so many before it, in seconds."""
        return ahead * self._times.expected(Kind.QUESTION.value) / self._workers

    async def _claim_for_ever(self) -> None:
        while True:
            self._wake.clear()
            task = await self._claimed() if len(self._running) < self._workers else None
            if task is None:
                # Not `wait_for`: before Python 3.12 it may swallow being cancelled.
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._wake.wait()
                continue
            if task.id in self._jobs:
                # It is being done here, and was prolonged too late; this was the prolonging.
                continue
            job = self._jobs[task.id] = Job(task, self._owner)
            running = asyncio.create_task(self._do(job))
            self._running.add(running)
            running.add_done_callback(self._ended)

    def _ended(self, running: asyncio.Task[None]) -> None:
        self._running.discard(running)
        self._wake.set()

    async def _claimed(self) -> Task | None:
        try:
            return await self._on_thread(lambda: self._inbox.claim(self._owner))
        except ConversationStoreError:
            logger.exception("The inbox could not be read; trying again.")
            return None

    async def _do(self, job: Job) -> None:
        """One task to its end, or until another time."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            await self._to_its_end(job)
            self._times.observe(job.task.kind.value, clock() - began)
        except ConversationStoreError:
            # The claim runs out, and it is done again.
            logger.exception("Task %s could not be written down.", job.task.reference)
        except Exception:
            logger.exception("Task %s ended badly.", job.task.reference)
        self._jobs.pop(job.task.id, None)

    async def _to_its_end(self, job: Job) -> None:
        try:
            state = await self._done(job)
        except StaleError:
            await self._on_thread(lambda: self._inbox.again(job.task, self._owner))
            return
        except SlackUnavailableError as error:
            if await self._postponed(job.task, error):
                return
            state = State.FAILED
        except SlackRefusedError as error:
            logger.exception("Task %s cannot be shown.", job.task.reference)
            await self._say_why_not(job, error)
            state = State.FAILED
        await self._on_thread(lambda: self._inbox.finish(job.task, self._owner, state))

    async def _done(self, job: Job) -> State:
        """Do it; whatever breaks but Slack itself gets one apology."""
        try:
            await self._answering.do(job)
        except (StaleError, SlackError):
            raise
        except OverloadedError as error:
            raise SlackUnavailableError("the answer", "no place was free") from error
        except Exception as error:
            said = sentences.said_of(error, job.task.language)
            if said is None:
                logger.exception("Question %s failed.", job.task.reference)
            await self._answering.apologise(
                job, said or sentences.apology(job.task.reference, job.task.language)
            )
            return State.FAILED if said is None else State.DONE
        return State.DONE

    async def _postponed(self, task: Task, error: SlackUnavailableError) -> bool:
        """Try again later; False where it was tried for too long."""
        age = self._inbox.now() - task.created
        if age > GIVE_UP_AFTER_S:
            logger.error("Task %s is given up: %s", task.reference, error)
            return False
        pause = min(max(age, SHORTEST_PAUSE_S), LONGEST_PAUSE_S)
        logger.warning("Task %s is tried again in %.0f s: %s", task.reference, pause, error)
        await self._on_thread(lambda: self._inbox.again(task, self._owner, after_s=pause))
        return True

    async def _say_why_not(self, job: Job, error: SlackRefusedError) -> None:
        """Slack does not let the answer be shown there: tell the person alone."""
        if job.task.deleted or not job.task.person:
            return
        is_of_place = error.code in OF_THE_PLACE
        language = job.task.language
        said = (
            say(language, sentences.NOT_HERE)
            if is_of_place
            else sentences.apology(job.task.reference, language)
        )
        try:
            await self._answering.tell(job.task, said)
        except SlackError as second:
            logger.warning("Nobody was told that %s failed: %s", job.task.reference, second)

    async def _prolong_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._lease_s / 3)
            running = {job.task.id: job.task.revision for job in self._jobs.values()}
            if running:
                await self._prolong(running)

    async def _prolong(self, running: dict[str, int]) -> None:
        try:
            good = await self._on_thread(lambda: self._inbox.prolong(self._owner, running))
        except ConversationStoreError:
            logger.exception("Claims could not be prolonged.")
            return
        for job in self._jobs.values():
            if job.task.id in running and job.task.id not in good and not job.task.deleted:
                job.stop()

    async def _tell_for_ever(self) -> None:
        """Tell who waits how many come first: who is new at once, the first again and again.

        One after the other, so that many who ask at once delay nothing else.
        """
        while True:
            self._news.clear()
            try:
                while self._untold:
                    await self._tell(self._untold.popleft())
                with suppress(TimeoutError):
                    async with asyncio.timeout(POSITIONS_EVERY_S):
                        await self._news.wait()
                        continue
                for task in await self._on_thread(lambda: self._inbox.waiting(MAX_POSITIONS)):
                    if task.kind is Kind.QUESTION:
                        await self._tell(task)
            except ConversationStoreError:
                logger.warning("Positions could not be read.", exc_info=True)

    async def _tell(self, task: Task) -> None:
        if n := await self._on_thread(lambda: self.position(task)):
            said = sentences.waiting(n, self.expected_wait_s(n), task.language)
            await show_status(self._slack, task.channel, task.thread_ts, said)

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
