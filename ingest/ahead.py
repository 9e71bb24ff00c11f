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
    """Items with what `work` makes of them, in their order, worked out by one thread.

    What `work` raises is raised where its item would come. Whoever stops early, or is interrupted,
    waits for one item at most.

    Args:
        items: What is to be done.
        work: Is called in the other thread, for one item at a time, in their order.
        characters: How much memory a result takes, as the length of its text.
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
