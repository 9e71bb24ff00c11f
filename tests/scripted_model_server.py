"""A chat model's server on loopback that says and does what a test wrote down for it.

It speaks OpenAI's chat completions, Anthropic's messages and Ollama's chat, each whole and as a
stream, over HTTP/1.1 written by hand: only so can it break the rules where a test asks for that.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from tests.live_server import PATIENCE_S

DONE_BY_PROTOCOL = {
    "openai": {"stop": "stop", "length": "length", "refusal": "content_filter"},
    "anthropic": {"stop": "end_turn", "length": "max_tokens", "refusal": "refusal"},
    "ollama": {"stop": "stop", "length": "length", "refusal": "refusal"},
}


class Fault(StrEnum):
    DROPPED = "dropped"
    """The connection ends before the first byte."""
    PAGE = "page"
    """A page of HTML instead of what was asked for, as a proxy sends it, with status 200."""
    NOT_UTF8 = "not utf-8"
    """Bytes that are no text."""
    MALFORMED = "malformed"
    """What is sent is no JSON."""
    BROKEN_OFF = "broken off"
    """The connection ends in the middle of the reply."""
    ENDS_EARLY = "ends early"
    """A stream ends in order, but without saying that the reply is whole."""
    ENDLESS = "endless"
    """A stream repeats its words for ever."""
    SILENT = "silent"
    """Nothing is sent until the client goes away."""
    STALLED = "stalled"
    """Nothing more is sent after the first words of a stream."""
    ERROR_INSIDE = "error inside"
    """A stream that began well holds an error."""


@dataclass(frozen=True)
class Turn:
    """What one request gets."""

    text: str = "Aetna was bought in 2018."
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None
    finish: str = "stop"
    usage: tuple[int, int] | None = (100, 20)
    message: str = "scripted"
    """What an error says."""
    cited: tuple[tuple[str, tuple[int, int] | None], ...] = ()
    """Anthropic only, instead of `text`: parts of it, each with the document and the sentence of it
    that it cites, both counted from 0."""

    @property
    def pieces(self) -> list[str]:
        """Words with the space before them."""
        words = self.text.split(" ")
        return [words[0], *(f" {word}" for word in words[1:])] if self.text else []


@dataclass(frozen=True)
class Request:
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class ScriptedServer:
    port: int = 0
    turns: list[Turn] = field(default_factory=list)
    """Taken from the front; the last one stays."""
    choose: Callable[[Request], Turn] | None = None
    """Instead of `turns`: what a request gets by what it says."""
    requests: list[Request] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    gone: int = 0
    """Clients that went away before their reply was whole."""
    gate: threading.Event = field(default_factory=threading.Event)
    """Replies wait for it; open at first."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    stop: Callable[[], None] = lambda: None
    """Ends the server before its time; the port is free again."""

    def will(self, *turns: Turn) -> None:
        """Replace what is still to come."""
        self.turns = list(turns)

    def next_turn(self, request: Request) -> Turn:
        if self.choose is not None:
            return self.choose(request)
        return self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]


@contextmanager
def scripted(*turns: Turn) -> Iterator[ScriptedServer]:
    """A running server."""
    server = ScriptedServer(turns=list(turns) or [Turn()])
    server.gate.set()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    started = threading.Event()

    async def serve() -> None:
        listener = await asyncio.start_server(
            lambda reader, writer: _connection(server, reader, writer), "127.0.0.1", 0
        )
        server.port = listener.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        listener.close()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert started.wait(PATIENCE_S)

    def end() -> None:
        server.gate.set()
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
            loop.close()

    server.stop = end
    try:
        yield server
    finally:
        end()


