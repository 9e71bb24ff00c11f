"""The catalog for people who manage the sources: origin, edits and health of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.bootstrap import store_settings
from app.doctor import machine
from app.doctor.findings import Finding, note, ok, problem
from app.manage.uploads import uploads_folder
from app.settings import Settings
from vectorstore.errors import VectorStoreError
from vectorstore.types import UNRESTRICTED, Audience, DocumentId

if TYPE_CHECKING:
    from vectorstore.catalog import Catalog
    from vectorstore.reader import DocumentSummary


@dataclass(frozen=True, slots=True)
class ManagedSource:
    """A document that is served, and where it came from."""

    summary: DocumentSummary
    edited: tuple[str, ...]
    """Fields that people stated."""
    upload: Path | None
    """Its file, where it was uploaded and is there still."""


def managed_sources(settings: Settings) -> list[ManagedSource]:
    """All that are served, by URI; none before the first ingest."""
    with _opened(settings) as catalog:
        if catalog is None:
            return []
        with catalog.read() as reader:
            found = reader.documents() if reader.generation is not None else []
        edits = catalog.edits()
    uploads = uploads_folder(settings.data_dir)
    return [
        ManagedSource(each, tuple(sorted(edits.get(each.uri, ()))), _upload(uploads, each.uri))
        for each in found
    ]


def find_source(
    settings: Settings, document_id: str, audience: Audience = UNRESTRICTED
) -> str | None:
    """URI of a document that is stored, also one that is served no more.

    None if there is none, or none that this audience may see.
    """
    known, hidden = stored(settings, audience)
    return None if document_id in hidden else known.get(document_id)


def stored(
    settings: Settings, audience: Audience
) -> tuple[Mapping[DocumentId, str], frozenset[DocumentId]]:
    """URIs of all documents that are stored, and which of them an audience may not see."""
    with _opened(settings) as catalog:
        if catalog is None:
            return {}, frozenset()
        return catalog.all_documents(), catalog.hidden_from(audience)


def original_of(settings: Settings, document_id: str) -> Path | None:
    """The uploaded file of a source; None where it came from elsewhere."""
    uri = find_source(settings, document_id)
    return None if uri is None else _upload(uploads_folder(settings.data_dir), uri)


def forget_edits(settings: Settings, uri: str) -> None:
    """Let count again, from the next reading on, what a source says of itself."""
    with _opened(settings) as catalog:
        if catalog is not None:
            catalog.set_edits(uri, {})


def health(settings: Settings) -> Iterator[Finding]:
    """What `accord doctor` finds about the stored library, without opening its index again."""
    yield from machine.data_folder(settings.data_dir)
    yield from machine.databases(settings.data_dir)
    try:
        with _opened(settings) as catalog:
            yield from _served(catalog)
    except VectorStoreError as error:
        remedy = "Start the database, or correct ACCORD_DATABASE_URL or the folder's owner."
        yield problem("library", str(error), remedy)


def _served(catalog: Catalog | None) -> Iterator[Finding]:
    number = None if catalog is None else catalog.current_generation()
    if catalog is None or number is None:
        yield note("library", "Nothing has been ingested yet.", "Add the first sources.")
        return
    with catalog.read() as reader:
        documents, passages = reader.extent().num_documents, reader.num_passages()
    yield ok("library", f"{documents} documents, {passages} passages, generation {number}")
    verified = catalog.last_verified()
    if verified is None:
        yield note("library", "Its index was never compared whole.", "Run `accord verify`.")
    else:
        yield ok("library", f"compared whole with the catalog on {verified:%Y-%m-%d}")
    if waiting := len(catalog.erasures()):
        remedy = "The next run takes them out."
        yield note("library", f"Stored answers may quote {waiting} erased sources still.", remedy)


@contextmanager
def _opened(settings: Settings) -> Iterator[Catalog | None]:
    """None where nothing was ever stored: looking makes no files."""
    from vectorstore.catalog import Catalog

    store = store_settings(settings)
    if store.database_url is None and not (settings.data_dir / "catalog.db").exists():
        yield None
        return
    catalog = Catalog(store.catalog_url)
    try:
        yield catalog
    finally:
        catalog.close()


def _upload(uploads: Path, uri: str) -> Path | None:
    path = Path(uri)
    return path if "://" not in uri and path.parent == uploads and path.is_file() else None
