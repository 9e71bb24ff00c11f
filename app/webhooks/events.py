"""The content of each event: ids, states and counts; texts only if configured."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.conversations.records import Channel, Feedback, StoredAnswer
from app.turns.kinds import is_spoken
from app.types import AnswerStatus
from app.webhooks.hooks import Event
from app.webhooks.queue import Queue
from vectorstore.catalog import Catalog, RunRecord
from vectorstore.runs import Run, RunKind, RunState

logger = logging.getLogger(__name__)

FRESH = timedelta(hours=1)
"""Runs that ended longer ago are no news: a server that starts tells of those that it missed."""
RUNS_LOOKED_AT = 20


class Outbox:
    """Puts an event for what is stored into the queue, in the same transaction."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def answered(self, connection: Connection, stored: StoredAnswer, channel: Channel) -> None:
        """An answer was given; small talk is none."""
        answer = stored.answer
        if is_spoken(answer.kind):
            return
        is_refusal = answer.status is AnswerStatus.ABSTAINED
        data = {
            "answer_id": answer.id,
            "conversation_id": stored.conversation_id,
            "status": answer.status.value,
            "kind": answer.kind,
            "channel": channel.value,
            "language": answer.language,
            "claims": len(answer.claims),
            "citations": len(answer.citations),
            "documents": len({each.document_id for each in answer.citations}),
        }
        event = Event.REFUSED if is_refusal else Event.ANSWERED
        self._add(connection, event, f"answer:{answer.id}", data, {"question": answer.question})

    def rated(self, connection: Connection, answer_id: str, given: Feedback) -> None:
        """Somebody said what they think of an answer."""
        data = {
            "answer_id": answer_id,
            "rating": given.rating.value,
            "reasons": [reason.value for reason in given.reasons],
            "has_comment": bool(given.comment),
        }
        key = f"feedback:{answer_id}:{secrets.token_hex(8)}"
        self._add(connection, Event.FEEDBACK, key, data, {"comment": given.comment})

    def _add(
        self,
        connection: Connection,
        event: Event,
        key: str,
        data: Mapping[str, Any],
        texts: Mapping[str, Any],
    ) -> None:
        try:
            with connection.begin_nested():
                self._queue.add(connection, event, key, data, texts=texts)
        except Exception:  # an answer is not lost for want of a message about it
            logger.exception("A webhook event (%s) could not be queued.", event.value)


def announce_runs(queue: Queue, catalog: Catalog, *, now: datetime | None = None) -> int:
    """Raise "run finished" for the runs that nobody was told of; returns for how many webhooks.

    Every run that ends writes its report into the catalog: from the command line, of `accord sync`
    and from a page alike. The queue takes each once, whoever finds it first.
    """
    moment = now or datetime.now(UTC)
    added = 0
    for run in reversed(catalog.runs(limit=RUNS_LOOKED_AT)):
        if moment - _ended(run) <= FRESH:
            key = f"run:{catalog.name}:{run.id}"
            if queue.knows(key):
                continue  # the usual case: looked at every few seconds, and nothing is written
            added += queue.raised(Event.RUN_FINISHED, key, _told(run))
    return added


def announce_run(queue: Queue, run: Run) -> int:
    """Raise "run finished" for a run of which the catalog has no report.

    Such are those that failed, crashed or were stopped, edits and erasures; the others are found by
    `announce_runs`. The reason is left out, as it may name sources.
    """
    if run.state is RunState.DONE and run.request.kind in {RunKind.INGEST, RunKind.SYNC}:
        return 0
    data = {
        "run": run.id,
        "kind": run.request.kind.value,
        "state": run.state.value,
        "started": run.started.isoformat(),
        "ended": None if run.ended is None else run.ended.isoformat(timespec="milliseconds"),
    }
    return queue.raised(Event.RUN_FINISHED, f"run:{run.id}", data)


def _ended(run: RunRecord) -> datetime:
    started = run.started if run.started.tzinfo else run.started.replace(tzinfo=UTC)
    return started + timedelta(seconds=float(run.report.get("seconds", 0)))


def _told(run: RunRecord) -> dict[str, Any]:
    report = run.report
    counted = ("added", "changed", "unchanged", "removed", "duplicates", "refused", "flagged")
    return {
        "run": run.id,
        "state": RunState.DONE.value,
        "started": run.started.isoformat(),
        "ended": _ended(run).isoformat(timespec="milliseconds"),
        **{name: len(report.get(name, ())) for name in counted},
        **{name: report.get(name) for name in ("documents", "passages", "generation", "published")},
    }
