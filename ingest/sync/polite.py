"""Limits the requests to each host, and obeys its robots.txt (RFC 9309)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import (
    BlockedAddressError,
    DisallowedError,
    EmptyDocumentError,
    FetchError,
    LoadError,
    PostponedError,
)
from ingest.fetch import USER_AGENT, Fetcher

if TYPE_CHECKING:
    from protego import Protego

ROBOTS_BYTES = 512_000
"""The standard asks for at least 500 kB to be read."""
MOST_FAILURES = 3
"""One after the other; then the host is left alone for this round."""
LONGEST_DELAY_S = 300.0
"""A crawl-delay above it would let a round fetch almost nothing; such a host is not visited."""


class Host:
    """What is known of one host in this round. Used by one thread at a time."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.robots: Protego | None = None
        self.unreachable: str | None = None
        """Why its robots.txt could not be had: then nothing may be asked (RFC 9309, 2.3.1.4)."""
        self.is_known = False
        self.next_at = 0.0
        self.failures = 0
        self.lock = threading.RLock()


class Politeness:
    """Called before each request: waits for the host's turn, or refuses."""

    def __init__(
        self,
        robots: Fetcher,
        *,
        delay_s: float,
        ends_at: float,
        pause: Callable[[float], None],
    ) -> None:
        """Know nothing of any host yet.

        Args:
            robots: Fetches robots.txt; asks nobody before.
            delay_s: Between two requests to a host.
            ends_at: By `time.monotonic`; what would begin later is postponed.
            pause: Waits so many seconds; raises to end the round.
        """
        self._robots = robots
        self._delay_s = delay_s
        self._ends_at = ends_at
        self._pause = pause
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()

    def host(self, url: str) -> Host:
        """The state of the host of an address, made at its first request."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            return self._hosts.setdefault(origin, Host(origin))

    def before(self, url: str) -> None:
        """Wait until this address may be requested.

        Raises:
            DisallowedError: If robots.txt closes it.
            PostponedError: If the time of the round is over, or the host failed several times.
            FetchError: If robots.txt cannot be had because the server is down.
        """
        host = self.host(url)
        with host.lock:
            self._learn(host)
            if host.unreachable is not None:
                raise FetchError(host.unreachable)
            if host.failures >= MOST_FAILURES:
                raise PostponedError("Its server did not answer several times; it is left alone.")
            delay = self._delay_of(host, url)
            wait = host.next_at - time.monotonic()
            if time.monotonic() + max(wait, 0.0) >= self._ends_at:
                raise PostponedError("The time of this round is over.")
            if wait > 0:
                self._pause(wait)
            host.next_at = time.monotonic() + delay

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the robots.txt of a host names."""
        host = self.host(url)
        with host.lock:
            self._learn(host)
            return list(host.robots.sitemaps) if host.robots is not None else []

    def _delay_of(self, host: Host, url: str) -> float:
        if host.robots is None:
            return self._delay_s
        if not host.robots.can_fetch(url, USER_AGENT):
            raise DisallowedError("The site's robots.txt asks programs not to fetch it.")
        stated = host.robots.crawl_delay(USER_AGENT) or 0.0
        if stated > LONGEST_DELAY_S:
            raise DisallowedError(
                f"The site's robots.txt asks for {stated:,.0f} s between two requests."
            )
        return max(self._delay_s, float(stated))

    def _learn(self, host: Host) -> None:
        if host.is_known:
            return
        from protego import Protego

        host.is_known = True
        try:
            answer = self._robots.get(f"{host.origin}/robots.txt")
        except EmptyDocumentError:
            return
        except BlockedAddressError:
            raise
        except LoadError as error:
            host.unreachable = f"Its robots.txt cannot be had. {error.reason}"
            return
        finally:
            host.next_at = time.monotonic() + self._delay_s
        if answer.status == 200:
            host.robots = Protego.parse(answer.content.decode("utf-8", "replace"))
        elif answer.status == 429 or answer.status >= 500:
            host.unreachable = (
                f"Its robots.txt cannot be had: the server answered {answer.status} "
                f"{answer.reason}."
            )
