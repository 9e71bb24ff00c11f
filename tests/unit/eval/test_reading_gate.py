"""The gate's part of reading: which documents, what shuts it, what it refuses to compare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.cli import command
from eval.datasets.reading_format import is_test_part
from eval.errors import EvalError
from eval.reading import gate
from eval.reading.gate import (
    HIGHER_IS_BETTER,
    check_reading,
    fingerprint,
    gate_material,
    is_here,
    read_reading_baseline,
    reading_baseline_of,
    reading_baseline_path,
    reading_verdict_text,
    write_reading_baseline,
)
from eval.reading.material import Material, gather
from eval.reading.report import figures_of
from tests.builders_reading import (
    MILL,
    citing,
    document_line,
    fake_shelf,
    refusing,
    write_lines,
)

QUESTIONS = ("Who runs the mill?", "What did the mill cost?", "Who owns the mill?")
Scored = tuple[dict[str, Any], list[dict[str, Any]], Material]


def scored(folder: Path, *, wrong: bool = False, document: str = "d-1") -> Scored:
    """A small file asked of a service that answers rightly, or of one that mistakes a question."""
    material = gather([write_lines(folder / "f.jsonl", document_line(document))])
    shelf, service = fake_shelf(material.texts())
    right = citing(service, (document, MILL[2])), citing(service, (document, MILL[1])), refusing()
    service.replies = dict(zip(QUESTIONS, right, strict=True))
    if wrong:
        service.replies[QUESTIONS[0]] = refusing()
    figures, lines = figures_of(material, shelf)
    return figures, lines, material


def test_same_figures_open_the_gate(tmp_path: Path) -> None:
    now = scored(tmp_path)
    verdict = check_reading(*now, reading_baseline_of(*now))
    assert verdict.is_open
    assert (verdict.moves, verdict.newly_wrong, verdict.count) == ((), (), len(HIGHER_IS_BETTER))
    assert "gate open" in reading_verdict_text(verdict)


def test_a_fall_by_more_than_the_margin_shuts_it_and_names_the_case(tmp_path: Path) -> None:
    margins = dict.fromkeys(HIGHER_IS_BETTER, 0.1)
    baseline = reading_baseline_of(*scored(tmp_path), margins)
    verdict = check_reading(*scored(tmp_path, wrong=True), baseline)
    assert not verdict.is_open
    text = reading_verdict_text(verdict)
    assert "FELL: questions.hit 1.000 -> 0.500 (margin 0.1)" in text
    assert "newly wrong: d-1: Who runs the mill?" in text
    assert "gate shut" in text


def test_one_case_alone_is_within_the_margin_unless_told(tmp_path: Path) -> None:
    baseline = reading_baseline_of(*scored(tmp_path))
    assert baseline.measures["questions.hit"].margin == 0.5  # of two answerable questions
    assert baseline.measures["questions.auroc"].margin == 0.01


def test_a_gain_is_shown_and_leaves_it_open(tmp_path: Path) -> None:
    baseline = reading_baseline_of(*scored(tmp_path, wrong=True))
    assert baseline.wrong == ("d-1: Who runs the mill?",)
    verdict = check_reading(*scored(tmp_path), baseline)
    assert verdict.is_open
    assert verdict.newly_right == baseline.wrong
    assert any(each.startswith("questions.hit 0.500 -> 1.000") for each in verdict.moves)


def test_a_higher_calibration_error_is_a_fall(tmp_path: Path) -> None:
    figures, lines, material = scored(tmp_path)
    baseline = reading_baseline_of(figures, lines, material)
    figures["questions"]["calibration_error"] += 0.2
    verdict = check_reading(figures, lines, material, baseline)
    assert [each.split()[0] for each in verdict.falls] == ["questions.calibration_error"]


def test_a_baseline_survives_its_file_and_is_refused_for_other_documents(tmp_path: Path) -> None:
    baseline = reading_baseline_of(*scored(tmp_path))
    path = tmp_path / "baseline.json"
    write_reading_baseline(path, baseline)
    assert read_reading_baseline(path) == baseline
    with pytest.raises(EvalError, match="have changed since the baseline was written"):
        check_reading(*scored(tmp_path, document="d-2"), baseline)


def test_what_is_no_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="cannot be read"):
        read_reading_baseline(tmp_path / "none.json")
    path = tmp_path / "baseline.json"
    path.write_text('{"fingerprint": "x", "measures": {}}', encoding="utf-8")
    with pytest.raises(EvalError, match="no baseline of reading: wrong"):
        read_reading_baseline(path)


def test_the_committed_baseline_is_of_some_documents_of_the_test_part() -> None:
    assert is_here()
    material = gate_material()
    asked, checked = (
        {one.document for one in each} for each in (material.questions, material.claims)
    )
    assert asked | checked == set(material.documents)
    assert len({each.file for each in material.questions}) == len(asked) >= 16
    assert len(checked) >= 16
    assert all(map(is_test_part, material.documents))
    assert read_reading_baseline(reading_baseline_path()).fingerprint == fingerprint(material)


def test_where_the_documents_are_not_installed_the_part_is_left_out_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gate, "is_here", lambda: False)
    result = CliRunner().invoke(command, ["gate", "--part", "reading"])
    assert result.exit_code == 0, result.output
    assert "its documents are in the repository only" in result.output
