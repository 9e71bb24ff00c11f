"""One moment of the catalog, as an audience sees it: what reading documents and passages share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Self

from sqlalchemy import Connection, Select, select

from vectorstore.errors import NoIndexError
from vectorstore.groups import Stated, is_seen, read_access, read_hidden, read_names, read_revision
from vectorstore.lookup import lookup_statements
from vectorstore.schema import documents, generation_documents, generations, texts, versions
from vectorstore.types import UNRESTRICTED, Audience, DocumentId

LOOKUP_BATCH = 2000  # rows asked for at a time


class Moment:
    """Bound to one connection and so to one moment: use it from one thread at a time."""

    def __init__(self, connection: Connection, generation: int | None) -> None:
        self._connection = connection
        self._lookups = lookup_statements(connection.dialect.name)
        self.generation = generation
        self._audience = UNRESTRICTED
        self._hidden: frozenset[DocumentId] = frozenset()

    def seen_by(self, audience: Audience, hidden: frozenset[DocumentId]) -> Self:
        """The same moment without what is hidden from somebody, in whatever version.

        Args:
            audience: Who reads.
            hidden: From `hidden_from`.
        """
        reader = type(self)(self._connection, self.generation)
        reader._audience, reader._hidden = audience, hidden
        return reader

    def hidden_from(self, audience: Audience) -> frozenset[DocumentId]:
        """Documents that an audience may not see, served or not."""
        return read_hidden(self._connection, audience)

    def group_names(self) -> frozenset[str]:
        """All groups for which there are documents."""
        return read_names(self._connection)

    def access_revision(self) -> str | None:
        """Changes with who may see what; None where nothing was ever restricted."""
        return read_revision(self._connection)

    def access(self) -> dict[DocumentId, Stated]:
        """Who may see what; documents that are left out are open to everybody."""
        stated = read_access(self._connection)
        return {name: one for name, one in stated.items() if name not in self._hidden}

    def _served(self, *columns: Any) -> Select[Any]:
        statement = (
            select(*columns)
            .join_from(generation_documents, versions)
            .join(documents)
            .where(generation_documents.c.generation == self.generation)
        )
        return statement.where(is_seen(self._audience)) if self._hidden else statement

    def knows(self, generation: int) -> bool:
        """Whether a generation's documents are still on record."""
        statement = select(generations.c.number).where(generations.c.number == generation)
        return self._connection.execute(statement).one_or_none() is not None

    @property
    def _number(self) -> int:
        if self.generation is None:
            raise NoIndexError
        return self.generation

    def _text(self, version_key: int) -> str:
        statement = (
            select(texts.c.text).where(texts.c.version_key == version_key).order_by(texts.c.piece)
        )
        return "".join(self._connection.execute(statement).scalars())

    def _find(self, statement: Select[Any], wanted: Sequence[Any]) -> Iterator[Any]:
        for at in range(0, len(wanted), LOOKUP_BATCH):
            parameters = {
                "wanted": json.dumps(wanted[at : at + LOOKUP_BATCH]),
                "generation": self.generation,
            }
            rows = self._connection.execute(statement, parameters).all()
            yield from (row for row in rows if row.version_key is not None)


def batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many at a time as one statement asks for."""
    for at in range(0, len(names), LOOKUP_BATCH):
        yield names[at : at + LOOKUP_BATCH]
