"""Parses files in a child process with limits, so that no file can take the program down."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from ingest.errors import LOAD_ERRORS, IngestError, LoadError, ParserStoppedError
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import FIELD_NAMES, Fields, Parsed
from ingest.loaders.worker import LENGTH

PARSER = "ingest.loaders.worker:parse"

START_SECONDS = 60.0
"""To start Python on a machine that is busy with other things."""

CHUNK_BYTES = 1 << 16

BYTES_PER_CHARACTER = 6
"""At most, of a character in JSON (an escape such as \\u00e9 or half of a surrogate pair)."""

METADATA_BYTES = 1_000_000
"""Room for the fields, the remarks and the framing beside the text."""

MAX_REMARKS = 50
MAX_REMARK_CHARACTERS = 1000


class Sandbox:
    """A worker process that parses one file after the other and is replaced when it fails.

    Use it as a context manager. Calls from several threads wait for one another.
    """

    def __init__(
        self,
        limits: LoadLimits | None = None,
        *,
        parser: str = PARSER,
        python_path: Sequence[str] = (),
    ) -> None:
        """Prepare; the process starts with the first file.

        Args:
            limits: Of each file.
            parser: `module:function` that the worker imports; tests put in parsers that fail.
            python_path: Folders from which the worker may import besides ours.
        """
        self._limits = limits or LoadLimits()
        self._parser = parser
        self._python_path = tuple(python_path)
        self._process: subprocess.Popen[bytes] | None = None
        self._parsed = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """The sandbox; the first file starts its worker."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the worker."""
        self.close()

    def close(self) -> None:
        """End the worker, whatever it is doing. A later `parse` starts a new one."""
        with self._lock:
            self._stop()

    def parse(self, content: bytes, kind: str) -> Parsed:
        """Text and metadata of a file's content.

        Raises:
            LoadError: With the parser's reason, or ParserStoppedError if the worker died of it.
            IngestError: If no worker can be started.
        """
        with self._lock:
            if self._parsed >= self._limits.files_per_worker:
                self._stop()
            worker = self._process or self._start()
            self._parsed += 1
            # Enough for the longest text allowed, every character of it escaped in JSON.
            most = self._limits.text_characters * BYTES_PER_CHARACTER + METADATA_BYTES
            request = _frame(kind.encode()) + _frame(content)
            cpu_seconds = self._limits.cpu_seconds_for(len(content))
            try:
                reply = _exchange(worker, request, cpu_seconds * self._limits.wall_factor, most)
                return _read_reply(reply)
            except ParserStoppedError:
                self._stop()
                raise
            except LoadError:  # the parser's own verdict: the worker is well
                raise
            except (TimeoutError, EOFError, ValueError) as failure:
                self._stop()
                raise ParserStoppedError(
                    _explain(failure, worker.returncode, cpu_seconds)
                ) from None
            except BaseException:  # Ctrl-C in the middle of an answer: the next would read its rest
                self._stop()
                raise

    def interrupt(self) -> None:
        """Kill the worker from another thread; the `parse` that waits for it fails."""
        process = self._process
        if process is not None and process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parents[1])
        environment = {
            # Our own folder comes last, so that it hides nothing that is installed.
            "PYTHONPATH": os.pathsep.join((*self._python_path, root)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
            "PATH": os.defpath,
        }
        self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-P", "-m", "ingest.loaders.worker", self._parser],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # so that Ctrl-C reaches us alone
        )
        self._parsed = 0
        greeting = _frame(json.dumps(self._limits.as_json()).encode())
        try:
            _exchange(self._process, greeting, START_SECONDS, METADATA_BYTES)
        except (TimeoutError, EOFError, ValueError) as failure:
            self._stop()
            raise IngestError(
                "The parsing process does not start. To see why, run "
                f"'{sys.executable} -m ingest.loaders.worker {self._parser} < /dev/null'."
            ) from failure
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()


def _frame(content: bytes) -> bytes:
    return LENGTH.pack(len(content)) + content


def _exchange(process: subprocess.Popen[bytes], request: bytes, seconds: float, most: int) -> bytes:
    """Send a request and read one frame, within a time and a size.

    Raises:
        TimeoutError: If the time is over.
        EOFError: If the worker is gone.
        ValueError: If the frame is too large.
    """
    assert process.stdin is not None  # noqa: S101  opened as pipes above
    assert process.stdout is not None  # noqa: S101
    ends_at = time.monotonic() + seconds
    rest, answer = memoryview(request), bytearray()
    wanted: int | None = None
    with selectors.DefaultSelector() as selector:
        os.set_blocking(process.stdin.fileno(), False)
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        while wanted is None or len(answer) < wanted:
            left = ends_at - time.monotonic()
            if left <= 0:
                raise TimeoutError
            for key, _ in selector.select(left):
                if key.fileobj is process.stdin:
                    rest = _write_some(process.stdin, rest)
                    if not rest:
                        selector.unregister(process.stdin)
                else:
                    answer += _read_some(process)
            if wanted is None and len(answer) >= LENGTH.size:
                wanted = LENGTH.size + int(LENGTH.unpack(answer[: LENGTH.size])[0])
                if wanted > most:
                    raise ValueError
    return bytes(answer[LENGTH.size :])


def _write_some(pipe: IO[bytes], content: memoryview) -> memoryview:
    try:
        return content[os.write(pipe.fileno(), content[:CHUNK_BYTES]) :]
    except BlockingIOError:
        return content
    except BrokenPipeError:
        raise EOFError from None


def _read_some(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None  # noqa: S101
    content = os.read(process.stdout.fileno(), CHUNK_BYTES)
    if not content:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1.0)  # it closed its end; its exit status says why
        raise EOFError
    return content


def _read_reply(reply: bytes) -> Parsed:
    """Check the shape of what came back: a parser gone wild is not trusted with more than text."""
    values: Any = json.loads(reply)
    if isinstance(values, dict) and "error" in values:
        raise LOAD_ERRORS.get(str(values["error"]), LoadError)(str(values.get("reason")))
    fields: Fields = {}
    try:
        for name, (value, provenance) in values["fields"].items():
            if name in FIELD_NAMES:
                kept = [str(item) for item in value] if isinstance(value, list) else str(value)
                fields[name] = (kept, str(provenance))
        remarks = tuple(
            str(remark)[:MAX_REMARK_CHARACTERS]
            for remark in list(values.get("remarks", ()))[:MAX_REMARKS]
        )
        return Parsed(str(values["text"]), fields, remarks)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("not the shape of an answer") from error


def _explain(failure: Exception, status: int | None, cpu_seconds: int) -> str:
    if isinstance(failure, ValueError):
        return (
            "The parser gave an answer that is too large or cannot be understood; it was stopped."
        )
    if isinstance(failure, TimeoutError):
        return "Reading it took too long without an answer; it was stopped."
    if status == -signal.SIGXCPU:
        return f"Reading it took more than {cpu_seconds} seconds of computing; it was stopped."
    if status is not None and status < 0:
        name = signal.Signals(-status).name
        return f"The parser crashed ({name}); the file is probably damaged or made to do harm."
    return "The parser ended without an answer; the file is probably damaged or made to do harm."
