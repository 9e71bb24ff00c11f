"""Connections to the catalog's database, set up for durability, erasure and one moment a reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_TIMEOUT_MS = 30_000  # a second connection's checkpoint or commit takes well under a second
PAGE_CACHE_KB = 16_384  # a connection; the upper levels of the trees at 1e5 passages fit in it
PAGE_BYTES = 8192  # five vectors fit; of SQLite's own 4096 bytes a quarter would stay empty
_SQLITE_PRAGMAS = (
    f"page_size={PAGE_BYTES}",  # counts for a new file only
    "journal_mode=WAL",
    "synchronous=FULL",  # a commit that returned survives a power cut
    "secure_delete=ON",  # what is removed is overwritten, not only unlinked
    "foreign_keys=ON",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    f"cache_size=-{PAGE_CACHE_KB}",
)


def make_engine(url: str) -> Engine:
    """An engine for an SQLAlchemy URL; the directory of an SQLite file is made."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            url, pool_pre_ping=True, isolation_level="REPEATABLE READ", hide_parameters=True
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    # The connection used last has the warmest cache. Errors hold no text of a document.
    engine = create_engine(url, max_overflow=-1, pool_use_lifo=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
        for pragma in _SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        # A writer takes its lock first; a reader sees one moment for as long as it stays connected.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def shown_url(url: str) -> str:
    """The URL without its password."""
    return make_url(url).render_as_string(hide_password=True)


def truncate_log(engine: Engine) -> bool:
    """Empty SQLite's write-ahead log; False where a reader still needs what is in it."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=0")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        return busy is None or busy[0] == 0
    finally:
        raw.close()
