"""Sends the webhooks of a run from its own process, also if no server runs."""

from __future__ import annotations

import logging

from sqlalchemy.exc import SQLAlchemyError

from app.errors import ChatError
from app.settings import load_settings
from vectorstore.catalog import Catalog
from vectorstore.errors import VectorStoreError

logger = logging.getLogger(__name__)

SECONDS = 10.0
"""For delivering at once; what fails is tried again by a server or after the next run."""


def tell_of_runs(catalog: Catalog) -> None:
    """Raise "run finished" and deliver what is due. Never raises: the run itself went as it did."""
    try:
        settings = load_settings()
        if not settings.webhooks:
            return
        from app.bootstrap import open_conversations
        from app.webhooks.events import announce_runs
        from app.webhooks.queue import Queue
        from app.webhooks.worker import deliver_due

        store = open_conversations(settings)
        try:
            queue = Queue(store.engine, settings.webhooks)
            announce_runs(queue, catalog)
            deliver_due(queue, seconds=SECONDS)
        finally:
            store.close()
    except (ChatError, VectorStoreError, SQLAlchemyError):
        logger.exception("The run could not be told to webhooks.")
