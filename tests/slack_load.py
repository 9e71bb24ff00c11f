"""Many events of every kind at once, while no answer comes; then all of them answered."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.types import AnswerEvent, Claim, Question
from tests.builders_web import FakeChatService, make_answer
from tests.fake_slack import BOT_USER, FakeSlack
from tests.slack_server import PUBLIC_URL, SlackServer, serving_slack, until_async

SENDERS = 10
"""Events under way at once."""
PATIENCE_S = 240.0


@dataclass
class EchoChat(FakeChatService):
    """Answers each question by its own words, once the gate is open."""

    gate: threading.Event = field(default_factory=threading.Event)

    def stream(self, question: Question) -> Iterator[AnswerEvent]:
        self.gate.wait(PATIENCE_S)
        answer = make_answer(question.text)
        claims = (Claim(f"Asked was: {question.text}", (1,)), *answer.claims[1:])
        self.replies[question.text] = replace(answer, claims=claims)
        yield from super().stream(question)


@dataclass
class Expected:
    """What should be there in the end."""

    questions: dict[tuple[str, str], str] = field(default_factory=dict)
    """Words of the answer by channel and timestamp."""
    deleted: list[tuple[str, str]] = field(default_factory=list)
    commands: int = 0


def mixed_events(slack: FakeSlack, count: int, seed: int = 6) -> tuple[list[list[Any]], Expected]:
    """`count` events in lists whose order matters, as (payload, retry)."""
    chance = random.Random(seed)
    expected = Expected()
    runs: list[list[Any]] = []
    made = 0
    while made < count:
        number = len(runs)
        run: list[Any] = []
        kind = chance.randrange(10)
        channel = f"{'D' if kind in {0, 1} else 'C'}{number % 250}"
        if kind <= 5:
            words = f"What is number {number}?"
            text = words if channel[0] == "D" else f"<@{BOT_USER}> {words}"
            message = slack.post(channel, f"U{number}", text)
            at = (channel, message.ts)
            expected.questions[at] = words
            run += [(event, 0) for event in slack.message_events(channel, message)]
            if kind in {1, 2}:
                # Slack did not hear the acknowledgement, or so it believes.
                run += [(run[0][0], retry) for retry in (1, 2)]
            if kind == 3:
                words = f"What is the changed number {number}?"
                run.append((slack.edit_event(channel, message.ts, f"<@{BOT_USER}> {words}"), 0))
                expected.questions[at] = words
            if kind == 4 and number % 3 == 0:
                run.append((slack.delete_event(channel, message.ts), 0))
                expected.deleted.append(at)
                del expected.questions[at]
            if kind == 5 and number % 4 == 0:
                words = f"And what is {number} more?"
                more = slack.post(channel, f"U{number}", words, message.ts)
                run += [(event, 0) for event in slack.message_events(channel, more)]
                expected.questions[channel, more.ts] = words
        elif kind == 6:
            run.append((slack.command(f"U{number}", channel, f"What is number {number}?"), 0))
            expected.commands += 1
        elif kind == 7:
            opened = {"type": "app_home_opened", "user": f"U{number}", "tab": "home"}
            run.append((slack.event(opened), 0))
        else:
            noise = slack.post(channel, f"U{number}", f"Nothing to ask about {number}.")
            more = chance.choice([{}, {"bot_id": "B9"}, {"subtype": "channel_join"}])
            run += [(event, 0) for event in slack.message_events(channel, noise, **more)]
        runs.append(run)
        made += len(run)
    return runs, expected


async def deliver(server: SlackServer, runs: list[list[Any]]) -> None:
    """Send everything, so many at once, each list in its order."""
    waiting = iter(runs)

    async def send() -> None:
        for run in waiting:
            for payload, retry in run:
                await server.send(payload, retry=retry)

    await asyncio.gather(*(send() for _ in range(SENDERS)))


def unlike(slack: FakeSlack, expected: Expected) -> list[str]:
    """What is not as it should be."""
    found = []
    for (channel, ts), words in expected.questions.items():
        message = slack.channels[channel][ts]
        replies = [
            one.shown
            for one in slack.replies(channel, message.thread_ts or ts)
            if f"Asked was: {words} " in one.shown
        ]
        if len(replies) != 1:
            found.append(f"{len(replies)} answers to {words!r}")
    for channel, ts in expected.deleted:
        if slack.replies(channel, ts):
            found.append(f"an answer to a deleted question in {channel}")
    answers = sum(one.is_ours for channel in slack.channels.values() for one in channel.values())
    if answers != len(expected.questions):
        found.append(f"{answers} answers to {len(expected.questions)} questions")
    if len(slack.ephemeral) != expected.commands:
        found.append(f"{len(slack.ephemeral)} answers to {expected.commands} commands")
    return found


async def load(folder: Path, count: int, *, minute_s: float = 3.0) -> tuple[FakeSlack, list[str]]:
    """Send `count` mixed events with every answer stalled, then let them go.

    Returns:
        The fake, with all acknowledgements and violations; what is not as it should be.
    """
    fake = FakeSlack(minute_s=minute_s, links=(PUBLIC_URL,))
    chat = EchoChat()
    async with (
        fake.running() as slack,
        serving_slack(
            folder, slack, chat, slack_user_limit=10_000, slack_channel_limit=10_000,
            answer_timeout_s=PATIENCE_S,
        ) as server,
    ):  # fmt: skip
        runs, expected = mixed_events(slack, count)
        await deliver(server, runs)
        assert chat.closed == 0, "an answer was not stalled"
        chat.gate.set()
        await until_async(
            lambda: server.bot.workers.busy == 0 and server.unfinished() == 0, PATIENCE_S
        )
    return fake, unlike(fake, expected)
