"""One PostgreSQL for all tests, and a database in it for each file of them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from itertools import count

import pytest

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a throw-away server's first database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains of a missing XDG_RUNTIME_DIR on import
        pgserver = pytest.importorskip("pgserver", reason="pgserver is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    try:
        server = pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting is a reason to skip
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="module")
def postgres_url(postgres_server: str) -> str:
    """An empty database, as people write its address."""
    import psycopg

    name = f"accord{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return re.sub(r"/postgres(?=\?|$)", f"/{name}", postgres_server)
