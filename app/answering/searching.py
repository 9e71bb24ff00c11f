"""Searching without answering: the passages nearest to a text."""

from __future__ import annotations

from app.protocols import FoundPassage
from vectorstore.live import LiveGeneration
from vectorstore.protocols import Embedder
from vectorstore.retrieval import opened, rank
from vectorstore.types import Filters


def search(
    text: str, generation: LiveGeneration, embedder: Embedder, filters: Filters, *, limit: int
) -> list[FoundPassage]:
    """Passages by words and meaning, best first, as the first step of an answer finds them."""
    ids = None if filters == Filters() else generation.reader.document_ids(filters)
    ranking = rank(generation, text, embedder.embed([text])[0], document_ids=ids)
    passages = opened(generation.reader, [ranking], ranking.fused, limit=limit)
    wanted = sorted({one.passage.document_id for one in passages})
    metadata = {each.id: each.metadata for each in generation.reader.documents(wanted)}
    return [
        FoundPassage(
            document_id=one.passage.document_id,
            version=one.passage.version,
            metadata=metadata[one.passage.document_id],
            text=one.text,
            start=one.passage.start,
            end=one.passage.end,
            heading=one.passage.heading,
            score=one.score,
        )
        for one in passages
    ]
