"""A team's own gate: limits, a baseline, and what a build server and a spreadsheet get of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from eval.errors import EvalError
from eval.gate import baseline_of
from eval.report.evaluation import Evaluation
from eval.report.findings import (
    findings_json,
    findings_junit,
    findings_markdown,
    findings_text,
)
from eval.report.table import write_csv
from eval.requirements import Limit, findings, limit_of
from eval.types import Record
from tests.builders_runs import make_case, make_evaluation, make_record, make_said

WRONG = make_said("Eastgate it was.")


def two(
    *, is_wrong: bool = False, has_answer: bool = True, question: str | None = None
) -> Evaluation:
    """Case a is right; b is right, wrong, or has no answer."""
    second = make_case("b") if question is None else make_case("b", question=question)
    record = make_record("b", WRONG if is_wrong else None)
    if not has_answer:
        record = Record("b", None, "The server was away.", 1.5)
    return make_evaluation([make_case("a"), second], [make_record("a"), record])


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("facts=0.9", Limit("facts", 0.9, is_least=True)),
        (" facts = 90% ", Limit("facts", 0.9, is_least=True)),
        ("ndcg@10=.5", Limit("ndcg@10", 0.5, is_least=True)),
    ],
)
def test_limits_are_read_as_people_write_them(text: str, limit: Limit) -> None:
    assert limit_of(text, is_least=True) == limit


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fact=0.9", "Did you mean facts?"),
        ("facts", "write facts=0.9 with an equals sign"),
        ("facts=many", "'facts=many' is not a limit"),
    ],
)
def test_what_is_no_limit_is_told_with_a_remedy(text: str, told: str) -> None:
    with pytest.raises(EvalError, match=told.replace("?", r"\?")):
        limit_of(text, is_least=True)


def test_limits_are_met_at_their_very_value() -> None:
    found = findings(
        two(is_wrong=True),
        [limit_of("facts=0.5", is_least=True), limit_of("facts=0.5", is_least=False)],
    )
    assert found.is_met
    assert findings_text(found) == "All met: 2 demands."


def test_a_limit_that_is_missed_names_what_was_found() -> None:
    found = findings(two(is_wrong=True), [limit_of("facts=0.9", is_least=True)])
    assert not found.is_met
    assert "NOT MET: facts at least 0.9; found 50.0 %" in findings_text(found)
    assert findings_json(found)["demands"][0] == {
        "name": "facts at least 0.9",
        "measure": "facts",
        "wanted": 0.9,
        "found": 0.5,
        "met": False,
    }


def test_a_measure_that_applies_to_no_case_meets_no_limit() -> None:
    assert not findings(two(), [limit_of("cost_usd=1", is_least=False)]).is_met


def test_a_fall_from_the_baseline_names_the_case() -> None:
    found = findings(two(is_wrong=True), [], baseline_of(two(), {"facts": 0.1}))
    assert not found.is_met
    assert found.complaint("a") is None
    assert "facts 1.00 -> 0.00" in str(found.complaint("b"))
    assert "accord eval check RUN --baseline FILE --update" in findings_text(found)
    assert "- b: What did Harbor Foods buy in b?" in findings_markdown(found)


def test_junit_counts_demands_and_cases_apart() -> None:
    found = findings(two(has_answer=False), [limit_of("facts=0.4", is_least=True)])
    root = ElementTree.fromstring(findings_junit(found))  # noqa: S314 - our own
    suites = {each.get("name"): each for each in root}
    assert suites["demands"].get("failures") == "0"
    assert (suites["cases"].get("tests"), suites["cases"].get("failures")) == ("2", "1")
    failure = suites["cases"].find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "no answer: The server was away."


def test_junit_stays_xml_whatever_a_question_holds() -> None:
    asked = 'Is "A & B" <b>\x00\x0b\ud800 one?'
    text = findings_junit(findings(two(question=asked), [limit_of("facts=0.4", is_least=True)]))
    names = [each.get("name") for each in ElementTree.fromstring(text).iter("testcase")]  # noqa: S314
    assert 'b: Is "A & B" <b>\ufffd\ufffd\ufffd one?' in names
    text.encode("utf-8")


def test_the_table_has_a_row_for_each_case_and_no_formulas(tmp_path: Path) -> None:
    path = tmp_path / "new" / "run.csv"
    write_csv(path, two(question="=1+1 of what?", is_wrong=True))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["case"] for row in rows] == ["a", "b"]
    assert rows[1]["question"] == "'=1+1 of what?"
    assert (rows[0]["facts"], rows[1]["facts"]) == ("1.0", "0.0")
    assert rows[0]["cited"] == "deals.md"


def test_a_finding_is_json() -> None:
    found = findings(two(), [limit_of("facts=1", is_least=True)])
    assert json.loads(json.dumps(findings_json(found)))["met"] is True
