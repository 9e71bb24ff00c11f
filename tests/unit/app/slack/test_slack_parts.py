"""The pure parts: which messages ask, when calls may be made, when the digest is due, the app."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from app.conversations.records import Channel, Feedback, Gap, Rating, Usage
from app.slack import digest
from app.slack.events import Asked, Edited, Reader, Removed, reads_as_question
from app.slack.listeners import COMMAND, SHORTCUT
from app.slack.manifest import manifest
from app.slack.pace import Pace
from app.slack.tasks import Refusal
from app.slack.thread import before
from app.types import AnswerStatus
from tests.builders_web import make_abstention, make_answer
from tests.fake_slack import BOT_USER, FakeSlack
from tests.slack_rules import message_faults

READER = Reader(BOT_USER)


def body_of(channel: str = "C1", text: str = "Why?", **event: Any) -> dict[str, Any]:
    slack = FakeSlack()
    message = slack.post(channel, "U1", text)
    return slack.message_events(channel, message, **event)[0]


def test_message_and_mention_of_it_have_one_key() -> None:
    slack = FakeSlack()
    events = slack.message_events("C1", slack.post("C1", "U1", f"<@{BOT_USER}> Why?"))
    asked = [READER.read(event) for event in events]
    assert all(isinstance(one, Asked) for one in asked)
    assert len({one.request.key for one in asked if isinstance(one, Asked)}) == 1
    assert len({one.request.event_id for one in asked if isinstance(one, Asked)}) == 2


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "channel_join"}, {"subtype": "message_replied"}, {"subtype": "bot_message"},
        {"bot_id": "B1"}, {"bot_profile": {"id": "B1"}}, {"user": BOT_USER}, {"user": None},
        {"channel": ""}, {"ts": ""},
    ],
)  # fmt: skip
def test_what_is_no_message_of_a_person_means_nothing(event: dict[str, Any]) -> None:
    body = body_of("D1")
    body["event"] |= event
    assert READER.read(body) is None


@pytest.mark.parametrize("body", [{}, {"event": None}, {"event": {}}, {"event": {"channel": "C"}}])
def test_events_without_content_mean_nothing(body: dict[str, Any]) -> None:
    assert READER.read(body) is None


def test_message_in_a_channel_needs_a_mention() -> None:
    assert READER.read(body_of("C1", "Why?")) is None


def test_tombstone_is_a_deletion() -> None:
    slack = FakeSlack()
    message = slack.post("C1", "U1", "Why?")
    event = slack.edit_event("C1", message.ts, "This message was deleted.")
    event["event"]["message"]["subtype"] = "tombstone"
    assert READER.read(event) == Removed("C1", message.ts)


def test_edit_of_a_bots_message_means_nothing() -> None:
    slack = FakeSlack()
    message = slack.post("D1", BOT_USER, "Because.")
    assert READER.read(slack.edit_event("D1", message.ts, "Since.")) is None


def test_edit_in_a_direct_message_tells_the_new_words() -> None:
    slack = FakeSlack()
    message = slack.post("D1", "U1", "Why?")
    edit = READER.read(slack.edit_event("D1", message.ts, "How?"))
    assert isinstance(edit, Edited)
    assert (edit.text, edit.ts) == ("How?", message.ts)
    assert edit.asked is not None


def test_shared_channel_is_refused_where_the_bot_is_addressed_and_silent_elsewhere() -> None:
    mention = {**body_of("C1", f"<@{BOT_USER}> Why?"), "is_ext_shared_channel": True}
    asked = READER.read(mention)
    assert isinstance(asked, Asked)
    assert asked.request.refusal is Refusal.EXTERNAL
    follow_up = {**body_of("C1", "Why?", thread_ts="1.1"), "is_ext_shared_channel": True}
    assert READER.read(follow_up) is None
    assert isinstance(replace(READER, allow_external=True).read(follow_up), Asked)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Who bought it", True), ("and what about Walmart", True), ("It was sold?", True),
        ("List the partners", True), ("Thanks!", False), ("I think so too", False), ("", False),
        ("Whatever", False),
    ],
)  # fmt: skip
def test_questions_are_told_from_talk(text: str, asks: bool) -> None:
    assert reads_as_question(text) is asks


def test_timestamps_are_compared_as_numbers() -> None:
    assert before("999999999.000001", "1000000000.000000")
    assert before("1.000001", "1.000002")
    assert not before("1.000002", "1.000002")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        really = asyncio.sleep

        async def sleep(seconds: float) -> None:
            self.now += seconds
            await really(0)

        monkeypatch.setattr(asyncio, "sleep", sleep)

    def __call__(self) -> float:
        return self.now


async def test_calls_of_a_method_stay_below_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pace = Pace(clock=clock)
    moments = []
    for _ in range(60):
        await pace.take("chat.stopStream")
        moments.append(clock.now)
    # 18 of Slack's 20 a minute: the 19th waits for the first to be a minute old.
    assert moments[17] == 0.0
    assert moments[18] == 60.0
    assert all(
        later - earlier >= 60.0 for earlier, later in zip(moments, moments[18:], strict=False)
    )


async def test_messages_in_a_channel_keep_a_second_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pace = Pace(clock=clock)
    for channel in ("C1", "C2", "C1"):
        await pace.take("chat.postMessage", channel)
    assert clock.now == pytest.approx(1.1)
    assert not pace.take_now("chat.startStream", "C1")
    assert pace.take_now("chat.startStream", "C3")


async def test_patience_that_slack_asked_for_holds_for_every_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock(monkeypatch)
    pace = Pace(clock=clock)
    pace.close("chat.update", "C1", 30.0)
    assert not pace.take_now("chat.update", "C2")
    await pace.take("chat.update", "C2")
    assert clock.now == 30.0


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ((2026, 11, 23, 9, 0), (2026, 11, 23, 9, 0)),
        ((2026, 11, 23, 8, 59), (2026, 11, 16, 9, 0)),
        ((2026, 11, 29, 23, 0), (2026, 11, 23, 9, 0)),
    ],
)
def test_digest_is_due_once_a_week(now: tuple[int, ...], due: tuple[int, ...]) -> None:
    moment = digest.last_due("mon 09:00", datetime(*now, tzinfo=UTC))  # type: ignore[arg-type]
    assert moment == datetime(*due, tzinfo=UTC)  # type: ignore[arg-type]


def test_digest_tells_of_the_seven_days_before() -> None:
    key = digest.key(datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "C1")
    assert digest.days(key) == (date(2026, 11, 16), date(2026, 11, 22))


def test_digest_counts_and_names_the_gaps_without_anything_live() -> None:
    answer = make_abstention("What do <!channel> and @here want?")
    down = Feedback(Rating.DOWN)
    gaps = [
        Gap(answer, AnswerStatus.ABSTAINED, Channel.SLACK),
        Gap(answer, AnswerStatus.ABSTAINED, Channel.WEB),
        Gap(make_answer("Who sold it?"), AnswerStatus.ANSWERED, Channel.WEB, (down,)),
    ]
    days = (date(2026, 11, 16), date(2026, 11, 22))
    message = digest.message(Usage(9, 6, 1, 2, 3, 1), gaps, *days)
    assert message_faults({"text": message.text, "blocks": message.blocks}) == []
    assert message.text == (
        "Questions from 16 November 2026 to 22 November 2026: 9 asked: 6 answered, 1 in part, "
        "2 refused. Thumbs: 3 up, 1 down."
    )
    lines = message.blocks[-1]["elements"][0]["elements"]
    assert [one["elements"][0]["text"] for one in lines] == [
        "What do <!channel> and @here want? (2: abstained)",
        "Who sold it? (1: thumbs down)",
    ]
    assert len(digest.message(Usage(), [], *days).blocks) == 2


def test_manifest_asks_for_no_more_than_the_bot_uses() -> None:
    shipped = files("app.slack").joinpath("manifest.yaml").read_text(encoding="utf-8")
    assert manifest() == shipped
    app = yaml.safe_load(shipped)
    assert set(app["oauth_config"]["scopes"]["bot"]) == {
        "app_mentions:read", "channels:history", "channels:read", "chat:write", "commands",
        "groups:history", "groups:read", "im:history",
    }  # fmt: skip
    assert "user" not in app["oauth_config"]["scopes"]
    assert set(app["settings"]["event_subscriptions"]["bot_events"]) == {
        "app_home_opened", "app_mention", "message.channels", "message.groups", "message.im",
    }  # fmt: skip
    assert [one["command"] for one in app["features"]["slash_commands"]] == [COMMAND]
    assert [one["callback_id"] for one in app["features"]["shortcuts"]] == [SHORTCUT]


def test_manifest_for_http_names_the_address_in_all_three_places() -> None:
    app = yaml.safe_load(manifest("https://a.example/slack/events"))
    assert app["settings"]["socket_mode_enabled"] is False
    assert [
        app["settings"]["event_subscriptions"]["request_url"],
        app["settings"]["interactivity"]["request_url"],
        app["features"]["slash_commands"][0]["url"],
    ] == ["https://a.example/slack/events"] * 3
