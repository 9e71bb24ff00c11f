"""Sources are read and prepared in the background while those before them are embedded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

FIRST, MOST = 4, 64
"""Sources that are waiting at the beginning and later: enough to embed for a second or two."""
MOST_CHARACTERS = 2_000_000
"""Of texts that are waiting, as far as those before them tell; with their sentences some 20 MB."""


def ahead(
    items: Iterable[Item],
    work: Callable[[Item], Result],
    *,
    characters: Callable[[Result], int],
    stop: Callable[[], None],
) -> Iterator[tuple[Item, Result]]:
    """Items with the results of `work`, in their order, computed ahead by one thread.

    What `work` raises is raised in place of its item. A caller that stops early, or is
    interrupted, waits for one item at most.

    Args:
        items: What is to be done.
        work: Is called in the other thread, for one item at a time, in their order.
        characters: Size of a result, in characters of its text; bounds how many wait in memory.
        stop: Makes the `work` that is under way end soon.
    """
    todo, waiting = iter(items), deque[tuple[Item, Future[Result]]]()
    most, largest = FIRST, 1
    pool = ThreadPoolExecutor(1, thread_name_prefix="read")
    try:
        while True:
            while len(waiting) < most:
                try:
                    item = next(todo)
                except StopIteration:
                    break
                waiting.append((item, pool.submit(work, item)))
            if not waiting:
                return
            item, future = waiting.popleft()
            result = future.result()
            largest = max(largest, characters(result))
            yield item, result
            most = max(FIRST, min(MOST, most + FIRST, MOST_CHARACTERS // largest))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        if any(not future.done() for _, future in waiting):
            stop()
        pool.shutdown()
