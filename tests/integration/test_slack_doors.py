"""Both ways in: events over HTTP with their signatures, and Socket Mode over a real WebSocket."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from app.audit.store import AuditStore, Wanted
from app.conversations.store import ConversationStore
from app.slack import sentences
from app.slack.bot import SlackBot
from app.slack.digest import DAYS
from app.slack.door import MAX_BODY_BYTES
from app.slack.errors import SlackSetupError
from app.slack.pace import Pace
from app.slack.socket import run
from tests.builders_web import FakeChatService
from tests.fake_slack import APP_TOKEN, BOT_USER, FakeSlack, encoded, signed
from tests.slack_load import EchoChat
from tests.slack_server import PUBLIC_URL, serving_slack, slack_settings, until_async

ASK = f"<@{BOT_USER}> What was bought?"
NONSENSE = 300


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(minute_s=3.0, links=(PUBLIC_URL,)).running() as fake:
        yield fake
        assert fake.violations == []


# HTTP


async def test_url_verification_is_answered(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        ack = await server.send({"type": "url_verification", "challenge": "c3", "token": "t"})
    assert json.loads(ack.body) == {"challenge": "c3"}


async def test_refused_requests_reach_nobody(tmp_path: Path, slack: FakeSlack) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = slack.post("C1", "U1", ASK)
        body, _, kind = encoded(slack.message_events("C1", message)[0])
        good = {**kind, **signed(body)}
        stamp, seal = "x-slack-request-timestamp", "x-slack-signature"
        for headers, status in (
            ({**good, seal: "v0=" + "0" * 64}, 401),
            ({**good, seal: b"v0=\xe9"}, 401),
            ({**good, stamp: "abc"}, 401),
            ({**good, stamp: "1.5"}, 401),
            ({**good, stamp: "9" * 5_000}, 401),
            ({**kind}, 401),
            ({**kind, **signed(body, at=0)}, 401),
            ({**kind, **signed(body, secret="another")}, 401),
        ):
            assert (await server.post(headers, body)).status_code == status, headers
        assert (await server.client.get("/slack/events")).status_code == 405
        assert (await server.post({**kind, **signed(b"{")}, b"{")).status_code == 400
        large = b'{"a": "' + b"x" * MAX_BODY_BYTES + b'"}'
        assert (await server.post({**kind, **signed(large)}, large)).status_code == 413
        await server.idle()
    assert server.chat.questions == []


async def test_pressed_button_may_bring_a_large_message_along(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        pressed = slack.press("U1", "C1", "evidence", "f" * 32)
        pressed["message"] = {"blocks": ["é" * 100] * 1_000}
        await server.send(pressed)
        await until_async(lambda: bool(slack.ephemeral))
    assert slack.ephemeral[0]["text"] == sentences.ERASED


async def test_signed_payloads_of_any_shape_are_no_fault_of_ours(
    tmp_path: Path, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(7)
    samples = _samples(slack)
    async with serving_slack(tmp_path, slack) as server:
        for _ in range(NONSENSE):
            payload = _mutilated(json.loads(json.dumps(chance.choice(samples))), chance)
            if chance.random() < 0.5 and payload.get("type") != "event_callback":
                body = urlencode({"payload": json.dumps(payload)}).encode()
                kind = {"content-type": "application/x-www-form-urlencoded"}
            else:
                body, kind = json.dumps(payload).encode(), {"content-type": "application/json"}
            response = await server.post({**kind, **signed(body)}, body)
            assert response.status_code < 500, (payload, caplog.text[-2_000:])
        await server.ask("C1", "U1", ASK)
        await server.idle()


async def test_server_runs_although_slack_is_away_and_connects_when_it_is_back(
    tmp_path: Path, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.faults["auth.test"].append("500")
    async with serving_slack(tmp_path, slack) as server:
        assert "Slack cannot be used: Slack did not answer auth.test" in caplog.text
        message = await server.ask("C1", "U1", ASK)
        await server.idle()
    assert len(slack.replies("C1", message.ts)) == 1


async def test_events_are_put_off_until_slack_has_told_who_we_are(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        reader = server.bot._listeners.reader
        server.bot._listeners.reader = None
        message = slack.post("C1", "U1", ASK)
        event = slack.message_events("C1", message)[0]
        ack = await slack.send_http(server.post, event)
        assert ack.status == 503
        server.bot._listeners.reader = reader
        await server.send(event, retry=1)
        await server.idle()
    assert len(slack.replies("C1", message.ts)) == 1


async def test_what_cannot_be_written_down_is_not_acknowledged(
    tmp_path: Path, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = slack.post("C1", "U1", ASK)
        event = slack.message_events("C1", message)[0]
        with server.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE slack_tasks RENAME TO elsewhere")
        ack = await slack.send_http(server.post, event)
        assert ack.status == 503
        with server.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO slack_tasks")
        await server.send(event, retry=1)
        await server.idle()
    assert len(slack.replies("C1", message.ts)) == 1


async def test_question_is_told_to_the_audit_log_without_its_words(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with serving_slack(tmp_path, slack) as server:
        message = slack.post("C1", "U1", ASK)
        await server.send(slack.message_events("C1", message)[0])
        await server.idle()

    store = ConversationStore.in_folder(tmp_path)
    [entry] = AuditStore(store.engine).entries(Wanted())
    store.close()
    assert (entry.action, entry.door, entry.outcome) == ("ask", "slack", "answered")
    assert entry.who == "slack:T0TEAM:U1"
    assert entry.sources
    assert entry.text == ""


# Socket Mode


@asynccontextmanager
async def listening(folder: Path, slack: FakeSlack, chat: FakeChatService) -> AsyncIterator[None]:
    """`accord slack` in this process."""
    store = ConversationStore.in_folder(folder)
    bot = SlackBot(slack_settings(folder, slack), chat, store, pace=Pace(minute_s=slack.minute_s))
    stop = asyncio.Event()
    running = asyncio.create_task(run(bot, APP_TOKEN, stop=stop))
    try:
        opened = asyncio.create_task(slack.socket_opened.wait())
        await asyncio.wait({opened, running}, return_when=asyncio.FIRST_COMPLETED)
        opened.cancel()
        if running.done():
            running.result()
        yield
        await until_async(lambda: bot.workers.busy == 0)
    finally:
        stop.set()
        if not running.done():
            await running
        store.close()


async def test_socket_mode_answers_every_kind_of_envelope_once(
    tmp_path: Path, slack: FakeSlack
) -> None:
    async with listening(tmp_path, slack, FakeChatService()):
        message = slack.post("C1", "U1", ASK)
        for event in slack.message_events("C1", message):
            for retry in (0, 1):
                assert (await slack.send_socket(event, retry=retry)).status == 200
        ack = await slack.send_socket(slack.command("U1", "C1", "What was bought?"))
        assert "Searching" in ack.body
        await until_async(lambda: bool(slack.replies("C1", message.ts)) and bool(slack.ephemeral))
        (reply,) = slack.replies("C1", message.ts)
        value = next(one["value"] for one in reply.blocks[-1]["elements"])
        assert (await slack.send_socket(slack.press("U1", "C1", "evidence", value))).status == 200
        await until_async(lambda: bool(slack.views))
        edit = slack.edit_event("C1", message.ts, f"<@{BOT_USER}> Who sold it?")
        assert (await slack.send_socket(edit)).status == 200
        await until_async(lambda: reply.versions > 1)
        assert (await slack.send_socket(slack.delete_event("C1", message.ts))).status == 200
        await until_async(lambda: slack.replies("C1", message.ts) == [])


async def test_socket_that_slack_closes_is_opened_again(tmp_path: Path, slack: FakeSlack) -> None:
    async with listening(tmp_path, slack, FakeChatService()):
        slack.socket_opened.clear()
        await slack.sockets[-1].send_json({"type": "disconnect", "reason": "refresh_requested"})
        message = slack.post("D1", "U1", "What was bought?")
        (event,) = slack.message_events("D1", message)
        assert (await slack.send_socket(event)).status == 200
        await until_async(lambda: bool(slack.replies("D1", message.ts)))
    assert len(slack.sockets) == 2


async def test_envelopes_are_acknowledged_while_no_answer_comes(
    tmp_path: Path, slack: FakeSlack
) -> None:
    chat = EchoChat()
    async with listening(tmp_path, slack, chat):
        messages = [slack.post(f"C{number}", f"U{number}", ASK) for number in range(20)]
        for number, message in enumerate(messages):
            for event in slack.message_events(f"C{number}", message):
                assert (await slack.send_socket(event)).status == 200
        assert not any(one.is_ours for one in slack.channels["C0"].values())
        chat.gate.set()
        await until_async(
            lambda: all(
                len(slack.replies(f"C{number}", message.ts)) == 1
                for number, message in enumerate(messages)
            )
        )


@pytest.mark.parametrize(
    ("overrides", "app_token", "said"),
    [
        ({"slack_bot_token": "xoxb-wrong"}, APP_TOKEN, "does not know ACCORD_SLACK_BOT_TOKEN"),
        ({}, "xapp-wrong", "with ACCORD_SLACK_APP_TOKEN"),
        ({"slack_bot_token": None}, APP_TOKEN, "ACCORD_SLACK_BOT_TOKEN is not set"),
    ],
)
async def test_wrong_token_is_told_in_a_sentence(
    tmp_path: Path, overrides: dict[str, Any], app_token: str, said: str
) -> None:
    async with FakeSlack().running() as slack:
        settings = slack_settings(tmp_path, slack, **overrides)

        async def start() -> None:
            bot = SlackBot(settings, FakeChatService(), ConversationStore.in_folder(tmp_path))
            await run(bot, app_token, stop=asyncio.Event())

        with pytest.raises(SlackSetupError, match=said) as raised:
            await start()
        assert "-wrong" not in str(raised.value)


async def test_digest_is_sent_once_by_two_servers(tmp_path: Path, slack: FakeSlack) -> None:
    now = datetime.now(UTC)
    options = {
        "slack_digest_channel": "C7",
        "slack_digest_at": f"{DAYS[now.weekday()]} 00:00",
    }
    async with (
        serving_slack(tmp_path, slack, **options) as one,
        serving_slack(tmp_path, slack, **options) as other,
    ):
        await until_async(lambda: bool(slack.channels["C7"]))
        await one.idle()
        await other.idle()
    (report,) = slack.channels["C7"].values()
    assert "0 asked: 0 answered" in report.text


def _samples(slack: FakeSlack) -> list[Any]:
    message = slack.post("C1", "U1", "Why?")
    view = {"callback_id": "ask", "private_metadata": '{"channel": "C1", "thread_ts": "1.1"}'}
    values = {
        "question": {"written": {"value": "Why?"}},
        "where": {"chosen": {"selected_option": {"value": "private"}}},
    }
    reasons = {
        "reasons": {"chosen": {"selected_options": [{"value": "other"}]}},
        "comment": {"written": {"value": "x"}},
    }
    return [
        *slack.message_events("C1", message),
        slack.edit_event("C1", message.ts, "How?"),
        slack.event({"type": "app_home_opened", "user": "U1", "tab": "home"}),
        slack.event({"type": "team_join", "user": {"id": "U1"}}),
        slack.press("U1", "C1", "evidence", "f" * 32),
        slack.press("U1", "C1", "thumbs_down", "f" * 32),
        slack.press("U1", "", "starter:0", "Why?"),
        slack.press("U1", "C1", "unknown", "x"),
        slack.submit("U1", view, values),
        slack.submit("U1", {"callback_id": "reasons", "private_metadata": "f" * 32}, reasons),
        slack.delete_event("C1", message.ts),
        slack.event({"type": "message", "channel": "C1", "text": None, "ts": 5}),
    ]


def _mutilated(payload: Any, chance: random.Random) -> Any:
    """The payload with some of its parts gone or of another kind."""
    if isinstance(payload, dict):
        return {
            name: chance.choice([None, [], {}, "", 7, "text", {"a": []}])
            if chance.random() < 0.06
            else _mutilated(value, chance)
            for name, value in payload.items()
            if chance.random() > 0.04
        }
    if isinstance(payload, list):
        return [_mutilated(one, chance) for one in payload]
    return payload
