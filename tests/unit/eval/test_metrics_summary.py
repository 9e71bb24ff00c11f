from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.metrics.refusal import RiskPoint
from eval.metrics.scoring import MEASURES, score
from eval.metrics.summary import RUN_MEASURES, decisions, risk_curve, summarise
from eval.types import Answerability, Case, Record, Said, SaidClaim, Scores

quick = settings(max_examples=50, deadline=None)


def case(name: str, kind: Answerability = Answerability.ANSWERABLE) -> Case:
    facts = () if kind is Answerability.UNANSWERABLE else (("yes",), ("sure",))
    return Case(name, "Is it?", facts=facts, answerability=kind)


def answered(name: str, text: str, sure: float | None, seconds: float = 1.0) -> Record:
    said = Said("answered", (SaidClaim(text),), answerability=sure, input_tokens=10, cost_usd=0.5)
    return Record(name, said, None, seconds)


def refused(name: str, sure: float | None, seconds: float = 1.0) -> Record:
    return Record(name, Said("abstained", answerability=sure), None, seconds)


CASES = [
    case("both facts"),
    case("one fact"),
    case("refused"),
    case("failed"),
    case("rightly refused", Answerability.UNANSWERABLE),
    case("wrongly answered", Answerability.UNANSWERABLE),
]
RECORDS = {
    each.case_id: each
    for each in [
        answered("both facts", "Yes, sure.", 0.9, 1.0),
        answered("one fact", "Yes.", 0.7, 2.0),
        refused("refused", 0.3, 3.0),
        Record("failed", None, "timed out", 10.0),
        refused("rightly refused", 0.1, 4.0),
        answered("wrongly answered", "Yes.", 0.8, 5.0),
    ]
}


def scored(cases: list[Case], records: dict[str, Record]) -> dict[str, Scores]:
    return {each.id: score(each, records[each.id]) for each in cases if each.id in records}


def test_a_run_by_hand() -> None:
    summary = summarise(CASES, RECORDS, scored(CASES, RECORDS))
    assert set(summary) == set(MEASURES) | set(RUN_MEASURES)
    assert summary["facts"] == pytest.approx((1 + 1 / 2 + 0 + 0) / 4)
    assert summary["refusal"] == pytest.approx((1 + 1 + 0 + 0 + 1 + 0) / 6)
    # refused: "refused", "failed" (no answer is the wrong decision), "rightly refused"
    assert summary["refusal_precision"] == pytest.approx(1 / 3)
    assert summary["refusal_recall"] == pytest.approx(1 / 2)
    assert summary["refusal_f1"] == pytest.approx(2 * 1 / (3 + 2))
    assert summary["refusal_balanced_accuracy"] == pytest.approx((1 / 2 + 2 / 4) / 2)
    # answerable .9 .7 .3 0 (failed) against .1 .8: .9 wins 2, .7 wins 1, .3 wins 1, 0 none
    assert summary["refusal_auroc"] == pytest.approx(4 / 8)
    # from .9: (1/4 + 1)/2; .8: (1/4 + 1/2)/2; .7: (2/4 + 1/2)/2; .3: (3/4 + 1/2)/2 = .625 also
    assert summary["refusal_best_balanced_accuracy"] == pytest.approx(0.625)
    assert summary["refusal_best_threshold"] == 0.9  # the higher of two equal cuts
    # by score: failed 1.0 lost 1, .9 lost 0, .8 lost 1, .7 lost ½, .3 lost 1, .1 lost 1
    # risks: 1, 1/2, 2/3, 2.5/4, 3.5/5, 4.5/6
    assert summary["aurc"] == pytest.approx((1 + 0.5 + 2 / 3 + 0.625 + 0.7 + 0.75) / 6)
    # 1 2 3 4 5 10: ranks ceil(3), ceil(5.7), ceil(5.94)
    assert summary["seconds_p50"] == 3
    assert summary["seconds_p95"] == summary["seconds_p99"] == 10
    assert summary["input_tokens_total"] == 30
    assert summary["cost_usd_total"] == 1.5
    assert summary["output_tokens_total"] is None
    assert summary["words"] == pytest.approx((2 + 1 + 1) / 3)  # of the answers that were given
    assert (summary["num_cases"], summary["num_missing"], summary["num_refused"]) == (6, 1, 2)
    assert summary["rouge_l"] is None


