"""Delivers due messages, in the background of a process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.errors import ChatError
from app.settings import Settings
from app.webhooks.events import announce_runs
from app.webhooks.hooks import Webhook
from app.webhooks.queue import Delivery, Queue
from app.webhooks.sending import Sent, send
from network.resolving import Resolver, resolve
from vectorstore.catalog import Catalog
from vectorstore.errors import VectorStoreError

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
"""As often as a server looks for a new index."""
PURGE_EVERY_S = 3_600.0


def deliver_one(
    queue: Queue, hook: Webhook, *, resolver: Resolver = resolve
) -> tuple[Delivery, Sent] | None:
    """Try the next delivery of a webhook that is due; None if there is none."""
    delivery = queue.claim(hook)
    if delivery is None:
        return None
    sent = send(hook, delivery, resolver=resolver)
    if sent.problem is None:
        queue.succeeded(delivery)
    else:
        logger.warning(
            "A webhook to %s (%s, try %d) failed: %s",
            hook.host,
            delivery.event.value,
            delivery.attempts,
            sent.problem,
        )
        queue.failed(delivery, sent.problem, is_final=sent.is_final, after_s=sent.after_s)
    return delivery, sent


def deliver_due(queue: Queue, *, seconds: float, resolver: Resolver = resolve) -> int:
    """Deliver what is due now, for so long at most; returns how many tries were made."""
    ends_at = time.monotonic() + seconds
    tries = 0
    for hook in queue.hooks:
        while time.monotonic() < ends_at and deliver_one(queue, hook, resolver=resolver):
            tries += 1
    return tries


@contextmanager
def delivering(
    settings: Settings, engine: Engine, *, look_every_s: float = LOOK_EVERY_S
) -> Iterator[None]:
    """Deliver in the background while this is open; nothing where there are no webhooks.

    Args:
        settings: Say which webhooks there are, and where the catalog is.
        engine: Of the database of conversations.
        look_every_s: How often the queue and the catalog are looked at.
    """
    if not settings.webhooks:
        yield
        return
    queue = Queue(engine, settings.webhooks)
    stop = threading.Event()
    # One thread each: a receiver that hangs keeps no other waiting.
    threads = [
        threading.Thread(target=_deliver_until, args=(queue, hook, stop, look_every_s), daemon=True)
        for hook in queue.hooks
    ]
    threads.append(
        threading.Thread(
            target=_look_after, args=(queue, settings, stop, look_every_s), daemon=True
        )
    )
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()  # what is being sent is sent again by the next server if it does not end well
        for thread in threads:
            thread.join(timeout=1.0)


def _deliver_until(queue: Queue, hook: Webhook, stop: threading.Event, look_every_s: float) -> None:
    while not stop.is_set():
        try:
            is_idle = deliver_one(queue, hook) is None
        except (ChatError, SQLAlchemyError):
            logger.exception("The queue of webhooks cannot be read; trying again.")
            is_idle = True
        if is_idle:
            stop.wait(look_every_s)


def _look_after(
    queue: Queue, settings: Settings, stop: threading.Event, look_every_s: float
) -> None:
    """Raise what other processes have done, and forget what is old."""
    from app.bootstrap import store_settings

    purged_at = 0.0
    catalog: Catalog | None = None
    told: int | None = None
    while not stop.is_set():
        try:
            catalog = catalog or Catalog(store_settings(settings).catalog_url)
            if (newest := catalog.last_run()) != told:
                announce_runs(queue, catalog)
                told = newest
            if time.monotonic() - purged_at >= PURGE_EVERY_S:
                queue.purge()
                purged_at = time.monotonic()
        except (ChatError, VectorStoreError, SQLAlchemyError):
            logger.exception("Runs cannot be told to webhooks; trying again.")
        stop.wait(look_every_s)
    if catalog is not None:
        catalog.close()
