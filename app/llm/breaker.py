"""Stops asking a model that is down, and tries again after a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.llm.errors import ModelUnavailableError

FAILURES_TO_OPEN = 5
"""More than the tries of one call: a single unlucky question does not shut the others out."""
OPEN_S = 20.0
"""People see the extractive answer at once meanwhile; a restarted server is found again soon."""


class Breaker:
    """Closed: all may ask. Open: none may. After a while half open: one may, and decides.

    Used from the one thread of the loop, so it needs no lock.
    """

    def __init__(
        self,
        *,
        failures_to_open: int = FAILURES_TO_OPEN,
        open_s: float = OPEN_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._failures_to_open = failures_to_open
        self._open_s = open_s
        self._clock = clock
        self._failures = 0
        self._opened: float | None = None
        self._is_trying = False

    @property
    def state(self) -> str:
        """One of "closed", "open" and "half-open"."""
        if self._opened is None:
            return "closed"
        return "open" if self._clock() < self._opened + self._open_s else "half-open"

    def enter(self) -> bool:
        """Ask for leave; every leave is followed by `succeeded`, `failed` or `left`.

        Returns:
            Whether this is the trial of a half-open breaker; to be told when it has ended.

        Raises:
            ModelUnavailableError: If it is open, or half open with a trial on its way.
        """
        if self._opened is None:
            return False
        remaining = self._opened + self._open_s - self._clock()
        if remaining > 0 or self._is_trying:
            raise ModelUnavailableError(
                f"The chat model failed {self._failures} times in a row and is not asked for now.",
                retry_after_s=max(remaining, 0.0),
            )
        self._is_trying = True
        return True

    def succeeded(self) -> None:
        """The model answered, be it with a refusal."""
        self._failures = 0
        self._opened = None
        self._is_trying = False

    def failed(self, *, is_trial: bool) -> None:
        """The model did not answer."""
        self._failures += 1
        if is_trial or self._failures >= self._failures_to_open:
            self._opened = self._clock()
        self.left(is_trial=is_trial)

    def left(self, *, is_trial: bool) -> None:
        """The caller went away before it was known."""
        if is_trial:
            self._is_trying = False
