"""A real server on loopback: clients that vanish, overload, and SIGTERM."""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.errors import ServeError
from app.running import Runner
from app.web.serve import listen
from tests.builders_web import FakeChatService, make_settings
from tests.live_server import PATIENCE_S, LiveServer, serving, until

NUM_DISCONNECTS = 30
RUNNING = 3


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveServer]:
    with serving(make_settings(tmp_path, max_running=RUNNING, max_queued=0)) as server:
        yield server


def hang_up(connection: socket.socket, how: str) -> None:
    if how == "RST":
        # With zero linger, close sends a reset instead of finishing in order.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
@pytest.mark.parametrize("how", ["FIN", "RST"])
def test_disconnect_stops_the_work_and_frees_the_place(
    live: LiveServer, how: str, accept: str
) -> None:
    live.chat.held = True
    connection = live.open_stream(accept)
    assert live.chat.reached.acquire(timeout=PATIENCE_S)
    assert live.runner.running == 1

    hang_up(connection, how)

    until(lambda: live.chat.closed == 1)
    until(lambda: live.runner.running == 0)


def test_clients_that_vanish_at_any_moment_leak_nothing(live: LiveServer) -> None:
    for number in range(NUM_DISCONNECTS):
        live.chat.held = number % 3 == 0
        connection = live.open_stream()
        if number % 2:
            # Into the answer by so many bytes, which cuts headers, events and the end.
            connection.recv(1 + 97 * number)
        hang_up(connection, "RST" if number % 4 < 2 else "FIN")
        until(lambda: live.runner.running == 0)

    live.chat.held = False
    until(lambda: live.chat.opened == live.chat.closed)
    for _ in range(2 * RUNNING):
        answer = httpx2.post(f"{live.url}/api/chat", json={"question": "Still there?"})
        assert answer.status_code == 200


def test_overload_is_told_at_once_and_passes(live: LiveServer) -> None:
    live.chat.held = True
    connections = [live.open_stream() for _ in range(RUNNING)]
    for _ in range(RUNNING):
        assert live.chat.reached.acquire(timeout=PATIENCE_S)

    refused = httpx2.post(f"{live.url}/api/chat", json={"question": "Me too?"})
    alive = httpx2.get(f"{live.url}/healthz")

    assert refused.status_code == 503
    assert refused.json()["type"] == "urn:accord:problem:overloaded"
    assert int(refused.headers["retry-after"]) >= 1
    assert alive.status_code == 200
    live.chat.held = False
    for connection in connections:
        assert b"event: answer" in read_all(connection)
    until(lambda: live.runner.running == 0)
    accepted = httpx2.post(f"{live.url}/api/chat", json={"question": "And now?"})
    assert accepted.status_code == 200


def test_waiting_question_is_answered_when_a_place_is_free(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, max_running=1, max_queued=1, max_wait_s=PATIENCE_S)
    with serving(settings) as live:
        live.chat.held = True
        first = live.open_stream()
        assert live.chat.reached.acquire(timeout=PATIENCE_S)
        second = live.open_stream()
        until(lambda: live.runner.waiting == 1)

        live.chat.held = False

        assert b"event: answer" in read_all(first)
        assert b"event: answer" in read_all(second)


def test_who_waits_is_told_where_he_stands(tmp_path: Path) -> None:
    with serving(make_settings(tmp_path, max_running=1, max_wait_s=PATIENCE_S)) as live:
        live.chat.held = True
        first = live.open_stream()
        assert live.chat.reached.acquire(timeout=PATIENCE_S)
        second = live.open_stream()
        until(lambda: live.runner.waiting == 1)
        third = live.open_stream()
        until(lambda: live.runner.waiting == 2)

        live.chat.held = False

        told = [statuses(read_all(stream)) for stream in (first, second, third)]
        assert [status["stage"] for status in told[0]][:1] == ["searching"]
        assert told[1][0]["detail"].startswith("you are next, about ")
        assert told[2][0]["ahead"] == 1
        assert told[2][0]["expected_wait_s"] > told[1][0]["expected_wait_s"] > 0
        stages = [status["stage"] for status in told[2]]
        assert stages.index("searching") == stages.count("waiting") > 0


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_question_of_a_client_that_left_while_it_waited_never_begins(
    tmp_path: Path, accept: str
) -> None:
    with serving(make_settings(tmp_path, max_running=1, max_wait_s=PATIENCE_S)) as live:
        live.chat.held = True
        first = live.open_stream()
        assert live.chat.reached.acquire(timeout=PATIENCE_S)
        second = live.open_stream(accept, question="And then?")
        until(lambda: live.runner.waiting == 1)

        hang_up(second, "FIN")

        until(lambda: live.runner.waiting == 0)
        live.chat.held = False
        read_all(first)
        until(lambda: live.runner.running == 0)
        assert len(live.chat.questions) == 1


