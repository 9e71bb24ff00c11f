"""A condensed question becomes ranked evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.answering.asking import ask
from app.answering.condense import Condensed
from app.answering.decompose import Part, covered_parts, in_turn, parts
from app.answering.evidence import Evidence, Reading, gather
from app.answering.extractive import ranked_evidence
from app.answering.relevance import relevances
from app.answering.remembering import RememberingEmbedder
from vectorstore.fusion import weighted_sum
from vectorstore.live import LiveGeneration
from vectorstore.reader import CatalogReader
from vectorstore.retrieval import Ranking, opened, rank
from vectorstore.types import (
    DocumentId,
    Filters,
    FloatMatrix,
    FloatVector,
    Metadata,
    PassageId,
    ScoredPassage,
    passage_id,
)

PASSAGES = 12
"""Read sentence by sentence."""
PASSAGES_FOR_LIST = 20
"""A list gathers from all documents, so it reads wider."""
WITH_NEXT = 3
"""Of the best passages the one that follows is read too: an answer may run over the edge."""
READ_CLOSELY = 8
"""Sentences of a search that may be shown. With 16 or all of them answers are no better, and each
takes as long as the question itself (docs/answering.md)."""
LEAST_READ_CLOSELY = 4
"""Of each part of a question."""
WHOLE_SHARE = 0.5
"""What the whole question counts beside that of its parts which finds a passage best; set by hand.
The whole keeps in front what two names do together."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought."""

    passages: tuple[ScoredPassage, ...]
    """Best first."""
    evidence: tuple[Evidence, ...]
    """Sentences that may be cited, best first."""
    best_cosine: float


def search(
    condensed: Condensed,
    generation: LiveGeneration,
    embedder: RememberingEmbedder,
    filters: Filters,
) -> Found:
    """Find passages for the question, its backgrounds and its parts, and rank their sentences."""
    ids = None if filters == Filters() else generation.reader.document_ids(filters)
    pieces = parts(condensed.text)
    texts = (condensed.text, *condensed.backgrounds, *(part.text for part in pieces))
    vectors = embedder.embed(texts)
    rankings = [
        rank(generation, text, vector, document_ids=ids)
        for text, vector in zip(texts, vectors, strict=True)
    ]
    num_whole = 1 + len(condensed.backgrounds)
    whole, of_parts = rankings[:num_whole], rankings[num_whole:]
    weights = shares(condensed, whole)
    scores = weighted_sum([ranking.fused for ranking in whole], weights)
    limit = PASSAGES_FOR_LIST if condensed.asked.wants_list else PASSAGES
    if pieces:
        passages = _shared_out(generation.reader, pieces, scores, of_parts, rankings, limit)
    else:
        passages = opened(generation.reader, rankings, scores, limit=limit)
    reading = _read(generation.reader, passages)
    asked = [condensed.asked, *(ask(part.text) for part in pieces)]
    vectors_asked = [_blend(vectors[:num_whole], weights), *vectors[num_whole:]]
    evidence = [
        item
        for number, each in enumerate(_by_part(pieces, reading))
        for item in gather(
            asked[number], vectors_asked[number], each, generation.lexical, part=number
        )
    ]
    best = sum(share * ranking.best_cosine for share, ranking in zip(weights, whole, strict=True))
    ranked = ranked_evidence(evidence)
    return Found(tuple(passages), tuple(read_closely(ranked, vectors_asked, embedder)), best)


def shares(condensed: Condensed, rankings: Sequence[Ranking]) -> list[float]:
    """Weights of the question's own ranking and of those of its backgrounds; they sum to 1."""
    own, *others = rankings
    if not others:
        return [1.0]
    nearest = max(ranking.best_cosine for ranking in others)
    background = condensed.background_weight(own.best_cosine, nearest)
    return [1.0 - background, *[background / len(others)] * len(others)]


