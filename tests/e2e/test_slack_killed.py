"""Killed in the middle and started again: what was acknowledged is answered, and once."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.fake_slack import BOT_USER, FakeSlack
from tests.slack_process import MINUTE_S
from tests.slack_server import PUBLIC_URL, until_async

QUESTIONS = 10
KILLS = 1
ASK_EVERY_S = 0.15
PATIENCE_S = 60.0


class Process:
    """A server that is started anew whenever it was killed."""

    def __init__(self, folder: Path, slack: FakeSlack) -> None:
        self._arguments = (str(folder), str(slack.port))
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.slack_process", *self._arguments,
            stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE_S)
        self.url = f"http://127.0.0.1:{int(line)}/slack/events"

    async def end(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        await self._process.wait()


@asynccontextmanager
async def sending(process: Process) -> AsyncIterator[Any]:
    """Sends as Slack does: again until it is acknowledged."""
    async with httpx.AsyncClient(timeout=3.0) as client:

        async def post(headers: dict[str, str], body: bytes) -> httpx.Response:
            return await client.post(process.url, headers=headers, content=body)

        async def send(slack: FakeSlack, payload: Any) -> None:
            for retry in range(400):
                try:
                    ack = await slack.send_http(post, payload, retry=min(retry, 3))
                except httpx.HTTPError:
                    ack = None
                if ack is not None and ack.status == 200:
                    return
                await asyncio.sleep(0.1)
            raise AssertionError("it was never acknowledged")

        yield send


Asked = tuple[str, str, str]
"""Channel, timestamp and words of a question."""


async def killed(
    folder: Path, *, questions: int, kills: int, seed: int
) -> tuple[FakeSlack, list[Asked], list[Asked]]:
    """Ask while the server is killed and started again; returns Slack, all questions, the wrong."""
    chance = random.Random(seed)
    fake = FakeSlack(minute_s=MINUTE_S, links=(PUBLIC_URL,))
    asked: list[Asked] = []
    async with fake.running() as slack:
        process = Process(folder, slack)
        await process.start()
        async with sending(process) as send:

            async def ask() -> None:
                for number in range(questions):
                    channel, words = f"C{number % 8}", f"What is number {number}?"
                    message = slack.post(channel, f"U{number}", f"<@{BOT_USER}> {words}")
                    asked.append((channel, message.ts, words))
                    for event in slack.message_events(channel, message):
                        await send(slack, event)
                    await asyncio.sleep(ASK_EVERY_S)

            asking = asyncio.create_task(ask())
            for _ in range(kills):
                enough = len(slack.calls) + 8
                # In the middle of the work, not of the start.
                await until_async(partial(_has_called, slack, enough), PATIENCE_S)
                await asyncio.sleep(chance.random() * 0.4)
                await process.end(signal.SIGKILL)
                await process.start()
            await asking

        def wrong() -> list[Asked]:
            return [one for one in asked if not _is_done(slack, *one)]

        try:
            await until_async(lambda: wrong() == [], PATIENCE_S)
        finally:
            await process.end(signal.SIGTERM)
        return fake, asked, wrong()


async def test_killed_server_leaves_no_question_without_its_one_answer(tmp_path: Path) -> None:
    slack, asked, wrong = await killed(tmp_path, questions=QUESTIONS, kills=KILLS, seed=3)
    assert len(asked) == QUESTIONS
    assert wrong == []
    # A new process cannot know what patience was asked of the one before.
    assert [one for one in slack.violations if "too early" not in one] == []


def _has_called(slack: FakeSlack, count: int) -> bool:
    return len(slack.calls) > count


def _is_done(slack: FakeSlack, channel: str, ts: str, words: str) -> bool:
    """Whether one message answers the question, whole, or says sorry."""
    replies = slack.replies(channel, ts)
    if len(replies) != 1 or replies[0].streaming:
        return False
    shown = replies[0].shown
    is_answer = shown.count(f"Asked was: {words} ") == 1 and "Show evidence" in shown
    return is_answer or "I am sorry" in shown
