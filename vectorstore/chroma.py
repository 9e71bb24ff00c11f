"""Passage vectors in Chroma, embedded or on a server; with `chroma_core` the only file to know it.

Facts about chromadb 1.5.9 that shape this file, each measured:

- Its vector files are flushed without fsync and in place, so a directory is written once, by one
  process, and published whole (see `generations`).
- Vectors below `sync_threshold` live only in its SQLite queue and are replayed at each opening,
  which takes a second per thousand. With a threshold of 1 every `add` ends in a flush.
- Opening writes one row to a table that serves as its lock; `freeze` makes that row void, so that
  the files keep the checksums that they were published with.
- A stored embedding function is code that somebody else chose: none is ever stored or loaded.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np

from vectorstore.errors import IndexCorruptError, VectorStoreError
from vectorstore.types import DocumentId, FloatMatrix, FloatVector, PassageId

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateCollectionConfiguration
    from chromadb.api.models.Collection import Collection

DATABASE_NAME = "chroma.sqlite3"
DOCUMENT_KEY = "document_id"
FLUSH_EVERY_BATCH = 1  # a batch may be a single passage
EF_SEARCH = 200  # recall@10 over 0.99 at 1e5 passages; Chroma's 100 gives 0.98 on hard data
READ_BATCH = 2000  # vectors read back at a time: 3 MB at 384 dimensions
REMOVED_AT_ONCE = 500  # documents
_DEFAULT_PORT = 8000


@dataclass(frozen=True, slots=True)
class ChromaLocation:
    """Where one generation's vectors are: a directory, or a server if `url` is given."""

    collection: str
    directory: Path
    url: str | None = None


class ChromaIndex:
    """Nearest passages by cosine similarity; implements `PassageIndex`."""

    def __init__(self, location: ChromaLocation, client: Client, collection: Collection) -> None:
        self._location = location
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, location: ChromaLocation) -> ChromaIndex:
        """Start an empty collection, in place of what a run that was cut short left there."""
        client = _connect(location)
        with _translated(location, "create", client):
            if location.url is not None:
                _delete_collection(client, location.collection)
            collection = client.create_collection(
                location.collection, configuration=_configuration(location), embedding_function=None
            )
        return cls(location, client, collection)

    @classmethod
    def open(cls, location: ChromaLocation) -> ChromaIndex:
        """Open a collection that exists.

        Raises:
            IndexCorruptError: If it does not, or cannot be read.
        """
        if location.url is None and not (location.directory / DATABASE_NAME).is_file():
            # Chroma would make an empty database here and serve nothing from it.
            raise IndexCorruptError(f"{location.directory / DATABASE_NAME} is missing")
        client = _connect(location) if location.url is not None else _open_core(location)
        with _translated(location, "open", client):
            collection = client.get_collection(location.collection, embedding_function=None)
        return cls(location, client, collection)

    def close(self) -> None:
        """Release files, threads and memory."""
        _close(self._client)

    def add(self, passages: Iterable[tuple[PassageId, DocumentId, bytes]]) -> int:
        """Add passages with their vectors (float32 bytes); gives how many."""
        remaining = iter(passages)
        size = self._client.get_max_batch_size()
        count = 0
        while batch := list(islice(remaining, size)):
            ids, documents, blobs = zip(*batch, strict=True)
            matrix = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(batch), -1)
            self._collection.add(
                ids=list(ids),
                embeddings=matrix,
                metadatas=[{DOCUMENT_KEY: document} for document in documents],
            )
            count += len(batch)
        return count

    def remove(self, documents: Sequence[DocumentId]) -> None:
        """Take out all passages of documents. Their vectors stay in the files until `scrub`."""
        for at in range(0, len(documents), REMOVED_AT_ONCE):
            some = list(documents[at : at + REMOVED_AT_ONCE])
            self._collection.delete(where={DOCUMENT_KEY: {"$in": some}})  # type: ignore[dict-item]

    def search(
        self, vector: FloatVector, *, limit: int, document_ids: Sequence[str] | None = None
    ) -> list[tuple[PassageId, float]]:
        """Best first: passage id and cosine similarity; ties in order of id."""
        if limit < 1 or document_ids is not None and not document_ids:
            return []
        where: Any = None
        if document_ids is not None:
            where = {DOCUMENT_KEY: {"$in": list(document_ids)}}
        with _translated(self._location, "search"):
            found = self._collection.query(
                query_embeddings=np.asarray(vector, dtype=np.float32)[np.newaxis],
                n_results=limit,
                where=where,
                include=["distances"],
            )
        distances = found["distances"]
        ids = found["ids"][0]
        scores = [] if distances is None else [1.0 - distance for distance in distances[0]]
        return sorted(zip(ids, scores, strict=True), key=lambda item: (-item[1], item[0]))

    def stored(self) -> Iterator[tuple[list[PassageId], FloatMatrix]]:
        """Everything in it, in batches: ids and one row for each, as Chroma gives them back."""
        offset = 0
        while True:
            got = self._collection.get(limit=READ_BATCH, offset=offset, include=["embeddings"])
            if not got["ids"]:
                return
            yield got["ids"], np.asarray(got["embeddings"], dtype=np.float32)
            offset += len(got["ids"])

    def ids(self) -> list[PassageId]:
        """Of all that is in it."""
        return list(self._collection.get(include=[])["ids"])

    def vectors_of(self, ids: Sequence[PassageId]) -> tuple[list[PassageId], FloatMatrix]:
        """Some passages: the ids that are there, and one row for each, as Chroma gives it back."""
        names: list[PassageId] = []
        rows: list[FloatMatrix] = []
        for at in range(0, len(ids), READ_BATCH):
            some = list(ids[at : at + READ_BATCH])
            got = self._collection.get(some, include=["embeddings"])
            names.extend(got["ids"])
            rows.append(
                np.asarray(got["embeddings"], dtype=np.float32).reshape(len(got["ids"]), -1)
            )
        whole = [part for part in rows if len(part)]
        return names, np.concatenate(whole) if whole else np.empty((0, 0), dtype=np.float32)

    def count(self) -> int:
        """How many passages it claims to hold. Proves nothing about their vectors."""
        return int(self._collection.count())


