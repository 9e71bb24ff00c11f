from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.calibration import calibration_error, reliability
from eval.metrics.reading import (
    ClaimOutcome,
    Place,
    QuestionOutcome,
    by_kind,
    claim_figures,
    claims_by_kind,
    question_figures,
)

quick = settings(max_examples=50, deadline=None)
chances = st.lists(st.tuples(st.integers(0, 8).map(lambda n: n / 8), st.booleans()), min_size=1)


def at(*places: int) -> frozenset[Place]:
    return frozenset(("d", place) for place in places)


def answered(answer: frozenset[Place], cited: frozenset[Place], **more: object) -> QuestionOutcome:
    fields: dict[str, object] = {
        "kind": "who",
        "answer": answer,
        "refused": False,
        "cited": cited,
        "num_sentences": len(cited),
        "chance": 0.9,
    }
    return QuestionOutcome(**fields | more)  # type: ignore[arg-type]


def refused(answer: frozenset[Place], **more: object) -> QuestionOutcome:
    return answered(answer, frozenset(), **{"refused": True, "chance": 0.1} | more)


def test_a_question_is_right_with_a_hit_and_half_of_what_is_cited_answering() -> None:
    assert answered(at(1), at(1, 2)).right
    assert not answered(at(1), at(1, 2, 3)).right
    assert not answered(at(1), at(2)).right
    assert not refused(at(1)).right
    assert refused(at()).right
    assert not answered(at(), at(1)).right


def test_recall_and_precision_by_hand() -> None:
    outcome = answered(at(1, 2, 3), at(2, 3, 4, 5))
    assert outcome.recall == pytest.approx(2 / 3)
    assert outcome.precision == pytest.approx(2 / 4)


def test_a_cited_context_sentence_is_neither_right_nor_wrong() -> None:
    assert answered(at(1), at(0, 1), context=at(0)).precision == 1
    assert answered(at(1), at(0), context=at(0)).precision == 0
    assert not answered(at(1), at(0), context=at(0)).hit


def test_a_citation_of_no_labelled_sentence_counts_as_wrong() -> None:
    assert answered(at(1), at(1), num_stray=2).precision == pytest.approx(1 / 3)


def test_no_answer_at_all_is_the_wrong_decision() -> None:
    assert answered(at(1), at(), failed=True).has_refused
    assert not refused(at(), failed=True).has_refused
    assert not refused(at(), failed=True).right


def test_figures_of_questions_by_hand() -> None:
    figures = question_figures(
        [
            answered(at(1, 2), at(1)),  # recall 1/2, precision 1
            answered(at(1), at(2, 3, 4)),  # a miss
            refused(at(1)),
            refused(at()),
            answered(at(), at(1), chance=0.1),
        ]
    )
    assert figures["count"] == 5
    assert (figures["answerable"], figures["unanswerable"]) == (3, 2)
    assert figures["hit"] == pytest.approx(1 / 3)
    assert figures["recall"] == pytest.approx(1 / 6)
    assert figures["precision"] == pytest.approx(1 / 2)
    assert figures["right"] == pytest.approx(2 / 5)
    assert figures["refused_answerable"] == pytest.approx(1 / 3)
    assert figures["refused_unanswerable"] == pytest.approx(1 / 2)
    assert figures["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert figures["sentences_per_answer"] == pytest.approx(5 / 3)
    # Of the answerable 0.9, 0.9, 0.1 and the others 0.1, 0.1: four pairs won, two tied.
    assert figures["auroc"] == pytest.approx(5 / 6)


def test_what_is_not_defined_of_questions_is_none() -> None:
    figures = question_figures([refused(at())])
    undefined = ("balanced_accuracy", "hit", "recall", "precision", "sentences_per_answer", "auroc")
    assert [figures[name] for name in undefined] == [None] * 6
    assert figures["refused_unanswerable"] == 1


def test_a_system_without_chances_has_no_calibration() -> None:
    figures = question_figures([answered(at(1), at(1), chance=None)])
    assert figures["calibration_error"] is None
    assert figures["reliability"] == []


def test_kinds_are_figured_apart() -> None:
    figures = by_kind([answered(at(1), at(1), kind="who"), refused(at(1), kind="amount")])
    assert list(figures) == ["amount", "who"]
    assert (figures["amount"]["hit"], figures["who"]["hit"]) == (0, 1)


def test_figures_of_claims_by_hand() -> None:
    outcomes = [
        ClaimOutcome("paraphrase", supported=True, accepted=True),
        ClaimOutcome("merge", supported=True, accepted=False),
        ClaimOutcome("merge", supported=False, accepted=False),
        ClaimOutcome("merge", supported=False, accepted=True),
        ClaimOutcome("number", supported=False, accepted=False),
    ]
    figures = claim_figures(outcomes)
    assert figures["supported_accepted"] == pytest.approx(1 / 2)
    assert figures["unsupported_caught"] == pytest.approx(2 / 3)
    assert figures["balanced_accuracy"] == pytest.approx(7 / 12)
    assert claims_by_kind(outcomes) == {
        "supported": {
            "paraphrase": {"count": 1, "right": 1.0},
            "merge": {"count": 1, "right": 0.0},
        },
        "unsupported": {"merge": {"count": 2, "right": 0.5}, "number": {"count": 1, "right": 1.0}},
    }
    assert claim_figures(outcomes[:2])["balanced_accuracy"] is None


def test_calibration_error_by_hand() -> None:
    table = reliability([0.9, 0.2, 0.8, 0.1], [True, False, False, False], bins=2)
    assert [(each.lowest, each.highest, each.count) for each in table] == [
        (0.1, 0.2, 2),
        (0.8, 0.9, 2),
    ]
    # |0.15 - 0| and |0.85 - 0.5|, of equal weight
    assert calibration_error(table) == pytest.approx((0.15 + 0.35) / 2)


def test_nothing_has_no_calibration_error() -> None:
    assert reliability([], []) == ()
    assert calibration_error(()) is None


@quick
@given(chances)
def test_bins_are_of_equal_mass_and_lose_nothing(pairs: list[tuple[float, bool]]) -> None:
    table = reliability([chance for chance, _ in pairs], [true for _, true in pairs])
    sizes = [each.count for each in table]
    assert sum(sizes) == len(pairs)
    assert max(sizes) - min(sizes) <= 1
    assert sum(each.came_true * each.count for each in table) == pytest.approx(
        sum(true for _, true in pairs)
    )
    error = calibration_error(table)
    assert error is not None
    assert 0 <= error <= 1
