"""`accord export`: documents, answers and ratings as records for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import opened_store, reported, summary
from app.exports.tables import Form, lines

if TYPE_CHECKING:
    from app.conversations.records import Record
    from app.types import Table

_DAYS = ["%Y-%m-%d"]
SOURCE_COLUMNS = (
    "id", "title", "authors", "publisher", "published", "url", "uri", "language", "version",
    "passages", "fidelity", "groups", "caution",
)  # fmt: skip
ANSWER_COLUMNS = (
    "created", "conversation_id", "channel", "kind", "question", "understood", "status", "answer",
    "sources", "composer", "thumbs_up", "thumbs_down", "comments",
)  # fmt: skip


class What(StrEnum):
    """What is exported."""

    SOURCES = "sources"
    ANSWERS = "answers"


def export(
    what: Annotated[
        What,
        typer.Argument(
            metavar="WHAT",
            help="What to export.",
        ),
    ],
    form: Annotated[
        Form, typer.Option("--format", help="One JSON object a line, or a table.")
    ] = Form.JSONL,
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=_DAYS,
            metavar="DATE",
            help="First day of answers (UTC).",
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=_DAYS,
            metavar="DATE",
            help="Last day of answers, included (UTC).",
        ),
    ] = None,
) -> None:
    """Print all sources, or all questions with their answers and ratings, for other programs.

    Answers name no person, but hold what people asked, also in conversations that they keep to
    themselves. Answers that were erased are not among them.
    """
    with reported():
        records = _sources() if what is What.SOURCES else _answers(_day(since), _day(until))
        columns = SOURCE_COLUMNS if what is What.SOURCES else ANSWER_COLUMNS
        for line in lines(records, form, columns):
            typer.echo(line)


def _sources() -> Iterator[dict[str, Any]]:
    from vectorstore.errors import NoIndexError

    with (
        suppress(NoIndexError),
        opened_store() as (_, catalog, _generations),
        catalog.read() as reader,
    ):
        for each in reader.documents():
            yield summary(each) | {"language": each.metadata.language}


def _answers(since: date | None, until: date | None) -> Iterator[dict[str, Any]]:
    from app.bootstrap import open_conversations
    from app.settings import load_settings

    store = open_conversations(load_settings())
    try:
        for record in store.records(since=since, until=until):
            yield answer_record(record)
    finally:
        store.close()


def answer_record(record: Record) -> dict[str, Any]:
    """An answer with its citations as the API gives it, how it was rated, and cells for a table.

    It names no visitor. `status` is as the answer was given: erasing a document later changes the
    words, not what happened.
    """
    from app.web.schemas.answers import AnswerBody

    answer = record.answer
    body = AnswerBody.of(answer, record.conversation_id).model_dump(mode="json")
    ups = sum(one.rating.value == "up" for one in record.ratings)
    spoken = "\n".join(f"{claim.text} {_marks(claim.citations)}".strip() for claim in answer.claims)
    if answer.table:
        spoken = "\n".join([spoken, *_rows(answer.table)]).strip()
    titles = [f"[{each.n}] {each.metadata.title}" for each in answer.citations]
    return body | {
        "status": record.status.value,
        "channel": record.channel.value,
        "answer": spoken or answer.message or "",
        "sources": titles,
        "thumbs_up": ups,
        "thumbs_down": len(record.ratings) - ups,
        "reasons": sorted({reason.value for one in record.ratings for reason in one.reasons}),
        "comments": [one.comment for one in record.ratings if one.comment],
    }


def _rows(table: Table) -> Iterator[str]:
    """A comparison as lines: "Amount: A $70 billion [2]; B not said"."""
    for row in table.rows:
        cells = zip(table.columns, row.cells, strict=True)
        values = (f"{name} {cell.text} {_marks(cell.citations)}".strip() for name, cell in cells)
        yield f"{row.label}: {'; '.join(values)}"


def _marks(citations: Iterable[int]) -> str:
    return "".join(f"[{n}]" for n in citations)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
