"""`accord slack`: receives events through Socket Mode, which needs no public address."""

from __future__ import annotations

import asyncio
import signal
import sys

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from app.slack.bot import SlackBot
from app.slack.calls import library_logger
from app.slack.errors import SlackSetupError

READY = "Accord answers in Slack (stop with Ctrl-C)"


async def run(bot: SlackBot, app_token: str, *, stop: asyncio.Event | None = None) -> None:
    """Answer until SIGTERM, SIGINT or `stop`.

    Raises:
        SlackError: If Slack does not know a token, or does not answer.
    """
    stop = stop or _on_signal()
    async with bot.open():
        handler = AsyncSocketModeHandler(bot.bolt, app_token, logger=library_logger)
        try:
            await _connected(handler)
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()
            await stop.wait()
        finally:
            # First of all: what arrives from now on goes to another server, or comes again.
            await handler.close_async()  # type: ignore[no-untyped-call]


async def _connected(handler: AsyncSocketModeHandler) -> None:
    try:
        # Asked for here: the client itself would ask for ever with a token that is wrong.
        handler.client.wss_uri = await handler.client.issue_new_wss_url()
    except SlackApiError as error:
        raise SlackSetupError(
            f"Slack does not open a socket with ACCORD_SLACK_APP_TOKEN "
            f"({error.response.get('error')}). Make a token with the scope connections:write on "
            "the page “Basic Information” of your Slack app, and enable Socket Mode."
        ) from error
    await handler.connect_async()  # type: ignore[no-untyped-call]


def _on_signal() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
