"""When a long run publishes what it has embedded so far, and continues."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

AFTER_S = 60.0
SHARE = 0.05


@dataclass(slots=True)
class Early:
    """Publishing is due again after a while, and after a multiple of what it took before.

    The larger a library grows the longer it takes to publish, so that a run publishes ever less
    often and spends about `share` of its time on it. Most of that is not lost: vectors and words
    that are indexed now need not be at the end.
    """

    after_s: float = AFTER_S
    """So long a run embeds between two publications at least, in seconds."""
    share: float = SHARE
    """Of the time of a run."""
    clock: Callable[[], float] = time.monotonic
    _since: float = field(default=0.0, init=False)
    _longest: float = field(default=0.0, init=False)

    def begin(self) -> None:
        """A run begins."""
        self._since, self._longest = self.clock(), 0.0

    @property
    def is_due(self) -> bool:
        """Whether to publish what there is."""
        return self.clock() - self._since >= max(self.after_s, self._longest / self.share)

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """Measures a publication."""
        started = self.clock()
        yield
        self._since = self.clock()
        self._longest = max(self._longest, self._since - started)
