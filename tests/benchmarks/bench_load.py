"""Many people at once before `accord serve`: who is answered, when, what is told, who is refused.

    python -m tests.benchmarks.bench_load [--seconds 20] [--data-dir FOLDER] [--code FOLDER]

Every question is new to the server. Client and server share the cores. Without `--data-dir` the
documents of the reading files' test part are ingested first. `--code` runs the server of another
checkout, to compare.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from eval.datasets.reading_format import READING, Form, form_of
from eval.reading.material import Material, gather
from eval.reading.shelf import write_texts

BURST = 24
OVERLOAD = 5
PATIENCE_S = 60.0
GREEDY = 40
"""Questions that one visitor asks at once, before another asks one."""


@dataclass(slots=True)
class Reply:
    """One request as its client saw it; times in seconds since it was sent."""

    status: int
    seconds: float
    retry_after_s: int | None = None
    told: list[tuple[float, float]] = field(default_factory=list)
    """When it was told that it waits, and how much longer it was to wait."""
    began: float | None = None
    """When it was told that it waits no more."""


class Client:
    """Asks over plain sockets: cheap enough to hold thousands open beside the server."""

    def __init__(self, port: int, questions: Iterator[str]) -> None:
        self._port = port
        self._questions = questions

    async def ask(self, *, streams: bool = False, visitor: str = "") -> Reply:
        """One new question on a connection of its own."""
        body = json.dumps({"question": next(self._questions)}).encode()
        accept = "text/event-stream" if streams else "application/json"
        head = [
            "POST /api/chat HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/json",
            f"Accept: {accept}",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *([f"Cookie: accord_visitor={visitor}"] if visitor else []),
        ]
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            return await asyncio.wait_for(self._read(reader, began), PATIENCE_S)
        except TimeoutError:
            return Reply(0, time.perf_counter() - began)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader, began: float) -> Reply:
        status = int((await reader.readline()).split()[1])
        reply = Reply(status, 0.0)
        while (line := (await reader.readline()).strip().lower()) != b"":
            if line.startswith(b"retry-after:"):
                reply.retry_after_s = int(line.split(b":")[1])
        async for line in reader:
            now = time.perf_counter() - began
            if line.startswith(b"event: error"):
                reply.status = 503
            if line.startswith(b'data: {"stage":"waiting"'):
                reply.told.append((now, json.loads(line[5:])["expected_wait_s"]))
            elif reply.began is None and line.startswith(b"data: {"):
                reply.began = now
        reply.seconds = time.perf_counter() - began
        return reply


def main() -> None:
    """Print what happened in each situation."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--code", type=Path, default=Path.cwd())
    arguments = parser.parse_args()
    material = gather(
        [path for path in sorted(READING.glob("*.jsonl")) if form_of(path) is Form.DOCUMENTS],
        only_test_part=True,
    )
    questions = itertools.cycle([each.item.q for each in material.questions])
    with tempfile.TemporaryDirectory() as scratch:
        data_dir = arguments.data_dir or ingested(material, Path(scratch))
        with serving(data_dir.resolve(), arguments.code) as server:
            client = Client(server.port, questions)
            asyncio.run(measure(client, server, arguments.seconds))


async def measure(client: Client, server: Server, seconds: float) -> None:
    """All situations, one after the other."""
    await all_of([client.ask() for _ in range(8)])  # everything is loaded
    for _ in range(2):
        show_burst(await all_of([client.ask(streams=True) for _ in range(BURST)]))
    before = server.cpu_s()
    capacity, answered = await closed_loop(
        client, clients=4 * (os.cpu_count() or 1), seconds=seconds
    )
    a_cpu_s = answered / (server.cpu_s() - before)
    print(
        f"| capacity | {capacity:.1f} new answers a second, always as many waiting; "
        f"{a_cpu_s:.2f} for each second of the server's processor time |"
    )
    before = server.cpu_s()
    answered = await overload(client, capacity, seconds)
    loaded = answered / (server.cpu_s() - before)
    print(
        f"| the same by processor time | {loaded:.2f} answers for each second of it, "
        f"{loaded / a_cpu_s:.2f} of the capacity |"
    )
    await fairness(client)


async def all_of(asked: Sequence[Awaitable[Reply]]) -> list[Reply]:
    """Everybody at once."""
    return list(await asyncio.gather(*asked))


def show_burst(replies: Sequence[Reply]) -> None:
    """So many people with one question each."""
    refused = sum(reply.status != 200 for reply in replies)
    times = sorted(reply.seconds for reply in replies if reply.status == 200)
    ratios = [
        (reply.began - at) / told
        for reply in replies
        for at, told in reply.told[:1]
        if reply.began is not None and told
    ]
    print(
        f"| {len(replies)} at once | {refused} refused; answered after "
        f"{_quantile(times, 0.5):.2f} s (median), {_quantile(times, 1.0):.2f} s (last); "
        f"{len(ratios)} told to wait, "
        f"true wait {statistics.median(ratios) if ratios else 0:.2f} of what was told first |"
    )


