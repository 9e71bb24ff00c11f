"""`accord eval run` and `retrieval` as a stranger uses them, over real HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.commands.run import EXIT_CODE_INTERRUPTED, EXIT_CODE_NO_ANSWERS
from eval.runs import read_run
from tests.builders_web import FakeChatService, make_abstention, make_settings
from tests.live_server import PATIENCE_S, LiveServer, serving, until
from tests.loaded_once import Done, run_accord
from tests.sample_library import borrow_models

UNUSABLE = 2
CASES = [
    {
        "id": "bought",
        "question": "What was bought?",
        "facts": [["chain of pharmacies"], ["$70 billion"]],
        "answerability": "answerable",
        "tags": ["what"],
    },
    {
        "id": "moon",
        "question": "What is the moon made of?",
        "answerability": "unanswerable",
        "tags": ["other"],
    },
    {
        "id": "price",
        "question": "What did it cost?",
        "history": [{"role": "user", "content": "What was bought?"}],
        "facts": [["$80 billion"]],
        "answerability": "answerable",
        "tags": ["what"],
    },
]


class HoldingChatService(FakeChatService):
    """Holds the question about the price, if told to."""

    def is_held(self) -> bool:
        return self.held and self.questions[-1].text == "What did it cost?"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LiveServer]:
    chat = HoldingChatService(replies={"What is the moon made of?": make_abstention()})
    with serving(make_settings(tmp_path / "served"), chat) as running:
        yield running


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in CASES), "utf-8")
    return path


def arguments(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "app.main", "eval", *map(str, words)]


def environment(data_dir: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "ACCORD_" not in name}
    return {**kept, **settings(data_dir)}


def settings(data_dir: Path) -> dict[str, str]:
    # This runtime starts quickest, and agrees with the others.
    return {"ACCORD_DATA_DIR": str(data_dir), "ACCORD_EMBEDDING_RUNTIME": "onnx"}


def accord_eval(data_dir: Path, *words: str | Path) -> Done:
    unset = dict.fromkeys(name for name in os.environ if "ACCORD_" in name)
    return run_accord("eval", *map(str, words), **{**unset, **settings(data_dir)})


def test_a_running_service_is_asked_scored_and_kept(
    server: LiveServer, cases: Path, tmp_path: Path
) -> None:
    done = accord_eval(tmp_path / "data", "run", cases, "--url", server.url)
    assert done.returncode == 0, done.stderr
    # 2 of 2 facts, 1 refused as it should be, 0 of 1 fact: the mean of facts is (1 + 0) / 2.
    facts = next(line for line in done.stdout.splitlines() if line.startswith("Facts said"))
    assert facts.split()[2:4] == ["50.0", "%"]
    assert "by tag" in done.stdout
    assert "asked 3 of 3" in done.stderr
    (path,) = (tmp_path / "data" / "eval" / "runs").glob("*.jsonl")
    page = path.with_suffix(".html")
    assert f"Run: {path}\nReport: {page}" in done.stdout
    assert "What was bought?" in page.read_text("utf-8")
    run = read_run(path)
    assert set(run.records) == {"bought", "moon", "price"}
    assert run.records["moon"].said is not None
    assert run.records["moon"].said.abstained
    assert [q.history for q in server.chat.questions if q.text == "What did it cost?"][0]


def test_figures_come_as_json(server: LiveServer, cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    done = accord_eval(tmp_path, "run", cases, "--url", server.url, "--out", out, "--json")
    shown = json.loads(done.stdout)
    assert shown["run"] == str(out)
    assert shown["figures"]["facts"]["value"] == 0.5
    assert shown["figures"]["facts"]["cases"] == 2
    assert shown["tags"]["other"]["refusal"]["value"] == 1
    assert shown["settings"]["composer"] is None


def hear_ctrl_c() -> None:
    """Jobs in a shell's background are started deaf to it, and so are those that they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupted_run_exits_as_shells_say_and_goes_on(
    server: LiveServer, cases: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run.jsonl"
    words = ("run", cases, "--url", server.url, "--out", out, "--concurrency", "1")
    server.chat.held = True
    with subprocess.Popen(
        arguments(*words),
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - no other thread of this process forks
    ) as process:
        assert server.chat.reached.acquire(timeout=PATIENCE_S * 3)
        until(lambda: len(read_run(out).records) == 2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == EXIT_CODE_INTERRUPTED
    assert f"the same command with --out {out} goes on" in errors
    assert "Traceback" not in errors

    server.chat.held = False
    asked_before = len(server.chat.questions)
    done = accord_eval(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert "has 2 of 3 answers already" in done.stderr
    assert len(server.chat.questions) == asked_before + 1
    assert len(read_run(out).records) == 3


def test_runs_are_not_mixed(server: LiveServer, cases: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    first = accord_eval(tmp_path, "run", cases, "--url", server.url, "--out", out)
    assert first.returncode == 0, first.stderr
    before = out.read_bytes()
    again = ("run", cases, "--url", server.url, "--out", out, "--composer", "extractive")
    done = accord_eval(tmp_path, *again)
    assert done.returncode == UNUSABLE
    assert "with other cases or settings. Name another file" in done.stderr
    assert out.read_bytes() == before


def test_a_service_without_answers_fails_the_command(
    server: LiveServer, cases: Path, tmp_path: Path
) -> None:
    server.chat.error = RuntimeError("broken")
    done = accord_eval(tmp_path, "run", cases, "--url", server.url)
    assert done.returncode == EXIT_CODE_NO_ANSWERS
    assert "3 cases have no answer and count as worst" in done.stderr
    assert "answered 500" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--url", "http://127.0.0.1:9"), "did not answer"),
        (("--url", "http://h", "--openai", "http://h", "--model", "m"), "Name one system"),
        (("--openai", "http://127.0.0.1:9"), "--model go together"),
        (("--corpus", "no-such-folder"), "no file or folder no-such-folder"),
    ],
    ids=["nobody", "two systems", "no model", "no corpus"],
)
def test_what_cannot_be_asked_is_said_in_words(
    cases: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    done = accord_eval(tmp_path, "run", cases, *words)
    assert done.returncode == UNUSABLE
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.model
@pytest.mark.slow
def test_the_golden_set_is_asked_in_process(
    sample_library: tuple[Path, Path], tmp_path: Path
) -> None:
    data_dir = borrow_models(sample_library[1], tmp_path / "data")
    done = accord_eval(data_dir, "run", "golden", "--limit", "4", "--json")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["system"] == "extractive"
    assert shown["figures"]["num_cases"]["value"] == 4
    assert shown["figures"]["num_missing"]["value"] == 0
    assert shown["figures"]["quotes_exact"]["value"] == 1
    assert shown["settings"]["limit"] == 4


@pytest.mark.model
@pytest.mark.slow
def test_retrieval_of_a_folder_is_measured_in_three_ways(
    sample_library: tuple[Path, Path], tmp_path: Path
) -> None:
    data_dir = borrow_models(sample_library[1], tmp_path / "data")
    folder = tmp_path / "small"
    folder.mkdir()
    turns = ("What was Haven?", "A venture of Amazon.", "When did it close?")
    conversation = [
        {"role": role, "content": text}
        for role, text in zip(("user", "assistant", "user"), turns, strict=True)
    ]
    files = {
        "corpus.jsonl": [
            {"_id": "h", "title": "Haven", "text": "Haven closed in February 2021."},
            {"_id": "o", "title": "Ostia", "text": "Ostia Rail bought forty trains."},
        ],
        "queries.jsonl": [{"_id": "q", "text": turns[-1], "conversation": conversation}],
    }
    for name, lines in files.items():
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\th\t1\n", "utf-8")
    done = accord_eval(data_dir, "retrieval", folder, "--json")
    assert done.returncode == 0, done.stderr
    (measured,) = json.loads(done.stdout)
    assert measured["queries"] == 1
    assert measured["passages"] == 2
    assert list(measured["figures"]) == ["alone", "turn before + last", "condensed"]
    # One relevant document, found first: every measure is 1.
    best = {"ndcg@10": 1, "recall@5": 1, "rr": 1, "ap": 1}
    assert measured["figures"]["condensed"] == pytest.approx(best)
