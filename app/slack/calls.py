"""Calls to Slack's Web API: paced, obeying `Retry-After`, with errors of `app.slack.errors`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from app.slack.errors import SlackRefusedError, SlackUnavailableError
from app.slack.pace import Pace

logger = logging.getLogger(__name__)
library_logger = logging.getLogger("app.slack.library")
"""For Slack's own code, which at lower levels tells messages and the tickets of sockets."""
library_logger.setLevel(logging.WARNING)

TIMEOUT_S = 30
TOO_MANY_REQUESTS = 429
MAX_PATIENCE = 8
"""Times that one call waits because Slack asked for it."""
LONGEST_RETRY_AFTER_S = 120.0
DEFAULT_RETRY_AFTER_S = 5.0
TRANSIENT = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited"}
)
"""Slack says with status 200 that it is not well."""
READS = frozenset({"conversations.replies", "conversations.info", "auth.test"})
"""These take no JSON."""


class SlackCalls:
    """One workspace's API. No call is repeated automatically: the message may have arrived."""

    def __init__(self, token: str, base_url: str, pace: Pace | None = None) -> None:
        self._token = token
        self._base_url = base_url if base_url.endswith("/") else f"{base_url}/"
        self._pace = pace or Pace()
        self._session: aiohttp.ClientSession | None = None
        self._unsupported: set[str] = set()

    def client(self, *, with_token: bool = True) -> AsyncWebClient:
        """A client that keeps its connections. Called on the event loop."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        # Its own retries would repeat a message that had arrived.
        return AsyncWebClient(
            token=self._token if with_token else None,
            base_url=self._base_url,
            timeout=TIMEOUT_S,
            session=self._session,
            retry_handlers=[],
            logger=library_logger,
        )

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """Call a method, such as "chat.postMessage", as soon as its limit allows.

        Raises:
            SlackRefusedError: If Slack says no; trying again does not help.
            SlackUnavailableError: If it cannot be reached, or whether it did it is unknown.
        """
        for _ in range(MAX_PATIENCE):
            await self._pace.take(method, str(arguments.get("channel", "")))
            response = await self._once(method, arguments)
            if response is not None:
                return response
        raise SlackUnavailableError(method, "it asked for patience too often")

    async def call_now(self, method: str, **arguments: Any) -> Mapping[str, Any] | None:
        """Call a method if its limit allows that now; None if not, or during a `Retry-After`."""
        if not self._pace.take_now(method, str(arguments.get("channel", ""))):
            return None
        return await self._once(method, arguments)

    def is_supported(self, method: str) -> bool:
        """Whether this workspace takes a method, as far as is known."""
        return method not in self._unsupported

    def mark_unsupported(self, method: str, error: SlackRefusedError) -> None:
        """Remember that this workspace does not take a method."""
        if method not in self._unsupported:
            logger.warning("Slack does not take %s here (%s); doing without.", method, error.code)
            self._unsupported.add(method)

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        """Send a message to the place that a command or button came from.

        Raises:
            SlackRefusedError: If the address has been used up or is too old.
            SlackUnavailableError: If it cannot be reached.
        """
        self.client()
        assert self._session is not None  # noqa: S101 - `client` makes it
        try:
            async with self._session.post(response_url, json=dict(body)) as response:
                if response.status >= 500 or response.status == TOO_MANY_REQUESTS:
                    raise SlackUnavailableError("response_url", f"status {response.status}")
                if response.status >= 400:
                    raise SlackRefusedError("response_url", (await response.text())[:100])
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SlackUnavailableError("response_url", type(error).__name__) from error

    async def _once(self, method: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """One try; None where Slack asks to wait."""
        try:
            if method in READS:
                response = await self.client().api_call(
                    method, http_verb="GET", params=dict(arguments)
                )
            else:
                response = await self.client().api_call(method, json=dict(arguments))
        except SlackApiError as error:
            status = error.response.status_code
            if status == TOO_MANY_REQUESTS:
                channel = str(arguments.get("channel", ""))
                self._pace.close(method, channel, _retry_after_s(error.response.headers))
                return None
            code = str(error.response.get("error"))
            if status >= 500 or code in TRANSIENT:
                raise SlackUnavailableError(method, f"{code}, status {status}") from error
            raise SlackRefusedError(method, code) from error
        except (TimeoutError, SlackClientError, aiohttp.ClientError, OSError) as error:
            raise SlackUnavailableError(method, type(error).__name__) from error
        except ValueError as error:
            # A proxy's page where JSON should be.
            raise SlackUnavailableError(method, "no JSON came back") from error
        data = response.data
        return data if isinstance(data, dict) else {}


def _retry_after_s(headers: Mapping[str, Any]) -> float:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            text = value[0] if isinstance(value, list) else value
            try:
                return min(max(float(text), 0.0), LONGEST_RETRY_AFTER_S)
            except ValueError:
                break
    return DEFAULT_RETRY_AFTER_S
