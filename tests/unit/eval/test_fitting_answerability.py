from __future__ import annotations

import random
from dataclasses import replace

import pytest

from app.answering.answerability import AnswerSigns
from eval.fitting_answerability import Judged, fit

NOTHING = AnswerSigns(*[0.0] * 9)


def _questions(count: int, *, noise: float = 0.1) -> list[Judged]:
    """What holds more of the question's words is answered, but for some noise."""
    dice = random.Random(7)
    found = []
    for number in range(count):
        is_answerable = number % 2 == 0
        signs = replace(NOTHING, held=(0.7 if is_answerable else 0.3) + dice.gauss(0, noise))
        found.append(Judged("set", is_answerable, signs))
    return found


def test_a_fit_finds_what_tells_answerable_questions_apart() -> None:
    fitted = fit(_questions(200), {"set": 1.0})
    assert fitted.weights.held > 1
    assert fitted.weights.names == 0.0
    figures = fitted.figures["set"]
    assert figures.auroc > 0.95
    assert figures.balanced_accuracy == pytest.approx(
        (figures.refused + 1 - figures.wrongly_refused) / 2
    )
    assert figures.balanced_accuracy > 0.85


def test_to_refuse_wrongly_counts_more() -> None:
    figures = fit(_questions(400, noise=0.3), {"set": 1.0}).figures["set"]
    assert figures.wrongly_refused < 1 - figures.refused


def test_a_set_of_one_kind_has_no_figures_but_counts() -> None:
    known = _questions(100)
    lone = [replace(each, dataset="lone") for each in known if each.is_answerable]
    fitted = fit([*known, *lone], {"set": 1.0, "lone": 1.0})
    assert set(fitted.figures) == {"set"}
    assert fitted.constant != fit(known, {"set": 1.0}).constant
