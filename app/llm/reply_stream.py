"""A chat model's reply in pieces: written on the loop of `app.llm.loop`, read on any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from queue import Empty, SimpleQueue
from typing import Self

from app.llm.translate import translated
from app.llm.types import Reply


class ReplyStream(Iterator[str]):
    """Pieces of a reply, as they come. Closing it, from any thread, ends the request."""

    def __init__(
        self,
        start: Callable[[Callable[[str], None]], Future[Reply]],
        *,
        pulse_s: float | None = None,
    ) -> None:
        self.reply: Reply | None = None
        """The whole reply with its usage, once the last piece was taken."""
        self._start = start
        self._pulse_s = pulse_s
        self._pieces: SimpleQueue[str | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._future: Future[Reply] | None = None
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def __next__(self) -> str:
        with self._lock:
            if self._is_over:
                raise StopIteration
            if self._future is None:
                self._future = self._start(self._pieces.put)
                pieces = self._pieces
                self._future.add_done_callback(lambda _: pieces.put(None))
        try:
            piece = self._pieces.get(timeout=self._pulse_s)
        except Empty:
            return ""
        if piece is not None:
            return piece
        self._is_over = True
        try:
            self.reply = self._future.result()
        except CancelledError:  # closed, perhaps from another thread
            pass
        except Exception as error:
            raise translated(error) from None
        raise StopIteration

    def close(self) -> None:
        """End the request, if it is still running; the connection is closed. May be repeated."""
        with self._lock:
            self._is_over = True
            if self._future is not None:
                self._future.cancel()
