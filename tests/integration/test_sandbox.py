"""The parsing process: contains crashes, loops and hunger, and goes on with the next file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.errors import IngestError, LoadError, MalformedFileError, ParserStoppedError
from ingest.loaders.limits import LoadLimits
from ingest.sandbox import Sandbox

HERE = str(Path(__file__).parent)
LIMITS = LoadLimits(cpu_seconds=1, wall_factor=60.0, memory_bytes=600_000_000)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS, parser="hostile_parsers:parse", python_path=(HERE,)) as sandbox:
        yield sandbox


def test_remarks_come_back_and_are_not_too_many(sandbox: Sandbox) -> None:
    remarks = sandbox.parse(b"remarks", "text").remarks
    assert len(remarks) == 50
    assert {len(remark) for remark in remarks} == {1000}


def order(sandbox: Sandbox, word: str) -> str:
    return sandbox.parse(word.encode(), "text").text


def test_one_process_parses_many_files(sandbox: Sandbox) -> None:
    assert [order(sandbox, "calls") for _ in range(50)] == [str(n) for n in range(1, 51)]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("segfault", "crashed (SIGSEGV)"),
        ("exit", "ended without an answer"),
        ("memory", "more memory"),
        ("native memory", "more memory"),
        ("loop", "seconds of computing"),
    ],
)
def test_a_parser_that_runs_wild_is_stopped_and_the_next_file_is_read(
    sandbox: Sandbox, word: str, reason: str
) -> None:
    before = order(sandbox, "pid")
    with pytest.raises(ParserStoppedError) as caught:
        order(sandbox, word)
    assert reason in caught.value.reason
    assert order(sandbox, "echo") == "echo"
    assert order(sandbox, "pid") != before
    with pytest.raises(ProcessLookupError):
        os.kill(int(before), 0)


def test_a_file_that_is_only_refused_does_not_cost_the_process(sandbox: Sandbox) -> None:
    before = order(sandbox, "pid")
    for word in ("known error", "unknown error", "recursion"):
        with pytest.raises(MalformedFileError):
            order(sandbox, word)
    assert order(sandbox, "pid") == before


def test_a_parser_that_waits_for_ever_is_stopped() -> None:
    limits = LoadLimits(cpu_seconds=2, wall_factor=1.0)
    with Sandbox(limits, parser="hostile_parsers:parse", python_path=(HERE,)) as sandbox:
        with pytest.raises(ParserStoppedError, match="took too long"):
            order(sandbox, "sleep")
        assert order(sandbox, "echo") == "echo"


def test_a_parser_is_interrupted_from_another_thread(sandbox: Sandbox) -> None:
    before = order(sandbox, "pid")
    with ThreadPoolExecutor(1) as pool:
        parsing = pool.submit(order, sandbox, "sleep")
        while not parsing.done():
            sandbox.interrupt()
        with pytest.raises(ParserStoppedError):
            parsing.result()
    assert order(sandbox, "pid") != before


def test_errors_of_parsers_are_sentences_without_their_details(sandbox: Sandbox) -> None:
    with pytest.raises(MalformedFileError, match=r"^It is damaged in a known way\.$"):
        order(sandbox, "known error")
    with pytest.raises(MalformedFileError, match="ZeroDivisionError") as caught:
        order(sandbox, "unknown error")
    assert "secret" not in caught.value.reason
    with pytest.raises(MalformedFileError, match="nested too deep"):
        order(sandbox, "recursion")


@pytest.mark.parametrize("word", ["write", "big write", "connect", "spawn"])
def test_a_parser_can_neither_write_nor_connect_nor_start_anything(
    sandbox: Sandbox, word: str
) -> None:
    with pytest.raises(LoadError):
        order(sandbox, word)
    left = Path("/tmp/accord-must-not-exist")
    size = left.stat().st_size if left.exists() else 0
    left.unlink(missing_ok=True)
    assert size == 0


def test_what_a_parser_prints_does_not_reach_the_answer(sandbox: Sandbox) -> None:
    assert order(sandbox, "print") == "quiet"
    assert order(sandbox, "echo") == "echo"


def test_an_answer_that_is_no_frame_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ParserStoppedError, match="cannot be understood|too large"):
        order(sandbox, "flood")
    assert order(sandbox, "echo") == "echo"


def test_unknown_fields_do_not_come_back(sandbox: Sandbox) -> None:
    assert sandbox.parse(b"fields", "text").fields == {"title": ("T", "p"), "authors": (["A"], "p")}


def test_secrets_of_the_environment_do_not_go_in(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    assert "OPENAI_API_KEY" not in order(sandbox, "environment")


def test_the_process_is_replaced_after_so_many_files() -> None:
    limits = LoadLimits(files_per_worker=3)
    with Sandbox(limits, parser="hostile_parsers:parse", python_path=(HERE,)) as sandbox:
        assert [order(sandbox, "calls") for _ in range(7)] == ["1", "2", "3", "1", "2", "3", "1"]


def test_a_closed_sandbox_leaves_no_process_and_starts_anew_when_asked() -> None:
    sandbox = Sandbox(LIMITS, parser="hostile_parsers:parse", python_path=(HERE,))
    process = int(order(sandbox, "pid"))
    sandbox.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    assert order(sandbox, "echo") == "echo"
    sandbox.close()


def test_large_files_pass_through_the_pipe() -> None:
    with Sandbox() as sandbox:
        content = b"A sentence of some length.\n" * 400_000
        assert len(sandbox.parse(content, "text").text) == len(content)


def test_a_parser_that_is_not_there_is_our_error_not_the_files() -> None:
    with Sandbox(parser="no_such_module:parse") as sandbox, pytest.raises(IngestError) as caught:
        sandbox.parse(b"x", "text")
    assert not isinstance(caught.value, LoadError)
    assert "does not start" in str(caught.value)
