"""The gate: margins, which cases fell, what a baseline holds, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.errors import EvalError
from eval.gate import (
    CASES_SHOWN,
    GRADED_MARGIN,
    Baseline,
    Level,
    baseline_of,
    baseline_path,
    check,
    default_margin,
    read_baseline,
    verdict_text,
    write_baseline,
)
from eval.report.evaluation import Evaluation
from eval.types import Answerability, Record
from tests.builders_runs import (
    make_case,
    make_evaluation,
    make_example,
    make_record,
    make_refusal,
    make_said,
)

WRONG = make_said("Eastgate it was.")


@cache
def scored(wrong: int, count: int = 10) -> Evaluation:
    """The first `wrong` cases name the wrong company."""
    cases = [make_case(f"q{n:02}") for n in range(count)]
    records = [make_record(c.id, WRONG if n < wrong else None) for n, c in enumerate(cases)]
    return make_evaluation(cases, records)


def with_margin(baseline: Baseline, margin: float) -> Baseline:
    levels = {name: replace(level, margin=margin) for name, level in baseline.measures.items()}
    return replace(baseline, measures=levels)


def test_same_scores_open_the_gate() -> None:
    verdict = check(scored(2), baseline_of(scored(2)))
    assert verdict.is_open
    assert not verdict.slips
    assert not verdict.gains
    assert "Gate open" in verdict_text(verdict)


def test_fall_beyond_the_margin_shuts_it_and_names_the_cases() -> None:
    # facts 10/10 before, 8/10 now: fell by 0.2, margin 1/10
    verdict = check(scored(2), baseline_of(scored(0)))
    assert not verdict.is_open
    facts = next(move for move in verdict.falls if move.measure == "facts")
    assert (facts.before, facts.after, facts.margin) == (1.0, 0.8, 0.1)
    assert [fall.case.id for fall in facts.cases] == ["q00", "q01"]
    text = verdict_text(verdict)
    assert "FELL: Facts said 100.0 % -> 80.0 % (margin 10.0 points)" in text
    assert "1.00 -> 0.00  q01: What did Harbor Foods buy in q01?" in text
    assert "gate --update" in text


def test_fall_of_exactly_the_margin_is_within_it() -> None:
    # 10/10 to 9/10: 0.1 and the margin is 0.1, in binary as well
    verdict = check(scored(1), with_margin(baseline_of(scored(0)), 0.1))
    assert verdict.is_open
    slip = next(move for move in verdict.slips if move.measure == "facts")
    assert [fall.case.id for fall in slip.cases] == ["q00"]
    assert "Within the margin: Facts said" in verdict_text(verdict)


def test_without_a_margin_any_fall_shuts_it() -> None:
    assert not check(scored(1), with_margin(baseline_of(scored(0)), 0.0)).is_open


def test_better_is_told_and_opens() -> None:
    verdict = check(scored(0), baseline_of(scored(3)))
    assert verdict.is_open
    assert "facts" in [move.measure for move in verdict.gains]
    assert "Better: Facts said 70.0 % -> 100.0 %" in verdict_text(verdict)
    assert "gate --update" in verdict_text(verdict)


def test_case_that_fell_shows_although_another_rose() -> None:
    cases = [make_case("a"), make_case("b")]
    before = make_evaluation(cases, [make_record("a"), make_record("b", WRONG)])
    after = make_evaluation(cases, [make_record("a", WRONG), make_record("b")])
    verdict = check(after, baseline_of(before))
    facts = next(move for move in verdict.slips if move.measure == "facts")
    assert facts.before == facts.after
    assert [fall.case.id for fall in facts.cases] == ["a"]


def test_missing_answer_counts_as_worst_and_its_error_is_shown() -> None:
    cases = [make_case("a"), make_case("b")]
    before = make_evaluation(cases, [make_record("a"), make_record("b")])
    after = make_evaluation(cases, [make_record("a"), Record("b", None, "It broke.", 0.1)])
    verdict = check(after, with_margin(baseline_of(before), 0.1))
    assert not verdict.is_open
    assert "b: What did Harbor Foods buy in b?  [It broke.]" in verdict_text(verdict)
    gone = check(make_evaluation(cases, []), baseline_of(before))
    assert not gone.is_open
    assert "[no record]" in verdict_text(gone)


def test_lower_is_better_falls_when_it_rises() -> None:
    baseline = baseline_of(scored(0))
    assert "aurc" in baseline.measures
    moved = {move.measure: move for move in check(scored(5), baseline).falls}
    assert moved["aurc"].after is not None
    assert moved["aurc"].after > moved["aurc"].before


def test_surer_of_what_should_be_refused_explains_a_worse_curve() -> None:
    cases = [make_case("yes"), make_case("no", facts=(), answerability=Answerability.UNANSWERABLE)]
    before = make_evaluation(cases, [make_record("yes"), make_record("no", make_refusal(0.1))])
    after = make_evaluation(cases, [make_record("yes"), make_record("no", make_refusal(0.95))])
    verdict = check(after, baseline_of(before))
    auroc = next(move for move in verdict.falls if move.measure == "refusal_auroc")
    assert [(fall.case.id, fall.before, fall.after) for fall in auroc.cases] == [("no", 0.1, 0.95)]


def test_measure_that_applies_no_more_is_at_its_worst() -> None:
    baseline = baseline_of(scored(0))
    levels = {**baseline.measures, "completeness": Level(0.9, 0.05)}
    verdict = check(scored(0), replace(baseline, measures=levels))
    assert [(move.measure, move.after) for move in verdict.falls] == [("completeness", None)]


def test_new_measure_is_named() -> None:
    baseline = baseline_of(scored(0))
    known = {name: level for name, level in baseline.measures.items() if name != "facts"}
    verdict = check(scored(0), replace(baseline, measures=known))
    assert verdict.new == ("facts",)
    assert "Not in the baseline: Facts said." in verdict_text(verdict)


def test_many_fallen_cases_are_counted_not_listed() -> None:
    count = CASES_SHOWN + 7
    text = verdict_text(check(scored(count, count), baseline_of(scored(0, count))))
    assert "and 7 more" in text


def test_changed_cases_ask_for_a_new_baseline() -> None:
    baseline = replace(baseline_of(scored(0)), fingerprint="0" * 64)
    with pytest.raises(EvalError, match="changed since the baseline.*--update"):
        check(scored(0), baseline)


def test_unknown_measure_asks_for_a_new_baseline() -> None:
    baseline = baseline_of(scored(0))
    levels = {**baseline.measures, "charm": Level(0.9, 0.05)}
    with pytest.raises(EvalError, match="'charm'"):
        check(scored(0), replace(baseline, measures=levels))


def test_margins_by_hand() -> None:
    run = make_example(count=60)
    # 45 answerable cases: 1/45 = 0.0222, upwards 0.023; 15 to refuse: 1/15 = 0.0667, upwards 0.067
    assert default_margin("all_facts", run) == 0.023
    assert default_margin("refusal_recall", run) == 0.067
    assert default_margin("refusal_auroc", run) == 0.01
    # in degrees, of 10 cases: 1/10, but no more than 0.03
    few = make_evaluation(
        [make_case(f"q{n}", references=("Northwind was bought.",)) for n in range(10)],
        [make_record(f"q{n}") for n in range(10)],
    )
    assert default_margin("rouge_l", few) == GRADED_MARGIN
    assert default_margin("facts", few) == 0.1


def test_baseline_holds_no_times_and_no_texts_and_reads_back(tmp_path: Path) -> None:
    run = make_example(count=12)
    path = tmp_path / "baseline.json"
    write_baseline(path, baseline_of(run))
    first = path.read_bytes()
    assert read_baseline(path) == baseline_of(run)
    slower = {key: replace(each, seconds=9.9) for key, each in run.records.items()}
    write_baseline(
        path, baseline_of(make_evaluation(run.cases, list(slower.values()), started="x"))
    )
    assert path.read_bytes() == first
    assert b"Harbor" not in first
    assert b"seconds" not in first
    assert {"facts", "refusal", "answerability"} <= set(json.loads(first)["cases"]["q001"])


def test_update_keeps_margins() -> None:
    baseline = baseline_of(scored(1), {"facts": 0.25})
    assert baseline.measures["facts"] == Level(0.9, 0.25)
    assert baseline.measures["all_facts"].margin == 0.1


def test_missing_or_broken_baseline_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"cannot be read.*gate --update"):
        read_baseline(tmp_path / "none.json")
    broken = tmp_path / "broken.json"
    broken.write_text('{"dataset": 3}')
    with pytest.raises(EvalError, match=r"is no baseline.*gate --update"):
        read_baseline(broken)
    write_baseline(broken, replace(baseline_of(scored(0)), format=99))
    with pytest.raises(EvalError, match="format 99"):
        read_baseline(broken)


def test_committed_baseline_is_readable_and_has_every_golden_case() -> None:
    from eval.datasets.golden import read_golden

    baseline = read_baseline(baseline_path())
    assert set(baseline.cases) == {case.id for case in read_golden().cases}
    assert all(0 < level.margin <= 0.1 for level in baseline.measures.values())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 20).map(lambda n: n / 20))
def test_open_exactly_if_no_measure_fell_further_than_its_margin(
    before: int, after: int, margin: float
) -> None:
    verdict = check(scored(after, 8), with_margin(baseline_of(scored(before, 8)), margin))
    fell_by = (after - before) / 8
    facts = [move for move in verdict.falls if move.measure == "facts"]
    assert bool(facts) == (fell_by > margin + 1e-4)
    assert verdict.is_open == (not verdict.falls)
    if after <= before:
        assert verdict.is_open
