"""`accord eval reading` on small documents: real ingest, real model, real answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import command
from tests.builders_reading import document_line, write_lines
from tests.sample_library import borrow_models

pytestmark = [pytest.mark.model, pytest.mark.slow]

HARBOUR = [
    "Harbour report",
    "The port of Ferrol and the shipping line Castor agreed in May 2020 to share a container quay.",
    "Castor pays 4.5 million euros a year for its half of the quay.",
    "Partner: Castor | Share: 50%",
]


@pytest.fixture
def file(
    sample_library: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    data_dir = borrow_models(sample_library[1], tmp_path / "data")
    monkeypatch.setenv("ACCORD_DATA_DIR", str(data_dir))
    monkeypatch.setenv("ACCORD_EMBEDDING_RUNTIME", "onnx")  # starts quickest
    monkeypatch.chdir(tmp_path)  # away from anybody's .env
    questions = [
        {
            "q": "How much does Castor pay for its half of the quay?",
            "kind": "amount",
            "answer": [2],
        },
        {"q": "What is the revenue of the Eiffel Tower?", "kind": "amount", "answer": []},
    ]
    claims = [
        {"text": HARBOUR[2], "supported": True, "kind": "paraphrase", "evidence": [2]},
        {
            "text": "Castor pays 6.5 million euros a year for its half of the quay.",
            "supported": False,
            "kind": "number",
            "evidence": [2],
        },
    ]
    harbour = document_line("h-1", sentences=HARBOUR, questions=questions, claims=claims)
    return write_lines(tmp_path / "small.jsonl", document_line(), harbour)


def test_documents_are_ingested_asked_and_checked_the_same_way_twice(file: Path) -> None:
    out = file.with_name("out.jsonl")
    arguments = ["reading", str(file), "--json", "--out", str(out)]
    first, second = (CliRunner().invoke(command, arguments) for _ in range(2))
    assert first.exit_code == 0, first.output
    assert first.stdout == second.stdout
    figures = json.loads(first.stdout)
    assert (figures["documents"], figures["sentences_lost"]) == (2, 0)
    assert figures["documents_refused"] == {}
    assert figures["claims"]["balanced_accuracy"] == 1
    assert figures["questions"]["count"] == 5
    by_question = {
        line["q"]: line
        for line in map(json.loads, out.read_text("utf-8").splitlines())
        if "q" in line
    }
    pays = by_question["How much does Castor pay for its half of the quay?"]
    assert [*pays["cited"]] == [["h-1", 2]]
    assert pays["right"]
    assert by_question["What is the revenue of the Eiffel Tower?"]["refused"]


def test_figures_are_shown_as_tables_with_their_definitions(file: Path) -> None:
    result = CliRunner().invoke(command, ["reading", str(file)])
    assert result.exit_code == 0, result.output
    assert "by kind" in result.output
    assert "with precision of a half or more" in result.output
    assert "supported, by kind" in result.output


def test_a_wrong_file_is_told_by_line(file: Path) -> None:
    wrong = write_lines(file.with_name("wrong.jsonl"), document_line(questions=[{"q": "Who?"}]))
    result = CliRunner().invoke(command, ["reading", str(wrong)])
    assert result.exit_code == 2
    assert "wrong.jsonl, line 1: questions.0.kind: this field is missing." in result.output
