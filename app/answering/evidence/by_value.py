"""A question for what has a value is answered by sentences that have it, and by no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.answering.evidence.evidence import Evidence
from app.answering.question.notation import Values
from vectorstore.lexical import analyse
from vectorstore.live import LiveGeneration
from vectorstore.types import DocumentId, PassageId, SentenceKind

LOOKED_AT = 60
"""Passages with some of the figures' digits in which the value itself is looked for."""
READ = 4
"""Passages that hold it which are read first."""
HOLDS, WORDS, READER = 0.5, 0.3, 0.15
"""What the value itself, the question's other words and the reader count; set by hand."""
NOT_PROSE = 0.2
"""What a row of a table or a caption has less than a sentence that says the same."""
WITHOUT = 0.1
"""Chance left to a sentence without the value."""


def passages_with(
    generation: LiveGeneration, values: Values, document_ids: Sequence[DocumentId] | None
) -> list[PassageId]:
    """Passages that hold the values in any notation, the best first."""
    found = generation.lexical.search(values.notations, limit=LOOKED_AT, document_ids=document_ids)
    order = [name for name, _ in found]
    held = {one.passage.id: one.text for one in generation.reader.passages(order)}
    return [name for name in order if name in held and values.held_by(held[name])][:READ]


def judged_by_value(values: Values, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same sentences, their chances by whether they hold the values; the likeliest first."""
    judged = [_judged(values, item) for item in evidence]
    return sorted(judged, key=lambda item: (-item.relevance, item.document_id, item.sentence.start))


def _judged(values: Values, item: Evidence) -> Evidence:
    if not values.held_by(item.text):
        return replace(
            item,
            relevance=min(item.relevance, WITHOUT),
            answers=min(item.answers, WITHOUT),
        )
    shared = len(values.words & set(analyse(item.text))) / max(1, len(values.words))
    chance = HOLDS + WORDS * shared + READER * item.relevance
    if item.sentence.kind is not SentenceKind.PROSE:
        chance -= NOT_PROSE
    return replace(item, relevance=chance, answers=max(item.answers, HOLDS + WORDS))
