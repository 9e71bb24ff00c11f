"""The parsing process: reads files from a pipe, limits itself, answers in JSON.

It never opens a source, a socket or another process: bytes come in, text goes out. The wire format
is a frame of eight bytes of length and that many bytes of content, in both directions:

    parent: limits as JSON | then for each file: format name, content
    worker: {} when ready  | then for each file: {"text", "fields", "remarks"}
                           | or {"error", "reason"}
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from ingest.errors import LoadError, MalformedFileError, ParserStoppedError, TooLargeError
from ingest.loaders.formats import Format
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed

LENGTH = struct.Struct(">Q")

FORBIDDEN_EVENTS = frozenset(
    {
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"),
        *("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork"),
        *(
            "os.remove",
            "os.rename",
            "os.rmdir",
            "os.mkdir",
            "os.chmod",
            "os.symlink",
            "os.truncate",
        ),
    }
)
"""Audit events that no parser has a reason to cause; Python's library reference lists them."""

Parser = Callable[[bytes, str, LoadLimits], Parsed]


def parse(content: bytes, kind: str, limits: LoadLimits) -> Parsed:
    """Hand the content to the parser of its format; each is imported when first needed."""
    module = importlib.import_module(f"ingest.loaders.{Format(kind).value}")
    parsed: Parsed = module.parse(content, limits)
    if len(parsed.text) > limits.text_characters:
        raise TooLargeError(f"It holds more than {limits.text_characters:,} characters of text.")
    return parsed


def main(arguments: list[str]) -> None:
    """Serve files until the pipe is closed. The argument names the parser as `module:function`."""
    # Whatever a library prints must not get into the answers.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    requests = sys.stdin.buffer
    limits = LoadLimits(**json.loads(read_frame(requests)))
    restrict(limits)
    module, _, function = arguments[0].partition(":")
    parser: Parser = getattr(importlib.import_module(module), function)
    sys.addaudithook(forbid)
    write_frame(replies, b"{}")
    with suppress(EOFError):
        while True:
            kind = read_frame(requests).decode()
            content = read_frame(requests)
            allow_cpu(limits.cpu_seconds_for(len(content)))
            write_frame(replies, json.dumps(answer(parser, content, kind, limits)).encode())


def answer(parser: Parser, content: bytes, kind: str, limits: LoadLimits) -> dict[str, Any]:
    """What is sent back for one file; every exception becomes a reason that a person can read."""
    try:
        parsed = parser(content, kind, limits)
    except LoadError as error:
        return _refusal(error)
    except MemoryError:
        return _refusal(ParserStoppedError("Reading it needed more memory than one file may have."))
    except ImportError as error:  # our fault, not the file's
        missing = (error.name or str(error)).partition("\n")[0].rstrip(".")
        return _refusal(LoadError(f"Its parser lacks a library ({missing}); install Accord again."))
    except RecursionError:
        return _refusal(MalformedFileError("Its parts are nested too deep to be read."))
    except Exception as error:  # noqa: BLE001  the edge of this process: parsers raise anything
        name = type(error).__name__
        return _refusal(
            MalformedFileError(f"It is damaged, or not what its name says ({kind} parser: {name}).")
        )
    return {
        "text": parsed.text,
        "fields": parsed.fields,
        "remarks": list(parsed.remarks),
    }


def _refusal(error: LoadError) -> dict[str, Any]:
    return {"error": type(error).__name__, "reason": error.reason}


def restrict(limits: LoadLimits) -> None:
    """Bound this process for good: memory, files written (none) and core dumps (none)."""
    for what, bound in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(
            OSError, ValueError
        ):  # a tighter limit is set already, or the system has none
            resource.setrlimit(what, (bound, bound))


def allow_cpu(seconds: int) -> None:
    """Let the next file use that many seconds; beyond them the kernel ends this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    bound = spent + seconds if hard == resource.RLIM_INFINITY else min(hard, spent + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (bound, hard))


def forbid(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: refuse what a parser never needs."""
    if event in FORBIDDEN_EVENTS:
        raise PermissionError(f"{event} is not allowed while parsing")


def read_frame(stream: BinaryIO) -> bytes:
    """One frame; EOFError when the other side is gone."""
    (length,) = LENGTH.unpack(_read_exactly(stream, LENGTH.size))
    return _read_exactly(stream, length)


def _read_exactly(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


def write_frame(stream: BinaryIO, content: bytes) -> None:
    """Send one frame at once."""
    stream.write(LENGTH.pack(len(content)) + content)
    stream.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
