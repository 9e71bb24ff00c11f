"""From prepared documents to vectors of passages and their sentences, in one pass of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vectorstore.errors import EmbeddingError
from vectorstore.passage_text import embedding_text
from vectorstore.protocols import Embedder, SpannedText
from vectorstore.types import FloatMatrix, Passage, PreparedDocument

EMBEDDED_AT_ONCE = 512  # passages: enough to sort by length, and 5 MB of results
UNIT_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class DocumentVectors:
    """Vectors of one document."""

    passages: FloatMatrix
    """One row per passage, unit length."""
    sentences: list[FloatMatrix]
    """Per passage one row for each of its sentences."""


def embed_documents(
    documents: Sequence[PreparedDocument], embedder: Embedder
) -> list[DocumentVectors]:
    """Vectors of each document; passages of all are embedded together, so that batches fill up.

    Raises:
        EmbeddingError: If the model gives something else than one unit vector per passage.
    """
    texts = [spanned_text(each, passage) for each in documents for passage in each.passages]
    wholes = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    spans: list[FloatMatrix] = []
    for at in range(0, len(texts), EMBEDDED_AT_ONCE):
        for vectors in embedder.embed_spanned(texts[at : at + EMBEDDED_AT_ONCE]):
            wholes[len(spans)] = vectors.whole
            spans.append(vectors.spans.astype(np.float16).astype(np.float32))
    _check(wholes, spans, texts)
    result = []
    start = 0
    for each in documents:
        end = start + len(each.passages)
        result.append(DocumentVectors(wholes[start:end], spans[start:end]))
        start = end
    return result


def spanned_text(prepared: PreparedDocument, passage: Passage) -> SpannedText:
    """What the model reads for a passage, and where its sentences stand in it."""
    document = prepared.document
    text, offset = embedding_text(
        document.metadata.title, passage.heading, document.text[passage.start : passage.end]
    )
    inside = prepared.sentences[passage.first_sentence : passage.last_sentence + 1]
    shift = offset - passage.start
    # A sentence longer than a passage may hold is cut: only the part inside can be embedded.
    spans = tuple(
        (max(sentence.start, passage.start) + shift, min(sentence.end, passage.end) + shift)
        for sentence in inside
    )
    return SpannedText(text, spans)


def _check(wholes: FloatMatrix, spans: list[FloatMatrix], texts: list[SpannedText]) -> None:
    if len(spans) != len(texts):
        raise EmbeddingError(f"the model gave {len(spans)} vectors for {len(texts)} passages")
    lengths = np.linalg.norm(wholes, axis=1)
    if not np.all(np.abs(lengths - 1.0) < UNIT_TOLERANCE):  # NaN fails, too
        raise EmbeddingError("the model gave vectors that are not of unit length")
