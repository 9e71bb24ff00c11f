"""How an answer came about, written down so that it can be replayed and compared."""

from __future__ import annotations

from collections.abc import Mapping

from app.answering.composition.citing import Citer
from app.answering.composition.compose import Outcome
from app.answering.conversation.condense import Condensed, standalone
from app.answering.selection.answerability import Answerability
from app.answering.selection.retrieve import Found
from app.types import Receipt
from vectorstore.types import ScoredPassage


def receipt(
    question: str,
    condensed: Condensed,
    found: Found,
    answerability: Answerability,
    citer: Citer,
    outcome: Outcome,
    *,
    composer: str,
    reader: str,
    generation: str,
    timings_ms: Mapping[str, float],
) -> Receipt:
    """The receipt of one answer.

    Args:
        question: As it was asked.
        condensed: As it was understood.
        found: What was read.
        answerability: How surely that answers.
        citer: Holds the verdicts.
        outcome: How composing ended.
        composer: Name of the composer that was asked.
        reader: Fingerprint of what judged the sentences.
        generation: Of the index.
        timings_ms: Milliseconds by step.
    """
    uses = [use for use in (outcome.use, condensed.use) if use is not None]
    use = uses[0].with_more(uses[1]) if len(uses) > 1 else next(iter(uses), None)
    return Receipt(
        question=question,
        condensed_query=standalone(condensed),
        composer=composer,
        reader=reader,
        generation=generation,
        passages=tuple(map(_entry, found.passages)),
        answerability=round(answerability.score, 4),
        verdicts=tuple(citer.verdicts),
        counts={name: count for name, count in sorted(citer.counts.items()) if count},
        model=use.model if use else None,
        prompt_fingerprint=use.prompts if use else None,
        usage=use.usage if use else None,
        problem=outcome.problem.value if outcome.problem else None,
        timings_ms=timings_ms,
    )


def _entry(scored: ScoredPassage) -> dict[str, str | int | float]:
    return {
        "id": scored.passage.id,
        "start": scored.passage.start,
        "end": scored.passage.end,
        "score": round(scored.score, 4),
        "cosine": round(scored.cosine, 4),
        "bm25": round(scored.bm25, 4),
    }
