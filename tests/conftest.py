"""What every test gets: the program's environment, no network, and where things lie."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from app.main import prepare_environment
from tests.postgres import postgres_server, postgres_url
from tests.tiers import is_short, pytest_addoption, pytest_collection_modifyitems
from tests.unflushed import unflushed

__all__ = [
    "is_short",
    "postgres_server",
    "postgres_url",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "unflushed",
]

prepare_environment()  # before any test module imports a native library

# How long an example takes says something of the machine, not of the code.
hypothesis.settings.register_profile("accord", deadline=None)
# For make test-fast, which runs on every save.
hypothesis.settings.register_profile("fast", deadline=None, max_examples=20)
hypothesis.settings.load_profile("accord")


class NetworkBlockedError(RuntimeError):
    """A test tried to leave this machine.

    Not an OSError: code under test must not take it for an ordinary network failure and carry on.
    """


def _is_local(host: object) -> bool:
    """Whether a host as it is handed to `socket` means this machine."""
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _is_numeric(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def _refuse(host: object) -> None:
    raise NetworkBlockedError(
        f"A test tried to reach {host!r}. Tests may reach this machine only: "
        "use httpx.MockTransport, or a server on 127.0.0.1."
    )


def _guard_connections() -> None:
    """Refuse connections and name look-ups that leave this machine, for the whole run."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def check(family: int, address: Any) -> None:
        if family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            _refuse(address[0])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(self.family, address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(self.family, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_local(host) and not _is_numeric(host):  # an address needs no look-up
            _refuse(host)
        return getaddrinfo(host, *arguments, **options)

    socket.socket.connect = guarded_connect  # type: ignore[assignment, method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[assignment, method-assign]
    socket.getaddrinfo = guarded_getaddrinfo


_guard_connections()


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared(repo_root: Path) -> Path:
    """Real material beside the checkout, no part of the project; its tests skip without it."""
    folder = repo_root.parent / "shared"
    if not (folder / "articles").is_dir():
        pytest.skip("the folder of real articles beside the checkout is not here")
    return folder


@pytest.fixture(scope="session")
def sample_library(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A copy of the sample corpus, and a data folder into which the command has ingested it.

    For copying, not for writing: see `tests.sample_library.borrow`.
    """
    corpus = tmp_path_factory.mktemp("sample").resolve()
    shutil.copytree(repo_root / "ingest" / "sample", corpus, dirs_exist_ok=True)
    data_dir = tmp_path_factory.mktemp("library")
    subprocess.run(
        [sys.executable, "-m", "app.main", "ingest", str(corpus)],
        check=True,
        env={**os.environ, "ACCORD_DATA_DIR": str(data_dir)},
        capture_output=True,
    )
    return corpus, data_dir
