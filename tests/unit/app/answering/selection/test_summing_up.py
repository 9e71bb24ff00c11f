"""Of which document a summary is made, and what it tells first."""

from __future__ import annotations

from app.answering.question.asking import ask
from app.answering.selection.summing_up import to_sum_up
from tests.builders_answering import make_evidence

REPORT = [
    make_evidence("Haven had a full year.", uri="/report.md", ordinal=0, relevance=0.6),
    make_evidence("In May it opened two stores.", uri="/report.md", ordinal=1, relevance=0.3),
]
MEMO = [make_evidence("Haven is well known.", uri="/memo.md", relevance=0.7)]


def test_a_summary_of_one_report_takes_the_document_in_which_most_is_likely() -> None:
    asked = ask("Based on Haven's 2021 report, summarize its outlook.")
    assert to_sum_up(asked, [*MEMO, *REPORT]) == REPORT


def test_a_summary_that_names_no_source_takes_all_documents() -> None:
    asked = ask("Summarize the outlook of Haven.")
    assert to_sum_up(asked, [*MEMO, *REPORT]) == [*MEMO, *REPORT]


def test_what_happened_is_told_by_sentences_with_a_date() -> None:
    general, dated = to_sum_up(ask("Summarize the main events at Haven."), REPORT)
    assert general.relevance == REPORT[0].relevance
    assert 0.6 < dated.relevance < 1.0
