"""Slack on loopback: keeps channels, messages and streams as Slack does, and judges who calls it.

It limits rates (429 with `Retry-After`), checks tokens, lengths, threads and the states of streams,
and times acknowledgements. What a well-behaved bot never does is a violation; a test asks for none.
Events go out over HTTP, signed, or over a real WebSocket (Socket Mode).
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from aiohttp import WSMsgType, web

from tests.slack_rules import message_faults, view_faults

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-1-2-secretbot", "xapp-1-A1-2-secretapp", "signing-secret-1"
TEAM, BOT_USER, BOT_ID, APP = "T0TEAM", "U0BOT", "B0BOT", "A0APP"
ACK_S = 3.0
TRIGGER_S = 3.0
BURST = 1
"""Messages in a channel that may come sooner than a second after the one before."""
PER_MINUTE = {
    "chat.startStream": 20, "chat.stopStream": 20, "chat.appendStream": 100, "chat.update": 50,
    "chat.delete": 50, "chat.postEphemeral": 100, "conversations.replies": 50,
    "conversations.info": 50, "views.open": 100, "views.publish": 100,
    "apps.connections.open": 60, "assistant.threads.setStatus": 600, "chat.postMessage": 600,
    "auth.test": 600,
}  # fmt: skip
READS = {"conversations.replies", "conversations.info", "auth.test", "apps.connections.open"}


@dataclass
class Call:
    method: str
    arguments: dict[str, Any]
    at: float
    result: str = "ok"


@dataclass
class Message:
    ts: str
    user: str
    text: str
    thread_ts: str | None = None
    blocks: list[dict[str, Any]] = field(default_factory=list)
    streaming: bool = False
    versions: int = 1

    @property
    def is_ours(self) -> bool:
        return self.user == BOT_USER

    @property
    def shown(self) -> str:
        """All words that one sees."""
        return " ".join(_words(self.blocks)) or self.text


@dataclass
class Ack:
    kind: str
    status: int
    seconds: float
    body: str = ""


class FakeSlack:
    def __init__(
        self,
        *,
        minute_s: float = 60.0,
        stream_silence_s: float = 120.0,
        links: tuple[str, ...] = (),
        jitter_s: float = 0.1,
    ) -> None:
        """`jitter_s`: so much later than others a message may arrive, where the machine is busy."""
        self.jitter_s = jitter_s
        self.minute_s = minute_s
        self.stream_silence_s = stream_silence_s
        self.links = links
        self.port = 0
        self.violations: list[str] = []
        self.calls: list[Call] = []
        self.acks: list[Ack] = []
        self.channels: dict[str, dict[str, Message]] = defaultdict(dict)
        self.external: set[str] = set()
        self.not_member: set[str] = set()
        self.ephemeral: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.statuses: list[tuple[str, str, str]] = []
        self.deleted: list[str] = []
        self.unsupported: dict[str, str] = {}
        self.faults: dict[str, deque[str]] = defaultdict(deque)
        """By method, for calls to come: "500", "429:2", "lost" (done, but no answer), "down"."""
        self.sockets: list[web.WebSocketResponse] = []
        self.socket_opened = asyncio.Event()
        self._waiting: dict[str, tuple[asyncio.Future[Any], float]] = {}
        self._count = itertools.count(1)
        self._windows: dict[str, deque[float]] = defaultdict(deque)
        self._closed: dict[str, float] = {}
        self._due: dict[str, float] = {}
        """By channel: when its next message may be sent."""
        self._spoke: dict[str, float] = {}
        self._triggers: dict[str, float] = {}
        self._responses: dict[str, dict[str, Any]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    # What happens in the workspace

    def new_ts(self) -> str:
        return f"{1_700_000_000 + next(self._count)}.{next(self._count):06d}"

    def post(self, channel: str, user: str, text: str, thread_ts: str | None = None) -> Message:
        message = Message(self.new_ts(), user, text, thread_ts)
        self.channels[channel][message.ts] = message
        return message

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        """The bot's messages in a thread."""
        return [
            one
            for one in self.channels[channel].values()
            if one.is_ours and one.thread_ts == thread_ts
        ]

    def trigger(self) -> str:
        name = f"{next(self._count)}.trigger"
        self._triggers[name] = time.monotonic()
        return name

    def response_url(self, channel: str, user: str) -> str:
        name = f"r{next(self._count)}"
        self._responses[name] = {"channel": channel, "user": user, "used": 0}
        return f"http://127.0.0.1:{self.port}/respond/{name}"

    # What Slack sends

    def event(self, event: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "token": "verification", "team_id": TEAM, "api_app_id": APP, "type": "event_callback",
            "event_id": f"Ev{next(self._count)}", "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": event.get("channel") in self.external,
            "event": dict(event), **more,
        }  # fmt: skip

    def message_events(self, channel: str, message: Message, **more: Any) -> list[dict[str, Any]]:
        """What a message causes: a mention comes twice."""
        kind = {"D": "im", "G": "group"}.get(channel[0], "channel")
        event = {
            "type": "message", "channel": channel, "user": message.user, "text": message.text,
            "ts": message.ts, "team": TEAM, "channel_type": kind, "event_ts": message.ts, **more,
        }  # fmt: skip
        if message.thread_ts:
            event["thread_ts"] = message.thread_ts
        found = [self.event(event)]
        if f"<@{BOT_USER}>" in message.text and kind != "im":
            mention = {name: value for name, value in event.items() if name != "channel_type"}
            found.insert(0, self.event({**mention, "type": "app_mention"}))
        return found

    def edit_event(self, channel: str, ts: str, text: str, *, unfurled: bool = False) -> Any:
        message = self.channels[channel][ts]
        before = {"type": "message", "user": message.user, "text": message.text, "ts": ts}
        if message.thread_ts:
            before["thread_ts"] = message.thread_ts
        after: dict[str, Any] = {**before, "text": text}
        if unfurled:
            after["attachments"] = [{"title": "A preview"}]
        else:
            after["edited"] = {"user": message.user, "ts": self.new_ts()}
            message.text = text
        return self.event(
            {
                "type": "message", "subtype": "message_changed", "channel": channel, "hidden": True,
                "channel_type": {"D": "im"}.get(channel[0], "channel"), "ts": self.new_ts(),
                "event_ts": self.new_ts(), "message": after, "previous_message": before,
            }
        )  # fmt: skip

    def delete_event(self, channel: str, ts: str) -> dict[str, Any]:
        message = self.channels[channel].pop(ts)
        return self.event(
            {
                "type": "message", "subtype": "message_deleted", "channel": channel,
                "channel_type": {"D": "im"}.get(channel[0], "channel"), "deleted_ts": ts,
                "ts": self.new_ts(), "hidden": True,
                "previous_message": {"user": message.user, "text": message.text, "ts": ts},
            }
        )  # fmt: skip

    def command(self, user: str, channel: str, text: str) -> dict[str, str]:
        return {
            "command": "/accord", "text": text, "user_id": user, "channel_id": channel,
            "team_id": TEAM, "api_app_id": APP, "trigger_id": self.trigger(),
            "response_url": self.response_url(channel, user), "is_enterprise_install": "false",
        }  # fmt: skip

    def press(
        self, user: str, channel: str, action_id: str, value: str, *, thread_ts: str | None = None
    ) -> dict[str, Any]:
        container = {"type": "message", "channel_id": channel, "message_ts": self.new_ts()}
        if thread_ts:
            container["thread_ts"] = thread_ts
        return {
            "type": "block_actions", "team": {"id": TEAM}, "user": {"id": user}, "api_app_id": APP,
            "channel": {"id": channel} if channel else None, "container": container,
            "trigger_id": self.trigger(), "response_url": self.response_url(channel, user),
            "actions": [{"type": "button", "action_id": action_id, "value": value,
                         "block_id": "b", "action_ts": self.new_ts()}],
        }  # fmt: skip

    def shortcut(self, user: str, channel: str, message: Message) -> dict[str, Any]:
        return {
            "type": "message_action", "callback_id": "ask_about", "team": {"id": TEAM},
            "user": {"id": user}, "channel": {"id": channel}, "message_ts": message.ts,
            "message": {"type": "message", "user": message.user, "text": message.text,
                        "ts": message.ts, **({"thread_ts": message.thread_ts}
                                             if message.thread_ts else {})},
            "trigger_id": self.trigger(), "response_url": self.response_url(channel, user),
        }  # fmt: skip

    def submit(self, user: str, view: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        return {
            "type": "view_submission", "team": {"id": TEAM}, "user": {"id": user},
            "api_app_id": APP, "trigger_id": self.trigger(), "response_urls": [],
            "view": {"id": f"V{next(self._count)}", "type": "modal",
                     "callback_id": view["callback_id"],
                     "private_metadata": view.get("private_metadata", ""),
                     "state": {"values": values}},
        }  # fmt: skip

    # How it is sent

    async def send_http(
        self, post: Callable[..., Awaitable[Any]], payload: Mapping[str, Any], *, retry: int = 0
    ) -> Ack:
        """Send an event, a command or an interaction, signed; `post(headers, body)` delivers it."""
        body, kind, headers = encoded(payload)
        headers |= signed(body)
        if retry:
            headers |= {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"}
        began = time.monotonic()
        response = await post(headers, body)
        return self._acked(kind, response.status_code, time.monotonic() - began, response.text)

    async def send_socket(self, payload: Mapping[str, Any], *, retry: int = 0) -> Ack:
        """Send the same through Socket Mode."""
        await self.socket_opened.wait()
        _, kind, _ = encoded(payload)
        envelope = f"env-{next(self._count)}"
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        began = time.monotonic()
        self._waiting[envelope] = (future, began)
        names = {"event": "events_api", "command": "slash_commands", "interaction": "interactive"}
        await self.sockets[-1].send_json(
            {
                "type": names[kind], "envelope_id": envelope, "payload": payload,
                "accepts_response_payload": kind != "event", "retry_attempt": retry,
                "retry_reason": "timeout" if retry else "",
            }
        )  # fmt: skip
        try:
            answered = await asyncio.wait_for(future, ACK_S)
        except TimeoutError:
            return self._acked(kind, 0, ACK_S + 1, "")
        return self._acked(kind, 200, time.monotonic() - began, json.dumps(answered))

    def _acked(self, kind: str, status: int, seconds: float, body: str) -> Ack:
        ack = Ack(kind, status, seconds, body)
        self.acks.append(ack)
        if seconds > ACK_S:
            self.violations.append(f"{kind} acknowledged after {seconds:.2f} s")
        return ack

    # What is called

    @asynccontextmanager
    async def running(self) -> AsyncIterator[FakeSlack]:
        app = web.Application(client_max_size=4 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond/{name}", self._respond)
        app.router.add_get("/link", self._socket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        try:
            yield self
        finally:
            for socket in self.sockets:
                await socket.close()
            await runner.cleanup()

    def called(self, method: str) -> list[Call]:
        return [one for one in self.calls if one.method == method and one.result == "ok"]

    def refused(self) -> list[Call]:
        return [one for one in self.calls if one.result == "ratelimited"]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        call = Call(method, arguments, time.monotonic())
        self.calls.append(call)
        fault = self.faults[method].popleft() if self.faults[method] else ""
        if fault == "down":
            call.result = "down"
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault == "500":
            call.result = "500"
            return web.Response(status=500, text="<html>oops</html>", content_type="text/html")
        if fault.startswith("429"):
            return self._slow_down(call, self._key(method, arguments), float(fault[4:]))
        if (wait := self._limited(method, arguments)) is not None:
            return self._slow_down(call, self._key(method, arguments), wait)
        call.result, response = self._handled(method, arguments, request)
        if fault == "lost":
            assert request.transport is not None
            request.transport.abort()
        return web.json_response(response)

    def _handled(
        self, method: str, arguments: dict[str, Any], request: web.Request
    ) -> tuple[str, dict[str, Any]]:
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if request.headers.get("Authorization") != f"Bearer {expected}":
            self.violations.append(f"{method} with a wrong token")
            return "invalid_auth", {"ok": False, "error": "invalid_auth"}
        if method not in READS and not request.content_type.startswith("application/json"):
            self.violations.append(f"{method} sent as {request.content_type}")
        handler = getattr(self, "_do_" + method.replace(".", "_"), None)
        error = self.unsupported.get(method) or (None if handler else "unknown_method")
        if error is None:
            try:
                assert handler is not None
                return "ok", {"ok": True, **(handler(arguments) or {})}
            except _RefusedError as refused:
                error = str(refused)
        return error, {"ok": False, "error": error}

    # Limits

    def _key(self, method: str, arguments: Mapping[str, Any]) -> str:
        in_channel = method in {"chat.postMessage", "chat.startStream"}
        return f"{method}:{arguments.get('channel')}" if in_channel else method

    def _limited(self, method: str, arguments: Mapping[str, Any]) -> float | None:
        now = time.monotonic()
        key = self._key(method, arguments)
        if now < self._closed.get(key, 0.0) - 0.005:
            self.violations.append(f"{method} called {self._closed[key] - now:.2f} s too early")
        window = self._windows[method]
        while window and window[0] <= now - self.minute_s:
            window.popleft()
        if len(window) >= PER_MINUTE.get(method, 20):
            return window[0] + self.minute_s - now
        if ":" in key:
            channel = str(arguments.get("channel"))
            due = self._due.get(channel, 0.0)
            if now < due - self.jitter_s:
                return due - now
            self._due[channel] = max(now, due) + self.minute_s / 60
        window.append(now)
        return None

    def _slow_down(self, call: Call, key: str, wait: float) -> web.Response:
        call.result = "ratelimited"
        self._closed[key] = time.monotonic() + wait
        return web.json_response(
            {"ok": False, "error": "ratelimited"},
            status=429,
            headers={"Retry-After": f"{wait:.3f}"},
        )

    # Methods

    def _do_auth_test(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"user_id": BOT_USER, "bot_id": BOT_ID, "team_id": TEAM, "team": "Example"}

    def _do_apps_connections_open(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"url": f"ws://127.0.0.1:{self.port}/link?ticket=secretticket"}

    def _do_chat_postMessage(self, arguments: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        channel = str(arguments["channel"])
        if channel.startswith("U"):
            channel = f"D{channel[1:]}"
        self._may_write(channel)
        thread_ts = arguments.get("thread_ts")
        if thread_ts is not None and not self._is_known(channel, thread_ts):
            raise _RefusedError("thread_not_found")
        self._judge(arguments, quiet=True)
        message = Message(
            self.new_ts(), BOT_USER, arguments["text"], thread_ts, list(arguments["blocks"])
        )
        self.channels[channel][message.ts] = message
        return {"channel": channel, "ts": message.ts}

    def _do_chat_update(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        message = self._ours(arguments)
        if message.streaming:
            self.violations.append("chat.update of a message that is streaming")
            raise _RefusedError("streaming_state_conflict")
        self._judge(arguments)
        message.text, message.blocks = arguments["text"], list(arguments["blocks"])
        message.versions += 1
        return {"ts": message.ts, "channel": arguments["channel"]}

    def _do_chat_delete(self, arguments: Mapping[str, Any]) -> None:
        message = self._ours(arguments)
        del self.channels[arguments["channel"]][message.ts]
        self.deleted.append(message.ts)

    def _do_chat_postEphemeral(self, arguments: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._may_write(arguments["channel"])
        self._judge(arguments, quiet=True)
        self.ephemeral.append(dict(arguments))
        return {"message_ts": self.new_ts()}

    def _do_chat_startStream(self, arguments: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        channel, thread_ts = arguments["channel"], arguments.get("thread_ts")
        self._may_write(channel)
        if not thread_ts or not self._is_known(channel, thread_ts):
            self.violations.append("a stream that is no reply in a thread")
            raise _RefusedError("invalid_thread_ts")
        if not channel.startswith("D") and not (
            arguments.get("recipient_team_id") and arguments.get("recipient_user_id")
        ):
            self.violations.append("a stream in a channel without a recipient")
            raise _RefusedError("missing_recipient_user_id")
        message = Message(self.new_ts(), BOT_USER, "", thread_ts, streaming=True)
        self.channels[channel][message.ts] = message
        self._grow(message, arguments)
        return {"channel": channel, "ts": message.ts}

    def _do_chat_appendStream(self, arguments: Mapping[str, Any]) -> None:  # noqa: N802
        self._grow(self._streaming(arguments), arguments)

    def _do_chat_stopStream(self, arguments: Mapping[str, Any]) -> None:  # noqa: N802
        message = self._streaming(arguments)
        if arguments.get("chunks"):
            self._grow(message, arguments)
        message.blocks += arguments.get("blocks", [])
        message.streaming = False
        self._judge({"text": "streamed", "blocks": message.blocks})

    def _do_conversations_replies(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel, ts = arguments["channel"], arguments["ts"]
        if not self._is_known(channel, ts):
            raise _RefusedError("thread_not_found")
        found = [
            {"type": "message", "user": one.user, "text": one.text, "ts": one.ts,
             "thread_ts": ts, **({"bot_id": BOT_ID} if one.is_ours else {})}
            for one in sorted(self.channels[channel].values(), key=lambda one: one.ts)
            if ts in {one.ts, one.thread_ts}
            and one.ts <= arguments.get("latest", "9") and one.ts >= arguments.get("oldest", "0")
        ]  # fmt: skip
        return {"messages": found[: int(arguments.get("limit", 1000))], "has_more": False}

    def _do_conversations_info(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = arguments["channel"]
        return {"channel": {"id": channel, "is_ext_shared": channel in self.external}}

    def _do_views_open(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        opened = self._triggers.pop(str(arguments["trigger_id"]), None)
        if opened is None or time.monotonic() - opened > TRIGGER_S:
            self.violations.append("a form with a trigger that is too old, unknown or used")
            raise _RefusedError("expired_trigger_id")
        self.violations += view_faults(arguments["view"], allowed=self.links)
        self.views.append(dict(arguments["view"]))
        return {"view": {"id": f"V{next(self._count)}"}}

    def _do_views_publish(self, arguments: Mapping[str, Any]) -> None:
        self.violations += view_faults(arguments["view"], allowed=self.links)
        self.homes[arguments["user_id"]] = arguments["view"]

    def _do_assistant_threads_setStatus(self, arguments: Mapping[str, Any]) -> None:  # noqa: N802
        channel, ts = arguments["channel_id"], arguments["thread_ts"]
        if not self._is_known(channel, ts):
            raise _RefusedError("invalid_thread_ts")
        self.statuses.append((channel, ts, arguments["status"]))

    # Judgement

    def _judge(self, message: Mapping[str, Any], *, quiet: bool = False) -> None:
        faults = message_faults(message, allowed=self.links)
        self.violations += faults
        if quiet and (message.get("unfurl_links"), message.get("unfurl_media")) != (False, False):
            self.violations.append("previews of links are not switched off")
        if faults:
            raise _RefusedError("invalid_blocks")

    def _grow(self, message: Message, arguments: Mapping[str, Any]) -> None:
        if len(arguments.get("markdown_text", "")) > 12_000:
            raise _RefusedError("msg_too_long")
        for chunk in arguments.get("chunks", []):
            if chunk["type"] != "blocks":
                self.violations.append(f"a chunk of kind {chunk['type']}")
            message.blocks += chunk["blocks"]
        self._judge({"text": "streamed", "blocks": message.blocks})
        self._spoke[f"stream {message.ts}"] = time.monotonic()

    def _streaming(self, arguments: Mapping[str, Any]) -> Message:
        message = self._ours(arguments)
        silent = time.monotonic() - self._spoke.get(f"stream {message.ts}", 0.0)
        if message.streaming and silent > self.stream_silence_s:
            message.streaming = False
        if not message.streaming:
            raise _RefusedError("message_not_in_streaming_state")
        return message

    def _ours(self, arguments: Mapping[str, Any]) -> Message:
        message = self.channels[arguments["channel"]].get(arguments["ts"])
        if message is None:
            raise _RefusedError("message_not_found")
        if not message.is_ours:
            self.violations.append("somebody else's message was changed")
            raise _RefusedError("cant_update_message")
        return message

    def _may_write(self, channel: str) -> None:
        if channel in self.not_member:
            raise _RefusedError("not_in_channel")

    def _is_known(self, channel: str, ts: str) -> bool:
        thread = (one.thread_ts for one in self.channels[channel].values())
        return ts in self.channels[channel] or ts in thread or ts in self.deleted

    async def _respond(self, request: web.Request) -> web.Response:
        place = self._responses.get(request.match_info["name"])
        body = await request.json()
        if place is None or place["used"] >= 5:
            return web.Response(status=404, text="used_url")
        place["used"] += 1
        self.violations += message_faults({"blocks": [], **body}, allowed=self.links)
        self.ephemeral.append({**body, "channel": place["channel"], "user": place["user"]})
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        if request.query.get("ticket") != "secretticket":
            await socket.close()
            return socket
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.sockets.append(socket)
        self.socket_opened.set()
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            answer = json.loads(message.data)
            waiting = self._waiting.pop(answer.get("envelope_id"), None)
            if waiting is None:
                self.violations.append(f"an acknowledgement of nothing: {answer}")
            elif not waiting[0].done():
                waiting[0].set_result(answer.get("payload"))
        return socket


class _RefusedError(Exception):
    """Slack says no; the text is its error code."""


def encoded(payload: Mapping[str, Any]) -> tuple[bytes, str, dict[str, str]]:
    """Body, kind and headers as Slack sends them."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    if "command" in payload:
        return urlencode(dict(payload)).encode(), "command", form
    if payload.get("type") in {"event_callback", "url_verification"}:
        return json.dumps(payload).encode(), "event", {"content-type": "application/json"}
    return urlencode({"payload": json.dumps(payload)}).encode(), "interaction", form


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The two headers by which Slack is known."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(
        secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256
    ).hexdigest()
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}


async def _arguments(request: web.Request) -> dict[str, Any]:
    found: dict[str, Any] = dict(request.query)
    if request.method == "POST" and request.can_read_body:
        if request.content_type == "application/json":
            found |= await request.json()
        else:
            found |= {name: str(value) for name, value in (await request.post()).items()}
    return found


def _words(blocks: Any) -> list[str]:
    found = []
    for block in blocks if isinstance(blocks, list) else [blocks]:
        if isinstance(block, dict):
            for name in ("text", "elements"):
                value = block.get(name)
                found += [value] if isinstance(value, str) else _words(value) if value else []
    return found
