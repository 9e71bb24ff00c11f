"""Parsers that do what a parser of a hostile file may do; the sandbox tests put them in."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from ingest.errors import MalformedFileError
from ingest.loaders.limits import LoadLimits
from ingest.loaders.parsed import Parsed

calls = 0


def parse(content: bytes, kind: str, limits: LoadLimits) -> Parsed:
    """Do what the content says."""
    global calls
    calls += 1
    order = content.decode()
    if order == "echo":
        return Parsed("echo")
    if order == "calls":
        return Parsed(str(calls))
    if order == "pid":
        return Parsed(str(os.getpid()))
    if order == "environment":
        return Parsed("\n".join(sorted(os.environ)))
    if order == "fields":
        return Parsed("x", {"title": ("T", "p"), "authors": (["A"], "p"), "evil": ("x", "p")})
    if order == "remarks":
        return Parsed("x", remarks=("long " * 1000,) * 1000)
    if order == "print":
        sys.stdout.write("noise on standard output")
        sys.stdout.flush()
        os.write(1, b"more noise")
        return Parsed("quiet")
    return misbehave(order)


def misbehave(order: str) -> Parsed:
    if order == "segfault":
        ctypes.string_at(0)
    elif order == "exit":
        os._exit(3)
    elif order == "memory":
        return Parsed("x" * len(bytearray(10**13)))
    elif order == "native memory":
        hoard = [bytes(50_000_000) for _ in range(10_000)]
        return Parsed(str(len(hoard)))
    elif order == "loop":
        while True:
            pass
    elif order == "sleep":
        time.sleep(3600)
    elif order == "recursion":
        return misbehave("recursion")
    elif order == "known error":
        raise MalformedFileError("It is damaged in a known way.")
    elif order == "unknown error":
        raise ZeroDivisionError("secret detail")
    elif order == "write":
        Path("/tmp/accord-must-not-exist").write_text("x")
    elif order == "big write":
        with Path("/tmp/accord-must-not-exist").open("wb") as file:
            file.write(b"x")
    elif order == "connect":
        socket.create_connection(("127.0.0.1", 9))
    elif order == "spawn":
        subprocess.run([sys.executable, "-c", ""], check=True)
    elif order == "flood":
        os.write(3, b"\xff" * 1_000_000)
        return Parsed("x")
    return Parsed("unknown order")
