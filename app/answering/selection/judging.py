"""Decides on what was read: whom it is about, what the question presumes, whether it is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.conversation.condense import Condensed, asks_of_another
from app.answering.evidence.announcing import without_announcements
from app.answering.evidence.claimed import Support, is_unborne
from app.answering.evidence.counted import only_counted
from app.answering.evidence.evidence import Evidence, in_paragraphs
from app.answering.evidence.outcomes import has_no_outcome
from app.answering.evidence.relations import SHOWN, Premise, premise
from app.answering.question.asking import Asked, ask
from app.answering.selection.answerability import (
    Answerability,
    certain_names,
    judge,
    unknown_names,
)
from app.answering.selection.weighing import weighed, without_other_documents
from app.answering.text.terms import terms
from app.languages.catalogue import ENGLISH

BESIDE = 0.2
"""What the chance of a sentence counts in a document without the names that a pronoun means."""
FOLLOWING = 1.3
"""What the threshold counts for a question that is read behind those before it: something near
stands in the text that is spoken of, and is taken for its answer (docs/answering.md)."""
FOLLOWING_SHORT = 2.3
"""The same for one of few words of its own ("who pays?"), to which almost everything is near."""
ALONE = 0.6
"""From which chance on a follow-up is answered by itself, with the name in it that its pronoun
means, where it is less surely answered behind the questions before it."""
FEW_TERMS = 2
OF_THE_OTHER = 0.3
"""What the chance of a sentence counts that does not speak of whom "and X?" asks for."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Evidence, best first, and whether it answers."""

    asked: Asked
    evidence: tuple[Evidence, ...]
    presumed: Premise
    """What the sources make of what the question takes for granted."""
    answerability: Answerability

    @property
    def is_unsure(self) -> bool:
        """Whether another reading of the question may be surer of its answer."""
        return not self.answerability.is_enough or self.answerability.score < ALONE


def judged(
    condensed: Condensed,
    read: Sequence[Evidence],
    *,
    has_parts: bool,
    threshold: float,
    typed: str = "",
    support: Support | None = None,
) -> Judgement:
    """Adjust the reader's probabilities, check the premise, and decide whether to answer.

    Args:
        condensed: The question.
        read: Sentences with their chances.
        has_parts: Whether the question was taken apart and each part was searched for.
        threshold: From which chance on an answer is given.
        typed: The question as somebody typed it.
        support: Asks the reader what sentences say; None leaves what is taken for granted to words.
    """
    asked = condensed.asked
    presumed = _presumed(condensed, read)
    evidence = _weighed(condensed, read, has_parts=has_parts)
    if condensed.before:
        is_short = len(ask(condensed.searched).terms) <= FEW_TERMS
        is_short &= not _is_of_the_one_meant(condensed, evidence)
        threshold = min(1.0, (FOLLOWING_SHORT if is_short else FOLLOWING) * threshold)
    # A name put for a pronoun, or added from the conversation, may stand in no source that speaks
    # of what it means.
    own = _without_small_names(ask(condensed.searched) if condensed.backgrounds else asked, typed)
    answerability = judge(own, evidence, threshold=threshold)
    is_of_nobody = condensed.typed is None and _is_of_unknown(asked, own, evidence)
    if presumed is Premise.SAID and answerability.is_enough and not is_of_nobody:
        presumed = _presumed_by_reading(condensed, evidence, support)
    if presumed is not Premise.SAID or is_of_nobody:
        answerability = replace(answerability, score=0.0)
    if any(item.carried for item in read):
        # Whether there is an answer is told by sentences that name what is asked about.
        evidence = _weighed(condensed, in_paragraphs(read), has_parts=has_parts)
    evidence = without_announcements(asked, evidence)
    if not has_parts:
        evidence = without_other_documents(asked, evidence)
    return Judgement(asked, tuple(evidence), presumed, answerability)


def _presumed(condensed: Condensed, read: Sequence[Evidence]) -> Premise:
    """What the sources make of what the question takes for granted.

    It is told by English words: where sentences in the asker's language are about as likely as any
    other, it is left to the reader.
    """
    best = max((item.relevance for item in read), default=0.0)
    if any(item.is_as_asked and item.relevance >= SHOWN * best for item in read):
        return Premise.SAID
    text = condensed.asked.text
    if has_no_outcome(text, read) or only_counted(text, read):
        return Premise.UNSAID
    return premise(condensed.asked, read, is_typed=condensed.typed is None)


def _presumed_by_reading(
    condensed: Condensed, evidence: Sequence[Evidence], support: Support | None
) -> Premise:
    """What the reader makes of it, of a question that needs no conversation and no translation."""
    is_own = condensed.language == ENGLISH and condensed.typed is None and not condensed.before
    if support is None or not is_own or condensed.original is not None:
        return Premise.SAID
    is_said = not is_unborne(condensed.asked.text, evidence, support)
    return Premise.SAID if is_said else Premise.UNSAID


def _without_small_names(asked: Asked, typed: str) -> Asked:
    """The question whose names are those that were typed as such: only they must stand near.

    What means sanctification in the "bible" may be told by a text that never says the word.
    """
    small = {term.key for term in terms(typed) if term.text.islower()}
    return replace(
        asked,
        terms=tuple(
            replace(term, is_name=term.is_name and term.key not in small) for term in asked.terms
        ),
    )


def _is_of_the_one_meant(condensed: Condensed, evidence: Sequence[Evidence]) -> bool:
    """Whether the likeliest sentence names whom a pronoun, or "what about X?", means."""
    if condensed.typed is not None:
        names = {term.key for term in condensed.asked.names}
        return any(names & item.keys for item in evidence[:1])
    own = {term.key for term in ask(condensed.searched).terms}
    is_another = bool(own) and asks_of_another(condensed.searched)
    return is_another and any(own <= item.keys for item in evidence[:1])


def _of_the_other(other: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same, with low chances where nothing of the name that "and X?" puts in is spoken of.

    What was asked before is answered near by, of somebody else.
    """
    names = {term.key for term in terms(f"x {other}") if term.is_name}
    found = [
        replace(item, relevance=OF_THE_OTHER * item.relevance, answers=OF_THE_OTHER * item.answers)
        if names and names <= item.missing
        else item
        for item in evidence
    ]
    return sorted(
        found, key=lambda item: (-item.relevance, item.document_id, item.sentence.ordinal)
    )


def _weighed(condensed: Condensed, read: Sequence[Evidence], *, has_parts: bool) -> list[Evidence]:
    evidence = weighed(condensed.asked, read, has_parts=has_parts)
    if condensed.typed is not None:
        # "They" are known, and what does not speak of them is beside it.
        evidence = without_other_documents(condensed.asked, evidence, factor=BESIDE)
    return _of_the_other(condensed.other, evidence) if condensed.other else evidence


def _is_of_unknown(asked: Asked, own: Asked, evidence: Sequence[Evidence]) -> bool:
    """Whether no source near speaks of any name that the question took from its conversation."""
    known = {term.key for term in own.terms}
    added = replace(asked, terms=tuple(term for term in asked.names if term.key not in known))
    wanted = certain_names(added)
    return bool(wanted and evidence) and len(unknown_names(added, evidence)) == len(wanted)