def freeze(directory: Path) -> None:
    """Make an embedded collection's files stay as they are, byte for byte, while it is served.

    Drops the vectors that Chroma's queue left in free pages, too, which halves the file.
    """
    with closing(sqlite3.connect(directory / DATABASE_NAME)) as connection:
        connection.execute("DELETE FROM acquire_write")
        connection.execute(
            "CREATE TRIGGER IF NOT EXISTS frozen BEFORE INSERT ON acquire_write "
            "BEGIN SELECT RAISE(IGNORE); END"
        )
        connection.commit()
        connection.execute("VACUUM")


def thaw(directory: Path) -> None:
    """Undo `freeze` on a copy that is to be added to."""
    with closing(sqlite3.connect(directory / DATABASE_NAME)) as connection:
        connection.execute("DROP TRIGGER IF EXISTS frozen")
        connection.commit()


def remove_from_server(location: ChromaLocation) -> None:
    """Delete a generation's collection from a server, if it is there."""
    with _connected(location) as client, _translated(location, "delete"):
        _delete_collection(client, location.collection)


def collections_on_server(location: ChromaLocation, prefix: str) -> list[str]:
    """Names of the collections whose name starts with `prefix`."""
    with _connected(location) as client, _translated(location, "list"):
        names = [collection.name for collection in client.list_collections()]
    return sorted(name for name in names if name.startswith(prefix))


def _connect(location: ChromaLocation) -> Client:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    with _translated(location, "connect to"):
        if location.url is None:
            # Only the class, not the interface that is declared, has close().
            return cast("Client", chromadb.PersistentClient(str(location.directory), settings))
        url = urlsplit(location.url)
        server = chromadb.HttpClient(
            host=url.hostname or "localhost",
            port=url.port or _DEFAULT_PORT,
            ssl=url.scheme == "https",
            settings=settings,
        )
        return cast("Client", server)


def _open_core(location: ChromaLocation) -> Client:
    from vectorstore.chroma_core import CoreClient

    with _translated(location, "open"):
        return cast("Client", CoreClient(location.directory, DATABASE_NAME))


@contextmanager
def _connected(location: ChromaLocation) -> Iterator[Client]:
    client = _connect(location)
    try:
        yield client
    finally:
        _close(client)


def _close(client: Client) -> None:
    # For a server, both halves of a client have connections of their own.
    halves = (client, getattr(client, "_admin_client", None))
    servers = [getattr(half, "_server", None) for half in halves]
    client.close()
    for server in servers:  # close() leaves them open
        if (session := getattr(server, "_session", None)) is not None:
            session.close()


def _configuration(location: ChromaLocation) -> CreateCollectionConfiguration:
    if location.url is not None:  # a server has flushing of its own
        return {"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}}
    return {
        "hnsw": {
            "space": "cosine",
            "ef_search": EF_SEARCH,
            "sync_threshold": FLUSH_EVERY_BATCH,
            "batch_size": FLUSH_EVERY_BATCH,
        }
    }


def _delete_collection(client: Client, name: str) -> None:
    if any(collection.name == name for collection in client.list_collections()):
        client.delete_collection(name)


@contextmanager
def _translated(
    location: ChromaLocation, verb: str, client: Client | None = None
) -> Iterator[None]:
    """Chroma's many errors, and the panics of its Rust core, as ours; closes `client` then."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, VectorStoreError):
        raise
    except BaseException as error:  # a Rust panic is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if client is not None:
            _close(client)
        where = location.url or location.directory
        raise IndexCorruptError(
            f"cannot {verb} collection {location.collection} in Chroma at {where}: {error}"
        ) from error
