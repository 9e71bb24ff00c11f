"""Things of a kind by what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

import pytest

from app.answering.comparison.overall_outcomes import turned_out
from app.answering.evidence.evidence import Evidence
from app.answering.evidence.outcomes import has_no_outcome
from app.answering.question.overall_shapes import Kind, overall
from app.library.told import Told
from tests.builders_answering import make_evidence
from vectorstore.types import DocumentId, Metadata

SAID = {
    "Alba and Brava: a brewery": "The venture collapsed in May 2019.",
    "Corda: a mill": "Corda may fail if prices rise.",
    "Delos and Elara: a sale": "The purchase was approved by the court.",
    "On failure": "Most ventures fail.",
}


@dataclass(frozen=True)
class Summary:
    id: DocumentId
    metadata: Metadata


class Shelves:
    language = "en"


def items() -> list[Evidence]:
    return [
        replace(
            make_evidence(text, uri=f"/{n}.md", relevance=0.6),
            metadata=Metadata(title, published=date(2022, 1, 1)),
        )
        for n, (title, text) in enumerate(SAID.items())
    ]


def tell(question: str) -> Told | None:
    asked = overall(question)
    assert asked is not None
    found = items()

    def ask(_: str, documents: Sequence[DocumentId]) -> list[Evidence]:
        return [item for item in found if item.document_id in documents]

    summaries = cast("Any", [Summary(item.document_id, item.metadata) for item in found])
    return turned_out(asked, summaries, cast("Any", Shelves()), ask)


@pytest.mark.parametrize(
    ("question", "kind", "outcome"),
    [
        ("Which ventures failed?", Kind.VENTURE, "failed"),
        ("What companies went bust?", Kind.COMPANY, "went bust"),
        ("Which deals were approved?", Kind.DEAL, "approved"),
        ("Which alliances have ended so far?", Kind.PARTNERSHIP, "ended"),
    ],
)
def test_an_outcome_of_a_kind_is_asked_for(question: str, kind: Kind, outcome: str) -> None:
    asked = overall(question)
    assert asked is not None
    assert (asked.kind, asked.outcome) == (kind, outcome)


@pytest.mark.parametrize(
    "question",
    [
        "Which ventures of Alba failed?",
        "Which deals were not approved?",
        "Which companies are mentioned?",
        "Which companies pay the most?",
    ],
)
def test_other_questions_ask_for_none(question: str) -> None:
    asked = overall(question)
    assert asked is None or not asked.outcome


def test_only_what_is_told_to_have_come_about_is_named() -> None:
    told = tell("Which ventures failed?")
    assert told is not None
    assert [(claim.heading, claim.text) for claim in told.claims[1:]] == [
        ("Alba and Brava", "The venture collapsed in May 2019.")
    ]


def test_any_other_verb_must_stand_there() -> None:
    told = tell("Which deals were approved?")
    assert told is not None
    assert [claim.heading for claim in told.claims[1:]] == ["Delos and Elara"]
    assert tell("Which deals were rejected?") is None


def test_reasons_are_told_where_they_are_asked_for() -> None:
    asked = overall("Which ventures failed, and why?")
    assert asked is not None
    assert asked.asks_why


def test_sentences_without_the_outcome_are_no_answer() -> None:
    assert has_no_outcome("Which ventures grew?", items())
    assert not has_no_outcome("Which ventures collapsed?", items())
    assert not has_no_outcome("Did Corda grow?", items())
