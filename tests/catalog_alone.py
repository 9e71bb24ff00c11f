"""Serves documents without indexes, for tests of what is served and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from vectorstore.catalog import Catalog
from vectorstore.edits import Edits
from vectorstore.groups import Stated
from vectorstore.types import DocumentId


class CatalogAlone:
    """Generations without indexes: what is served is told by the catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def clear_leftovers(self) -> None:
        pass

    def publish(
        self,
        keys: Mapping[DocumentId, int],
        *,
        erase: Collection[DocumentId] = (),
        access: Mapping[DocumentId, Stated | None] | None = None,
        edits: Mapping[str, Edits] | None = None,
        **_: object,
    ) -> None:
        number = self._catalog.begin_generation(keys)
        self._catalog.flip(number, erase=erase, access=access, edits=edits)