async def _connection(
    server: ScriptedServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    try:
        request = await _read(reader)
        server.requests.append(request)
        server.running += 1
        server.most_running = max(server.most_running, server.running)
        replying = asyncio.ensure_future(_reply(server, request, writer))
        leaving = asyncio.ensure_future(reader.read(1))  # nothing comes but the end
        try:
            await asyncio.wait({replying, leaving}, return_when=asyncio.FIRST_COMPLETED)
            # Whoever leaves while a piece is written makes the writing fail.
            if not replying.done() or isinstance(replying.exception(), ConnectionError):
                server.gone += 1
        finally:
            server.running -= 1
            for task in (replying, leaving):
                task.cancel()
            await asyncio.gather(replying, leaving, return_exceptions=True)
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        pass  # a client that says nothing, or the end of the test
    finally:
        writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    raw = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(head[0].split(" ")[1], headers, json.loads(raw) if raw else None)


async def _reply(server: ScriptedServer, request: Request, writer: asyncio.StreamWriter) -> None:
    turn = server.next_turn(request)
    while not server.gate.is_set():
        await asyncio.sleep(0.005)
    protocol = _protocol(request.path)
    if turn.fault is Fault.DROPPED:
        return
    if turn.fault is Fault.SILENT:
        await asyncio.Event().wait()
    is_stream = bool(request.body.get("stream"))
    if turn.status != 200:
        await _send_whole(writer, turn, json.dumps(_error(protocol, turn)).encode())
    elif turn.fault is Fault.PAGE:
        page = b"<!doctype html><title>Sign in</title><p>Please sign in.</p>"
        await _send_whole(writer, replace(turn, headers={"Content-Type": "text/html"}), page)
    elif turn.fault is Fault.NOT_UTF8:
        await _send_whole(writer, turn, b'{"choices": "\xff\xfe\x80"}')
    elif turn.fault is Fault.MALFORMED and not is_stream:
        await _send_whole(writer, turn, b'{"choices": [{"mess')
    elif not is_stream:
        await _send_whole(writer, turn, json.dumps(_whole(protocol, turn)).encode())
    else:
        await _send_stream(writer, turn, protocol)
    writer.close()
    await writer.wait_closed()


def _protocol(path: str) -> str:
    for end, protocol in (
        ("/chat/completions", "openai"),
        ("/v1/messages", "anthropic"),
        ("/api/chat", "ollama"),
    ):
        if path.partition("?")[0].endswith(end):
            return protocol
    raise AssertionError(f"no protocol has the path {path}")


async def _send_whole(writer: asyncio.StreamWriter, turn: Turn, body: bytes) -> None:
    head = {"Content-Type": "application/json", "Content-Length": str(len(body)), **turn.headers}
    sent = body[: len(body) // 2] if turn.fault is Fault.BROKEN_OFF else body
    writer.write(_head(turn.status, head) + sent)
    await writer.drain()


async def _send_stream(writer: asyncio.StreamWriter, turn: Turn, protocol: str) -> None:
    kind = "application/x-ndjson" if protocol == "ollama" else "text/event-stream"
    head = {"Content-Type": kind, "Transfer-Encoding": "chunked", **turn.headers}
    writer.write(_head(200, head))
    async for part in _parts(turn, protocol):
        raw = part.encode()
        writer.write(b"%x\r\n%s\r\n" % (len(raw), raw))
        await writer.drain()
    if turn.fault is not Fault.BROKEN_OFF:
        writer.write(b"0\r\n\r\n")
        await writer.drain()


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Scripted", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


async def _parts(turn: Turn, protocol: str) -> AsyncIterator[str]:
    if turn.cited:
        for part in _cited_parts(turn):
            yield part
        return
    pieces = turn.pieces
    half = pieces[: max(1, len(pieces) // 2)]
    for part in _opening(protocol, turn):
        yield part
    if turn.fault is None:
        for piece in pieces:
            yield _piece(protocol, piece)
        for part in _closing(protocol, turn):
            yield part
        return
    for piece in half:
        yield _piece(protocol, piece)
    match turn.fault:
        case Fault.ENDLESS:
            while True:
                yield _piece(protocol, turn.text)
                await asyncio.sleep(0)
        case Fault.STALLED:
            await asyncio.Event().wait()
        case Fault.MALFORMED:
            yield '{"choices": [{"mess\n' if protocol == "ollama" else _event(None, '{"choices": [')
        case Fault.ERROR_INSIDE:
            yield _error_inside(protocol, turn)


def _cited_parts(turn: Turn) -> list[str]:
    """Anthropic's stream of a reply with citations: a block a part, citations behind its text."""
    whole = _whole("anthropic", turn)
    start = {"type": "message_start", "message": whole | {"content": [], "stop_reason": None}}
    events: list[dict[str, Any]] = [start]
    for index, (text, cites) in enumerate(turn.cited):
        place: dict[str, Any] = {"index": index}
        deltas: list[dict[str, Any]] = [{"type": "text_delta", "text": text}]
        if cites is not None:
            document, sentence = cites
            citation = {
                "type": "content_block_location",
                "cited_text": "as cited",
                "document_index": document,
                "document_title": "title",
                "start_block_index": sentence,
                "end_block_index": sentence + 1,
            }
            deltas.append({"type": "citations_delta", "citation": citation})
        block = {"type": "text", "text": "", "citations": []}
        events.append({"type": "content_block_start", "content_block": block} | place)
        events += [{"type": "content_block_delta", "delta": delta} | place for delta in deltas]
        events.append({"type": "content_block_stop"} | place)
    delta = {"stop_reason": "end_turn", "stop_sequence": None}
    events += [
        {"type": "message_delta", "delta": delta, "usage": whole["usage"]},
        {"type": "message_stop"},
    ]
    return [_event(event["type"], json.dumps(event)) for event in events]


def _event(name: str | None, data: str) -> str:
    return (f"event: {name}\n" if name else "") + f"data: {data}\n\n"


def _error(protocol: str, turn: Turn) -> dict[str, Any]:
    if protocol == "ollama":
        return {"error": turn.message}
    return {"type": "error", "error": {"type": "scripted", "message": turn.message}}


def _error_inside(protocol: str, turn: Turn) -> str:
    error = json.dumps(_error(protocol, turn))
    if protocol == "ollama":
        return error + "\n"
    return _event("error" if protocol == "anthropic" else None, error)


def _whole(protocol: str, turn: Turn) -> dict[str, Any]:
    finish = DONE_BY_PROTOCOL[protocol][turn.finish]
    tokens_in, tokens_out = turn.usage or (0, 0)
    if protocol == "openai":
        whole: dict[str, Any] = {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": "scripted",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": turn.text},
                    "finish_reason": finish,
                }
            ],
        }
        if turn.usage:
            whole["usage"] = {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
            }
        return whole
    if protocol == "anthropic":
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "scripted",
            "content": [{"type": "text", "text": turn.text}] if turn.text else [],
            "stop_reason": finish,
            "stop_sequence": None,
            "usage": {"input_tokens": tokens_in, "output_tokens": tokens_out},
        }
    return _ollama_part(turn.text) | _ollama_end(turn)


