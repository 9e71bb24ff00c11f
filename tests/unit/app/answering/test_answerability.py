from __future__ import annotations

import math
from dataclasses import astuple
from typing import Any

import pytest

from app.answering.answerability import CONSTANT, THRESHOLD, WEIGHTS, Answerability, judge
from app.answering.asking import ask
from app.answering.evidence import Evidence
from app.answering.likeness import WordLikeness
from tests.builders_answering import FixedRarity, WordVectors, changed, make_evidence


def judged(question: str, *chosen: Evidence, best_cosine: float = 0.7) -> Answerability:
    likeness = WordLikeness(WordVectors({"shops": (1.0,), "stores": (1.0,)}))
    return judge(ask(question), chosen, best_cosine, FixedRarity(), likeness)


def fitting(text: str, **features: Any) -> Evidence:
    known: dict[str, Any] = dict.fromkeys(("coverage", "window", "shape"), 1.0) | {"cosine": 0.7}
    return make_evidence(text, **{**known, **features})


def test_nothing_chosen_answers_nothing() -> None:
    found = judged("Why did Haven close?")
    assert found.score == 0.0
    assert not found.is_enough
    assert found.missing == ("Haven", "close")


def test_a_request_is_never_answered() -> None:
    item = fitting("Haven closed because prices stayed high.")
    assert judged("Write a poem about Haven", item).score == 0.0


def test_a_question_without_a_subject_is_never_answered() -> None:
    assert judged("What is it?", fitting("It is open.")).score == 0.0


def test_a_sentence_with_all_the_words_answers() -> None:
    found = judged("Why did Haven close?", fitting("Haven closed because prices stayed high."))
    assert found.score > THRESHOLD
    assert found.is_enough
    assert found.missing == ()
    assert found.missing_share == 0.0


def test_a_missing_name_weighs_against_an_answer() -> None:
    held = judged("Why did Haven close?", fitting("Haven closed because prices stayed high."))
    item = fitting("Amazon Care closed because prices stayed high.", missing=frozenset({"haven"}))
    lacking = judged("Why did Haven close?", item)
    assert lacking.score < held.score
    assert lacking.missing == ("Haven",)


def test_a_name_typed_without_a_capital_weighs_as_much() -> None:
    item = fitting("Amazon Care closed.", missing=frozenset({"haven"}))
    unknown = judged("why did haven close", item)
    known = judged("why did haven close", changed(item, names=frozenset({"haven"})))
    assert known.score < unknown.score


def test_the_score_is_the_logistic_of_its_signs() -> None:
    found = judged("Why did Haven close?", fitting("Haven closed because prices stayed high."))
    assert found.signs is not None
    logit = CONSTANT + sum(
        w * s for w, s in zip(astuple(WEIGHTS), astuple(found.signs), strict=True)
    )
    assert found.score == pytest.approx(1 / (1 + math.exp(-logit)))
    # Haven and close are both held, and no name, number or kind is missing.
    assert (found.signs.nearest, found.signs.passage, found.signs.held) == (0.7, 0.7, 1.0)
    assert (found.signs.lacking, found.signs.names, found.signs.kind) == (0.0, 0.0, 0.0)


def test_a_decisive_word_weighs_more_than_another() -> None:
    def without(word: str) -> float:
        item = fitting("Haven said so in June.", missing=frozenset({word[:6]}))
        return judged(f"Which {word} of Haven?", item).score

    assert without("revenue") < without("lounges")


def test_an_amount_asked_for_must_be_there() -> None:
    question = "How much did Haven cost?"
    held = judged(question, fitting("Haven cost $5 million."))
    lacking = judged(question, fitting("Haven cost a lot.", shape=0.0))
    assert lacking.score < held.score


def test_a_word_near_in_meaning_is_not_missing() -> None:
    near = make_evidence("Haven has stores.", cosine=0.7, missing=frozenset({"shop"}))
    found = judged("Has Haven shops?", near)
    assert found.missing == ()


def test_nearer_passages_raise_the_score() -> None:
    item = fitting("Haven closed because prices stayed high.")
    scores = [judged("Why did Haven close?", item, best_cosine=c).score for c in (0.1, 0.5, 0.9)]
    assert scores == sorted(scores)
    assert all(0.0 < score < 1.0 for score in scores)
