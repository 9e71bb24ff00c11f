"""The durable queue of messages, in the database of conversations: a restart loses nothing.

An answer and the event of it are written in one transaction. Several servers share the queue:
whoever claims a delivery has it for a while, and another takes it over where that one dies.
"""

from __future__ import annotations

import json
import logging
import random
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Index,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from app.conversations.schema import taking_turns, translated
from app.webhooks.hooks import Event, Webhook

logger = logging.getLogger(__name__)

MAX_TRIES = 10
FIRST_DELAY_S, FACTOR, LONGEST_DELAY_S = 5.0, 4.0, 12 * 3_600.0
"""Ten tries over some 32 hours, as the specification suggests."""
JITTER = 0.2
LEASE_S = 60.0
"""Longer than sending takes."""
MOST_WAITING = 10_000
"""For one webhook; what comes on top is dropped and logged. Half a day of a busy server."""
KEPT_S = 7 * 86_400.0
"""How long what was delivered or given up is listed."""

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"

_metadata = MetaData()
_deliveries = Table(
    "webhook_deliveries",
    _metadata,
    Column("id", String(40), primary_key=True),
    Column("hook", String(12), nullable=False),
    # Of the event: two servers that raise the same one make one delivery of it.
    Column("key", String(120), nullable=False),
    Column("event", String(20), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due", Float, nullable=False),
    Column("created", Float, nullable=False),
    Column("problem", Text, nullable=True),
    Index("webhook_deliveries_once", "hook", "key", unique=True),
    Index("webhook_deliveries_due", "hook", "state", "due"),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook."""

    id: str
    hook: str
    event: Event
    body: str
    state: str
    attempts: int
    """Including the one that is under way."""
    due: float
    """When it is tried next, in seconds since 1970."""
    created: float
    problem: str | None = None
    """What went wrong with the last try."""


class Queue:
    """Deliveries of all webhooks. Safe to use from several threads and processes."""

    def __init__(
        self,
        engine: Engine,
        hooks: Sequence[Webhook],
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make the table if it is missing.

        Raises:
            ConversationStoreError: If the database cannot be reached.
        """
        self._engine = engine
        self.hooks = tuple(hooks)
        self._clock = clock
        with translated("opened"), taking_turns(engine) as connection:
            _metadata.create_all(connection)

    def add(
        self,
        connection: Connection,
        event: Event,
        key: str,
        data: Mapping[str, Any],
        *,
        texts: Mapping[str, Any] | None = None,
    ) -> int:
        """Queue an event for each webhook that wants it, in a transaction of the caller.

        Args:
            connection: In that transaction.
            event: What happened.
            key: Names this happening; the second of a name is not added.
            data: Ids, states and counts.
            texts: What people wrote; only for webhooks that ask for it.

        Returns:
            For how many it was added.
        """
        now = self._clock()
        added = 0
        for hook in self.hooks:
            if event not in hook.events:
                continue
            if self._waiting(connection, hook) >= MOST_WAITING:
                logger.error(
                    "A webhook event (%s) is dropped: %d wait for %s already.",
                    event.value,
                    MOST_WAITING,
                    hook.host,
                )
                continue
            shown = {**data, **texts} if texts and hook.with_texts else dict(data)
            values = {
                "id": _new_id(),
                "hook": hook.id,
                "key": key,
                "event": event.value,
                "body": _body(event, now, shown),
                "state": WAITING,
                "attempts": 0,
                "due": now,
                "created": now,
            }
            try:
                with connection.begin_nested():
                    connection.execute(insert(_deliveries).values(**values))
            except IntegrityError:
                continue  # another server was first
            added += 1
        return added

    def knows(self, key: str) -> bool:
        """Whether an event of this name was ever added."""
        query = select(_deliveries.c.id).where(_deliveries.c.key == key).limit(1)
        with translated("read"), self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def raised(self, event: Event, key: str, data: Mapping[str, Any]) -> int:
        """Put an event into the queue, in a transaction of its own."""
        with translated("written"), self._engine.begin() as connection:
            return self.add(connection, event, key, data)

    def claim(self, hook: Webhook) -> Delivery | None:
        """Take the next delivery of a webhook that is due; None if there is none."""
        now = self._clock()
        due = (
            select(_deliveries.c.id)
            .where(
                _deliveries.c.hook == hook.id,
                _deliveries.c.state == WAITING,
                _deliveries.c.due <= now,
            )
            .order_by(_deliveries.c.due, _deliveries.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(_deliveries)
            .where(_deliveries.c.id.in_(due))
            .values(due=now + LEASE_S, attempts=_deliveries.c.attempts + 1)
            .returning(_deliveries)
        )
        with translated("written"), self._engine.begin() as connection:
            row = connection.execute(claimed).mappings().one_or_none()
        return None if row is None else _delivery(row)

    def succeeded(self, delivery: Delivery) -> None:
        """It was taken: what it said is kept no longer."""
        self._settle(delivery, state=DELIVERED, problem=None, body="")

    def failed(
        self, delivery: Delivery, problem: str, *, is_final: bool = False, after_s: float = 0.0
    ) -> None:
        """It was not taken: it is tried again later, or given up.

        Args:
            delivery: As it was claimed.
            problem: A sentence for people who look through the list.
            is_final: The receiver wants no more.
            after_s: What the receiver asked to wait at least.
        """
        if is_final or delivery.attempts >= MAX_TRIES:
            self._settle(delivery, state=DEAD, problem=problem, body="")
            return
        wait_s = delay_s(delivery.attempts, random.random())  # noqa: S311 - no secret
        wait_s = max(wait_s, min(after_s, LONGEST_DELAY_S))
        self._settle(delivery, problem=problem, due=self._clock() + wait_s)

    def purge(self) -> int:
        """Forget what was settled long ago, or waits for a webhook that is no more; says how many.

        Only a webhook in the settings has somebody who delivers for it.
        """
        settled = or_(
            _deliveries.c.state.in_((DELIVERED, DEAD)),
            _deliveries.c.hook.not_in([hook.id for hook in self.hooks]),
        )
        with translated("written"), self._engine.begin() as connection:
            erased = connection.execute(
                delete(_deliveries).where(settled, _deliveries.c.created < self._clock() - KEPT_S)
            )
            return int(erased.rowcount)

    def deliveries(self, *, states: Sequence[str] = (), limit: int = 100) -> list[Delivery]:
        """The newest first."""
        query = select(_deliveries).order_by(_deliveries.c.created.desc(), _deliveries.c.id)
        if states:
            query = query.where(_deliveries.c.state.in_(states))
        with translated("read"), self._engine.connect() as connection:
            return [_delivery(row) for row in connection.execute(query.limit(limit)).mappings()]

    def counts(self) -> dict[tuple[str, str], int]:
        """How many there are, by id of the webhook and state."""
        count = func.count()
        query = select(_deliveries.c.hook, _deliveries.c.state, count).group_by(
            _deliveries.c.hook, _deliveries.c.state
        )
        with translated("read"), self._engine.connect() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def _waiting(self, connection: Connection, hook: Webhook) -> int:
        query = select(func.count()).where(
            _deliveries.c.hook == hook.id, _deliveries.c.state == WAITING
        )
        return connection.scalar(query) or 0

    def _settle(self, delivery: Delivery, **values: Any) -> None:
        with translated("written"), self._engine.begin() as connection:
            connection.execute(
                update(_deliveries)
                .where(
                    _deliveries.c.id == delivery.id,
                    # Not where it was taken over meanwhile: then the other one settles it.
                    _deliveries.c.attempts == delivery.attempts,
                )
                .values(**values)
            )


def delay_s(attempts: int, share: float) -> float:
    """Seconds until the next try.

    Args:
        attempts: Tries so far, at least 1.
        share: Between 0 and 1, by chance: where in the jitter it lies.
    """
    wanted = min(FIRST_DELAY_S * FACTOR ** (attempts - 1), LONGEST_DELAY_S)
    return wanted * (1 + JITTER * (2 * share - 1))


def test_delivery(hook: Webhook) -> Delivery:
    """An event that is sent at once and never queued."""
    now = time.time()
    body = _body(Event.TEST, now, {"message": "Sent by `accord webhooks test`."})
    return Delivery(_new_id(), hook.id, Event.TEST, body, WAITING, 1, now, now)


def _new_id() -> str:
    return f"msg_{secrets.token_hex(16)}"


def _body(event: Event, moment: float, data: Mapping[str, Any]) -> str:
    stamp = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    body = {"type": event.value, "timestamp": stamp, "data": dict(data)}
    return json.dumps(body, ensure_ascii=False)


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(
        id=row["id"],
        hook=row["hook"],
        event=Event(row["event"]),
        body=row["body"],
        state=row["state"],
        attempts=row["attempts"],
        due=row["due"],
        created=row["created"],
        problem=row["problem"],
    )
