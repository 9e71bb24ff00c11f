"""A condensed question becomes passages, found by words and vectors; then they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.answering.conversation.condense import Condensed
from app.answering.evidence.by_value import judged_by_value, passages_with
from app.answering.evidence.evidence import Evidence, Opened, gather
from app.answering.question.asking import Asked, ask
from app.answering.question.decompose import Part, covered_parts, in_turn, parts
from app.answering.question.notation import Values, asked_by_value, of_a_deal
from app.answering.question.rephrasing import as_purchase
from app.answering.question.summaries import as_read
from app.answering.text.abbreviations import in_other_form, short_forms
from app.answering.text.terms import names_of
from app.languages.identify import language_of
from app.reading.protocol import Reader
from vectorstore.fusion import weighted_sum
from vectorstore.live import LiveGeneration
from vectorstore.protocols import Embedder
from vectorstore.reader import CatalogReader
from vectorstore.retrieval import Ranking, opened, rank
from vectorstore.types import (
    DocumentId,
    Filters,
    FloatVector,
    Metadata,
    PassageId,
    ScoredPassage,
)

PASSAGES = 8
"""Read sentence by sentence; each takes as long as the question's own vector, or longer."""
PASSAGES_FOR_LIST = 12
"""A list gathers from all documents, and a summary from many places, so they read wider."""
PASSAGES_OF_ONE = 16
"""Of the document that a summary is of, where most of the passages found are its own: a short one
is read as a whole."""
IN_SHORT = 2
"""Passages that are read besides where the best ones write a name of the question in short: behind
"Phoenix Children's (PC)" a source speaks of PC alone."""
KEPT_IN_TALK = 4
"""Passages of what the conversation speaks of that are read for a follow-up in any case."""
TOLD = 0.3
"""From this chance on a sentence there answers a follow-up, though it names somebody else;"""
ELSEWHERE = 0.3
"""what the chance of a sentence in another document counts then."""
WHOLE_SHARE = 0.5
"""What the whole question counts beside that of its parts which finds a passage best; set by hand.
The whole keeps in front what two names do together."""


