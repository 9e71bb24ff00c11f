"""Of which document a summary is made, and what it tells first."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ("Summarize the main events at Haven.", "In May it opened."),
        ("Summarize the key figures of Haven.", "Its ratio was 40%."),
        ("Summarize the outlook of Haven.", "It plans stores."),
        ("Summarize the style of Haven.", None),
    ],
)
def test_a_summary_is_told_by_sentences_of_the_kind_that_is_asked_for(
    request_: str, told: str | None
) -> None:
    texts = ("In May it opened.", "Its ratio was 40%.", "It plans stores.", "It was a full year.")
    evidence = [make_evidence(text, ordinal=n, relevance=0.3) for n, text in enumerate(texts)]
    found = to_sum_up(ask(request_), evidence)
    gained = [item.text for item in found if item.relevance > 0.3]
    assert gained == ([] if told is None else [told])