def statuses(stream: bytes) -> list[dict[str, Any]]:
    """The data of all `status` events."""
    parts = stream.split(b"event: status\ndata: ")[1:]
    return [json.loads(part.partition(b"\n")[0]) for part in parts]


def test_wait_has_an_end(tmp_path: Path) -> None:
    with serving(make_settings(tmp_path, max_running=1, max_queued=5, max_wait_s=0.05)) as live:
        live.chat.held = True
        holder = live.open_stream()
        assert live.chat.reached.acquire(timeout=PATIENCE_S)

        refused = httpx2.post(f"{live.url}/api/chat", json={"question": "Me too?"})

        assert refused.status_code == 503
        assert live.runner.waiting == 0
        holder.close()


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_answer_that_takes_too_long_is_stopped_and_told(tmp_path: Path, accept: str) -> None:
    with serving(make_settings(tmp_path, answer_timeout_s=0.2)) as live:
        live.chat.held = True

        answer = read_all(live.open_stream(accept))

        assert b"urn:accord:problem:timeout" in answer
        assert (b"event: error" in answer) == (accept == "text/event-stream")
        until(lambda: live.chat.closed == 1)


def read_all(connection: socket.socket) -> bytes:
    """Everything up to the last chunk, or to the declared length."""
    received = b""
    while b"\r\n0\r\n\r\n" not in received and not _is_whole(received):
        part = connection.recv(65_536)
        if not part:
            break
        received += part
    connection.close()
    return received


def _is_whole(response: bytes) -> bool:
    head, _, body = response.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.lower().splitlines()
        if line.startswith(b"content-length:")
    ]
    return bool(lengths) and len(body) >= lengths[0]


SERVER = """
import sys
from pathlib import Path
from app.web import serve as module
from tests.builders_web import FakeChatService, make_settings
module.FINISH_S = 0.3
chat = FakeChatService()
chat.held = True
module.serve(make_settings(Path(sys.argv[1]), max_running=20), chat=chat, port=0)
"""
NUM_STREAMS = 20


def test_sigterm_ends_every_stream_with_a_word_and_the_process_in_time(
    tmp_path: Path, repo_root: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)],
        cwd=repo_root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(repo_root)},
    )
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready.startswith("Accord answers at http://127.0.0.1:")
        chat, port = FakeChatService(), int(ready.rsplit(":", 1)[1])
        live = LiveServer(chat, Runner(running=1, queued=0, max_wait_s=0, timeout_s=1), port)
        streams = [live.open_stream() for _ in range(NUM_STREAMS)]
        for stream in streams:
            # The first bytes show that the answer has begun.
            assert stream.recv(1, socket.MSG_PEEK)

        process.send_signal(signal.SIGTERM)

        for stream in streams:
            received = read_all(stream)
            assert received.count(b"event: error") == 1
            assert b"event: answer" not in received
            data = received.partition(b"event: error\ndata: ")[2].partition(b"\n")[0]
            assert json.loads(data)["status"] == 503
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def test_port_in_use_is_said_in_a_sentence() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ServeError, match=rf"^Port {port} on 127\.0\.0\.1 is in use\. Stop"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_address_of_another_machine_is_said_in_a_sentence(host: str) -> None:
    with pytest.raises(ServeError, match="is not an address of this machine"):
        listen(host, 0)
