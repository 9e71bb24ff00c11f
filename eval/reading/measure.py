"""Asks all of some reading files; gives the figures by kind, by file and by language."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from eval.datasets.reading_forms import ENGLISH
from eval.metrics.reading import (
    ClaimOutcome,
    Place,
    QuestionOutcome,
    by_kind,
    claim_figures,
    claims_by_kind,
    question_figures,
    without_table,
)
from eval.reading.asking import Reply, ask
from eval.reading.claims import is_accepted
from eval.reading.material import FromFile, Material
from eval.reading.shelf import Shelf

Tell = Callable[[], None]
"""Is called after each question."""
Outcome = TypeVar("Outcome", QuestionOutcome, ClaimOutcome)


@dataclass(frozen=True, slots=True)
class Kept:
    """One outcome, and where it belongs."""

    file: str
    language: str
    """Of the words, and of the document where that has another one: "en of de"."""
    line: Mapping[str, Any]
    """What a person needs to see why: question or claim, labels, what was said."""


QuestionKept = tuple[Kept, QuestionOutcome]
ClaimKept = tuple[Kept, ClaimOutcome]


def ask_questions(material: Material, shelf: Shelf, tell: Tell) -> list[QuestionKept]:
    """Every question of its own document."""
    found: list[QuestionKept] = []
    for each in material.questions:
        question, about = each.item, material.documents[each.document]
        reply = ask(shelf, question.q, [each.document])
        outcome = outcome_of(
            question.kind,
            [(each.document, place) for place in question.answer],
            reply,
            context=[(each.document, place) for place in question.context],
        )
        language = language_of(question.lang or about.lang, about.lang)
        found.append(
            (Kept(each.file, language, line_of(each, question.q, outcome, reply)), outcome)
        )
        tell()
    return found


def check_claims(material: Material, shelf: Shelf) -> list[ClaimKept]:
    """Every claim against its own evidence."""
    found: list[ClaimKept] = []
    for each in material.claims:
        claim = each.item
        accepted = is_accepted(shelf, claim.text, each.document, claim.evidence)
        line = {
            "file": each.file,
            "document": each.document,
            "claim": claim.text,
            "kind": claim.kind,
            "evidence": list(claim.evidence),
            "supported": claim.supported,
            "accepted": accepted,
        }
        # Claims are English throughout, whatever their document is.
        kept = Kept(each.file, language_of(ENGLISH, material.documents[each.document].lang), line)
        found.append((kept, ClaimOutcome(claim.kind, claim.supported, accepted)))
    return found


def outcome_of(
    kind: str,
    answer: Iterable[Place],
    reply: Reply,
    *,
    context: Iterable[Place] = (),
) -> QuestionOutcome:
    """A reply beside what was expected of it."""
    return QuestionOutcome(
        kind=kind,
        answer=frozenset(answer),
        refused=reply.refused,
        context=frozenset(context),
        cited=reply.cited,
        num_stray=reply.num_stray,
        num_sentences=reply.num_sentences,
        chance=reply.chance,
        failed=reply.error is not None,
    )


def line_of(
    each: FromFile[Any], question: str, outcome: QuestionOutcome, reply: Reply
) -> dict[str, Any]:
    """A question with its labels and its reply, to look at."""
    return {
        "file": each.file,
        "document": each.document,
        "q": question,
        "kind": outcome.kind,
        "answer": sorted(map(list, outcome.answer)),
        "cited": sorted(map(list, outcome.cited)),
        "refused": outcome.refused,
        "chance": outcome.chance,
        "right": outcome.right,
        "said": reply.text,
        "error": reply.error,
    }


def language_of(words: str, document: str) -> str:
    """Under what a question or claim is reported: "en" only where both are English."""
    return words if words == document else f"{words} of {document}"


def questions_json(kept: Sequence[QuestionKept]) -> dict[str, Any]:
    """Figures of English questions, by kind and by file; those of other languages apart."""
    english = [outcome for each, outcome in kept if each.language == ENGLISH]
    return {
        **question_figures(english),
        "by_kind": by_kind(english),
        "by_file": {
            file: without_table(question_figures(outcomes))
            for file, outcomes in _grouped(kept, lambda each: each.file, is_english=True).items()
        },
        "other_languages": _others(kept, lambda some: without_table(question_figures(some))),
    }


def claims_json(kept: Sequence[ClaimKept]) -> dict[str, Any]:
    """Figures of claims about English documents, by kind and by file; others apart."""
    english = [outcome for each, outcome in kept if each.language == ENGLISH]
    return {
        **claim_figures(english),
        "by_kind": claims_by_kind(english),
        "by_file": {
            file: claim_figures(outcomes)
            for file, outcomes in _grouped(kept, lambda each: each.file, is_english=True).items()
        },
        "other_languages": _others(kept, claim_figures),
    }


def _others(
    kept: Sequence[tuple[Kept, Outcome]], figures: Callable[[list[Outcome]], dict[str, Any]]
) -> dict[str, Any] | None:
    by_language = _grouped(kept, lambda each: each.language, is_english=False)
    if not by_language:
        return None
    everything = [outcome for each, outcome in kept if each.language != ENGLISH]
    return {
        **figures(everything),
        "by_language": {name: figures(by_language[name]) for name in sorted(by_language)},
    }


Key = TypeVar("Key", bound=Hashable)


def _grouped(
    kept: Sequence[tuple[Kept, Outcome]], key: Callable[[Kept], Key], *, is_english: bool
) -> dict[Key, list[Outcome]]:
    groups: dict[Key, list[Outcome]] = {}
    for each, outcome in kept:
        if (each.language == ENGLISH) is is_english:
            groups.setdefault(key(each), []).append(outcome)
    return groups
