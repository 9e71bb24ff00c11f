"""The table of Slack's tasks, and what its rows say."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    FromClause,
    Index,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    func,
    or_,
    select,
)

from app.slack.tasks import Kind, Refusal, Task

MINUTE_S = 60.0

metadata = MetaData()
tasks = Table(
    "slack_tasks",
    metadata,
    Column("id", String(32), primary_key=True),
    # A mention arrives as two events of one message, a retry as the same event once more.
    Column("key", String(255), nullable=False, unique=True),
    Column("event_id", String(64), unique=True),
    Column("kind", String(16), nullable=False),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("ts", String(32), nullable=False),
    Column("thread_ts", String(32), nullable=False),
    Column("person", String(32), nullable=False),
    # What was asked and what else is needed; emptied when it is done.
    Column("body", Text, nullable=False),
    Column("refusal", String(16)),
    # Counts edits: an answer to an earlier wording is not the answer.
    Column("revision", Integer, nullable=False, default=0),
    Column("edited", String(32), nullable=False, default=""),
    Column("deleted", Boolean, nullable=False, default=False),
    Column("state", String(16), nullable=False),
    Column("owner", String(32)),
    # Of what waits: not to be tried before. Of what runs: when the claim ends.
    Column("due", Float(53), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("deaths", Integer, nullable=False, default=0),
    Column("replies", Text, nullable=False, default="[]"),
    Column("answer_id", String(64)),
    Column("conversation_id", String(32)),
    Column("created", Float(53), nullable=False),
    Index("slack_tasks_to_do", "state", "due"),
    Index("slack_tasks_by_thread", "channel", "thread_ts"),
    Index("slack_tasks_by_message", "channel", "ts"),
    Index("slack_tasks_by_time", "created"),
)


def asked_before(of: FromClause) -> Any:
    """How many things the same person asked for in the minute before, done or not."""
    before = tasks.alias()
    return (
        select(func.count())
        .select_from(before)
        .where(
            before.c.person == of.c.person,
            before.c.team == of.c.team,
            before.c.created < of.c.created,
            before.c.created > of.c.created - MINUTE_S,
        )
        .scalar_subquery()
    )


def in_thread(channel: str, thread_ts: str) -> Collection[Any]:
    """The conditions for the questions of a thread that were neither deleted nor refused."""
    return (
        tasks.c.channel == channel,
        tasks.c.thread_ts == thread_ts,
        tasks.c.deleted.is_(False),
        tasks.c.refusal.is_(None),
        # A private answer opens no thread.
        or_(tasks.c.kind == Kind.QUESTION.value, tasks.c.kind == Kind.STARTER.value),
    )


def task_of(row: RowMapping) -> Task:
    """A row of the table as a task."""
    return Task(
        id=row["id"],
        kind=Kind(row["kind"]),
        team=row["team"],
        channel=row["channel"],
        ts=row["ts"],
        thread_ts=row["thread_ts"],
        person=row["person"],
        body=json.loads(row["body"]),
        refusal=Refusal(row["refusal"]) if row["refusal"] else None,
        revision=row["revision"],
        deleted=row["deleted"],
        attempts=row["attempts"],
        deaths=row["deaths"],
        replies=tuple(json.loads(row["replies"])),
        answer_id=row["answer_id"],
        conversation_id=row["conversation_id"],
        created=row["created"],
    )