@dataclass(frozen=True, slots=True)
class ToRead:
    """Passages, and the question, or the part of it, that they are read for."""

    asked: Asked
    question: str
    """Its words as the reader gets them."""
    opened: Opened


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought."""

    passages: tuple[ScoredPassage, ...]
    """Best first."""
    parts: tuple[ToRead, ...]
    """The same dealt out: for the whole question, and for each part of it alone."""
    pieces: tuple[Part, ...] = ()
    """The parts themselves: names that the question puts side by side."""
    within: Sequence[DocumentId] | None = None
    """The documents that the filters leave; None if there are no filters."""
    values: Values | None = None
    """Figures that what is asked for has: it is judged by them."""
    talk: frozenset[DocumentId] = frozenset()
    """Documents that the conversation speaks of: a follow-up means them, if they answer."""
    is_named: bool = True
    """Whether the question names somebody or something itself: it may mean another document."""
    original: ToRead | None = None
    """What was found by the question as it was asked, where `parts` were by its English form: it
    is read by that form, too, since the reader knows no other language, and glossed for it."""


def retrieve(
    condensed: Condensed,
    generation: LiveGeneration,
    embedder: Embedder,
    filters: Filters,
) -> Found:
    """Find passages for the question, its backgrounds and its parts, and open them.

    A question in another language finds passages in that language as it was asked, and all others
    by its English form; all are read by that.
    """
    found = _retrieve(condensed, generation, embedder, filters)
    if condensed.original is None:
        return found
    asked = _retrieve(condensed.original, generation, embedder, filters)
    speaks = {
        each.passage.id: language_of(each.text) == condensed.language
        for each in (*found.passages, *asked.passages)
    }
    whole = asked.parts[0]
    own = [each for each in asked.passages if speaks[each.passage.id]]
    others = [each for each in found.passages if not speaks[each.passage.id]]
    return replace(
        found,
        passages=tuple(sorted((*own, *others), key=lambda each: -each.score)),
        parts=tuple(replace(part, opened=part.opened.only(others)) for part in found.parts),
        original=replace(
            whole,
            question=condensed.for_reader,
            opened=replace(whole.opened, passages=own),
        ),
    )


def _retrieve(
    condensed: Condensed,
    generation: LiveGeneration,
    embedder: Embedder,
    filters: Filters,
) -> Found:
    ids = None if filters == Filters() else generation.reader.document_ids(filters)
    pieces = parts(condensed.text)
    texts = (condensed.searched, *condensed.backgrounds, *(part.text for part in pieces))
    vectors = embedder.embed(texts)
    rankings = [
        rank(generation, text, vector, document_ids=ids)
        for text, vector in zip(texts, vectors, strict=True)
    ]
    num_whole = 1 + len(condensed.backgrounds)
    whole, of_parts = rankings[:num_whole], rankings[num_whole:]
    scores = weighted_sum([ranking.fused for ranking in whole], shares(condensed, whole))
    talk = [each for each in condensed.spoken_of if ids is None or each in ids]
    if talk:
        whole_question = list(zip(texts, vectors, strict=True))[:num_whole]
        rankings += _kept_in_talk(generation, whole_question, talk, scores)
    values = asked_by_value(condensed.asked)
    for name in passages_with(generation, values, ids) if values else ():
        scores[name] = 1.0 + scores.get(name, 0.0)
    is_wide = condensed.asked.wants_list or condensed.asked.wants_summary
    limit = PASSAGES_FOR_LIST if is_wide else PASSAGES
    if pieces:
        passages = _shared_out(generation.reader, pieces, scores, of_parts, rankings, limit)
    else:
        passages = opened(generation.reader, rankings, scores, limit=limit)
        if condensed.asked.wants_summary:
            passages += _rest_of_one(condensed.searched, vectors[0], passages, generation)
        passages += _in_short(condensed.searched, passages, generation, embedder, ids)
    dealt = _by_part(pieces, _opened(generation.reader, passages))
    asked = [condensed.asked, *(ask(part.text) for part in pieces)]
    questions = [condensed.for_reader, *(part.text for part in pieces)]
    is_named = bool(names_of(f"x {condensed.searched}"))
    parts_to_read = tuple(map(ToRead, asked, questions, dealt))
    return Found(tuple(passages), parts_to_read, pieces, ids, values, frozenset(talk), is_named)


def _kept_in_talk(
    generation: LiveGeneration,
    questions: Sequence[tuple[str, FloatVector]],
    talk: Sequence[DocumentId],
    scores: dict[PassageId, float],
) -> list[Ranking]:
    """The rankings within the documents of the talk; their best passages come before all others.

    Args:
        generation: What is searched.
        questions: The question with its vector, and the same with words of its conversation.
        talk: The documents.
        scores: Of passages; those of the best ones are raised.
    """
    rankings = [rank(generation, text, vector, document_ids=talk) for text, vector in questions]
    inside = weighted_sum([each.fused for each in rankings], [1 / len(rankings)] * len(rankings))
    for name in sorted(inside, key=lambda name: (-inside[name], name))[:KEPT_IN_TALK]:
        scores[name] = 1.0 + inside[name]
    return rankings


def _rest_of_one(
    question: str,
    vector: FloatVector,
    passages: Sequence[ScoredPassage],
    generation: LiveGeneration,
) -> list[ScoredPassage]:
    """More passages of the document that has at least half of those found; few."""
    counts = Counter(each.passage.document_id for each in passages)
    for name, number in counts.most_common(1):
        if 2 * number >= len(passages):
            ranking = rank(generation, question, vector, document_ids=[name])
            known = {each.passage.id for each in passages}
            others = {key: score for key, score in ranking.fused.items() if key not in known}
            limit = max(0, PASSAGES_OF_ONE - number)
            return opened(generation.reader, [ranking], others, limit=limit)
    return []


def _in_short(
    question: str,
    passages: Sequence[ScoredPassage],
    generation: LiveGeneration,
    embedder: Embedder,
    ids: Sequence[DocumentId] | None,
) -> list[ScoredPassage]:
    """Passages found by the question with short forms that the first ones introduce; few."""
    in_short = in_other_form(question, short_forms(each.text for each in passages))
    if in_short is None:
        return []
    [vector] = embedder.embed([in_short])
    ranking = rank(generation, in_short, vector, document_ids=ids)
    known = {each.passage.id for each in passages}
    others = {name: score for name, score in ranking.fused.items() if name not in known}
    return opened(generation.reader, [ranking], others, limit=IN_SHORT)


def read(found: Found, reader: Reader) -> list[Evidence]:
    """Every sentence that may be cited, the likeliest first; each once."""
    evidence = [
        item
        for number, each in enumerate(found.parts)
        for question in _wordings(each)
        for item in gather(each.asked, question, each.opened, reader, part=number)
    ]
    if own := found.original:
        evidence += [
            replace(item, is_as_asked=True)
            for question in _wordings(own)
            for item in gather(own.asked, question, own.opened, reader)
        ]
    evidence = likeliest_first(evidence)
    is_told = any(item.document_id in found.talk and item.relevance >= TOLD for item in evidence)
    if found.talk and (is_told or not found.is_named):
        evidence = likeliest_first(
            [
                item
                if item.document_id in found.talk
                else replace(
                    item,
                    relevance=ELSEWHERE * item.relevance,
                    answers=ELSEWHERE * item.answers,
                )
                for item in evidence
            ]
        )
    return judged_by_value(found.values, evidence) if found.values else evidence


def _wordings(each: ToRead) -> list[str]:
    """The question, and as the trade puts it: a small reader knows one of them."""
    others = (of_a_deal(each.question), as_purchase(each.question))
    return [as_read(each.question), *(other for other in others if other is not None)]


def shares(condensed: Condensed, rankings: Sequence[Ranking]) -> list[float]:
    """Weights of the question's own ranking and of those of its backgrounds; they sum to 1."""
    own, *others = rankings
    if not others:
        return [1.0]
    nearest = max(ranking.best_cosine for ranking in others)
    background = condensed.background_weight(own.best_cosine, nearest)
    return [1.0 - background, *[background / len(others)] * len(others)]


