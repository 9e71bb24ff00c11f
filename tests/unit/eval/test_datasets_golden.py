from __future__ import annotations

from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from eval.datasets.case_format import write_case
from eval.datasets.golden import read_golden
from eval.types import Answerability, Case, Dataset

MIN_UNANSWERABLE = 15

TAGS = {
    *("fact", "who", "when", "where", "why", "how much", "yes or no", "list"),
    *("table", "follow-up", "change of subject", "across", "disagreement", "partial"),
    *("unanswerable", "wrong attribute", "false premise", "off topic"),
    *("typo", "paraphrase"),
}
"""Every tag of the set; docs/evaluation-datasets.md says what each means."""


@pytest.fixture(scope="module")
def golden() -> Dataset:
    return read_golden()


@pytest.fixture(scope="module")
def samples(golden: Dataset) -> dict[str, str]:
    return {Path(path).name: folded(Path(path).read_text("utf-8")) for path in golden.files}


def folded(text: str) -> str:
    return " ".join(text.split())


def test_it_is_about_every_sample(
    golden: Dataset, samples: dict[str, str], repo_root: Path
) -> None:
    assert set(samples) == {path.name for path in (repo_root / "ingest" / "sample").iterdir()}
    assert {source for case in golden.cases for source in case.relevant} == set(samples)


def test_every_quote_stands_in_its_sample(golden: Dataset, samples: dict[str, str]) -> None:
    quotes = [(case.id, quote) for case in golden.cases for quote in case.evidence]
    missing = [
        (name, quote.text)
        for name, quote in quotes
        if folded(quote.text) not in samples[quote.source or ""]
    ]
    assert quotes
    assert missing == []


def test_every_fact_stands_in_the_evidence(golden: Dataset) -> None:
    def stands(forms: tuple[str, ...], case: Case) -> bool:
        evidence = folded(" ".join(quote.text for quote in case.evidence)).casefold()
        return any(form.casefold() in evidence for form in forms)

    missing = [
        (case.id, forms)
        for case in golden.cases
        for forms in (*case.facts, *case.items)
        if not stands(forms, case)
    ]
    assert missing == []


def test_no_question_gives_its_answer_away(golden: Dataset) -> None:
    given = [
        (case.id, form)
        for case in golden.cases
        for forms in (*case.facts, *case.items)
        for form in forms
        if f" {form.casefold()} " in f" {case.question.casefold().rstrip('?')} "
    ]
    assert given == []


def test_what_is_answerable_says_what_is_right_and_where(golden: Dataset) -> None:
    for case in golden.cases:
        unanswerable = case.answerability is Answerability.UNANSWERABLE
        assert ("unanswerable" in case.tags) is unanswerable, case.id
        assert ("partial" in case.tags) is (case.answerability is Answerability.PARTIAL), case.id
        assert bool(case.facts or case.items) is not unanswerable, case.id
        assert bool(case.evidence and case.relevant) is not unanswerable, case.id
        assert case.answerability is not Answerability.UNKNOWN, case.id


def test_every_tag_occurs_and_no_other(golden: Dataset) -> None:
    assert {tag for case in golden.cases for tag in case.tags} == TAGS


def test_follow_ups_have_a_conversation_and_others_none(golden: Dataset) -> None:
    for case in golden.cases:
        assert bool(case.history) is ("follow-up" in case.tags), case.id


def test_disagreements_quote_both_sources(golden: Dataset) -> None:
    for case in golden.cases:
        if "disagreement" in case.tags:
            assert len({quote.source for quote in case.evidence}) > 1, case.id


def test_there_are_enough_of_each_answerability(golden: Dataset) -> None:
    counts = Counter(case.answerability for case in golden.cases)
    assert counts[Answerability.UNANSWERABLE] >= MIN_UNANSWERABLE
    assert counts[Answerability.ANSWERABLE] > 2 * counts[Answerability.UNANSWERABLE]
    assert counts[Answerability.PARTIAL] > 0


def test_the_documentation_names_every_tag_and_field(repo_root: Path) -> None:
    text = (repo_root / "docs" / "evaluation-datasets.md").read_text("utf-8")
    names = TAGS | {field.name for field in fields(Case)}
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def test_the_documented_line_is_a_case_of_the_set(golden: Dataset, repo_root: Path) -> None:
    text = (repo_root / "docs" / "evaluation-datasets.md").read_text("utf-8")
    line = text.split("```json\n")[1].split("\n```")[0]
    assert line in {write_case(case) for case in golden.cases}
