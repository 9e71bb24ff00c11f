"""Chroma's compiled core, without its Python package: that takes half a second to import.

`chromadb.api.rust` does no more than pass calls on to this core. Here are those calls that opening,
searching and adding to an embedded collection need, in the shape of Chroma's own client, so that
either can stand in for the other.
"""

from __future__ import annotations

import json
import resource
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb_rust_bindings as core

from vectorstore.types import FloatMatrix

TENANT, DATABASE = "default_tenant", "default_database"
FILES_OF_AN_INDEX = 5


class CoreClient:
    """An embedded database; closes like Chroma's client."""

    def __init__(self, directory: Path, database_name: str) -> None:
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        self._bindings: Any = core.Bindings(
            allow_reset=False,
            sqlite_db_config=core.SqliteDBConfig(
                hash_type=core.MigrationHash.MD5,
                migration_mode=core.MigrationMode.Apply,
                url=str(directory / database_name),
            ),
            persist_path=str(directory),
            hnsw_cache_size=files // FILES_OF_AN_INDEX,
        )

    @property
    def bindings(self) -> Any:
        """The core: held here alone, so that closing lets go of it whoever has a collection."""
        if self._bindings is None:
            raise RuntimeError("the index is closed")
        return self._bindings

    def get_collection(self, name: str, embedding_function: None = None) -> CoreCollection:
        """A collection that exists."""
        found = self.bindings.get_collection(name, TENANT, DATABASE)
        return CoreCollection(self, str(found.id))

    def get_max_batch_size(self) -> int:
        """How many may be added at once."""
        return int(self.bindings.get_max_batch_size())

    def close(self) -> None:
        """Let go of files, threads and memory."""
        self._bindings = None


class CoreCollection:
    """One collection of it."""

    def __init__(self, client: CoreClient, number: str) -> None:
        self._client = client
        self._id = number

    def add(self, ids: list[str], embeddings: FloatMatrix, metadatas: list[dict[str, str]]) -> None:
        """Add vectors, one row each."""
        self._client.bindings.add(
            ids, self._id, list(embeddings), metadatas, None, None, TENANT, DATABASE
        )

    def query(
        self,
        query_embeddings: FloatMatrix,
        n_results: int,
        where: dict[str, Any] | None,
        include: Sequence[str],
    ) -> dict[str, Any]:
        """The nearest of each row, with ids and distances."""
        found = self._client.bindings.query(
            self._id,
            None,
            list(query_embeddings),
            n_results,
            json.dumps(where) if where else None,
            None,
            list(include),
            TENANT,
            DATABASE,
        )
        return {"ids": found.ids, "distances": found.distances}

    def get(
        self,
        ids: list[str] | None = None,
        *,
        limit: int | None = None,
        offset: int = 0,
        include: Sequence[str],
    ) -> dict[str, Any]:
        """Some by their ids, a part of all, or all; with ids and, if included, vectors."""
        found = self._client.bindings.get(
            self._id, ids, None, limit, offset, None, list(include), TENANT, DATABASE
        )
        return {"ids": found.ids, "embeddings": found.embeddings}

    def delete(self, where: dict[str, Any]) -> None:
        """Take out what a condition names."""
        self._client.bindings.delete(
            self._id, None, json.dumps(where), None, None, TENANT, DATABASE
        )

    def count(self) -> int:
        """How many there are."""
        return int(self._client.bindings.count(self._id, TENANT, DATABASE))