def test_a_case_that_never_ran_counts_as_worst() -> None:
    cases = [case("both facts"), case("never ran")]
    summary = summarise(cases, RECORDS, scored(cases[:1], RECORDS))
    assert summary["facts"] == pytest.approx((1 + 0) / 2)
    assert summary["num_missing"] == 1
    assert summary["refusal"] == 1 / 2


def test_a_case_that_never_ran_counts_in_the_support_of_a_run_that_has_it() -> None:
    names = ("both facts", "never ran")
    cases = [replace(case(name), references=("Yes.",)) for name in names]
    scores = {"both facts": {**score(cases[0], RECORDS["both facts"]), "support": 1.0}}
    assert summarise(cases, RECORDS, scores)["support"] == 1 / 2


def test_a_system_without_scores_has_no_auroc_and_no_risk() -> None:
    records = {"both facts": answered("both facts", "Yes.", None)}
    cases = [case("both facts"), case("rightly refused", Answerability.UNANSWERABLE)]
    summary = summarise(cases, records, {})
    assert summary["refusal_auroc"] is None
    assert summary["aurc"] is None
    assert summary["refusal_balanced_accuracy"] == 1 / 2
    assert risk_curve(cases, records, {}) == ()
    assert decisions(cases, records).answerability == ()


def test_the_risk_curve_of_a_run() -> None:
    cases = [case("both facts"), case("one fact"), case("unknown", Answerability.UNKNOWN)]
    curve = risk_curve(cases[:2], RECORDS, scored(cases[:2], RECORDS))
    assert curve == (RiskPoint(0.9, 1 / 2, 0.0), RiskPoint(0.7, 1.0, 1 / 4))


def test_decisions_leave_out_what_the_dataset_does_not_say() -> None:
    cases = [case("both facts", Answerability.UNKNOWN), case("refused")]
    made = decisions(cases, RECORDS)
    assert (made.refused, made.unanswerable, made.answerability) == ((True,), (False,), (0.3,))


def test_nothing_asked_is_nothing_scored() -> None:
    summary = summarise([], {}, {})
    numbers = {name: value for name, value in summary.items() if value is not None}
    assert numbers == {"num_cases": 0, "num_missing": 0, "num_refused": 0}


replies = st.lists(
    st.tuples(
        st.sampled_from(list(Answerability)),
        st.sampled_from(["Yes, sure.", "Yes.", "No.", "refused", "failed", "never ran"]),
        st.integers(0, 5).map(lambda n: n / 5),
    ),
    max_size=6,
)


def built(parts: list[tuple[Answerability, str, float]]) -> tuple[list[Case], dict[str, Record]]:
    cases = [case(str(n), kind) for n, (kind, _, _) in enumerate(parts)]
    records: dict[str, Record] = {}
    for n, (_, text, sure) in enumerate(parts):
        if text == "refused":
            records[str(n)] = refused(str(n), sure)
        elif text == "failed":
            records[str(n)] = Record(str(n), None, "timed out", 1.0)
        elif text != "never ran":
            records[str(n)] = answered(str(n), text, sure)
    return cases, records


@quick
@given(replies)
def test_shares_are_bounded_and_the_order_of_cases_does_not_matter(
    parts: list[tuple[Answerability, str, float]],
) -> None:
    cases, records = built(parts)
    scores = scored(cases, records)
    summary = summarise(cases, records, scores)
    for name, measure in (MEASURES | RUN_MEASURES).items():
        value = summary[name]
        if value is not None and measure.unit == "share":
            assert -1e-9 <= value <= 1 + 1e-9, name
    assert summarise(cases[::-1], records, scores) == pytest.approx(summary)


@quick
@given(replies)
def test_losing_an_answer_never_helps(parts: list[tuple[Answerability, str, float]]) -> None:
    cases, records = built(parts)
    if not records:
        return
    before = summarise(cases, records, scored(cases, records))
    lost = {**records, next(iter(records)): Record(next(iter(records)), None, "timed out", 1.0)}
    after = summarise(cases, lost, scored(cases, lost))
    for name in ("facts", "refusal", "refusal_balanced_accuracy"):
        assert (after[name] or 0) <= (before[name] or 0) + 1e-9
