"""What a database can find wrong with the catalog by itself."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from vectorstore import schema


def integrity_problems(connection: Connection) -> Iterator[str]:
    """Damaged pages, and versions that are incomplete; one sentence each."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        yield from (str(line) for line in found if line != "ok")
    for table, counted in (
        (schema.sentences, schema.versions.c.num_sentences),
        (schema.passages, schema.versions.c.num_passages),
        (schema.vectors, schema.versions.c.num_passages),
    ):
        there = (
            select(func.count())
            .where(table.c.version_key == schema.versions.c.key)
            .scalar_subquery()
        )
        incomplete = select(func.count()).select_from(schema.versions)
        count = connection.execute(incomplete.where(counted != there)).scalar_one()
        if count:
            yield f"{count} versions lack rows of table {table.name}"
