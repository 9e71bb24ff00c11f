"""Sources, and answers with their ratings, as JSON Lines and CSV."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.commands.export import ANSWER_COLUMNS, SOURCE_COLUMNS, export
from app.conversations import use
from app.conversations.records import Feedback, Rating, Reason
from app.conversations.store import ConversationStore
from app.exports.tables import Form, lines
from app.types import AnswerStatus, Cell, Row, Table
from tests.builders import make_document
from tests.builders_service import build_library
from tests.builders_web import make_abstention, make_answer

VISITOR = "a" * 32


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if "ACCORD_" in name]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ACCORD_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def store(data: Path) -> ConversationStore:
    return ConversationStore.in_folder(data)


def exported(*arguments: str) -> str:
    command = typer.Typer()
    command.command()(export)
    done = CliRunner().invoke(command, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_answers_come_with_status_ratings_and_citations_and_without_the_visitor(
    store: ConversationStore,
) -> None:
    first = store.append(make_answer(), visitor=VISITOR)
    later = first.answer.created + timedelta(seconds=1)
    store.append(replace(make_abstention(), created=later), visitor=None)
    down = Feedback(Rating.DOWN, (Reason.OUTDATED,), "It closed.")
    store.rate(first.answer.id, down, visitor=VISITOR)

    text = exported("answers")

    answered, refused = map(json.loads, text.splitlines())
    assert answered["conversation_id"] == first.conversation_id
    assert (answered["status"], refused["status"]) == ("answered", "abstained")
    assert (answered["channel"], refused["channel"]) == ("web", "api")
    assert (answered["thumbs_up"], answered["thumbs_down"]) == (0, 1)
    assert (answered["reasons"], answered["comments"]) == (["outdated"], ["It closed."])
    assert answered["citations"][0]["quote"] == make_answer().citations[0].quote
    assert VISITOR not in text


def test_a_table_of_answers_has_a_row_each_and_no_formula(store: ConversationStore) -> None:
    store.append(make_answer("=HYPERLINK(1)"), visitor=None)
    (row,) = rows(exported("answers", "--format", "csv"))
    assert tuple(row) == ANSWER_COLUMNS
    assert row["question"] == "'=HYPERLINK(1)"
    assert row["answer"].startswith(make_answer().claims[0].text)
    assert row["sources"].startswith("[1] ")


def test_a_comparison_is_exported_with_its_values(store: ConversationStore) -> None:
    table = Table(("A", "B"), (Row("Amount", (Cell("$7 million", (1,)), Cell("not said", ()))),))
    store.append(replace(make_answer(), claims=(), table=table), visitor=None)
    (row,) = rows(exported("answers", "--format", "csv"))
    assert row["answer"] == "Amount: A $7 million [1]; B not said"


def test_only_the_days_asked_for_are_exported(store: ConversationStore) -> None:
    for day in (1, 2, 3):
        moment = datetime(2026, 5, day, 23, 59, tzinfo=UTC)
        store.append(make_answer(f"Question {day}?", created=moment), visitor=None)
    text = exported("answers", "--since", "2026-05-02", "--until", "2026-05-02")
    assert [json.loads(line)["question"] for line in text.splitlines()] == ["Question 2?"]


def test_a_long_log_is_read_in_parts_in_order_and_each_answer_once(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use, "RECORDS_A_QUERY", 2)
    moment = datetime(2026, 5, 1, tzinfo=UTC)  # the same for all: ids decide
    asked = {store.append(make_answer(created=moment), visitor=None).answer.id for _ in range(5)}
    found = [record.answer.id for record in store.records()]
    assert found == sorted(asked)


def test_what_was_erased_from_an_answer_stays_out_but_its_status_stays(
    store: ConversationStore,
) -> None:
    kept = store.append(make_answer(), visitor=None)
    quote = kept.answer.citations[0].quote
    for document in {each.document_id for each in kept.answer.citations}:
        store.forget_document(document)
    (record,) = store.records()
    assert record.status is AnswerStatus.ANSWERED
    assert quote not in exported("answers")


def test_sources_are_listed_with_what_is_known_of_them(data: Path) -> None:
    build_library(data, [make_document()])
    (as_json,) = map(json.loads, exported("sources").splitlines())
    (row,) = rows(exported("sources", "--format", "csv"))
    assert tuple(row) == SOURCE_COLUMNS
    assert row["id"] == as_json["id"]
    assert row["title"] == as_json["title"]


def test_an_empty_library_has_no_sources_and_a_table_only_its_head() -> None:
    assert exported("sources") == ""
    assert rows(exported("sources", "--format", "csv")) == []


def test_a_cell_of_several_values_holds_one_a_line() -> None:
    (head, row) = lines([{"a": ["x", "y"], "b": None}], Form.CSV, ["a", "b"])
    assert head == '\ufeff"a","b"'
    assert row == '"x\ny",""'
