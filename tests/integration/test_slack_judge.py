"""The judge sees what it is there to see: each rule is broken on purpose, and that is found."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.fake_slack import BOT_TOKEN, FakeSlack
from tests.slack_rules import message_faults, view_faults

TEXT = {"type": "text", "text": "x"}


def rich(*elements: Any) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {"type": "rich_text", "elements": [section]}


def context(text: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": text, "verbatim": True, **more}],
    }


def button(action_id: str, **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Press"}
    return {"type": "button", "action_id": action_id, "text": text, **more}


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ({"text": ""}, "without text"),
        ({"text": "<!channel>"}, "mentions '!channel'"),
        ({"text": "@here all"}, "mentions everybody"),
        ({"text": "a < b"}, "angle bracket"),
        ({"text": "a & b"}, "ampersand"),
        ({"text": "x" * 40_001}, "text of 40001"),
        ({"text": "x", "blocks": [rich(TEXT)] * 51}, "51 blocks"),
        ({"text": "x", "blocks": [rich({"type": "text", "text": "🙂" * 1_501})]}, "of 3002"),
        ({"text": "x", "blocks": [rich({"type": "text", "text": "x" * 2_900})] * 5}, "too_long"),
        ({"text": "x", "blocks": [rich({"type": "text", "text": ""})]}, "empty text element"),
        ({"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "verbatim": True,
                                                               "text": "x" * 3_001}}]}, "section"),
        ({"text": "x", "blocks": [context("")]}, "mrkdwn of 0"),
        ({"text": "x", "blocks": [context("x", verbatim=False)]}, "make links"),
        ({"text": "x", "blocks": [context("<@U1>")]}, "mentions '@U1'"),
        ({"text": "x", "blocks": [context("<https://evil.example|x>")]}, "not ours"),
        ({"text": "x", "blocks": [context("<https://ours.example/a b|x>")]}, "invalid link"),
        ({"text": "x", "blocks": [rich({"type": "link", "url": "https://evil.example"})]}, "ours"),
        ({"text": "x", "blocks": [rich({"type": "broadcast", "range": "here"})]}, "broadcast"),
        ({"text": "x", "blocks": [{"type": "image"}]}, "invalid_blocks"),
        ({"text": "x", "blocks": [{"type": "actions", "elements": [button("a"), button("a")]}]},
         "action_id twice"),
        ({"text": "x", "blocks": [{"type": "actions",
                                   "elements": [button("a", value="x" * 2_001)]}]},
         "button value"),
    ],
)  # fmt: skip
def test_message_that_breaks_a_rule_is_found(message: dict[str, Any], fault: str) -> None:
    found = message_faults(message, allowed=("https://ours.example",))
    assert any(fault in one for one in found), found


def test_message_that_keeps_the_rules_is_let_through() -> None:
    link = {"type": "link", "url": "https://ours.example/a", "text": "[1]"}
    blocks = [rich(TEXT, link), context("<https://ours.example/a?b=1&amp;c=2|t> &lt;")]
    assert message_faults({"text": "a &amp; b", "blocks": blocks},
                          allowed=("https://ours.example",)) == []  # fmt: skip


def test_form_that_breaks_a_rule_is_found() -> None:
    view: dict[str, Any] = {"type": "modal", "title": {"text": "t" * 25}, "blocks": []}
    assert view_faults(view) == [f"title {'t' * 25!r}"]
    field = {"type": "input", "element": {"initial_value": "xx", "max_length": 1}}
    view = {"type": "modal", "title": {"text": "t"}, "blocks": [field]}
    assert view_faults(view) == [
        "a form that cannot be sent",
        "an initial value that is longer than may be written",
    ]


class Caller:
    """Calls as a careless bot would."""

    def __init__(self, slack: FakeSlack, session: aiohttp.ClientSession) -> None:
        self.slack = slack
        self._session = session

    async def __call__(self, method: str, *, token: str = BOT_TOKEN, **arguments: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        url = self.slack.url + method
        async with self._session.post(url, json=arguments, headers=headers) as response:
            return response.status, await response.json(), response.headers


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with (
        FakeSlack(minute_s=6.0, jitter_s=0.01).running() as slack,
        aiohttp.ClientSession() as session,
    ):
        yield Caller(slack, session)


def message(**more: Any) -> dict[str, Any]:
    quiet = {"unfurl_links": False, "unfurl_media": False}
    return {"channel": "C1", "text": "x", "blocks": [rich(TEXT)], **quiet, **more}


async def test_wrong_token_is_a_violation(call: Caller) -> None:
    _, body, _ = await call("auth.test", token="xoxb-other")
    assert body == {"ok": False, "error": "invalid_auth"}
    assert call.slack.violations == ["auth.test with a wrong token"]


async def test_second_message_within_a_second_gets_429_and_coming_back_early_is_a_violation(
    call: Caller,
) -> None:
    assert (await call("chat.postMessage", **message()))[1]["ok"]
    status, _, headers = await call("chat.postMessage", **message())
    assert status == 429
    assert 0 < float(headers["Retry-After"]) <= 0.1
    assert call.slack.violations == []
    await call("chat.postMessage", **message())
    assert "too early" in call.slack.violations[0]
    await asyncio.sleep(0.15)
    assert (await call("chat.postMessage", **message()))[1]["ok"]


async def test_method_has_as_many_calls_a_minute_as_its_tier(call: Caller) -> None:
    for _ in range(20):
        assert (await call("chat.stopStream", channel="C1", ts="1.1"))[0] == 200
    assert (await call("chat.stopStream", channel="C1", ts="1.1"))[0] == 429


async def test_previews_that_are_not_switched_off_are_a_violation(call: Caller) -> None:
    await call("chat.postMessage", channel="C1", text="x", blocks=[rich(TEXT)])
    assert call.slack.violations == ["previews of links are not switched off"]


async def test_stream_is_a_reply_has_a_recipient_and_an_order(call: Caller) -> None:
    above = call.slack.post("C1", "U1", "Why?")
    who = {"recipient_team_id": "T", "recipient_user_id": "U1"}
    chunks = [{"type": "blocks", "blocks": [rich(TEXT)]}]
    await call("chat.startStream", channel="C1", chunks=chunks, **who)
    await asyncio.sleep(0.12)
    await call("chat.startStream", channel="C1", thread_ts=above.ts, chunks=chunks)
    await asyncio.sleep(0.12)
    _, begun, _ = await call(
        "chat.startStream", channel="C1", thread_ts=above.ts, chunks=chunks, **who
    )
    assert begun["ok"]
    _, changed, _ = await call("chat.update", ts=begun["ts"], **message())
    assert changed["error"] == "streaming_state_conflict"
    assert call.slack.violations == [
        "a stream that is no reply in a thread",
        "a stream in a channel without a recipient",
        "chat.update of a message that is streaming",
    ]
    assert (await call("chat.stopStream", channel="C1", ts=begun["ts"]))[1]["ok"]
    for method in ("chat.appendStream", "chat.stopStream"):
        _, late, _ = await call(method, channel="C1", ts=begun["ts"], chunks=chunks)
        assert late["error"] == "message_not_in_streaming_state"


async def test_somebody_elses_message_cannot_be_changed(call: Caller) -> None:
    above = call.slack.post("C1", "U1", "Why?")
    await call("chat.update", ts=above.ts, **message())
    assert call.slack.violations == ["somebody else's message was changed"]


async def test_trigger_is_good_once(call: Caller) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "t"}, "blocks": []}
    trigger = call.slack.trigger()
    assert (await call("views.open", trigger_id=trigger, view=view))[1]["ok"]
    assert not (await call("views.open", trigger_id=trigger, view=view))[1]["ok"]
    assert "a trigger that is too old, unknown or used" in call.slack.violations[0]


async def test_late_acknowledgement_is_a_violation(monkeypatch: pytest.MonkeyPatch) -> None:
    class Response:
        status_code, text = 200, ""

    now = time.monotonic()
    slack = FakeSlack()

    async def post(_headers: object, _body: object) -> Response:
        monkeypatch.setattr(time, "monotonic", lambda: now + 3.5)
        return Response()

    monkeypatch.setattr(time, "monotonic", lambda: now)
    await slack.send_http(post, slack.event({"type": "message"}))
    assert slack.violations == ["event acknowledged after 3.50 s"]
