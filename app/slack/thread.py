"""The messages of a thread before a question, as history for the service."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.conversations.records import StoredAnswer, as_messages
from app.slack.calls import SlackCalls
from app.slack.errors import SlackError
from app.slack.markup import plain
from app.slack.tasks import Task
from app.types import Message

logger = logging.getLogger(__name__)

MAX_READ = 1_000
"""Messages of a thread that are fetched, from its start: as many as Slack gives at a time."""
MAX_TURNS = 20


async def read_thread(slack: SlackCalls, task: Task) -> list[Mapping[str, Any]]:
    """The messages above a question in its thread, oldest first; none if it opens the thread.

    Where Slack does not give them, the stored answers alone are the history.
    """
    if task.ts == task.thread_ts:
        return []
    try:
        response = await slack.call(
            "conversations.replies",
            channel=task.channel,
            ts=task.thread_ts,
            latest=task.ts,
            inclusive="false",
            limit=MAX_READ,
        )
    except SlackError as error:
        logger.warning("The thread of question %s could not be read: %s", task.reference, error)
        return []
    return [one for one in response.get("messages", []) if before(str(one.get("ts")), task.ts)]


def history(
    messages: Sequence[Mapping[str, Any]],
    turns: Sequence[Task],
    task: Task,
    answer_of: Callable[[str], StoredAnswer | None],
    *,
    bot_user: str,
) -> tuple[Message, ...]:
    """Messages of people and answers, in order.

    Args:
        messages: Of the thread, as Slack gives them.
        turns: Questions of the thread that were taken up.
        task: The question that is asked now.
        answer_of: The stored answer by id.
        bot_user: The bot's own user id.
    """
    asked = {turn.ts: turn for turn in turns if turn.answer_id and before(turn.ts, task.ts)}
    written = {
        str(one["ts"]): plain(str(one.get("text", "")), bot_user=bot_user)
        for one in messages
        if is_by_person(one) and one.get("user") != bot_user
    }
    found: list[Message] = []
    for ts in sorted(asked.keys() | written.keys(), key=_order)[-MAX_TURNS:]:
        stored = answer_of(asked[ts].answer_id or "") if ts in asked else None
        if stored is not None:
            found += as_messages(stored.answer)
        elif written.get(ts):
            found.append(Message("user", written[ts]))
    return tuple(found)


def is_by_person(message: Mapping[str, Any]) -> bool:
    """Whether a person wrote a message, and not a program."""
    return (
        bool(message.get("user"))
        and not message.get("bot_id")
        and not message.get("bot_profile")
        and message.get("subtype") in {None, "file_share", "thread_broadcast", "me_message"}
    )


def before(one: str, other: str) -> bool:
    """Whether a message was sent before another, by their timestamps."""
    return _order(one) < _order(other)


def _order(ts: str) -> tuple[int, str]:
    seconds, _, count = ts.partition(".")
    return (int(seconds) if seconds.isdecimal() else 0, count)
