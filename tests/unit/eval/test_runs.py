from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.errors import RunError
from eval.runs import RunHeader, RunWriter, read_run
from eval.types import FoundPassage, Record, Said, SaidCitation, SaidClaim

HEADER = RunHeader("set", "ab12", "extractive", {"composer": "extractive", "limit": 3}, "2026")
SAID = Said(
    status="answered",
    claims=(SaidClaim("It closed in 2021 🙂.", (1,)),),
    citations=(SaidCitation(1, "haven", "It closed in 2021", 3, 20, is_exact=True),),
    passages=(FoundPassage(None, "It closed.", 0.5),),
    answerability=0.9,
    receipt={"timings_ms": {"search": 2.5}},
)


def record(name: str, said: Said | None = SAID) -> Record:
    return Record(name, said, None if said else "No answer within 1 s.", 0.25, attempts=2)


def written(path: Path, *records: Record, header: RunHeader = HEADER) -> Path:
    with RunWriter(path, header) as writer:
        for each in records:
            writer.write(each)
    return path


def test_a_run_reads_as_it_was_written(tmp_path: Path) -> None:
    path = written(tmp_path / "new" / "run.jsonl", record("a"), record("b", None))
    run = read_run(path)
    assert run.header == HEADER
    assert run.records == {"a": record("a"), "b": record("b", None)}


def test_every_record_is_on_disk_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with RunWriter(path, HEADER) as writer:
        writer.write(record("a"))
        assert list(read_run(path).records) == ["a"]


def test_of_a_case_that_was_tried_again_the_last_record_counts(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", record("a", None), record("a"))
    assert read_run(path).records == {"a": record("a")}


def test_a_run_goes_on_with_the_cases_that_have_no_answer(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", record("a"), record("b", None))
    with RunWriter(path, replace(HEADER, started="later")) as writer:
        assert [writer.needs(name) for name in "abc"] == [False, True, True]
        writer.write(record("b"))
    assert read_run(path).header.started == "2026"
    assert read_run(path).records["b"].said == SAID


@pytest.mark.parametrize(
    "other",
    [
        replace(HEADER, dataset_fingerprint="cd34"),
        replace(HEADER, system="http://host/api/chat"),
        replace(HEADER, settings={"composer": "model", "limit": 3}),
    ],
    ids=["cases", "system", "settings"],
)
def test_two_runs_are_not_mixed(tmp_path: Path, other: RunHeader) -> None:
    path = written(tmp_path / "run.jsonl", record("a"))
    before = path.read_bytes()
    with pytest.raises(RunError, match=r"other cases or settings\. Name another file"):
        RunWriter(path, other)
    assert path.read_bytes() == before


def test_a_half_written_line_is_passed_over_and_cut_off_before_going_on(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", record("a"))
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"case_id": "b", "sai')
    assert list(read_run(path).records) == ["a"]
    written(path, record("b"))
    assert path.read_bytes().startswith(whole + b'{"attempts"')
    assert list(read_run(path).records) == ["a", "b"]


def test_every_cut_of_a_run_leaves_whole_records_or_says_that_it_is_empty(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", record("a"), record("b"))
    whole = path.read_bytes()
    ends = [n for n, byte in enumerate(whole, 1) if byte == ord("\n")]
    for size in range(0, len(whole), 7):
        path.write_bytes(whole[:size])
        lines = sum(end <= size for end in ends)
        if lines == 0:
            with pytest.raises(RunError, match="is empty"):
                read_run(path)
        else:
            assert list(read_run(path).records) == ["a", "b"][: lines - 1]


def test_a_broken_line_in_the_middle_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", record("a"), record("b"))
    lines = path.read_text("utf-8").splitlines()
    wrong = {**json.loads(lines[1]), "seconds": "soon"}
    path.write_text("\n".join([lines[0], json.dumps(wrong), lines[2], ""]), "utf-8")
    with pytest.raises(RunError, match=r"run\.jsonl, line 2: seconds: "):
        read_run(path)


def test_a_run_of_another_format_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "run.jsonl", header=replace(HEADER, format=7))
    with pytest.raises(RunError, match=r"has format 7; this program reads 1\."):
        read_run(path)


def test_a_run_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"cannot be written to .*run\.jsonl: File exists"):
        RunWriter(tmp_path / "file" / "run.jsonl", HEADER)


def test_a_missing_run_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"none\.jsonl cannot be read: No such file"):
        read_run(tmp_path / "none.jsonl")
