"""The whole answer, assembled from the results of the steps."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from app.answering.composition import abstention
from app.answering.composition.citing import Citer
from app.answering.composition.compose import ExtractiveComposer, Outcome
from app.answering.composition.leading import lead, lead_of_status
from app.answering.conflicts.disagreement import is_of_status, notes
from app.answering.evidence.evidence import Evidence
from app.answering.evidence.relations import Premise, of_both, relation_of
from app.answering.selection.judging import Judgement
from app.answering.selection.retrieve import Found
from app.answering.standalone import Posed
from app.types import Answer, AnswerStatus, Lead, NearMiss, Receipt
from vectorstore.reader import Extent

Searched = Callable[[], Extent]
"""How much was searched; asked only where no answer is given."""


def finished(
    question: Posed,
    found: Found,
    judgement: Judgement,
    citer: Citer,
    outcome: Outcome,
    pairs: Sequence[tuple[Evidence, Evidence, str]],
    receipt: Receipt,
    searched: Searched,
) -> Answer:
    """The answer with its notes, short answer and receipt, or the refusal in its place.

    Args:
        question: What was asked.
        found: What was searched.
        judgement: What was made of that.
        citer: Holds what is shown, and what it cites.
        outcome: How composing ended.
        pairs: Sentences that disagree.
        receipt: How it came about.
        searched: See `Searched`.
    """
    language = question.language
    near = () if citer.claims else _near(judgement)
    left_open = abstention.unanswered(found.pieces, citer.evidence, question.said, language)
    if citer.claims:
        message = left_open or abstention.unknown(judgement.asked, language)
    else:
        message = _instead(question, judgement, near, searched)
    return Answer(
        id=secrets.token_hex(16),
        question=question.typed,
        status=_status(citer, outcome, is_whole=left_open is None),
        claims=tuple(citer.claims),
        citations=citer.citations,
        notes=notes(citer.citations, citer.disagreements(pairs), language),
        near_misses=near,
        composer=receipt.composer if outcome.is_shown else ExtractiveComposer.name,
        receipt=receipt,
        created=datetime.now(UTC),
        message=message,
        fallback=outcome.told(language),
        understood=question.understood,
        lead=_lead(judgement, citer, pairs, language),
        language=language,
    )


def _lead(
    judgement: Judgement,
    citer: Citer,
    pairs: Sequence[tuple[Evidence, Evidence, str]],
    language: str,
) -> Lead | None:
    """The first words; where sources differ only those that tell of both."""
    asked, citations = judgement.asked, citer.citations
    if not pairs:
        return lead(asked, citer.claims, citations, judgement.evidence, language)
    only = pairs[0] if len(pairs) == 1 and is_of_status(pairs[0]) else None
    return None if only is None else lead_of_status(asked, only[:2], citations, language)


def _status(citer: Citer, outcome: Outcome, *, is_whole: bool) -> AnswerStatus:
    if not citer.evidence:
        return AnswerStatus.ABSTAINED
    is_partial = outcome.abstains or not is_whole
    return AnswerStatus.PARTIAL if is_partial else AnswerStatus.ANSWERED


def _near(judgement: Judgement) -> tuple[NearMiss, ...]:
    """What comes near; of a false premise, what is said of the two names first."""
    asked, evidence = judgement.asked, judgement.evidence
    relation = None if judgement.presumed is Premise.SAID else relation_of(asked.text)
    both = [] if relation is None else of_both(relation, evidence)
    return abstention.near_misses(asked, both or evidence)


def _instead(
    question: Posed, judgement: Judgement, near: Sequence[NearMiss], searched: Searched
) -> str:
    """What is told instead of an answer, in no words but ours and the asker's."""
    asked, language = question.as_put, question.language
    told = abstention.of_premise(asked, judgement.presumed, has_near=bool(near), language=language)
    if told is not None:
        return told
    lacking = abstention.lacking_words(asked, near, judgement.evidence)
    own = [word for word in lacking if word in question.said]
    return abstention.message(asked, own, len(near), searched(), language)
