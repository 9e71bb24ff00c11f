"""The `accord` command as a stranger uses it, on one data folder; two tests start processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli import EXIT_CODE_ABSTAINED, EXIT_CODE_FAILED
from app.commands.group import USAGE_ERROR
from tests.loaded_once import Done, run_accord
from tests.sample_library import borrow, borrow_models
from vectorstore.lock import EXIT_CODE_LOCKED, writer_lock

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.usefixtures("verified_here"),
]

FOUNDED = "When was Star Alliance founded?"


@dataclass(frozen=True)
class Accord:
    """Runs the command on one data folder."""

    data_dir: Path
    corpus: Path

    def __call__(self, *arguments: str, **settings: str) -> Done:
        unset = dict.fromkeys(name for name in os.environ if "ACCORD_" in name)
        return run_accord(
            *arguments, **{**unset, "ACCORD_DATA_DIR": str(self.data_dir), **settings}
        )

    def process(self, *arguments: str) -> Done:
        """The same as a process of its own."""
        kept = {name: value for name, value in os.environ.items() if "ACCORD_" not in name}
        done = subprocess.run(
            [sys.executable, "-m", "app.main", *arguments],
            env={**kept, "ACCORD_DATA_DIR": str(self.data_dir)},
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def accord(sample_library: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Accord:
    """The samples, ingested; only the last test of this file takes one away."""
    corpus, library = sample_library
    return Accord(borrow(library, tmp_path_factory.mktemp("data")), corpus)


@pytest.fixture
def untouched(accord: Accord, tmp_path: Path) -> Accord:
    """The command where nothing has been ingested."""
    return Accord(borrow_models(accord.data_dir, tmp_path / "data"), accord.corpus)


def assert_one_sentence(done: Done, code: int, text: str) -> None:
    """An error is said on standard error in words, without a traceback."""
    assert done.returncode == code, done.stderr
    assert text in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_answer_is_sentences_with_numbers_and_their_sources(accord: Accord) -> None:
    done = accord.process("ask", FOUNDED)
    assert done.returncode == 0, done.stderr
    assert "Star Alliance was founded on 14 May 1997. [1]" in done.stdout
    assert "[1] Star Alliance: how competitors fly together (Accord sample corpus, 2024-09-16)" in (
        done.stdout
    )
    assert done.stderr == ""


def test_an_answer_as_json_can_be_checked_against_its_file(accord: Accord) -> None:
    done = accord("ask", "--json", FOUNDED)
    assert done.returncode == 0, done.stderr
    body = json.loads(done.stdout)
    assert body["status"] == "answered"
    assert body["claims"][0]["text"] == "Star Alliance was founded on 14 May 1997."
    (first, *_) = body["citations"]
    assert first["n"] in body["claims"][0]["citations"]
    assert first["quote"] == "Star Alliance was founded on 14 May 1997."
    assert first["end"] - first["start"] == len(first["quote"])


def test_no_answer_has_an_exit_code_of_its_own(accord: Accord) -> None:
    question = "What is the dividend of Pfizer?"
    done = accord("ask", question)
    assert done.returncode == EXIT_CODE_ABSTAINED
    assert done.stdout.startswith(
        f"The sources give no answer to “{question}”. Searched: 11 sources"
    )
    assert "Near, but not an answer:" in done.stdout
    assert "[1]" not in done.stdout


def test_an_empty_question_is_said_so(accord: Accord) -> None:
    assert_one_sentence(accord("ask", " "), EXIT_CODE_FAILED, "The question is empty.")


def test_sources_lists_titles_dates_and_files(accord: Accord) -> None:
    done = accord("sources")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 11
    assert any(
        "Haven: why three giants gave up" in line and "2021-06-07" in line and "haven.md" in line
        for line in lines
    )


def test_sources_as_json_tell_where_each_fact_comes_from(accord: Accord) -> None:
    listed = json.loads(accord("sources", "--json").stdout)
    haven = next(each for each in listed if each["uri"].endswith("haven.md"))
    assert haven["published"] == "2021-06-07"
    assert haven["authors"] == ["Accord editors"]
    assert haven["provenance"]["published"] == "front matter"
    assert haven["passages"] > 0


def test_a_first_ingest_says_what_it_added(untouched: Accord) -> None:
    haven = str(untouched.corpus / "haven.md")
    done = untouched("ingest", haven, ACCORD_EMBEDDING_RUNTIME="onnx")  # starts quickest
    assert done.returncode == 0, done.stderr
    assert "1 added, 0 changed, 0 unchanged, 0 removed, 0 refused" in done.stdout
    assert "served now: 1 documents" in done.stdout


def test_ingesting_again_changes_nothing(accord: Accord) -> None:
    done = accord("ingest", str(accord.corpus), "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert len(report["unchanged"]) == 11
    assert report["added"] == report["changed"] == report["removed"] == []


def test_a_refused_path_does_not_stop_the_others(accord: Accord) -> None:
    done = accord("ingest", str(accord.corpus), str(accord.corpus / "nowhere.md"))
    assert done.returncode == 1
    assert "11 unchanged" in done.stdout
    assert "nowhere.md: There is no file or folder of this name." in done.stdout


def test_the_store_verifies(accord: Accord) -> None:
    done = accord("verify")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("11 documents, ")
    assert done.stdout.strip().endswith("sound")


def test_one_writer_at_a_time(accord: Accord) -> None:
    with writer_lock(accord.data_dir / "ingest.lock"):
        done = accord.process("rebuild")
    assert_one_sentence(done, EXIT_CODE_LOCKED, "another ingest job is writing")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"ACCORD_PORT": "abc"}, "ACCORD_PORT is 'abc', which is not allowed"),
        ({"ACCORD_EMBEDDING_RUNTIME": "warp"}, "There is no embedding runtime 'warp'."),
        ({"ACCORD_COMPOSER": "oracle"}, "ACCORD_COMPOSER is 'oracle', which is no composer."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_bad_setting_is_named(accord: Accord, settings: dict[str, str], message: str) -> None:
    assert_one_sentence(accord("ask", FOUNDED, **settings), EXIT_CODE_FAILED, message)


@pytest.mark.parametrize("arguments", [("ask", FOUNDED), ("rebuild",)], ids=lambda v: v[0])
def test_without_data_one_is_told_what_to_do(untouched: Accord, arguments: tuple[str, ...]) -> None:
    text = "nothing has been ingested yet; run `accord ingest PATH`"
    assert_one_sentence(untouched(*arguments), EXIT_CODE_FAILED, text)


def test_without_data_there_is_nothing_to_list(untouched: Accord) -> None:
    done = untouched("sources")
    assert (done.returncode, done.stdout) == (0, "")
    assert "run `accord ingest PATH`" in done.stderr


def test_an_unknown_path_is_refused_in_words(untouched: Accord, tmp_path: Path) -> None:
    done = untouched("ingest", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "1 refused" in done.stdout
    assert "There is no file or folder of this name." in done.stdout


def test_an_unknown_command_is_refused(untouched: Accord) -> None:
    text = "There is no command 'nonsense'. `accord --help` lists them."
    assert_one_sentence(untouched("nonsense"), USAGE_ERROR, text)


def test_removing_an_unknown_source_is_refused(accord: Accord) -> None:
    text = "there is no source /nowhere.md; `accord sources` lists what there is"
    assert_one_sentence(accord("sources", "--remove", "/nowhere.md"), EXIT_CODE_FAILED, text)


def test_a_removed_source_is_gone_and_the_index_can_be_rebuilt(accord: Accord) -> None:
    haven = str(accord.corpus / "haven.md")
    done = accord("sources", "--remove", haven)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"erased {haven}\n"
    rebuilt = accord("rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "is built, verified and served" in rebuilt.stdout
    assert accord("verify").stdout.startswith("10 documents, ")
    asked = json.loads(accord("ask", "--json", "Who led Haven as chief executive?").stdout)
    assert "Gawande" not in json.dumps([asked["claims"], asked["citations"], asked["near_misses"]])
