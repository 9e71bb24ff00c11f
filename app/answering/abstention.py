"""What a reader gets where the sources do not say: a calm sentence and what came nearest."""

from __future__ import annotations

from collections.abc import Sequence

from app.answering.answerability import Answerability
from app.answering.asking import Asked
from app.answering.evidence import Evidence
from app.answering.settling import says_nothing
from app.types import NearMiss
from vectorstore.live import LiveGeneration

NEAR_MISSES = 3
NAMED_WORDS = 3
"""More words than these that the sources lack are no help to the reader."""
NAMED_CHARACTERS = 40
"""What is longer is no word."""


def near_misses(evidence: Sequence[Evidence]) -> tuple[NearMiss, ...]:
    """The best sentences of different passages. They are not an answer and no citations."""
    found: dict[str, NearMiss] = {}
    for item in evidence:
        if len(found) == NEAR_MISSES:
            break
        if says_nothing(item.text):
            continue
        found.setdefault(
            item.passage.passage.id,
            NearMiss(
                document_id=item.document_id,
                version=item.version,
                title=item.metadata.title,
                published=item.metadata.published,
                text=item.text,
                start=item.sentence.start,
                end=item.sentence.end,
                score=round(item.relevance, 4),
            ),
        )
    return tuple(found.values())


def message(asked: Asked, answerability: Answerability, generation: LiveGeneration) -> str:
    """One or two sentences: that there is no answer, and what was searched."""
    if asked.is_request:
        return (
            "The sources do not say. Accord answers questions from its sources; "
            "it does not write, translate or calculate."
        )
    documents = generation.reader.documents()
    dates = [known.metadata.published for known in documents if known.metadata.published]
    newest = f", the newest of {max(dates):%d %B %Y}" if dates else ""
    count = f"{len(documents)} source{'s' if len(documents) != 1 else ''}"
    searched = f"The sources do not say. Searched: {count}{newest}."
    words = [word for word in answerability.missing if len(word) <= NAMED_CHARACTERS]
    lacking = [f"“{word}”" for word in words[:NAMED_WORDS]]
    if not lacking:
        return searched
    return f"{searched} What comes nearest does not speak of {' or '.join(lacking)}."
