from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.refusal import (
    RefusalQuality,
    RiskPoint,
    answerability_auroc,
    aurc,
    best_threshold,
    refusal_quality,
    risk_coverage,
)

quick = settings(max_examples=50, deadline=None)
score = st.integers(0, 6).map(lambda n: n / 6)
decisions = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12)
both_kinds = st.lists(st.tuples(score, st.booleans()), min_size=2, max_size=12).filter(
    lambda pairs: len({kind for _, kind in pairs}) == 2
)
risked = st.lists(st.tuples(score, score), min_size=1, max_size=12)

SCORES = [0.9, 0.6, 0.4, 0.6, 0.2]
UNANSWERABLE = [False, False, False, True, True]


def test_refusals_by_hand() -> None:
    quality = refusal_quality([True, True, False, False, False], [True, False, True, False, False])
    # refused 2, of them 1 rightly; to refuse 2, of them 1 refused; to answer 3, of them 2 answered
    assert quality.precision == pytest.approx(1 / 2)
    assert quality.recall == pytest.approx(1 / 2)
    assert quality.f1 == pytest.approx(1 / 2)
    assert quality.balanced_accuracy == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_what_is_not_defined_is_none() -> None:
    assert refusal_quality([], []) == RefusalQuality(None, None, None, None)
    assert refusal_quality([False], [False]) == RefusalQuality(None, None, None, None)
    assert refusal_quality([True], [False]) == RefusalQuality(0, None, 0, None)
    assert refusal_quality([False, False], [True, False]) == RefusalQuality(None, 0, 0, 0.5)


def test_auroc_by_hand() -> None:
    # answerable .9 .6 .4 against .6 .2: .9 wins 2, .6 ties one (½) and wins 1, .4 loses 1, wins 1
    assert answerability_auroc(SCORES, UNANSWERABLE) == pytest.approx((2 + 1.5 + 1) / 6)
    assert answerability_auroc([0.1, 0.2], [False, False]) is None


def test_best_threshold_by_hand() -> None:
    best = best_threshold(SCORES, UNANSWERABLE)
    # from .9: (1/3 + 1)/2 = .67; from .6: (2/3 + 1/2)/2 = .58; from .4: (1 + 1/2)/2 = .75; .2: .5
    assert best is not None
    assert best.value == 0.4
    assert best.balanced_accuracy == pytest.approx(0.75)
    assert best_threshold([0.1, 0.2], [True, True]) is None


def test_risk_and_coverage_by_hand() -> None:
    scores, losses = [0.6, 0.9, 0.2, 0.6], [1.0, 0.0, 1.0, 0.0]
    assert risk_coverage(scores, losses) == (
        RiskPoint(0.9, 1 / 4, 0.0),
        RiskPoint(0.6, 3 / 4, 1 / 3),  # lost 0 + 1 + 0 of three
        RiskPoint(0.2, 1.0, 2 / 4),
    )
    # risks of the first 1, 2, 3, 4: 0, (0 + ½)/2 with the tie shared, 1/3, 2/4
    assert aurc(scores, losses) == pytest.approx((0 + 1 / 4 + 1 / 3 + 1 / 2) / 4)
    assert aurc([], []) is None
    assert risk_coverage([], []) == ()


@quick
@given(decisions)
def test_refusal_lies_between_none_and_all_in_any_order(pairs: list[tuple[bool, bool]]) -> None:
    quality = refusal_quality(*zip(*pairs, strict=True))
    assert all(value is None or 0 <= value <= 1 for value in astuple(quality))
    assert refusal_quality(*zip(*pairs[::-1], strict=True)) == quality


@quick
@given(decisions.filter(lambda pairs: len({kind for _, kind in pairs}) == 2))
def test_refusing_one_more_rightly_never_lowers(pairs: list[tuple[bool, bool]]) -> None:
    before = refusal_quality(*zip(*pairs, strict=True))
    wrongly_answered = next((n for n, pair in enumerate(pairs) if pair == (False, True)), None)
    if wrongly_answered is None:
        return
    better = [*pairs]
    better[wrongly_answered] = (True, True)
    after = refusal_quality(*zip(*better, strict=True))
    for low, high in zip(astuple(before), astuple(after), strict=True):
        assert high >= (low or 0) - 1e-9


@quick
@given(both_kinds)
def test_auroc_depends_on_the_order_of_scores_alone(pairs: list[tuple[float, bool]]) -> None:
    scores, kinds = zip(*pairs, strict=True)
    value = answerability_auroc(scores, kinds)
    assert value is not None
    assert 0 <= value <= 1
    assert answerability_auroc(scores[::-1], kinds[::-1]) == pytest.approx(value)
    stretched = [2 * each**3 - 1 for each in scores]
    assert answerability_auroc(stretched, kinds) == pytest.approx(value)
    turned = [-each for each in scores]
    assert answerability_auroc(turned, kinds) == pytest.approx(1 - value)


@quick
@given(both_kinds)
def test_auroc_is_the_share_of_pairs_in_order(pairs: list[tuple[float, bool]]) -> None:
    scores, kinds = zip(*pairs, strict=True)
    answerable = [each for each, refuse in pairs if not refuse]
    others = [each for each, refuse in pairs if refuse]
    won = sum((a > b) + (a == b) / 2 for a in answerable for b in others)
    expected = won / (len(answerable) * len(others))
    assert answerability_auroc(scores, kinds) == pytest.approx(expected)


@settings(max_examples=20, deadline=None)  # each cut is a call of scikit-learn
@given(both_kinds)
def test_no_cut_is_better_than_the_best(pairs: list[tuple[float, bool]]) -> None:
    scores, kinds = zip(*pairs, strict=True)
    best = best_threshold(scores, kinds)
    assert best is not None
    reached = [
        refusal_quality([each < cut for each in scores], kinds).balanced_accuracy or 0
        for cut in set(scores)
    ]
    assert best.balanced_accuracy == pytest.approx(max(reached))
    at_best = refusal_quality([each < best.value for each in scores], kinds)
    assert at_best.balanced_accuracy == pytest.approx(best.balanced_accuracy)


@quick
@given(risked)
def test_the_risk_curve_ends_with_everything_answered(pairs: list[tuple[float, float]]) -> None:
    scores, losses = zip(*pairs, strict=True)
    curve = risk_coverage(scores, losses)
    assert [point.coverage for point in curve] == sorted({point.coverage for point in curve})
    assert curve[-1].coverage == 1
    assert curve[-1].risk == pytest.approx(sum(losses) / len(losses))
    area = aurc(scores, losses)
    assert area is not None
    assert min(losses) - 1e-9 <= area <= max(losses) + 1e-9
    assert aurc(scores[::-1], losses[::-1]) == pytest.approx(area)
    assert risk_coverage(scores[::-1], losses[::-1]) == curve


@quick
@given(risked, st.data())
def test_a_better_answer_never_raises_the_area(
    pairs: list[tuple[float, float]], data: st.DataObject
) -> None:
    scores, losses = zip(*pairs, strict=True)
    better = list(losses)
    better[data.draw(st.integers(0, len(losses) - 1))] = 0.0
    before, after = aurc(scores, losses), aurc(scores, better)
    assert before is not None
    assert after is not None
    assert after <= before + 1e-9