def _opening(protocol: str, turn: Turn) -> list[str]:
    if protocol == "openai":
        return [_openai_part({"role": "assistant", "content": ""})]
    if protocol == "anthropic":
        message = _whole("anthropic", turn) | {"content": [], "stop_reason": None}
        message["usage"] = {"input_tokens": (turn.usage or (0, 0))[0], "output_tokens": 0}
        block = {"type": "text", "text": ""}
        return [
            _event("message_start", json.dumps({"type": "message_start", "message": message})),
            _event(
                "content_block_start",
                json.dumps({"type": "content_block_start", "index": 0, "content_block": block}),
            ),
        ]
    return []


def _piece(protocol: str, text: str) -> str:
    if protocol == "openai":
        return _openai_part({"content": text})
    if protocol == "anthropic":
        delta = {"type": "text_delta", "text": text}
        data = {"type": "content_block_delta", "index": 0, "delta": delta}
        return _event("content_block_delta", json.dumps(data))
    return json.dumps(_ollama_part(text)) + "\n"


def _closing(protocol: str, turn: Turn) -> list[str]:
    finish = DONE_BY_PROTOCOL[protocol][turn.finish]
    if protocol == "openai":
        parts = [_openai_part({}, finish)]
        if turn.usage:
            usage = _whole("openai", turn)["usage"]
            parts.append(_event(None, json.dumps(_openai_chunk([]) | {"usage": usage})))
        return [*parts, _event(None, "[DONE]")]
    if protocol == "anthropic":
        delta = {"stop_reason": finish, "stop_sequence": None}
        usage = _whole("anthropic", turn)["usage"]
        ends: list[dict[str, Any]] = [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": delta, "usage": usage},
            {"type": "message_stop"},
        ]
        return [_event(end["type"], json.dumps(end)) for end in ends]
    return [json.dumps(_ollama_part("") | _ollama_end(turn)) + "\n"]


def _openai_chunk(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "scripted",
        "choices": choices,
    }


def _openai_part(delta: Mapping[str, str], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return _event(None, json.dumps(_openai_chunk([choice])))


def _ollama_part(text: str) -> dict[str, Any]:
    return {
        "model": "scripted",
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": text},
        "done": False,
    }


def _ollama_end(turn: Turn) -> dict[str, Any]:
    tokens = turn.usage or (0, 0)
    return {
        "done": True,
        "done_reason": DONE_BY_PROTOCOL["ollama"][turn.finish],
        "total_duration": 1,
        "prompt_eval_count": tokens[0],
        "eval_count": tokens[1],
    }
