"""The one event loop on which all chat models are asked, in a thread of its own.

The program is synchronous, providers' clients are not only that: on a loop, a call that hangs can
be cancelled from outside, and cancelling closes its connection at once. There is one loop for the
process, because LangChain shares HTTP clients between models and their connections belong to the
loop that opened them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

_starting = threading.Lock()


def submit(work: Coroutine[Any, Any, T]) -> Future[T]:
    """Start work on the loop; cancelling the future cancels the work."""
    return asyncio.run_coroutine_threadsafe(work, _loop())


def _loop() -> asyncio.AbstractEventLoop:
    with _starting:  # `cache` alone would let two first callers start one each
        return _started()


@cache
def _started() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-models", daemon=True).start()
    return loop