def _shared_out(
    reader: CatalogReader,
    pieces: Sequence[Part],
    whole: Mapping[PassageId, float],
    of_parts: Sequence[Ranking],
    rankings: Sequence[Ranking],
    limit: int,
) -> list[ScoredPassage]:
    """The best passages, each of the names having its turn."""
    names = set(whole).union(*(ranking.fused for ranking in of_parts))
    scores = {
        name: WHOLE_SHARE * whole.get(name, 0.0)
        + (1 - WHOLE_SHARE) * max(ranking.fused.get(name, 0.0) for ranking in of_parts)
        for name in names
    }
    candidates = opened(reader, rankings, scores, limit=len(scores))
    metadata = _metadata(reader, candidates)
    covers = {each.passage.id: _covered(pieces, each, metadata) for each in candidates}
    turns = in_turn([each.passage.id for each in candidates], covers, len(pieces))[:limit]
    by_id = {each.passage.id: each for each in candidates}
    return [by_id[name] for name in turns]


def _by_part(pieces: Sequence[Part], reading: Reading) -> list[Reading]:
    """The reading dealt out: first what speaks of all names or of none, then of each alone."""
    dealt: list[list[ScoredPassage]] = [[] for _ in range(len(pieces) + 1)]
    for each in reading.passages:
        covered = _covered(pieces, each, reading.metadata)
        dealt[1 + min(covered) if len(covered) == 1 else 0].append(each)
    return [Reading(group, reading.sentences, reading.metadata) for group in dealt]


def _covered(
    pieces: Sequence[Part], scored: ScoredPassage, metadata: Mapping[DocumentId, Metadata]
) -> set[int]:
    title = metadata[scored.passage.document_id].title
    return covered_parts(pieces, " . ".join((title, *scored.passage.heading, scored.text)))


def read_closely(
    ranked: Sequence[Evidence], vectors_asked: Sequence[FloatVector], embedder: RememberingEmbedder
) -> list[Evidence]:
    """The same; the best of each part once more alone behind its title, and with its relevance.

    A vector made within its passage knows what "it" is, but all the passage's sentences are alike
    in it. One made alone tells them apart better, and costs a pass of the model.
    """
    share = max(LEAST_READ_CLOSELY, READ_CLOSELY // len(vectors_asked))
    groups = [_first(ranked, part, share) for part in range(len(vectors_asked))]
    read = [item for group in groups for item in group]
    vectors = embedder.recall([f"{item.metadata.title}\n{item.text}".strip() for item in read])
    judged: dict[tuple[int, PassageId, int], Evidence] = {}
    position = 0
    for group, asked in zip(groups, vectors_asked, strict=True):
        cosines = vectors[position : position + len(group)] @ asked
        position += len(group)
        titled = [
            replace(item, titled=cosine)
            for item, cosine in zip(group, cosines.tolist(), strict=True)
        ]
        for item, chance in zip(titled, relevances(titled), strict=True):
            judged[_name(item)] = replace(item, relevance=chance)
    return [judged.get(_name(item), item) for item in ranked]


def _first(ranked: Sequence[Evidence], part: int, limit: int) -> list[Evidence]:
    """The best sentences of a part, each once: passages overlap."""
    found: dict[tuple[DocumentId, int], Evidence] = {}
    for item in ranked:
        if len(found) == limit:
            break
        if item.part == part:
            found.setdefault((item.document_id, item.sentence.start), item)
    return list(found.values())


def _name(item: Evidence) -> tuple[int, PassageId, int]:
    return item.part, item.passage.passage.id, item.sentence.start


def _blend(vectors: FloatMatrix, weights: Sequence[float]) -> FloatVector:
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
    return Reading(wider, sentences, _metadata(reader, wider))


def _metadata(
    reader: CatalogReader, passages: Sequence[ScoredPassage]
) -> dict[DocumentId, Metadata]:
    wanted = sorted({scored.passage.document_id for scored in passages})
    return {summary.id: summary.metadata for summary in reader.documents(wanted)}


def _next_id(scored: ScoredPassage) -> str:
    passage = scored.passage
    return passage_id(passage.document_id, passage.version, passage.ordinal + 1)