def likeliest_first(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Each sentence once, as the passage in which it is likeliest shows it."""
    best: dict[tuple[DocumentId, int], Evidence] = {}
    for item in evidence:
        place = (item.document_id, item.sentence.start)
        if place not in best or item.relevance > best[place].relevance:
            best[place] = item
    return sorted(
        best.values(), key=lambda item: (-item.relevance, item.document_id, item.sentence.ordinal)
    )


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


def _by_part(pieces: Sequence[Part], read: Opened) -> list[Opened]:
    """The passages dealt out: first what speaks of all names or of none, then of each alone."""
    if not pieces:
        return [read]
    dealt: list[list[ScoredPassage]] = [[] for _ in range(len(pieces) + 1)]
    for each in read.passages:
        covered = _covered(pieces, each, read.metadata)
        dealt[1 + min(covered) if len(covered) == 1 else 0].append(each)
    return [Opened(group, read.sentences, read.metadata) for group in dealt]


def _covered(
    pieces: Sequence[Part], scored: ScoredPassage, metadata: Mapping[DocumentId, Metadata]
) -> set[int]:
    title = metadata[scored.passage.document_id].title
    return covered_parts(pieces, " . ".join((title, *scored.passage.heading, scored.text)))


def _opened(reader: CatalogReader, passages: Sequence[ScoredPassage]) -> Opened:
    sentences = reader.sentences([scored.passage.id for scored in passages])
    return Opened(passages, sentences, _metadata(reader, passages))


def _metadata(
    reader: CatalogReader, passages: Sequence[ScoredPassage]
) -> dict[DocumentId, Metadata]:
    wanted = sorted({scored.passage.document_id for scored in passages})
    return {summary.id: summary.metadata for summary in reader.documents(wanted)}
