"""Reads Slack's events: questions, and messages that were edited or deleted. Pure functions.

Ignored are our own messages, those of other programs, edits that change no word (Slack unfurling a
link), and everything that is no message of a person, such as joins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.slack.markup import mentions, opens_with_other_mention, plain
from app.slack.tasks import Kind, Refusal, Request
from app.slack.thread import is_by_person

Payload = Mapping[str, Any]

_QUESTION = re.compile(
    r"\?|^(?:and |but |so |ok(?:ay)?,? )*(?:who|whom|whose|what|when|where|which|why|how|is|are|"
    r"was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|tell|list|name|explain|"
    r"describe|compare|summari[sz]e|show|give)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message with a question."""

    request: Request
    only_in_our_thread: bool = False
    """It does not address the bot: it counts only below an answer of ours."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A message whose text was edited."""

    channel: str
    ts: str
    text: str
    edited: str
    """Timestamp of the edit."""
    asked: Asked | None
    """The same as a new question: an edit may have added the mention."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A message that was deleted."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the events of one workspace."""

    bot_user: str
    follow_ups: bool = True
    allow_external: bool = False

    def read(self, body: Payload) -> Asked | Edited | Removed | None:
        """The meaning of a `message` or `app_mention` event; None if it is to be ignored."""
        event = body.get("event") or {}
        channel = str(event.get("channel", ""))
        if not channel:
            return None
        match event.get("subtype"):
            case "message_deleted":
                return Removed(channel, str(event.get("deleted_ts", "")))
            case "message_changed":
                return self._edited(body, event, channel)
            case _:
                return self._asked(body, event, channel)

    def _edited(self, body: Payload, event: Payload, channel: str) -> Edited | Removed | None:
        message: Payload = event.get("message") or {}
        earlier: Payload = event.get("previous_message") or {}
        ts = str(message.get("ts", ""))
        if message.get("subtype") == "tombstone":
            # The first message of a thread was deleted; the thread stays.
            return Removed(channel, ts)
        if not self._is_for_us(message) or message.get("text") == earlier.get("text"):
            return None
        text = plain(str(message.get("text", "")), bot_user=self.bot_user)
        edited = str((message.get("edited") or {}).get("ts") or event.get("event_ts", ""))
        whole = {**message, "channel_type": event.get("channel_type")}
        asked = self._asked(body, whole, channel)
        addressed = asked if asked is not None and not asked.only_in_our_thread else None
        return Edited(channel, ts, text, edited, addressed)

    def _asked(self, body: Payload, event: Payload, channel: str) -> Asked | None:
        written = str(event.get("text", ""))
        ts = str(event.get("ts", ""))
        if not self._is_for_us(event) or not ts:
            return None
        thread_ts = str(event.get("thread_ts") or ts)
        is_addressed = (
            event.get("channel_type") == "im"
            or event.get("type") == "app_mention"
            or mentions(written, self.bot_user)
        )
        text = plain(written, bot_user=self.bot_user)
        if not is_addressed:
            in_thread = thread_ts != ts and self.follow_ups
            if not in_thread or opens_with_other_mention(written, self.bot_user):
                return None
            if not reads_as_question(text):
                return None
        team = str(body.get("team_id", ""))
        is_external = bool(body.get("is_ext_shared_channel")) and not self.allow_external
        if is_external and not is_addressed:
            return None
        request = Request(
            key=f"message:{team}:{channel}:{ts}",
            kind=Kind.QUESTION,
            team=str(event.get("user_team") or event.get("team") or team),
            channel=channel,
            person=str(event["user"]),
            ts=ts,
            thread_ts=thread_ts,
            event_id=str(body["event_id"]) if body.get("event_id") else None,
            body={"text": text},
            refusal=Refusal.EXTERNAL if is_external else None,
        )
        return Asked(request, only_in_our_thread=not is_addressed)

    def _is_for_us(self, message: Payload) -> bool:
        return is_by_person(message) and message.get("user") != self.bot_user


def reads_as_question(text: str) -> bool:
    """Whether a message without a mention is a question; "Thanks!" is not."""
    return _QUESTION.search(text.strip()) is not None


def command(form: Payload) -> Request:
    """A slash command; its answer is for one person."""
    return Request(
        key=f"command:{form.get('trigger_id', '')}",
        kind=Kind.COMMAND,
        team=str(form.get("team_id", "")),
        channel=str(form.get("channel_id", "")),
        person=str(form.get("user_id", "")),
        body={
            "text": plain(str(form.get("text", ""))),
            "response_url": str(form.get("response_url", "")),
        },
    )


def message_to_ask_about(payload: Payload) -> tuple[str, dict[str, str]]:
    """The text of a message on which the shortcut was chosen, and its place."""
    message: Payload = payload.get("message") or {}
    ts = str(payload.get("message_ts") or message.get("ts", ""))
    place = {
        "channel": str((payload.get("channel") or {}).get("id", "")),
        "thread_ts": str(message.get("thread_ts") or ts),
    }
    return plain(str(message.get("text", ""))), place


def asked_about(body: Payload, question: str, where: str, place: Payload) -> Request:
    """A question from the shortcut's form; `where` is "private" or "thread"."""
    return Request(
        key=f"view:{body['view']['id']}",
        kind=Kind.QUESTION if where == "thread" else Kind.SHORTCUT,
        team=_id(body, "team"),
        channel=str(place.get("channel", "")),
        person=_id(body, "user"),
        thread_ts=str(place.get("thread_ts", "")),
        body={"text": plain(question)},
    )


def starter(body: Payload, question: str) -> Request:
    """A question pressed on the App Home."""
    return Request(
        key=f"starter:{body.get('trigger_id', '')}",
        kind=Kind.STARTER,
        team=_id(body, "team"),
        channel="",
        person=_id(body, "user"),
        body={"text": question},
    )


def share(body: Payload, answer_id: str) -> Request:
    """A private answer to be shown to its channel, once."""
    container: Payload = body.get("container") or {}
    channel = channel_of(body)
    return Request(
        key=f"share:{answer_id}:{channel}",
        kind=Kind.SHARE,
        team=_id(body, "team"),
        channel=channel,
        person=_id(body, "user"),
        thread_ts=str(container.get("thread_ts") or ""),
        body={"answer_id": answer_id, "response_url": str(body.get("response_url", ""))},
    )


def channel_of(body: Payload) -> str:
    """Id of the channel in which a button was pressed."""
    container: Payload = body.get("container") or {}
    return _id(body, "channel") or str(container.get("channel_id", ""))


def _id(body: Payload, name: str) -> str:
    return str((body.get(name) or {}).get("id", ""))
