"""Paces calls to Slack below its rate limits, so that none is refused.

Source: docs.slack.dev/apis/web-api/rate-limits. Limits hold for each method; messages have one for
each channel besides.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

TIER_2, TIER_3, TIER_4 = 20, 50, 100
"""Calls a minute that Slack promises to take; more may pass, for a while."""
SHARE_USED = 0.9
"""The rest is for a second server, and for clocks that differ."""
PER_MINUTE = {
    "chat.startStream": TIER_2,
    "chat.stopStream": TIER_2,
    "chat.appendStream": TIER_4,
    "chat.update": TIER_3,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": 300,  # "several hundred messages per minute" in a workspace
    "conversations.replies": TIER_3,
    "conversations.info": TIER_3,
    "conversations.open": TIER_3,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "assistant.threads.setStatus": TIER_4,  # "special": not said; a status is worth no more
}
OTHERS_PER_MINUTE = TIER_3
POSTS = frozenset({"chat.postMessage", "chat.startStream"})
"""Of these, one a second in a channel."""
POST_EVERY_S = 1.1
MINUTE_S = 60.0


class Pace:
    """Rate limits of calls. Used on one event loop."""

    def __init__(
        self, *, minute_s: float = MINUTE_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`minute_s` is how long Slack's minute lasts: shorter in tests alone."""
        self._minute_s = minute_s
        self._post_every_s = POST_EVERY_S * minute_s / MINUTE_S
        self._clock = clock
        self._taken: dict[str, deque[float]] = {}
        self._next_post: dict[str, float] = {}
        self._closed: dict[tuple[str, str], float] = {}

    async def take(self, method: str, channel: str = "") -> None:
        """Wait until a call is allowed, in order of arrival."""
        while True:
            moment = self._reserve(method, channel)
            if (wait := moment - self._clock()) > 0:
                await asyncio.sleep(wait)
            # Slack may have asked for patience meanwhile.
            if self._closed_until(method, channel) <= self._clock():
                return

    def take_now(self, method: str, channel: str = "") -> bool:
        """Whether a call is allowed now: for calls that are better omitted than late."""
        if self._when(method, channel) > self._clock():
            return False
        self._reserve(method, channel)
        return True

    def close(self, method: str, channel: str, seconds: float) -> None:
        """Allow no such call for a while, after a `Retry-After`."""
        key = (method, channel if method in POSTS else "")
        self._closed[key] = max(self._closed.get(key, 0.0), self._clock() + seconds)

    def _reserve(self, method: str, channel: str) -> float:
        moment = self._when(method, channel)
        self._taken.setdefault(method, deque()).append(moment)
        if method in POSTS and channel:
            self._next_post[channel] = moment + self._post_every_s
            if len(self._next_post) > 10_000:
                now = self._clock()
                self._next_post = {c: at for c, at in self._next_post.items() if at > now}
        return moment

    def _when(self, method: str, channel: str) -> float:
        """The first moment at which the limits allow the call."""
        now = self._clock()
        taken = self._taken.setdefault(method, deque())
        while taken and taken[0] <= now - self._minute_s:
            taken.popleft()
        allowed = max(1, int(SHARE_USED * PER_MINUTE.get(method, OTHERS_PER_MINUTE)))
        moment = max(now, self._closed_until(method, channel))
        if len(taken) >= allowed:
            moment = max(moment, taken[-allowed] + self._minute_s)
        if method in POSTS and channel:
            moment = max(moment, self._next_post.get(channel, 0.0))
        return moment

    def _closed_until(self, method: str, channel: str) -> float:
        return self._closed.get((method, channel if method in POSTS else ""), 0.0)
