"""Decides on what was read: whom it is about, what the question presumes, whether it is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.conversation.condense import Condensed
from app.answering.evidence.announcing import without_announcements
from app.answering.evidence.evidence import Evidence, in_paragraphs
from app.answering.evidence.outcomes import has_no_outcome
from app.answering.evidence.relations import Premise, premise
from app.answering.question.asking import Asked, ask
from app.answering.selection.answerability import (
    Answerability,
    certain_names,
    judge,
    unknown_names,
)
from app.answering.selection.weighing import weighed, without_other_documents

BESIDE = 0.2
"""What the chance of a sentence counts in a document without the names that a pronoun means."""
FOLLOWING = 1.3
"""What the threshold counts for a question that is read behind those before it: something near
stands in the text that is spoken of, and is taken for its answer (docs/answering.md)."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Evidence, best first, and whether it answers."""

    asked: Asked
    evidence: tuple[Evidence, ...]
    presumed: Premise
    """What the sources make of what the question takes for granted."""
    answerability: Answerability


def judged(
    condensed: Condensed, read: Sequence[Evidence], *, has_parts: bool, threshold: float
) -> Judgement:
    """Adjust the reader's probabilities, check the premise, and decide whether to answer.

    Args:
        condensed: The question.
        read: Sentences with their chances.
        has_parts: Whether the question was taken apart and each part was searched for.
        threshold: From which chance on an answer is given.
    """
    asked = condensed.asked
    presumed = premise(asked, read, is_typed=condensed.typed is None)
    if has_no_outcome(asked.text, read):
        presumed = Premise.UNSAID
    evidence = _weighed(condensed, read, has_parts=has_parts)
    threshold = min(1.0, FOLLOWING * threshold) if condensed.before else threshold
    # A name put for a pronoun, or added from the conversation, may stand in no source that speaks
    # of what it means.
    own = ask(condensed.searched) if condensed.backgrounds else asked
    answerability = judge(own, evidence, threshold=threshold)
    is_of_nobody = condensed.typed is None and _is_of_unknown(asked, own, evidence)
    if presumed is not Premise.SAID or is_of_nobody:
        answerability = replace(answerability, score=0.0)
    if any(item.carried for item in read):
        # Whether there is an answer is told by sentences that name what is asked about.
        evidence = _weighed(condensed, in_paragraphs(read), has_parts=has_parts)
    evidence = without_announcements(asked, evidence)
    if not has_parts:
        evidence = without_other_documents(asked, evidence)
    return Judgement(asked, tuple(evidence), presumed, answerability)


def _weighed(condensed: Condensed, read: Sequence[Evidence], *, has_parts: bool) -> list[Evidence]:
    evidence = weighed(condensed.asked, read, has_parts=has_parts)
    if condensed.typed is None:
        return evidence
    # "They" are known, and what does not speak of them is beside it.
    return without_other_documents(condensed.asked, evidence, factor=BESIDE)


def _is_of_unknown(asked: Asked, own: Asked, evidence: Sequence[Evidence]) -> bool:
    """Whether no source near speaks of any name that the question took from its conversation."""
    known = {term.key for term in own.terms}
    added = replace(asked, terms=tuple(term for term in asked.names if term.key not in known))
    wanted = certain_names(added)
    return bool(wanted and evidence) and len(unknown_names(added, evidence)) == len(wanted)
