"""Any dataset becomes a file of cases, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.types import Message
from eval.cli import command
from eval.datasets.case_format import read_cases
from eval.datasets.open import open_dataset
from eval.errors import DatasetError
from eval.exporting import export_cases
from eval.types import Answerability, Case, Quote

FULL = Case(
    id="1",
    question="Wer zahlt? 🙂",
    history=(Message("user", "a\nb"), Message("assistant", "c")),
    facts=(("$70 billion", "70 billion dollars"),),
    references=("CVS.",),
    evidence=(Quote("a.md", "CVS paid."), Quote(None, "x")),
    relevant={"a.md": 2},
    answerability=Answerability.ANSWERABLE,
    tags=("list",),
    notes="n",
)


def test_cases_read_back_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "made" / "cases.jsonl"
    cases = (FULL, Case("2", "Why?"))

    export_cases(cases, path)

    assert read_cases(path) == cases
    assert [one.name for one in path.parent.iterdir()] == ["cases.jsonl"]


def test_existing_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text("mine")

    with pytest.raises(DatasetError, match="exists and is left"):
        export_cases((FULL,), path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("cases", [(), (FULL, FULL), (Case("1", " "),)])
def test_what_would_not_read_back_leaves_no_file(tmp_path: Path, cases: tuple[Case, ...]) -> None:
    with pytest.raises(DatasetError):
        export_cases(cases, tmp_path / "cases.jsonl")
    assert list(tmp_path.iterdir()) == []


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DatasetError, match="cannot be written"):
        export_cases((FULL,), tmp_path / "file" / "cases.jsonl")


def test_command_writes_the_golden_set(tmp_path: Path) -> None:
    path = tmp_path / "golden.jsonl"

    result = CliRunner().invoke(command, ["export", "golden", str(path), "--limit", "3"])

    assert result.exit_code == 0, result.output
    assert result.output == f"{path}: 3 cases of golden.\n"
    assert read_cases(path) == open_dataset("golden", limit=3).cases
