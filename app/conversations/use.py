"""Statistics of use: how many answers were given, and which were refused or disliked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Select, exists, func, select, tuple_

from app.conversations.feedback import as_feedback, ratings_of
from app.conversations.records import Channel, Gap, Opinion, Rating, Record, Usage
from app.conversations.schema import SPOKEN, answers, as_utc, feedback
from app.types import Answer, AnswerStatus

MAX_GAPS = MAX_OPINIONS = 5_000
"""The newest that are read at a time: more than anybody goes through, less than fills memory."""

_ANSWER = TypeAdapter(Answer)


def gaps(
    connection: Connection, *, since: date | None, until: date | None, with_earlier: bool = False
) -> list[Gap]:
    """The newest `MAX_GAPS` of those asked on these days (UTC, both included), oldest first."""
    disliked = exists().where(
        feedback.c.answer_id == answers.c.id, feedback.c.rating == Rating.DOWN.value
    )
    query = (
        _asked(select(answers), since, until)
        .where(answers.c.status.not_in([AnswerStatus.ANSWERED.value, SPOKEN]) | disliked)
        .order_by(answers.c.created.desc(), answers.c.id)
        .limit(MAX_GAPS)
    )
    rows = connection.execute(query).all()[::-1]
    given = ratings_of(connection, (row.id for row in rows), only=Rating.DOWN)
    return [
        Gap(
            answer=_ANSWER.validate_json(row.body),
            status=_status(row.status),
            channel=Channel(row.channel),
            downs=given.get(row.id, ()),
            earlier=_earlier(connection, row) if with_earlier else (),
        )
        for row in rows
    ]


RECORDS_A_QUERY = 500
"""Answers of some 10 kB each: a few megabytes at a time, however long the log is."""


def records(connection: Connection, *, since: date | None, until: date | None) -> Iterator[Record]:
    """Every answer given on these days (UTC, both included), oldest first, read bit by bit."""
    place = tuple_(answers.c.created, answers.c.id)
    query = _asked(select(answers), since, until).order_by(answers.c.created, answers.c.id)
    query = query.limit(RECORDS_A_QUERY)
    rows = connection.execute(query).all()
    while rows:
        given = ratings_of(connection, (row.id for row in rows))
        for row in rows:
            yield Record(
                answer=_ANSWER.validate_json(row.body),
                conversation_id=row.conversation_id,
                status=_status(row.status),
                channel=Channel(row.channel),
                ratings=given.get(row.id, ()),
            )
        rows = connection.execute(query.where(place > (rows[-1].created, rows[-1].id))).all()


def opinions(
    connection: Connection, *, since: date | None, until: date | None, rating: Rating | None
) -> list[Opinion]:
    """The newest `MAX_OPINIONS` of those given on these days (UTC, both included), newest first."""
    query = (
        _within(
            select(feedback, answers.c.status, answers.c.channel, answers.c.body),
            feedback.c.updated,
            since,
            until,
        )
        .join(answers, answers.c.id == feedback.c.answer_id)
        .order_by(feedback.c.updated.desc(), feedback.c.answer_id, feedback.c.visitor)
        .limit(MAX_OPINIONS)
    )
    if rating is not None:
        query = query.where(feedback.c.rating == rating.value)
    return [
        Opinion(
            answer=_ANSWER.validate_json(row.body),
            status=_status(row.status),
            channel=Channel(row.channel),
            feedback=as_feedback(row),
            given=as_utc(row.updated),
            key=f"{row.answer_id} {row.visitor}",
        )
        for row in connection.execute(query)
    ]


def usage(connection: Connection, *, since: date | None, until: date | None) -> Usage:
    """Counts of the answers given on these days (UTC, both included)."""
    status, rating, count = answers.c.status, feedback.c.rating, func.count().label("answers")
    rated = feedback.join(answers, answers.c.id == feedback.c.answer_id)
    statuses = _counted(connection, _asked(select(status, count), since, until).group_by(status))
    ratings = _counted(
        connection,
        _asked(select(rating, count).select_from(rated), since, until).group_by(rating),
    )
    return Usage(
        asked=statuses.total() - statuses[SPOKEN],
        answered=statuses[AnswerStatus.ANSWERED.value],
        partial=statuses[AnswerStatus.PARTIAL.value],
        abstained=statuses[AnswerStatus.ABSTAINED.value],
        up=ratings[Rating.UP.value],
        down=ratings[Rating.DOWN.value],
    )


def usage_by_day(
    connection: Connection, *, since: date | None, until: date | None
) -> dict[date, Usage]:
    """The same for each day (UTC) on which something was asked, in order."""
    status, rating, count = answers.c.status, feedback.c.rating, func.count()
    at_utc = (
        func.timezone("UTC", answers.c.created)
        if connection.dialect.name == "postgresql"
        else answers.c.created
    )
    day = func.date(at_utc)
    rated = feedback.join(answers, answers.c.id == feedback.c.answer_id)
    given = _asked(select(day, status, count), since, until).group_by(day, status)
    judged = _asked(select(day, rating, count).select_from(rated), since, until)
    counts: dict[date, Counter[str]] = {}
    for query in (given, judged.group_by(day, rating)):
        for each_day, name, number in connection.execute(query):
            found = each_day if isinstance(each_day, date) else date.fromisoformat(each_day)
            counts.setdefault(found, Counter())[name] += number
    return {each: _usage(counts[each]) for each in sorted(counts)}


def _usage(counts: Counter[str]) -> Usage:
    answered, partial, abstained = (
        counts[each.value]
        for each in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL, AnswerStatus.ABSTAINED)
    )
    return Usage(
        asked=answered + partial + abstained,
        answered=answered,
        partial=partial,
        abstained=abstained,
        up=counts[Rating.UP.value],
        down=counts[Rating.DOWN.value],
    )


def _counted(connection: Connection, query: Select[Any]) -> Counter[str]:
    return Counter({row[0]: row[1] for row in connection.execute(query)})


def _status(kept: str) -> AnswerStatus:
    return AnswerStatus.ABSTAINED if kept == SPOKEN else AnswerStatus(kept)


def _asked(query: Select[Any], since: date | None, until: date | None) -> Select[Any]:
    return _within(query, answers.c.created, since, until)


def _within(
    query: Select[Any], moment: ColumnElement[Any], since: date | None, until: date | None
) -> Select[Any]:
    if since is not None:
        query = query.where(moment >= _midnight(since))
    if until is not None and until < date.max:
        query = query.where(moment < _midnight(until + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _earlier(connection: Connection, row: Any) -> tuple[Answer, ...]:
    query = (
        select(answers.c.body)
        .where(answers.c.conversation_id == row.conversation_id)
        .where(answers.c.position < row.position)
        .order_by(answers.c.position)
    )
    return tuple(_ANSWER.validate_json(body) for body in connection.scalars(query))
