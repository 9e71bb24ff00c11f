"""The durable queue of Slack's tasks: each is executed once, over restarts and several servers.

A question is written down before Slack is told that it arrived. A worker then claims it for a
while and keeps prolonging the claim; the claim of a worker that died runs out, and another takes
the question up where it was left.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Engine,
    RowMapping,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from app.conversations.records import new_id
from app.conversations.schema import taking_turns, translated
from app.slack.task_table import MINUTE_S, asked_before, in_thread, metadata, task_of, tasks
from app.slack.tasks import Kind, Limits, Refusal, Request, State, Task

LEASE_S = 30.0
"""A worker that was silent for so long is taken for dead."""

_QUESTIONS = (Kind.QUESTION, Kind.COMMAND, Kind.SHORTCUT, Kind.STARTER)
_UNFINISHED = (State.WAITING.value, State.RUNNING.value)


class Inbox:
    """The tasks in the database of conversations. Safe to use from several threads."""

    def __init__(
        self,
        engine: Engine,
        limits: Limits,
        *,
        lease_s: float = LEASE_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make the table if it is missing.

        Raises:
            ConversationStoreError: If the database cannot be reached.
        """
        self._engine = engine
        self._limits = limits
        self._lease_s = lease_s
        self._clock = clock
        self._writing = threading.Lock()
        with translated("opened"), taking_turns(engine) as connection:
            metadata.create_all(connection)

    def now(self) -> float:
        """The clock of `Task.created`, in seconds."""
        return self._clock()

    def add(self, request: Request) -> Task | None:
        """Store a task; None if it is known already.

        A question above a limit is written down as refused.
        """
        now = self._clock()
        refusal = request.refusal
        with self._write() as connection:
            if refusal is None and request.kind in _QUESTIONS:
                refusal = self._over_limit(connection, request, now)
            values = {
                "id": new_id(),
                "key": request.key,
                "event_id": request.event_id,
                "kind": request.kind.value,
                "team": request.team,
                "channel": request.channel,
                "ts": request.ts,
                "thread_ts": request.thread_ts,
                "person": request.person,
                "body": json.dumps(dict(request.body)),
                "refusal": None if refusal is None else refusal.value,
                "state": State.WAITING.value,
                "due": now,
                "created": now,
            }
            try:
                with connection.begin_nested():
                    row = connection.execute(insert(tasks).values(**values).returning(tasks))
                    return task_of(row.mappings().one())
            except IntegrityError:
                return None

    def revise(self, channel: str, ts: str, text: str, *, edited: str) -> bool:
        """Queue an edited question again; False if the message is unknown, or the edit known."""
        return self._change(channel, ts, text=text, edited=edited)

    def remove(self, channel: str, ts: str) -> bool:
        """Withdraw a deleted question; False if the message is unknown."""
        return self._change(channel, ts, deleted=True)

    def is_ours(self, channel: str, thread_ts: str) -> bool:
        """Whether a question in this thread was queued before."""
        query = select(tasks.c.id).where(*in_thread(channel, thread_ts)).limit(1)
        with translated("read"), self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def turns(self, channel: str, thread_ts: str) -> list[Task]:
        """The questions of a thread, oldest first."""
        query = select(tasks).where(*in_thread(channel, thread_ts)).order_by(tasks.c.created)
        with translated("read"), self._engine.connect() as connection:
            return [task_of(row) for row in connection.execute(query).mappings()]

    def claim(self, owner: str) -> Task | None:
        """Claim the next task; None if there is none.

        Everybody's first question in a minute comes before anybody's second. Of one thread, one at
        a time: a follow-up needs the answer before it.
        """
        now = self._clock()
        earlier = tasks.alias()
        ready = (
            select(tasks.c.id)
            .where(tasks.c.state.in_(_UNFINISHED), tasks.c.due <= now)
            .where(
                ~select(earlier.c.id)
                .where(
                    earlier.c.channel == tasks.c.channel,
                    earlier.c.thread_ts == tasks.c.thread_ts,
                    earlier.c.thread_ts != "",
                    earlier.c.state.in_(_UNFINISHED),
                    earlier.c.created < tasks.c.created,
                )
                .exists()
            )
            .order_by(asked_before(tasks), tasks.c.created, tasks.c.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=tasks)
        )
        claimed = (
            update(tasks)
            .where(tasks.c.id.in_(ready))
            .values(
                state=State.RUNNING.value,
                owner=owner,
                due=now + self._lease_s,
                attempts=tasks.c.attempts + 1,
                # What runs and is due belongs to a worker that died.
                deaths=tasks.c.deaths + case((tasks.c.state == State.RUNNING.value, 1), else_=0),
            )
            .returning(tasks)
        )
        with self._write() as connection:
            row = connection.execute(claimed).mappings().one_or_none()
        return None if row is None else task_of(row)

    def prolong(self, owner: str, running: Mapping[str, int]) -> set[str]:
        """Renew the claims of a live worker.

        Args:
            owner: Who claimed them.
            running: Revision by id.

        Returns:
            Those to go on with: neither lost to another worker nor edited or deleted since.
        """
        with self._write() as connection:
            rows = connection.execute(
                update(tasks)
                .where(tasks.c.id.in_(list(running)), tasks.c.owner == owner)
                .where(tasks.c.state == State.RUNNING.value)
                .values(due=self._clock() + self._lease_s)
                .returning(tasks.c.id, tasks.c.revision, tasks.c.deleted)
            ).all()
        return {row.id for row in rows if running[row.id] == row.revision and not row.deleted}

    def keep(self, task: Task, owner: str, **values: Any) -> bool:
        """Note `replies`, `answer_id`, `conversation_id`, `ts`, `thread_ts` or `channel`.

        False if the task is another worker's now, or the answer is to an earlier wording.
        """
        mine = _mine(task, owner)
        if "replies" in values:
            values["replies"] = json.dumps(list(values["replies"]))
        if "answer_id" in values:
            mine = and_(mine, tasks.c.revision == task.revision)
        with self._write() as connection:
            changed = connection.execute(update(tasks).where(mine).values(**values))
            return bool(changed.rowcount)

    def finish(self, task: Task, owner: str, state: State) -> bool:
        """Mark a task as done; False if it was edited or deleted meanwhile and must be repeated."""
        same = and_(tasks.c.revision == task.revision, tasks.c.deleted == task.deleted)
        with self._write() as connection:
            changed = connection.execute(
                update(tasks)
                .where(_mine(task, owner), same)
                .values(state=state.value, owner=None, body="{}")
            )
            if changed.rowcount:
                return True
            self._wait_again(connection, task, owner, 0.0)
        return False

    def again(self, task: Task, owner: str, *, after_s: float = 0.0) -> None:
        """Queue a task for another try, later."""
        with self._write() as connection:
            self._wait_again(connection, task, owner, after_s)

    def ahead(self, task: Task) -> int:
        """The number of tasks before it, running ones included."""
        own = tasks.alias()
        turn = select(asked_before(own)).where(own.c.id == task.id).scalar_subquery()
        query = select(func.count()).where(
            tasks.c.state.in_(_UNFINISHED),
            tasks.c.id != task.id,
            or_(
                asked_before(tasks) < turn,
                and_(asked_before(tasks) == turn, tasks.c.created < task.created),
            ),
        )
        with translated("read"), self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def waiting(self, limit: int) -> list[Task]:
        """The oldest waiting tasks that were not refused."""
        query = (
            select(tasks)
            .where(tasks.c.state == State.WAITING.value, tasks.c.refusal.is_(None))
            .order_by(tasks.c.created)
            .limit(limit)
        )
        with translated("read"), self._engine.connect() as connection:
            return [task_of(row) for row in connection.execute(query).mappings()]

    def unfinished(self) -> int:
        """The number of unfinished tasks."""
        query = select(func.count()).where(tasks.c.state.in_(_UNFINISHED))
        with translated("read"), self._engine.connect() as connection:
            return connection.scalar(query) or 0

    def purge(self, *, older_than_s: float) -> int:
        """Erase old finished tasks; returns their number."""
        with self._write() as connection:
            erased = connection.execute(
                delete(tasks)
                .where(tasks.c.created < self._clock() - older_than_s)
                .where(tasks.c.state.not_in(_UNFINISHED))
            )
            return int(erased.rowcount)

    def _over_limit(self, connection: Any, request: Request, now: float) -> Refusal | None:
        recent = and_(
            tasks.c.created > now - MINUTE_S,
            tasks.c.refusal.is_(None),
            tasks.c.kind.in_(_QUESTIONS),
        )
        asked, in_channel = connection.execute(
            select(
                func.sum(case((tasks.c.person == request.person, 1), else_=0)),
                func.sum(case((tasks.c.channel == request.channel, 1), else_=0)),
            ).where(recent, tasks.c.team == request.team)
        ).one()
        if (asked or 0) >= self._limits.per_user:
            return Refusal.USER_LIMIT
        if request.channel and (in_channel or 0) >= self._limits.per_channel:
            return Refusal.CHANNEL_LIMIT
        return None

    def _change(
        self, channel: str, ts: str, *, text: str = "", edited: str = "", deleted: bool = False
    ) -> bool:
        """Let a question be done again. What runs stays claimed; its worker finds the change."""
        there = (tasks.c.kind == Kind.QUESTION.value, tasks.c.channel == channel, tasks.c.ts == ts)
        values: dict[str, Any] = {
            "revision": tasks.c.revision + 1,
            "answer_id": None,
            "deaths": 0,
            "state": case(
                (tasks.c.state == State.RUNNING.value, State.RUNNING.value),
                else_=State.WAITING.value,
            ),
            "due": case((tasks.c.state == State.RUNNING.value, tasks.c.due), else_=self._clock()),
        }
        fresh: Any = tasks.c.deleted.is_(False)
        if deleted:
            # The answer's id stays: what was answered is to be erased.
            del values["answer_id"]
            values["deleted"] = True
        else:
            values["edited"] = edited
            fresh = and_(fresh, tasks.c.edited < edited, tasks.c.refusal.is_(None))
        with self._write() as connection:
            if not deleted:
                known = select(tasks).where(*there).limit(1).with_for_update()
                row = connection.execute(known).mappings().one_or_none()
                values["body"] = json.dumps({"text": text, "former": _former(row)})
            changed = connection.execute(update(tasks).where(*there, fresh).values(**values))
            return bool(changed.rowcount)

    def _wait_again(self, connection: Any, task: Task, owner: str, after_s: float) -> None:
        connection.execute(
            update(tasks)
            .where(_mine(task, owner))
            .values(state=State.WAITING.value, owner=None, due=self._clock() + after_s)
        )

    @contextmanager
    def _write(self) -> Iterator[Any]:
        # One writer at a time in this process; SQLite would make them wait and retry anyway.
        with self._writing, translated("written"), self._engine.begin() as connection:
            yield connection


def _former(row: RowMapping | None) -> list[str]:
    """Answers to a question that are none any more once it is edited."""
    if row is None:
        return []
    task = task_of(row)
    return [*task.former_answers, *([] if task.answer_id is None else [task.answer_id])]


def _mine(task: Task, owner: str) -> Any:
    return and_(tasks.c.id == task.id, tasks.c.owner == owner, tasks.c.state == State.RUNNING.value)
