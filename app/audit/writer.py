"""Writes the audit log in the background, so that no answer waits for it."""

from __future__ import annotations

import logging
import queue
import threading
from contextlib import suppress
from typing import Protocol

from app.audit.records import Entry
from app.audit.store import AuditStore
from app.errors import ConversationStoreError

logger = logging.getLogger(__name__)

MAX_WAITING = 10_000
"""Entries that may wait for a database that is away; then entries are lost, and that is told."""
AT_ONCE = 500
GATHERED_S = 0.1
"""What comes within this time is written in one transaction: while many are refused, too."""
TRIED_AGAIN_S = 1.0
TRIES_AT_THE_END = 2


class AuditLog(Protocol):
    """Receives the entries of all interfaces."""

    def record(self, entry: Entry) -> None:
        """Keep an entry, soon."""
        ...


class NoLog:
    """For installations without an audit log."""

    def record(self, entry: Entry) -> None:
        """Ignore an entry."""


class AuditWriter:
    """A queue and a thread that empties it. `record` never waits and never fails."""

    def __init__(self, store: AuditStore, *, max_waiting: int = MAX_WAITING) -> None:
        self.store = store
        self._waiting: queue.Queue[Entry | None] = queue.Queue(max_waiting)
        self._lost = 0
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def record(self, entry: Entry) -> None:
        """Keep an entry, soon."""
        try:
            self._waiting.put_nowait(entry)
        except queue.Full:
            if not self._lost:
                logger.error(  # noqa: TRY400 - nothing of the queue is of interest
                    "The audit log cannot be written: entries are being lost."
                )
            self._lost += 1

    def open(self) -> None:
        """Start the thread."""
        self._ending.clear()
        self._thread = threading.Thread(target=self._write_for_ever, name="audit", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write the waiting entries, and stop."""
        if self._thread is None:
            return
        self._ending.set()
        with suppress(queue.Full):
            self._waiting.put_nowait(None)  # wakes the thread
        self._thread.join()
        self._thread = None
        if left := self._waiting.qsize():
            logger.error("%d entries of the audit log could not be written.", left)

    def _write_for_ever(self) -> None:
        tries_left = TRIES_AT_THE_END
        batch: list[Entry] = []
        while batch or not (self._ending.is_set() and self._waiting.empty()):
            batch = batch or self._next()
            try:
                self.store.add(batch)
            except ConversationStoreError as error:
                logger.warning("The audit log could not be written, trying again: %s", error)
                tries_left -= self._ending.is_set()
                if not tries_left:
                    logger.error("%d entries of the audit log are lost.", len(batch))  # noqa: TRY400
                    return
                self._ending.wait(TRIED_AGAIN_S)
                continue
            batch = []
            if self._lost:
                logger.error("%d entries of the audit log were lost.", self._lost)
                self._lost = 0

    def _next(self) -> list[Entry]:
        """The waiting entries; blocks until there are some."""
        batch = [self._waiting.get()]
        self._ending.wait(GATHERED_S)
        with suppress(queue.Empty):
            while len(batch) < AT_ONCE:
                batch.append(self._waiting.get_nowait())
        return [one for one in batch if one is not None]
