"""What a question takes for granted of one name, and whether sentences say it in other words."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.answering.evidence.claimed import ALONE, TOGETHER, Support, claim_of, is_unborne
from app.answering.text.terms import key_of
from tests.builders_answering import make_evidence

QUESTION = "When was Marlow convicted?"
ARRESTED = "Marlow was arrested in May."


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        (QUESTION, "Marlow was convicted"),
        ("Why did Marlow and Orlena break up?", "Marlow and Orlena broke up"),
        ("when did the Marlow-Orlena partnership end", "the Marlow-Orlena partnership ended"),
        ("In what year has Marlow closed its mill?", "Marlow has closed its mill"),
        ("Why did Marlow engineers leave?", None),  # which word is the verb is not known
        ("Why did Marlow's owners leave?", None),
        ("Why did the mill close?", None),
        ("Who convicted Marlow?", None),
        ("How much did Marlow pay?", None),
    ],
)
def test_a_question_with_a_name_and_a_verb_claims_something(
    question: str, claim: str | None
) -> None:
    found = claim_of(question)
    assert (found and found.text) == claim


def reads(together: float, alone: float) -> Support:
    def support(_: str, sentences: Sequence[str]) -> float:
        return together if len(sentences) > 1 else alone

    return support


@pytest.mark.parametrize(
    ("together", "alone", "is_refused"),
    [
        (TOGETHER - 0.01, ALONE - 0.01, True),
        (TOGETHER, ALONE - 0.01, False),
        (TOGETHER - 0.01, ALONE, False),
    ],
)
def test_what_no_sentence_says_is_refused(together: float, alone: float, is_refused: bool) -> None:
    missing = frozenset({key_of("convicted")})
    evidence = [
        make_evidence(ARRESTED, relevance=0.9, missing=missing),
        make_evidence("He waited.", relevance=0.5, missing=missing, ordinal=1),
    ]
    assert is_unborne(QUESTION, evidence, reads(together, alone)) is is_refused


def test_a_likely_sentence_with_the_verb_is_left_to_the_reader() -> None:
    evidence = [make_evidence("A court convicted Marlow.", relevance=0.9)]
    assert not is_unborne(QUESTION, evidence, reads(0.0, 0.0))
