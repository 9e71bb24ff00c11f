"""Ratings in the database: one for each answer and visitor, changeable and removable."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.conversations.records import Feedback, Rating, Reason
from app.conversations.schema import answer_documents, feedback
from vectorstore.types import DocumentId

NOBODY = ""
"""Stands for callers without a visitor id, who share one rating an answer."""
IDS_A_QUERY = 500
"""Databases limit how many values a statement may carry, SQLite of old to 999."""


def write(connection: Connection, answer_id: str, given: Feedback, *, visitor: str | None) -> None:
    """Keep a rating instead of the visitor's earlier one."""
    now = datetime.now(UTC)
    values = {
        "rating": given.rating.value,
        "reasons": json.dumps([reason.value for reason in given.reasons]),
        "comment": given.comment,
        "updated": now,
    }
    changed = connection.execute(update(feedback).where(_is(answer_id, visitor)).values(**values))
    if changed.rowcount == 0:
        connection.execute(
            insert(feedback).values(
                answer_id=answer_id, visitor=visitor or NOBODY, created=now, **values
            )
        )


def read(connection: Connection, answer_id: str, *, visitor: str | None) -> Feedback | None:
    """The visitor's rating of an answer; None if there is none."""
    row = connection.execute(select(feedback).where(_is(answer_id, visitor))).one_or_none()
    return None if row is None else as_feedback(row)


def erase(connection: Connection, answer_id: str, *, visitor: str | None) -> bool:
    """Remove the visitor's rating; False if there was none."""
    return connection.execute(delete(feedback).where(_is(answer_id, visitor))).rowcount > 0


def ratings_of(
    connection: Connection, answer_ids: Iterable[str], *, only: Rating | None = None
) -> dict[str, tuple[Feedback, ...]]:
    """The ratings of these answers by id, the earliest first; `only` leaves out the others."""
    wanted = list(answer_ids)
    found: dict[str, tuple[Feedback, ...]] = {}
    for start in range(0, len(wanted), IDS_A_QUERY):
        query = (
            select(feedback)
            .where(feedback.c.answer_id.in_(wanted[start : start + IDS_A_QUERY]))
            .order_by(feedback.c.created, feedback.c.visitor)
        )
        if only is not None:
            query = query.where(feedback.c.rating == only.value)
        for row in connection.execute(query):
            found[row.answer_id] = (*found.get(row.answer_id, ()), as_feedback(row))
    return found


def erase_comments_about(connection: Connection, document_id: DocumentId) -> None:
    """Empty the comments on answers that read a document, since they may quote it."""
    about = select(answer_documents.c.answer_id).where(
        answer_documents.c.document_id == document_id
    )
    connection.execute(update(feedback).where(feedback.c.answer_id.in_(about)).values(comment=""))


def _is(answer_id: str, visitor: str | None) -> Any:
    return (feedback.c.answer_id == answer_id) & (feedback.c.visitor == (visitor or NOBODY))


def as_feedback(row: Any) -> Feedback:
    """From a row of the table."""
    reasons = tuple(Reason(reason) for reason in json.loads(row.reasons))
    return Feedback(Rating(row.rating), reasons, row.comment)
