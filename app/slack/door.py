"""Slack's events over HTTP, as a part of the server that `accord serve` runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.slack.bot import SlackBot
from app.slack.signing import refusal

logger = logging.getLogger(__name__)

PATH = "/slack/events"
MAX_BODY_BYTES = 2 * 2**20
"""A pressed button brings its whole message along, three times as long in a form."""


class SlackDoor:
    """Receives events, commands and buttons at one address."""

    path = PATH
    max_body_bytes = MAX_BODY_BYTES

    def __init__(
        self, bot: SlackBot, signing_secret: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._bot = bot
        self._secret = signing_secret
        self._clock = clock

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Its routes."""
        return [Route(self.path, self._take, methods=["POST"], include_in_schema=False)]

    def open(self) -> AbstractAsyncContextManager[None]:
        """Run the bot while the server runs, also if Slack cannot be reached at first."""
        return self._bot.open(wait=False)

    async def _take(self, request: Request) -> Response:
        """Check a request, write down what it asks, acknowledge it."""
        body = await _limited_body(request)
        if body is None:
            return Response(status_code=413)
        refused = refusal(request.headers, body, secret=self._secret, now=self._clock())
        if refused is not None:
            logger.info("A request to %s was refused with %d.", self.path, refused)
            return Response(status_code=refused)
        if not self._bot.is_connected and b"url_verification" not in body:
            return Response(status_code=503)
        try:
            read = to_async_bolt_request(request, body)
            return to_starlette_response(await self._bot.bolt.async_dispatch(read))
        except Exception:
            # Bolt looks into payloads as Slack documents them, and Slack signed this one.
            logger.exception("Something from Slack could not be read.")
            return Response(status_code=400)


async def _limited_body(request: Request) -> bytes | None:
    """The body; None where it is longer than any of Slack's."""
    parts = bytearray()
    async for part in request.stream():
        parts += part
        if len(parts) > MAX_BODY_BYTES:
            return None
    return bytes(parts)
