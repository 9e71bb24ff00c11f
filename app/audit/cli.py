"""`accord audit`: read, filter and export the audit log."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from app.audit.records import Door, Entry
from app.cli import reported
from app.settings import load_settings

DEFAULT_LIMIT = 100
COLUMNS = (
    "moment", "action", "outcome", "door", "who", "name", "subject", "sources", "request_id",
    "text",
)  # fmt: skip


class Form(StrEnum):
    """How entries are printed."""

    TEXT = "text"
    JSONL = "jsonl"
    CSV = "csv"


def audit(
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="First day (UTC).",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Last day (UTC).",
        ),
    ] = None,
    who: Annotated[
        str | None, typer.Option(help="A part of a name, mail, or id of person or token.")
    ] = None,
    action: Annotated[
        list[str] | None, typer.Option(help='As in "ask" or "read source". Repeatable.')
    ] = None,
    door: Annotated[list[Door] | None, typer.Option(help="Repeatable.")] = None,
    outcome: Annotated[
        list[str] | None, typer.Option(help='As in "answered" or "refused". Repeatable.')
    ] = None,
    subject: Annotated[
        str | None, typer.Option(help="Id of a document, answer, conversation or token.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Largest number of entries; 100 unless --format is given."),
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", "--form", help="Form of the output.")
    ] = Form.TEXT,
) -> None:
    """Print who asked, read and changed what, the latest first."""
    from app.audit.store import AuditStore, Wanted
    from app.bootstrap import open_conversations

    wanted = Wanted(
        since=None if since is None else _midnight(since.date()),
        until=None
        if until is None or until.date() == date.max
        else _midnight(until.date() + timedelta(days=1)),
        who=who,
        actions=tuple(action or ()),
        doors=tuple(one.value for one in door or ()),
        outcomes=tuple(outcome or ()),
        subject=subject,
    )
    if limit is None and form is Form.TEXT:
        limit = DEFAULT_LIMIT
    with reported():
        store = open_conversations(load_settings())
        try:
            for line in _lines(AuditStore(store.engine).entries(wanted, limit=limit), form):
                typer.echo(line)
        finally:
            store.close()


def _lines(entries: Iterable[Entry], form: Form) -> Iterator[str]:
    if form is Form.CSV:
        yield _row(COLUMNS)
    for one in entries:
        fields = _fields(one)
        if form is Form.JSONL:
            yield json.dumps({**fields, "sources": list(one.sources)}, ensure_ascii=False)
        elif form is Form.CSV:
            yield _row([fields[name] for name in COLUMNS])
        else:
            yield _sentence(one)


def _fields(one: Entry) -> dict[str, str]:
    return {
        "moment": one.moment.isoformat(timespec="milliseconds"),
        "action": one.action,
        "outcome": one.outcome,
        "door": one.door,
        "who": one.who,
        "name": one.name,
        "subject": one.subject,
        "sources": " ".join(one.sources),
        "request_id": one.request_id,
        "text": one.text,
    }


def _row(cells: Iterable[str]) -> str:
    from app.conversations.table import safe_cell

    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="").writerow(map(safe_cell, cells))
    return written.getvalue()


def _sentence(one: Entry) -> str:
    who = " ".join(filter(None, [one.name, f"({one.who})" if one.name else one.who])) or "-"
    quoted = f" quoting {' '.join(one.sources)}" if one.sources else ""
    subject = f" {one.subject}" if one.subject else ""
    line = f"{one.moment:%Y-%m-%d %H:%M:%S}  {one.door:7} {one.action}{subject}: {one.outcome}"
    text = "".join(f"\n    {part}" for part in one.text.splitlines() if part)
    # What a header or a claim says must not move the cursor of whoever reads this.
    return _printable(f"{line}{quoted}  by {who}") + "".join(_printable(text, keep="\n"))


def _printable(text: str, keep: str = "") -> str:
    return "".join(one if one.isprintable() or one in keep else "\ufffd" for one in text)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
