"""What becomes of catalogs that an earlier version of the program wrote."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from sqlalchemy import Connection, Engine

from vectorstore.database import PAGE_BYTES

_log = logging.getLogger(__name__)


def _drop_sentence_vectors(connection: Connection) -> None:
    """They were most of the catalog, and no answer used them any more."""
    connection.exec_driver_sql("ALTER TABLE vectors DROP COLUMN sentences")


def _mark_packed_vectors(connection: Connection) -> None:
    """Vectors that are there stay as they are: they are read, and go with their versions."""
    connection.exec_driver_sql("ALTER TABLE vectors ADD COLUMN packed INTEGER")


_STEPS: dict[int, Callable[[Connection], None]] = {
    1: _drop_sentence_vectors,
    2: _mark_packed_vectors,
}
"""By the version that each one starts from."""


def can_migrate(found: str, wanted: int) -> bool:
    """Whether a catalog of one version can be brought to another in place."""
    if not found.isdecimal() or int(found) > wanted:
        return False
    return all(step in _STEPS for step in range(int(found), wanted))


def migrate(connection: Connection, found: int, wanted: int) -> None:
    """Bring the tables from one version to another, within the transaction of the connection."""
    for step in range(found, wanted):
        _STEPS[step](connection)


def give_back_space(engine: Engine) -> None:
    """Make an SQLite file as small as what is in it; where it cannot be done now, say so."""
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        run = raw.cursor().execute
        run("PRAGMA journal_mode=DELETE").fetchall()  # pages change their size in this mode alone
        try:
            run(f"PRAGMA page_size={PAGE_BYTES}").fetchall()
            run("VACUUM").fetchall()
        finally:
            run("PRAGMA journal_mode=WAL").fetchall()
    except sqlite3.Error as error:  # read by another process, or no room for a second copy
        _log.warning(
            "the catalog is larger than it need be; stop what uses it and run "
            "`sqlite3 catalog.db VACUUM`: %s",
            error,
        )
    finally:
        raw.close()
