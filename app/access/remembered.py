"""What an issuer was asked for, believed for a while."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from app.access.people import IssuerAwayError

logger = logging.getLogger(__name__)

BELIEVED_S = 3600.0
"""What the issuer says of itself and its keys is asked for again after that."""
ASKED_AGAIN_S = 5.0
"""An issuer that failed, or whose keys lacked one, is asked again after that at the earliest:
whoever makes tokens up shall not make this server ask it without end."""


class Remembered:
    """What was fetched, for a while; also that it could not be."""

    def __init__(self, fetch: Callable[[], Awaitable[Any]]) -> None:
        self._fetch = fetch
        self._lock = asyncio.Lock()
        self._value: Any = None
        self._error: IssuerAwayError | None = None
        self._asked_at = float("-inf")

    async def get(self) -> Any:
        """The value.

        Raises:
            IssuerAwayError: If it cannot be fetched, and never was.
        """
        return await self._within(BELIEVED_S)

    async def renewed(self) -> Any:
        """The value, asked for again unless that was done a moment ago.

        Raises:
            IssuerAwayError: If it cannot be fetched, and never was.
        """
        return await self._within(ASKED_AGAIN_S)

    async def _within(self, seconds: float) -> Any:
        async with self._lock:
            age = time.monotonic() - self._asked_at
            if age >= (ASKED_AGAIN_S if self._error else seconds):
                self._asked_at = time.monotonic()
                try:
                    self._value, self._error = await self._fetch(), None
                except IssuerAwayError as error:
                    logger.warning("%s", error)
                    self._error = error
            if self._value is None and self._error is not None:
                raise self._error
            return self._value
