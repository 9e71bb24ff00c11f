"""A condensed question becomes ranked evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.answering.condense import Condensed
from app.answering.evidence import Evidence, Reading, gather
from app.answering.extractive import ranked_evidence
from vectorstore.live import LiveGeneration
from vectorstore.protocols import Embedder
from vectorstore.reader import CatalogReader
from vectorstore.retrieval import Ranking, best_passages, rank
from vectorstore.types import Filters, FloatVector, ScoredPassage, passage_id

PASSAGES = 12
"""Read sentence by sentence."""
PASSAGES_FOR_LIST = 20
"""A list gathers from all documents, so it reads wider."""
WITH_NEXT = 3
"""Of the best passages the one that follows is read too: an answer may run over the edge."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought."""

    passages: tuple[ScoredPassage, ...]
    """Best first."""
    evidence: tuple[Evidence, ...]
    """Sentences that may be cited, best first."""
    best_cosine: float


def search(
    condensed: Condensed, generation: LiveGeneration, embedder: Embedder, filters: Filters
) -> Found:
    """Find passages for the question and for its backgrounds, and rank their sentences."""
    document_ids = None if filters == Filters() else generation.reader.document_ids(filters)
    texts = (condensed.text, *condensed.backgrounds)
    vectors = embedder.embed(texts)
    rankings = [
        rank(generation, text, vector, document_ids=document_ids)
        for text, vector in zip(texts, vectors, strict=True)
    ]
    weights = shares(condensed, rankings)
    limit = PASSAGES_FOR_LIST if condensed.asked.wants_list else PASSAGES
    passages = best_passages(generation.reader, rankings, weights, limit=limit)
    evidence = gather(
        condensed.asked,
        _blend(vectors, weights),
        _read(generation.reader, passages),
        generation.lexical,
    )
    best = sum(
        share * ranking.best_cosine for share, ranking in zip(weights, rankings, strict=True)
    )
    return Found(tuple(passages), tuple(ranked_evidence(evidence)), best)


def shares(condensed: Condensed, rankings: Sequence[Ranking]) -> list[float]:
    """Weights of the question's own ranking and of those of its backgrounds; they sum to 1."""
    own, *others = rankings
    if not others:
        return [1.0]
    nearest = max(ranking.best_cosine for ranking in others)
    background = condensed.background_weight(own.best_cosine, nearest)
    return [1.0 - background, *[background / len(others)] * len(others)]


def _blend(vectors: np.ndarray, weights: Sequence[float]) -> FloatVector:
    blended = np.asarray(weights, dtype=np.float32) @ vectors
    return np.asarray(blended / np.linalg.norm(blended), dtype=np.float32)


def _read(reader: CatalogReader, passages: Sequence[ScoredPassage]) -> Reading:
    """The passages with those that follow the best, their sentences, their documents' metadata."""
    known = {scored.passage.id for scored in passages}
    following = [name for scored in passages[:WITH_NEXT] if (name := _next_id(scored)) not in known]
    wider = [
        *passages,
        *(ScoredPassage(s.passage, s.text, 0.0, 0.0, 0.0) for s in reader.passages(following)),
    ]
    sentences = reader.sentences([scored.passage.id for scored in wider])
    wanted = sorted({scored.passage.document_id for scored in wider})
    metadata = {summary.id: summary.metadata for summary in reader.documents(wanted)}
    return Reading(wider, sentences, metadata)


def _next_id(scored: ScoredPassage) -> str:
    passage = scored.passage
    return passage_id(passage.document_id, passage.version, passage.ordinal + 1)
