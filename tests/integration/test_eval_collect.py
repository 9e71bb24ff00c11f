"""`accord eval collect`, from a service's database to a file of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.conversations.records import Feedback, Rating, Reason
from app.conversations.store import FILE_NAME, ConversationStore
from eval.cli import command
from eval.datasets.case_format import read_cases
from tests.builders_web import make_abstention, make_answer


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("ACCORD_DATA_DIR", str(folder))
    monkeypatch.delenv("ACCORD_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


def collect(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["collect", *arguments])
    return result.exit_code, result.output


def test_unanswered_and_disliked_questions_become_cases_once(data_dir: Path) -> None:
    store = ConversationStore.in_folder(data_dir)
    good = store.append(make_answer("What was bought?"), visitor=None)
    store.append(make_abstention("By whom?"), visitor=None, conversation_id=good.conversation_id)
    bad = store.append(make_answer("For how much?"), visitor=None)
    store.rate(bad.answer.id, Feedback(Rating.DOWN, (Reason.INCORRECT,)), visitor=None)
    store.close()

    code, output = collect()

    assert code == 0
    assert output.startswith(
        "from-use.jsonl: 2 new, 0 already there; from 2 answers, of them 1 with a thumbs-down.\n"
    )
    cases = {case.question: case for case in read_cases(data_dir.parent / "from-use.jsonl")}
    assert cases.keys() == {"By whom?", "For how much?"}
    assert [turn.content for turn in cases["By whom?"].history if turn.role == "user"] == [
        "What was bought?"
    ]
    assert cases["For how much?"].tags == ("from-use", "thumbs_down", "incorrect", "api")
    assert collect()[1] == (
        "from-use.jsonl: 0 new, 2 already there; from 2 answers, of them 1 with a thumbs-down.\n"
    )


def test_days_and_file_are_chosen(data_dir: Path, tmp_path: Path) -> None:
    store = ConversationStore.in_folder(data_dir)
    for day in (1, 2, 3):
        moment = datetime(2026, 3, day, 12, tzinfo=UTC)
        store.append(replace(make_abstention(f"On {day}?"), created=moment), visitor=None)
    store.close()
    path = tmp_path / "march" / "second.jsonl"

    code, _ = collect("--since", "2026-03-02", "--until", "2026-03-02", "--out", str(path))

    assert code == 0
    assert [case.question for case in read_cases(path)] == ["On 2?"]


def test_folder_without_conversations_is_named_and_stays_as_it_is(data_dir: Path) -> None:
    code, output = collect()

    assert code == 2
    assert f"{data_dir} holds no conversations" in output
    assert not data_dir.exists()


def test_unreadable_conversations_are_an_error_in_words(data_dir: Path) -> None:
    data_dir.mkdir()
    (data_dir / FILE_NAME).write_bytes(b"not a database " * 100)

    code, output = collect()

    assert code == 2
    assert "could not be opened" in output