async def closed_loop(client: Client, *, clients: int, seconds: float) -> tuple[float, int]:
    """Answers a second where each of some clients asks again as soon as it is answered.

    Beside it, how many there were with those that came after the time was over.
    """
    until = time.perf_counter() + seconds
    count = answered = 0

    async def one() -> None:
        nonlocal count, answered
        while time.perf_counter() < until:
            reply = await client.ask()
            answered += reply.status == 200
            count += reply.status == 200 and time.perf_counter() <= until

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(clients)))
    return count / min(seconds, time.perf_counter() - began), answered


async def overload(client: Client, capacity: float, seconds: float) -> int:
    """Questions come several times as fast as they can be answered; everybody asks once.

    Returns:
        How many were answered in all, those who came back among them.
    """
    began = time.perf_counter()
    tasks: list[asyncio.Task[Reply]] = []
    again: list[asyncio.Task[Reply]] = []
    done_in_time = 0

    def ended(task: asyncio.Task[Reply], visitor: str) -> None:
        nonlocal done_in_time
        reply = task.result()
        done_in_time += reply.status == 200 and time.perf_counter() - began <= seconds
        if reply.retry_after_s and len(again) < BURST:
            again.append(asyncio.create_task(_later(client, reply.retry_after_s, visitor)))

    while (now := time.perf_counter() - began) < seconds:
        while len(tasks) < now * OVERLOAD * capacity:
            visitor = secrets.token_hex(16)
            tasks.append(asyncio.create_task(client.ask(visitor=visitor)))
            tasks[-1].add_done_callback(partial(ended, visitor=visitor))
        await asyncio.sleep(0.005)
    replies = await all_of(tasks)
    refused = [reply for reply in replies if reply.status == 503]
    answered = sorted(reply.seconds for reply in replies if reply.status == 200)
    waits = sorted(reply.seconds * 1000 for reply in refused)
    told = [reply.retry_after_s or 0 for reply in refused]
    print(
        f"| {OVERLOAD} times the load, {seconds:g} s | goodput {done_in_time / seconds:.1f} a "
        f"second, {done_in_time / seconds / capacity:.2f} of the capacity; {len(answered)} of "
        f"{len(replies)} answered, after {_quantile(answered, 0.5):.1f} s (median), "
        f"{_quantile(answered, 0.99):.1f} s (99 %); {len(refused)} refused in "
        f"{_quantile(waits, 0.5):.0f} ms (median), {_quantile(waits, 0.99):.0f} ms (99 %), told "
        f"{min(told, default=0)} to {max(told, default=0)} s; "
        f"{len(replies) - len(answered) - len(refused)} other |"
    )
    later = await all_of(again)
    taken = sum(reply.status == 200 for reply in later)
    print(f"| came back when they were told to | {taken} of {len(later)} answered |")
    return len(answered) + taken


async def _later(client: Client, seconds: float, visitor: str) -> Reply:
    await asyncio.sleep(seconds)
    return await client.ask(visitor=visitor)


async def fairness(client: Client) -> None:
    """One visitor asks much, then another asks one question."""
    greedy = [asyncio.create_task(client.ask(visitor="a" * 32)) for _ in range(GREEDY)]
    await asyncio.sleep(0.2)
    newcomer = await client.ask(visitor="b" * 32)
    times = sorted(reply.seconds for reply in await all_of(greedy))
    print(
        f"| one behind {GREEDY} of another visitor | answered after {newcomer.seconds:.2f} s; "
        f"theirs after {_quantile(times, 0.5):.2f} s (median), {times[-1]:.2f} s (last) |"
    )


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def ingested(material: Material, scratch: Path) -> Path:
    """A data folder with the documents."""
    write_texts(material.documents, scratch / "files")
    data_dir = scratch / "data"
    subprocess.run(
        [sys.executable, "-m", "app.main", "ingest", str(scratch / "files")],
        check=True,
        env={**os.environ, "ACCORD_DATA_DIR": str(data_dir)},
        capture_output=True,
    )
    return data_dir


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs."""

    port: int
    pid: int

    def cpu_s(self) -> float:
        """Processor time that it has used. On a busy machine it tells more than seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(data_dir: Path, code: Path) -> Iterator[Server]:
    """A server of its own."""
    limits = {"ACCORD_REQUESTS_PER_MINUTE": "1000000", "ACCORD_LOG_LEVEL": "warning"}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.main", "serve", "--port", "0"],
        cwd=code,
        env={**os.environ, "ACCORD_DATA_DIR": str(data_dir), **limits},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Server(int(process.stdout.readline().rsplit(":", 1)[1]), process.pid)
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
