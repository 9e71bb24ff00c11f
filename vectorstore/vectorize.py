"""From prepared documents to the vectors of their passages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vectorstore.errors import EmbeddingError
from vectorstore.passage_text import embedding_text
from vectorstore.protocols import Embedder
from vectorstore.types import FloatMatrix, Passage, PreparedDocument

EMBEDDED_AT_ONCE = 512  # passages: enough to sort by length
UNIT_TOLERANCE = 1e-3


def embed_documents(documents: Sequence[PreparedDocument], embedder: Embedder) -> list[FloatMatrix]:
    """Per document one row for each passage; passages of all fill batches together.

    Raises:
        EmbeddingError: If the model gives something else than one unit vector per passage.
    """
    texts = [passage_text(each, passage) for each in documents for passage in each.passages]
    rows = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    for at in range(0, len(texts), EMBEDDED_AT_ONCE):
        some = texts[at : at + EMBEDDED_AT_ONCE]
        found = embedder.embed(some)
        if len(found) != len(some):
            raise EmbeddingError(f"the model gave {len(found)} vectors for {len(some)} passages")
        rows[at : at + len(some)] = found
    lengths = np.linalg.norm(rows, axis=1)
    if not np.all(np.abs(lengths - 1.0) < UNIT_TOLERANCE):  # NaN fails, too
        raise EmbeddingError("the model gave vectors that are not of unit length")
    ends = np.cumsum([len(each.passages) for each in documents])
    return np.split(rows, ends[:-1]) if documents else []


def passage_text(prepared: PreparedDocument, passage: Passage) -> str:
    """What the model reads for a passage."""
    document = prepared.document
    text, _ = embedding_text(
        document.metadata.title, passage.heading, document.text[passage.start : passage.end]
    )
    return text
