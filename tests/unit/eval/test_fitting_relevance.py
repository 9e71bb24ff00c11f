from __future__ import annotations

from dataclasses import fields

import pytest

from app.answering.relevance import PassageSigns, SentenceSigns
from eval.fitting_relevance import Labelled, fit, label
from tests.builders_answering import make_evidence

NEAR = "Haven closed its doors in February 2021."
FAR = "Coffee is sold in cans all over the world."


def test_gold_is_what_a_quote_holds_or_what_holds_a_quote() -> None:
    whole = make_evidence(NEAR, ordinal=0)
    part = make_evidence("closed its doors", ordinal=1)
    wider = make_evidence(f"It is said that {NEAR[:-1].lower()}, or so.", ordinal=2)
    other = make_evidence(FAR, ordinal=3)
    found = label("set", "case", [whole, part, wider, other, whole], [NEAR])
    assert found.gold == (True, True, True, False)
    assert len(found.evidence) == 4


def test_a_short_quote_does_not_mark_all_that_hold_it() -> None:
    found = label("set", "case", [make_evidence(NEAR)], ["2021"])
    assert found.gold == (False,)


def _cases(count: int) -> list[Labelled]:
    """Gold is always the sentence nearest to the question, in the nearer of two passages."""
    cases = []
    for number in range(count):
        near = make_evidence(NEAR, ordinal=0, passage_ordinal=0, cosine=0.8 + number / 1000)
        beside = make_evidence(FAR, ordinal=1, passage_ordinal=0, cosine=0.4)
        far = make_evidence("Rain fell.", ordinal=9, passage_ordinal=1, cosine=0.2)
        cases.append(label("set", str(number), [near, beside, far], [NEAR]))
    return cases


def test_a_fit_finds_what_sets_gold_apart() -> None:
    fitted = fit(_cases(20), {"set": 1.0})
    assert fitted.auroc == {"set": pytest.approx(1.0)}
    names = [field.name for field in fields(SentenceSigns)]
    assert len(fitted.sentence) == len(names) + 1
    assert len(fitted.passage) == len(fields(PassageSigns)) + 1
    assert fitted.sentence[names.index("cosine_below")] > 0
