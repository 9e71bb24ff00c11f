"""Tables made or brought up to date, and what is noted of a catalog as a whole."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select, update

from vectorstore.database import shown_url
from vectorstore.errors import CatalogVersionError
from vectorstore.migrations import can_migrate, give_back_space, migrate
from vectorstore.schema import SCHEMA_VERSION, info, tables
from vectorstore.staging import insert_all

_VERIFIED = "verified"


def prepare(engine: Engine, url: str) -> None:
    """Bring the tables into the form of this program.

    Raises:
        CatalogVersionError: If another version of the program wrote them and they cannot be.
    """
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        was_older = _create_or_migrate(connection, url)
    if was_older:
        give_back_space(engine)


def read_name(connection: Connection) -> str:
    """What keeps the collections of two catalogs apart on one Chroma server."""
    return str(connection.execute(select(info.c.value).where(info.c.key == "name")).scalar_one())


def read_verified(connection: Connection) -> datetime | None:
    """When every vector was last compared with the catalog; None where it never was."""
    statement = select(info.c.value).where(info.c.key == _VERIFIED)
    noted = connection.execute(statement).scalar_one_or_none()
    return None if noted is None else datetime.fromisoformat(noted)


def write_verified(connection: Connection, moment: datetime) -> None:
    """Note it."""
    connection.execute(delete(info).where(info.c.key == _VERIFIED))
    insert_all(connection, info, [{"key": _VERIFIED, "value": moment.isoformat()}])


def _create_or_migrate(connection: Connection, url: str) -> bool:
    """True where there were tables of an older form."""
    wanted = SCHEMA_VERSION
    tables.create_all(connection, tables=[info])
    is_schema = info.c.key == "schema"
    found = connection.execute(select(info.c.value).where(is_schema)).scalar_one_or_none()
    if found is not None and not can_migrate(found, wanted):
        raise CatalogVersionError(
            f"the catalog at {shown_url(url)} has format {found}, this program reads "
            f"{wanted}; move it away and run `accord ingest PATH` again"
        )
    tables.create_all(connection)  # tables that came later are added
    if found is None:
        rows = {"schema": str(wanted), "name": uuid.uuid4().hex[:12]}
        insert_all(connection, info, [{"key": key, "value": value} for key, value in rows.items()])
        return False
    if int(found) == wanted:
        return False
    migrate(connection, int(found), wanted)
    connection.execute(update(info).where(is_schema).values(value=str(wanted)))
    return True
