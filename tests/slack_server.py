"""The web server with Slack's door, in this process, before a fake Slack."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from app.conversations.store import ConversationStore
from app.settings import Settings
from app.slack.bot import SlackBot
from app.slack.door import PATH, SlackDoor
from app.slack.pace import Pace
from app.web.api import create_app
from tests.builders_web import FakeChatService, make_settings
from tests.fake_slack import APP_TOKEN, BOT_TOKEN, SECRET, Ack, FakeSlack
from tests.live_server import PATIENCE_S

PUBLIC_URL = "https://accord.example"
LEASE_S = 30.0


def slack_settings(folder: Path, slack: FakeSlack, **overrides: Any) -> Settings:
    return make_settings(
        folder,
        **{
            "slack_bot_token": BOT_TOKEN,
            "slack_signing_secret": SECRET,
            "slack_app_token": APP_TOKEN,
            "slack_api_url": slack.url,
            "public_url": PUBLIC_URL,
            "starter_questions": ("What was bought?", "Who bought it?"),
            **overrides,
        },
    )


@dataclass
class SlackServer:
    slack: FakeSlack
    chat: FakeChatService
    store: ConversationStore
    bot: SlackBot
    client: httpx.AsyncClient

    async def post(self, headers: Mapping[str, Any], body: bytes) -> httpx.Response:
        return await self.client.post(PATH, headers=dict(headers), content=body)

    async def send(self, payload: Mapping[str, Any], *, retry: int = 0) -> Ack:
        ack = await self.slack.send_http(self.post, payload, retry=retry)
        assert ack.status == 200, ack
        return ack

    async def ask(self, channel: str, user: str, text: str, thread_ts: str | None = None) -> Any:
        """Somebody writes; returns the message once all its events are acknowledged."""
        message = self.slack.post(channel, user, text, thread_ts)
        for event in self.slack.message_events(channel, message):
            await self.send(event)
        return message

    async def idle(self) -> None:
        """Until everything is done."""
        await until_async(lambda: self.bot.workers.busy == 0 and self.unfinished() == 0)

    def unfinished(self) -> int:
        return self.bot._inbox.unfinished()  # noqa: SLF001


async def until_async(condition: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def serving_slack(
    folder: Path,
    slack: FakeSlack,
    chat: FakeChatService | None = None,
    *,
    pace: Pace | None = None,
    lease_s: float = LEASE_S,
    store: ConversationStore | None = None,
    **overrides: Any,
) -> AsyncIterator[SlackServer]:
    settings = slack_settings(folder, slack, **overrides)
    chat = chat or FakeChatService()
    store = store or ConversationStore.in_folder(folder)
    bot = SlackBot(
        settings, chat, store, pace=pace or Pace(minute_s=slack.minute_s), lease_s=lease_s
    )
    app = create_app(settings, chat, store=store, doors=[SlackDoor(bot, SECRET)])
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://accord.test") as client,
    ):
        await until_async(lambda: bot.is_connected)
        yield SlackServer(slack, chat, store, bot, client)
