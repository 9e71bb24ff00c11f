"""The weekly report: when it is due, and its text. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from app.conversations.clusters import clusters
from app.conversations.records import Gap, Usage
from app.dates import long_date
from app.slack.blocks import Block, header, rich, section, shortened, words
from app.slack.render import SlackMessage

MAX_GAPS = 5
MAX_QUESTION = 300
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = timedelta(days=7)
_KEY = "digest:"


def last_due(at: str, now: datetime) -> datetime:
    """The latest time at which it was due.

    Args:
        at: Day and time in UTC, as in "mon 09:00".
        now: With a time zone.
    """
    day, _, clock = at.partition(" ")
    moment = datetime.combine(now.astimezone(UTC).date(), time.fromisoformat(clock), UTC)
    moment -= timedelta(days=(moment.weekday() - DAYS.index(day)) % 7)
    return moment if moment <= now else moment - WEEK


def key(due: datetime, channel: str) -> str:
    """The key of one report, so that several servers send it once."""
    return f"{_KEY}{due.date().isoformat()}:{channel}"


def days(report: str) -> tuple[date, date]:
    """The first and the last day (UTC) of a report: the seven before it is due."""
    due = date.fromisoformat(report.removeprefix(_KEY)[:10])
    return due - WEEK, due - timedelta(days=1)


def message(usage: Usage, gaps: Sequence[Gap], since: date, until: date) -> SlackMessage:
    """The report: questions asked, answered, refused; thumbs; unanswered questions."""
    title = f"Questions from {long_date(since)} to {long_date(until)}"
    counts = (
        f"*{usage.asked}* asked: *{usage.answered}* answered, *{usage.partial}* in part, "
        f"*{usage.abstained}* refused. Thumbs: *{usage.up}* up, *{usage.down}* down."
    )
    blocks: list[Block] = [header(title), section(counts)]
    if found := clusters(gaps)[:MAX_GAPS]:
        lines = [
            {
                "type": "rich_text_section",
                "elements": [
                    words(
                        f"{shortened(one.question, MAX_QUESTION)} ({len(one.gaps)}: "
                        f"{', '.join(reason.replace('_', ' ') for reason in one.reasons)})"
                    )
                ],
            }
            for one in found
        ]
        blocks += [
            rich([words("What the sources did not answer, or not well:", bold=True)]),
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_list", "style": "ordered", "elements": lines}],
            },
        ]
    return SlackMessage(f"{title}: {counts.replace('*', '')}", tuple(blocks))
