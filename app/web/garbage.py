"""When a server looks for garbage among all its objects: not while people wait."""

from __future__ import annotations

import asyncio
import gc
import time

from app.running import Runner

LOOK_EVERY_S = 5.0
EARLIEST_S = 60.0
"""Between two searches, where nobody is answered."""
LATEST_S = 600.0
"""The same, where somebody always is: of sixty answers some ten objects are left to be found."""
NEVER = 1 << 30


async def collect_when_idle(runner: Runner) -> None:
    """Until it is cancelled.

    A search of the oldest generation stops every thread for some 100 ms, and the interpreter begins
    one whenever a quarter more has come: with each few answers, in the midst of a burst. What is
    loaded when this begins is never searched.
    """
    thresholds = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*thresholds[:2], NEVER)
    searched = time.monotonic()
    try:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            age_s = time.monotonic() - searched
            is_idle = not runner.running and not runner.waiting and gc.get_count()[2] > 0
            if age_s >= LATEST_S or age_s >= EARLIEST_S and is_idle:
                gc.collect()
                searched = time.monotonic()
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
