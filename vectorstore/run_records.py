"""Reports of ingest runs, as rows of the catalog."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from vectorstore.runs import KEPT_RUNS
from vectorstore.schema import runs


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One ingest run."""

    id: int
    started: datetime
    report: Mapping[str, Any]


def read_last_run(connection: Connection) -> int | None:
    """Number of the newest run; None before the first."""
    newest: int | None = connection.scalar(select(func.max(runs.c.id)))
    return newest


def read_runs(connection: Connection, limit: int) -> list[RunRecord]:
    """The newest runs first."""
    statement = select(runs).order_by(runs.c.id.desc()).limit(limit)
    return [
        RunRecord(row.id, datetime.fromisoformat(row.started), json.loads(row.report))
        for row in connection.execute(statement)
    ]


def write_run(connection: Connection, started: datetime, report: Mapping[str, Any]) -> int:
    """Keep a run's report; gives its number.

    Of the last `KEPT_RUNS` alone: a report names every source of its run.
    """
    statement = insert(runs).values(started=started.isoformat(), report=json.dumps(report))
    inserted = connection.execute(statement).inserted_primary_key
    assert inserted is not None  # noqa: S101 - a table with a primary key always gives one
    number = int(inserted[0])
    kept = select(runs.c.id).order_by(runs.c.id.desc()).limit(KEPT_RUNS).subquery()
    oldest = select(func.min(kept.c.id)).scalar_subquery()
    connection.execute(delete(runs).where(runs.c.id < oldest))
    return number
