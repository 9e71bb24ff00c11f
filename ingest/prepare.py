"""From a loaded source to a document with exact spans, ready to embed and store."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from ingest.chunking import DEFAULT_SETTINGS, ChunkingSettings, cut_passages
from ingest.cleaning.clean import clean
from ingest.metadata import infer_metadata
from ingest.types import Block, CleanedText, Prepared
from vectorstore.sentences import split_sentences
from vectorstore.types import Document, PreparedDocument, Sentence, SentenceKind, document_id

if TYPE_CHECKING:
    from langchain_core.documents import Document as RawDocument

_SPLIT_KINDS = frozenset({SentenceKind.PROSE, SentenceKind.LIST_ITEM})


def prepare(
    raw: RawDocument, *, settings: ChunkingSettings = DEFAULT_SETTINGS, today: date | None = None
) -> Prepared:
    """Clean, split and cut one source; an empty text gives a document without sentences.

    Args:
        raw: `page_content` is light Markdown; `metadata["uri"]` names the source,
            `metadata["fields"]` maps field names to (value, provenance).
        settings: Sizes of passages.
        today: No inferred date may be later; by default the day of the call.
    """
    cleaned = clean(raw.page_content)
    uri = str(raw.metadata["uri"])
    metadata = infer_metadata(
        cleaned, uri=uri, fields=raw.metadata.get("fields", {}), today=today or date.today()
    )
    document = Document(
        id=document_id(uri),
        uri=uri,
        version=hashlib.sha256(cleaned.text.encode()).hexdigest(),
        text=cleaned.text,
        metadata=metadata,
    )
    sentences = tuple(_sentences(cleaned))
    passages = cut_passages(document, sentences, settings=settings)
    return Prepared(PreparedDocument(document, sentences, passages), cleaned.removals)


def _sentences(cleaned: CleanedText) -> list[Sentence]:
    sentences: list[Sentence] = []
    paragraph = -1
    for block in cleaned.blocks:
        paragraph += not block.tight or paragraph < 0
        for start, end in _spans(block):
            sentences.append(
                Sentence(
                    ordinal=len(sentences),
                    start=block.start + start,
                    end=block.start + end,
                    kind=block.kind,
                    heading=block.heading,
                    repeats=block.repeats,
                    foreign=block.foreign,
                    page=block.page,
                    paragraph=paragraph,
                )
            )
    return sentences


def _spans(block: Block) -> list[tuple[int, int]]:
    """Prose and list items are split; a heading, row, label or reference is one span."""
    if block.kind in _SPLIT_KINDS and not block.whole:
        return split_sentences(block.text)
    return [(0, len(block.text))]
