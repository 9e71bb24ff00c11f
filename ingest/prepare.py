"""From a loaded source to a document with exact spans, ready to embed and store."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ingest.chunking import DEFAULT_SETTINGS, ChunkingSettings, cut_passages
from ingest.cleaning.clean import clean
from ingest.fidelity import share_of_words
from ingest.metadata import infer_metadata
from ingest.spans import spans_of
from ingest.types import CleanedText, Prepared
from vectorstore.types import Document, PreparedDocument, Sentence, document_id

if TYPE_CHECKING:
    from langchain_core.documents import Document as RawDocument


def prepare(
    raw: RawDocument, *, settings: ChunkingSettings = DEFAULT_SETTINGS, today: date | None = None
) -> Prepared:
    """Clean, split and cut one source; an empty text gives a document without sentences.

    Args:
        raw: `page_content` is light Markdown; `metadata["uri"]` names the source,
            `metadata["fields"]` maps field names to (value, provenance), `metadata["shown"]`, if
            it is there, has the words that the source shows (`ingest.visible`).
        settings: Sizes of passages.
        today: No inferred date may be later; by default the day of the call.
    """
    cleaned = clean(raw.page_content)
    uri = str(raw.metadata["uri"])
    metadata = infer_metadata(
        cleaned, uri=uri, fields=raw.metadata.get("fields", {}), today=today or date.today()
    )
    removed = [removal.text for removal in cleaned.removals]
    shown = raw.metadata.get("shown")
    document = Document(
        id=document_id(uri),
        uri=uri,
        version=hashlib.sha256(cleaned.text.encode()).hexdigest(),
        text=cleaned.text,
        metadata=metadata
        if shown is None
        else replace(metadata, fidelity=share_of_words(shown, cleaned.text, removed)),
    )
    sentences = tuple(_sentences(cleaned))
    passages = cut_passages(document, sentences, settings=settings)
    return Prepared(PreparedDocument(document, sentences, passages), cleaned.removals)


def _sentences(cleaned: CleanedText) -> list[Sentence]:
    sentences: list[Sentence] = []
    paragraph = -1
    for block in cleaned.blocks:
        paragraph += not block.tight or paragraph < 0
        for span in spans_of(block):
            sentences.append(
                Sentence(
                    ordinal=len(sentences),
                    start=block.start + span.start,
                    end=block.start + span.end,
                    kind=span.kind,
                    heading=block.heading + span.under,
                    repeats=block.repeats,
                    foreign=block.foreign,
                    page=block.page,
                    paragraph=paragraph,
                )
            )
    return sentences
