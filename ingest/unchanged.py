"""What of a document that was read again is served already: all of it, or its vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.origins import Origins
from vectorstore.catalog import Catalog, VersionInfo
from vectorstore.types import DocumentId, FloatMatrix, PreparedDocument


def says_the_same(
    prepared: PreparedDocument,
    catalog: Catalog,
    live: Mapping[DocumentId, VersionInfo],
    origins: Origins,
) -> bool:
    """Whether a document equals what is served though its bytes differ, as of most web pages."""
    document = prepared.document
    served_as = live.get(document.id)
    if not _is_text_of(served_as, prepared, origins):
        return False
    with catalog.read() as reader:
        served = reader.prepared(document.id)
    known, found = (
        replace(each, place=None, fidelity=None)
        for each in (served.document.metadata, document.metadata)
    )
    return (known, served.sentences, served.passages) == (
        found,
        prepared.sentences,
        prepared.passages,
    )


def known_vectors(
    documents: Sequence[PreparedDocument],
    catalog: Catalog,
    live: Mapping[DocumentId, VersionInfo],
    origins: Origins,
) -> dict[DocumentId, FloatMatrix]:
    """Stored vectors of documents whose text is served already and only whose metadata is new.

    Returns:
        A matrix by document, (number of passages, dimension), rows in the order of passages;
        documents that must be embedded are left out.
    """
    found: dict[DocumentId, FloatMatrix] = {}
    for each in documents:
        if not _is_text_of(live.get(each.document.id), each, origins):
            continue
        with catalog.read() as reader:
            stored = reader.prepared(each.document.id)
            names, rows = reader.passage_vectors([one.id for one in stored.passages])
        titles = {stored.document.metadata.title, each.document.metadata.title}
        is_same = stored.passages == each.passages and len(titles) == 1
        if is_same and len(names) == len(each.passages):
            found[each.document.id] = rows
    return found


def _is_text_of(live: VersionInfo | None, prepared: PreparedDocument, origins: Origins) -> bool:
    """Whether the version that is served has the text of this one, and was made by the same."""
    return (
        live is not None
        and (live.pipeline, live.embedder) == origins.made_by
        and live.version == prepared.document.version
    )
