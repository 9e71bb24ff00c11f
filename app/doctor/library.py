"""Catalog and index: what is served, and whether it can be opened."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from app.bootstrap import embedding_settings, store_settings
from app.doctor.findings import Finding, note, ok, problem
from app.settings import Settings
from vectorstore.errors import IndexMismatchError, IndexUnusableError, VectorStoreError

if TYPE_CHECKING:
    from vectorstore.catalog import Catalog
    from vectorstore.manifest import IndexIdentity


def index(loaded: Settings) -> Iterator[Finding]:
    """What is served, and whether this program can read it."""
    from vectorstore.catalog import Catalog

    store = store_settings(loaded)
    if store.database_url is None and not (loaded.data_dir / "catalog.db").exists():
        yield note("library", "Nothing has been ingested yet.", "Run `accord ingest PATH`.")
        return
    try:
        catalog = Catalog(store.catalog_url)
    except VectorStoreError as error:
        remedy = "Start the database, or correct ACCORD_DATABASE_URL or the folder's owner."
        yield problem("library", str(error), remedy)
        return
    with closing(catalog):
        yield from _served(loaded, catalog)
    if _is_locked(loaded):
        yield note("library", "An ingest or a rebuild is running.")


def _served(loaded: Settings, catalog: Catalog) -> Iterator[Finding]:
    from vectorstore.live import LiveIndex

    with catalog.read() as reader:
        number = reader.generation
        documents, passages = reader.extent().num_documents, reader.num_passages()
    if number is None:
        yield note("library", "Nothing has been ingested yet.", "Run `accord ingest PATH`.")
        return
    live = LiveIndex(catalog, store_settings(loaded), identity=_identity(loaded))
    try:
        with live.generation():
            yield ok("library", f"{documents} documents, {passages} passages, generation {number}")
        if (trouble := live.problem()) is not None:
            yield problem("library", trouble, "Run `accord rebuild`.")
        else:
            yield ok("library", "the index opens; `accord verify` compares all of it")
    except IndexMismatchError as error:
        yield problem("library", str(error), "Run `accord rebuild --embed`.")
    except IndexUnusableError as error:
        yield problem("library", str(error), "Run `accord rebuild`.")
    finally:
        live.close()


def _identity(loaded: Settings) -> IndexIdentity | None:
    """What the program would build now, without loading a model; None where that is not known."""
    from vectorstore.embedding.weights import locate
    from vectorstore.manifest import IndexIdentity

    try:
        files = locate(embedding_settings(loaded).model)
    except VectorStoreError:
        return None  # said under "embedding"
    return IndexIdentity(files.fingerprint, files.dimension)


def _is_locked(loaded: Settings) -> bool:
    path = store_settings(loaded).lock_path
    try:
        with path.open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
