"""`accord slack` and `accord serve` as they are run, with real answers, before the fake Slack."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tests.fake_slack import APP_TOKEN, BOT_TOKEN, BOT_USER, SECRET, FakeSlack
from tests.sample_library import borrow
from tests.slack_server import until_async

pytestmark = [pytest.mark.model, pytest.mark.slow]

PATIENCE_S = 120.0
ENDS_S = 10.0
QUESTION = "When was Star Alliance founded?"
LINKS = ("https://accord.example/sources/",)


@asynccontextmanager
async def command(
    name: str, data_dir: Path, settings: Mapping[str, str], ready: str
) -> AsyncIterator[str]:
    """A running command; yields its ready line, and ends it as a process manager would."""
    kept = {key: value for key, value in os.environ.items() if "ACCORD_" not in key}
    words = [name, "--port", "0"] if name == "serve" else [name]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.main", *words,
        env={**kept, "ACCORD_DATA_DIR": str(data_dir), "ACCORD_LOG_LEVEL": "debug", **settings},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    logging = asyncio.create_task(process.stderr.read())
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)).decode()
        assert ready in line, (await logging).decode()[-2_000:]
        yield line
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), ENDS_S)
    logged = (await logging).decode()
    assert process.returncode in {0, -signal.SIGTERM}, logged[-2_000:]
    assert "Traceback" not in logged
    for secret in (BOT_TOKEN, APP_TOKEN, SECRET, "ticket="):
        assert secret not in logged


def settings_for(slack: FakeSlack, **more: str) -> dict[str, str]:
    return {
        "ACCORD_SLACK_BOT_TOKEN": BOT_TOKEN,
        "ACCORD_SLACK_API_URL": slack.url,
        "ACCORD_PUBLIC_URL": "https://accord.example",
        **more,
    }


def assert_answered(slack: FakeSlack, channel: str, ts: str) -> None:
    (reply,) = slack.replies(channel, ts)
    assert "1997" in reply.shown
    assert "[1] <https://accord.example/sources/" in reply.shown
    assert slack.violations == []


async def test_accord_slack_answers_through_socket_mode(
    sample_library: tuple[Path, Path], tmp_path: Path
) -> None:
    data_dir = borrow(sample_library[1], tmp_path / "data")
    async with FakeSlack(links=LINKS).running() as slack:
        settings = settings_for(slack, ACCORD_SLACK_APP_TOKEN=APP_TOKEN)
        async with command("slack", data_dir, settings, "Accord answers in Slack"):
            message = slack.post("C1", "U1", f"<@{BOT_USER}> {QUESTION}")
            for event in slack.message_events("C1", message):
                assert (await slack.send_socket(event)).status == 200
            await until_async(lambda: bool(slack.replies("C1", message.ts)), PATIENCE_S)
        assert_answered(slack, "C1", message.ts)


async def test_accord_serve_answers_events_over_http(
    sample_library: tuple[Path, Path], tmp_path: Path
) -> None:
    data_dir = borrow(sample_library[1], tmp_path / "data")
    async with FakeSlack(links=LINKS).running() as slack, httpx.AsyncClient() as client:
        settings = settings_for(slack, ACCORD_SLACK_SIGNING_SECRET=SECRET)
        async with command("serve", data_dir, settings, "Accord answers at") as line:
            address = f"{line.rpartition(' ')[2].strip()}/slack/events"
            message = slack.post("D1", "U1", QUESTION)
            (event,) = slack.message_events("D1", message)

            async def post(headers: dict[str, str], body: bytes) -> httpx.Response:
                return await client.post(address, headers=headers, content=body)

            while (await slack.send_http(post, event)).status == 503:
                await asyncio.sleep(0.1)  # it asks Slack who it is while it starts
            assert slack.acks[-1].status == 200
            await until_async(lambda: bool(slack.replies("D1", message.ts)), PATIENCE_S)
        assert_answered(slack, "D1", message.ts)
