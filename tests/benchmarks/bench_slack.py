"""How the Slack bot bears load: acknowledgements, limits, forged requests, kills.

    .venv/bin/python -m tests.benchmarks.bench_slack [EVENTS] [KILLS]

Everything runs before the fake Slack of the tests, on this machine alone. Exits with 1 if a
question was not answered once, or a rule of Slack was broken.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.test_slack_killed import killed
from tests.fake_slack import FakeSlack, encoded, signed
from tests.slack_load import load
from tests.slack_server import serving_slack

FORGED = 5_000


def main() -> int:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 10
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        faults += asyncio.run(_load(Path(folder), events))
    with tempfile.TemporaryDirectory() as folder:
        faults += asyncio.run(_first_text(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        faults += asyncio.run(_forged(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        faults += asyncio.run(_killed(Path(folder), kills))
    return 1 if faults else 0


async def _load(folder: Path, events: int) -> int:
    began = time.monotonic()
    slack, unlike = await load(folder, events)
    seconds = sorted(ack.seconds for ack in slack.acks)
    print(
        f"{len(seconds)} events with every answer stalled: acknowledged in {_ms(seconds, 0.5)} "
        f"(median), {_ms(seconds, 0.99)} (p99), {_ms(seconds, 1.0)} (longest)"
    )
    print(
        f"  then answered, in {time.monotonic() - began:.0f} s together: {len(unlike)} not once, "
        f"{len(slack.violations)} violations, {len(slack.refused())} of {len(slack.calls)} calls "
        "refused with 429"
    )
    return len(unlike) + len(slack.violations)


async def _first_text(folder: Path) -> int:
    """From the event to the first words in the thread, one question after another."""
    fake = FakeSlack(minute_s=1.0, links=("https://accord.example",))
    taken = []
    async with (
        fake.running() as slack,
        serving_slack(folder, slack, slack_user_limit=999) as server,
    ):
        for number in range(50):
            began = time.monotonic()
            message = await server.ask(f"D{number}", f"U{number}", "What was bought?")
            while not slack.replies(f"D{number}", message.ts):
                await asyncio.sleep(0.002)
            taken.append(time.monotonic() - began)
            await server.idle()
    taken.sort()
    print(f"50 questions, one by one: first words after {_ms(taken, 0.5)} (median), "
          f"{_ms(taken, 0.99)} (p99)")  # fmt: skip
    return len(fake.violations)


async def _forged(folder: Path) -> int:
    chance = random.Random(1)
    counts: dict[int, int] = {}
    async with FakeSlack().running() as slack, serving_slack(folder, slack) as server:
        message = slack.post("C1", "U1", "Why?")
        body, _, kind = encoded(slack.message_events("C1", message)[0])
        for _ in range(FORGED):
            headers = {**kind, **signed(body)}
            name = chance.choice(["x-slack-signature", "x-slack-request-timestamp"])
            at = chance.randrange(len(headers[name]))
            other = chance.choice("0123456789abcdefghz.-+ _=")
            changed = headers[name][:at] + other + headers[name][at + 1 :]
            if changed == headers[name]:
                changed += "0"
            status = (await server.post({**headers, name: changed}, body)).status_code
            counts[status] = counts.get(status, 0) + 1
    print(f"{FORGED} requests with a changed header: {counts}")
    return FORGED - counts.get(401, 0)


async def _killed(folder: Path, kills: int) -> int:
    slack, asked, wrong = await killed(folder, questions=8 * kills, kills=kills, seed=1)
    sorry = sum(
        "I am sorry" in one.shown for channel, ts, _ in asked for one in slack.replies(channel, ts)
    )
    violations = [one for one in slack.violations if "too early" not in one]
    print(
        f"{kills} kills while {len(asked)} questions were answered: {len(wrong)} without their one "
        f"answer, {sorry} of them an apology, {len(violations)} violations"
    )
    return len(wrong) + len(violations)


def _ms(ordered: list[float], share: float) -> str:
    return f"{1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
