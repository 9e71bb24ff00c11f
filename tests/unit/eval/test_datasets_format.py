from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.types import Message
from eval.datasets.case_format import read_cases, write_case
from eval.datasets.question_list import read_question_list
from eval.errors import DatasetError
from eval.types import Answerability, Case, Quote

FULL = Case(
    id="haven-end",
    question="and when did it end?",
    history=(Message("user", "what was Haven"), Message("assistant", "A venture of three.")),
    facts=(("February 2021", "2/2021"),),
    forbidden=("2020",),
    references=("It closed in February 2021.",),
    evidence=(Quote("haven.md", "it closed at the end of February 2021"), Quote(None, "closed")),
    relevant={"haven.md": 2, "other.md": 0},
    within=("haven.md",),
    items=(("one",), ("two", "2")),
    key_points=("Haven closed.",),
    answerability=Answerability.PARTIAL,
    tags=("when", "follow-up"),
    notes="of our own",
)


def written(folder: Path, *lines: str | dict[str, Any]) -> Path:
    path = folder / "cases.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DatasetError) as caught:
        read_cases(path)
    return str(caught.value)


def test_every_field_survives_writing_and_reading(tmp_path: Path) -> None:
    assert read_cases(written(tmp_path, write_case(FULL))) == (FULL,)


def test_what_is_empty_is_not_written() -> None:
    assert write_case(Case("a", "why?")) == '{"id": "a", "question": "why?"}'


def test_lines_keep_their_order_and_blank_ones_are_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, {"id": "b", "question": "x"}, "", {"id": "a", "question": "y"}, "")
    assert [case.id for case in read_cases(path)] == ["b", "a"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a", "question": "x"}\r\n')
    assert read_cases(path) == (Case("a", "x"),)


texts = st.text(min_size=1, max_size=30).filter(lambda text: not text.isspace() and text.strip())
several = st.lists(texts, max_size=3).map(tuple)
forms = st.lists(st.lists(texts, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)


@given(
    st.builds(
        Case,
        id=texts,
        question=texts,
        history=st.lists(
            st.builds(Message, st.sampled_from(["user", "assistant"]), texts), max_size=3
        ).map(tuple),
        facts=forms,
        forbidden=several,
        references=several,
        evidence=st.lists(st.builds(Quote, st.none() | texts, texts), max_size=3).map(tuple),
        relevant=st.dictionaries(texts, st.integers(-1, 3), max_size=3),
        within=several,
        items=forms,
        key_points=several,
        answerability=st.sampled_from([Answerability.ANSWERABLE, Answerability.UNKNOWN]),
        tags=several,
        notes=st.text(max_size=20),
    )
)
def test_any_case_survives_writing_and_reading(
    tmp_path_factory: pytest.TempPathFactory, case: Case
) -> None:
    line = write_case(case)
    assert "\n" not in line
    assert read_cases(written(tmp_path_factory.mktemp("any"), line)) == (case,)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('{"id": "b", ', "line 2: not JSON: "),
        ('["id", "b"]', "line 2: expected a JSON object."),
        ({"question": "x"}, "line 2: id: this field is missing."),
        ({"id": "b", "question": "  "}, "line 2: question: "),
        ({"id": "b", "question": 7}, "line 2: question: Input should be a valid string; found 7."),
        ({"id": "b", "question": "x", "fact": []}, "line 2: fact: unknown field; known are answer"),
        ({"id": "b", "question": "x", "facts": ["seven"]}, "line 2: facts.0: "),
        ({"id": "b", "question": "x", "facts": [[]]}, "line 2: facts.0: "),
        ({"id": "b", "question": "x", "items": [["a", ""]]}, "line 2: items.0.1: "),
        ({"id": "b", "question": "x", "history": [{"role": "bot", "content": "x"}]}, "history.0.r"),
        ({"id": "b", "question": "x", "evidence": [{"source": "a"}]}, "evidence.0.text: this"),
        ({"id": "b", "question": "x", "relevant": {"a": "1"}}, "line 2: relevant.a: "),
        ({"id": "b", "question": "x", "answerability": "maybe"}, "line 2: answerability: "),
    ],
)
def test_an_error_names_line_and_field(
    tmp_path: Path, line: str | dict[str, Any], complaint: str
) -> None:
    path = written(tmp_path, {"id": "a", "question": "x"}, line)
    message = refusal(path)
    assert message.startswith(f"{path}, line 2: ")
    assert complaint in message


def test_an_unanswerable_case_states_no_facts(tmp_path: Path) -> None:
    line = {"id": "a", "question": "x", "answerability": "unanswerable", "facts": [["seven"]]}
    assert refusal(written(tmp_path, line)).endswith(
        "line 1: the case is unanswerable and yet states facts."
    )


def test_an_id_that_comes_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, {"id": "a", "question": "x"}, "", {"id": "a", "question": "y"})
    assert "line 3: id: line 1 has the id 'a', too" in refusal(path)


def test_a_file_without_a_case_is_refused(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, "", " ")).endswith("holds no case.")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nothing.jsonl"
    assert refusal(path) == f"{path} cannot be read: No such file or directory."


def test_a_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b'{"id": "a", "question": "x"}\n{"id": "b", "question": "\xff"}\n')
    assert f"{path}, line 2: not JSON: " in refusal(path)


def test_a_question_list_becomes_cases(tmp_path: Path) -> None:
    follow_up = {
        "id": "q1",
        "type": "multi_turn",
        "question": "how long?",
        "history": ["what was agreed?"],
        "must": [["seven", "7"]],
        "must_not": ["eight"],
        "evidence": [{"source": "a.txt", "quote": "for seven years"}],
    }
    unanswerable = {"type": "near", "question": "who?", "must": [], "evidence": []}
    first, second = read_question_list(written(tmp_path, follow_up, unanswerable))
    assert first == Case(
        id="q1",
        question="how long?",
        history=(Message("user", "what was agreed?"),),
        facts=(("seven", "7"),),
        forbidden=("eight",),
        evidence=(Quote("a.txt", "for seven years"),),
        relevant={"a.txt": 1},
        answerability=Answerability.ANSWERABLE,
        tags=("multi_turn",),
    )
    assert second == Case(
        "line-2", "who?", answerability=Answerability.UNANSWERABLE, tags=("near",)
    )
