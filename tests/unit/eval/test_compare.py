"""Two runs side by side: differences, tests, wins and losses, and which answers changed."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.compare import Change, Comparison, Judgement, compare
from eval.errors import RunError
from eval.metrics.scoring import score
from eval.metrics.summary import summarise
from eval.report.evaluation import Evaluation
from eval.report.run_arrays import run_arrays
from eval.types import Answerability, Record
from tests.builders_runs import (
    make_case,
    make_evaluation,
    make_example,
    make_record,
    make_refusal,
    make_said,
)


def change_of(changes: tuple[Change, ...], name: str, tag: str | None = None) -> Change:
    return next(each for each in changes if each.measure.name == name and each.tag == tag)


def two_runs(right_before: int, right_after: int, count: int = 12) -> tuple[Evaluation, Evaluation]:
    """The first cases are right in each run, the rest says the wrong company."""
    cases = [make_case(f"q{n:02}") for n in range(count)]
    runs = []
    for right in (right_before, right_after):
        said = [make_said() if n < right else make_said("Eastgate it was.") for n in range(count)]
        runs.append(
            make_evaluation(cases, [make_record(c.id, s) for c, s in zip(cases, said, strict=True)])
        )
    return runs[0], runs[1]


@cache
def compared(right_before: int, right_after: int, count: int = 12) -> Comparison:
    """Such runs side by side; each pair once, since a comparison draws a thousand times."""
    return compare(*two_runs(right_before, right_after, count))


def test_nine_more_right_answers_are_better() -> None:
    # facts: 2/12 before, 11/12 after, difference 9/12; 9 won, 0 lost, 3 tied: p = 2/2⁹ = 0.0039
    change = change_of(compared(2, 11).changes, "facts")
    assert (change.before, change.after) == pytest.approx((2 / 12, 11 / 12))
    assert change.difference == pytest.approx(0.75)
    assert (change.wins, change.losses, change.ties) == (9, 0, 3)
    assert change.p == pytest.approx(2 / 512)
    assert change.interval is not None
    assert change.interval.low < 0.75 < change.interval.high


def test_judgement_needs_more_than_a_few_wins() -> None:
    # 3 wins of 3: p = 2/2³ = 0.25
    assert change_of(compared(5, 8).changes, "facts").judgement is Judgement.UNCLEAR
    assert change_of(compared(5, 5).changes, "facts").judgement is Judgement.SAME
    assert change_of(compared(0, 30, 30).changes, "facts").judgement is Judgement.BETTER
    assert change_of(compared(30, 0, 30).changes, "facts").judgement is Judgement.WORSE


def test_lower_is_better_is_judged_so() -> None:
    comparison = compared(0, 30, 30)
    aurc = change_of(comparison.changes, "aurc")
    assert aurc.difference < 0
    assert aurc.judgement is Judgement.BETTER


def test_length_is_described_and_not_judged() -> None:
    words = change_of(compared(0, 30, 30).changes, "words")
    assert words.p_adjusted is None
    assert words.judgement is Judgement.DESCRIBED


def test_correction_counts_every_judged_measure() -> None:
    changes = compared(2, 11).changes
    facts = change_of(changes, "facts")
    judged = [each for each in changes if each.p_adjusted is not None]
    assert facts.p_adjusted is not None
    assert facts.p < facts.p_adjusted <= facts.p * len(judged)


def test_better_and_worse_answers_are_listed_with_both_sides() -> None:
    cases = [make_case("better"), make_case("worse"), make_case("same")]
    wrong = make_said("Eastgate it was.")
    before = make_evaluation(
        cases, [make_record("better", wrong), *map(make_record, ["worse", "same"])]
    )
    after = make_evaluation(
        cases, [make_record("better"), make_record("worse", wrong), make_record("same")]
    )
    comparison = compare(before, after)
    assert [each.case.id for each in comparison.better] == ["better"]
    assert [each.case.id for each in comparison.worse] == ["worse"]
    change = comparison.better[0]
    assert change.before is not None
    assert change.after is not None
    assert change.before.said == wrong
    assert change.after.said == make_said()
    assert ("facts", 0.0, 1.0) in change.scores


def test_case_missing_in_one_run_counts_as_worst_there() -> None:
    cases = [make_case(f"q{n}") for n in range(4)]
    whole = make_evaluation(cases, [make_record(case.id) for case in cases])
    partly = make_evaluation(cases, [make_record(case.id) for case in cases[:3]])
    comparison = compare(whole, partly)
    facts = change_of(comparison.changes, "facts")
    # 4/4 before, 3/4 after: the lost case is a loss, not a smaller number of cases
    assert (facts.count, facts.before, facts.after, facts.losses) == (4, 1.0, 0.75, 1)
    assert [(each.case.id, each.after) for each in comparison.worse] == [("q3", None)]


def test_tags_are_compared_where_there_are_enough_cases() -> None:
    cases = [make_case(f"q{n}", tags=("many",) if n < 6 else ("few",)) for n in range(9)]
    wrong = make_said("Eastgate it was.")
    before = make_evaluation(cases, [make_record(case.id, wrong) for case in cases])
    after = make_evaluation(cases, [make_record(case.id) for case in cases])
    tagged = compare(before, after).tagged
    assert change_of(tagged, "facts", "many").wins == 6
    assert {each.tag for each in tagged} == {"many", "answerable"}


def test_runs_of_other_cases_do_not_compare() -> None:
    one = make_evaluation([make_case()], [make_record()])
    other = make_evaluation([make_case()], [make_record()], fingerprint="0" * 64)
    with pytest.raises(RunError, match="different cases"):
        compare(one, other)


def test_swapped_runs_swap_wins_and_losses() -> None:
    one, other = make_example(seed=3, count=30), make_example(seed=4, skill=0.5, count=30)
    there, back = compare(one, other), compare(other, one)
    assert [each.case.id for each in there.better] == [each.case.id for each in back.worse]
    for first, second in zip(there.changes, back.changes, strict=True):
        assert first.difference == pytest.approx(-second.difference)
        assert (first.wins, first.losses) == (second.losses, second.wins)


outcome = st.tuples(
    st.sampled_from([Answerability.ANSWERABLE, Answerability.UNANSWERABLE, Answerability.UNKNOWN]),
    st.sampled_from(["right", "wrong", "refused", "error", "missing"]),
    st.integers(0, 4).map(lambda quarters: quarters / 4),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(outcome, min_size=1, max_size=12))
def test_fast_figures_are_those_of_the_measures(
    outcomes: list[tuple[Answerability, str, float]],
) -> None:
    cases, records = [], []
    for n, (answerability, what, sureness) in enumerate(outcomes):
        cases.append(make_case(f"q{n}", answerability=answerability))
        said = {
            "right": make_said(answerability=sureness),
            "wrong": make_said("Eastgate it was.", answerability=sureness),
            "refused": make_refusal(sureness),
        }.get(what)
        if said is not None:
            records.append(make_record(f"q{n}", said, seconds=0.1 + sureness))
        elif what == "error":
            records.append(Record(f"q{n}", None, "gone", 9.0))
    by_case = {record.case_id: record for record in records}
    scores = {case.id: score(case, by_case.get(case.id)) for case in cases}
    expected = summarise(cases, by_case, scores)
    for name, value in run_arrays(cases, by_case, scores).figures().items():
        assert value == pytest.approx(expected[name]), name
