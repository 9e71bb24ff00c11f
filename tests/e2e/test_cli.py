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
from vectorstore.embedding.build import build_embedder
from vectorstore.embedding.settings import EmbeddingSettings
from vectorstore.lock import EXIT_CODE_LOCKED, writer_lock

pytestmark = [pytest.mark.model, pytest.mark.slow]

FOUNDED = "When was Star Alliance founded?"


@dataclass(frozen=True)
class Accord:
    """Runs the command on one data folder."""

    data_dir: Path
    corpus: Path

    def __call__(self, *arguments: str, stdin: str | None = None, **settings: str) -> Done:
        unset = dict.fromkeys(name for name in os.environ if "ACCORD_" in name)
        return run_accord(
            *arguments, stdin=stdin, **{**unset, "ACCORD_DATA_DIR": str(self.data_dir), **settings}
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


def test_an_answer_as_markdown_has_a_footnote_with_a_link_for_each_quote(accord: Accord) -> None:
    done = accord("ask", "--format", "markdown", FOUNDED)
    assert done.returncode == 0, done.stderr
    assert "Star Alliance was founded on 14 May 1997.[^1]" in done.stdout
    place = (accord.corpus / "star-alliance.md").as_uri()
    assert f"“Star Alliance was founded on 14 May 1997.” [cited passage]({place})" in done.stdout
    greeted = accord("ask", "--format", "markdown", "Hello")
    assert greeted.stdout.startswith("Hello.")
    assert "#" not in greeted.stdout


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


def test_words_need_no_quotation_marks_and_may_come_from_stdin(accord: Accord) -> None:
    unquoted = accord("ask", *FOUNDED.rstrip("?").split())
    piped = accord("ask", "-", stdin=f"{FOUNDED}\n")
    alone = accord("ask", stdin=FOUNDED)
    assert unquoted.returncode == piped.returncode == alone.returncode == 0
    assert piped.stdout == alone.stdout
    for done in (unquoted, piped):
        assert done.stdout.startswith(
            "14 May 1997 [1]\n\nStar Alliance was founded on 14 May 1997. [1]"
        )


def test_under_an_answer_stand_quotes_and_addresses(accord: Accord) -> None:
    lines = accord("ask", FOUNDED).stdout.splitlines()
    at = lines.index(
        "[1] Star Alliance: how competitors fly together (Accord sample corpus, 2024-09-16)"
    )
    assert lines[at + 1 : at + 3] == [
        "    “Star Alliance was founded on 14 May 1997.”",
        "    https://www.staralliance.com/",
    ]


def test_a_conversation_can_be_gone_on_with(accord: Accord) -> None:
    accord("ask", "When was Haven announced?")
    done = accord("ask", "-c", "When did it close?")
    assert "February 2021" in done.stdout
    assert "Understood as: When did Haven close?" in done.stdout
    alone = accord("ask", "When did it close?")
    assert "Understood as" not in alone.stdout


def test_there_must_be_a_conversation_to_go_on_with(accord: Accord, tmp_path: Path) -> None:
    other = Accord(borrow(accord.data_dir, tmp_path / "data"), accord.corpus)
    for file in other.data_dir.glob("conversations.db*"):
        file.unlink()
    text = "There is no such conversation to go on with."
    assert_one_sentence(other("ask", "-c", "When?"), EXIT_CODE_FAILED, text)


def test_filters_restrict_what_is_asked(accord: Accord) -> None:
    assert accord("ask", FOUNDED, "--source", "star-alliance.md").returncode == 0
    assert accord("ask", FOUNDED, "--source", "haven").returncode == EXIT_CODE_ABSTAINED
    assert accord("ask", FOUNDED, "--to", "2024-01-01").returncode == EXIT_CODE_ABSTAINED
    assert accord("ask", FOUNDED, "--publisher", "Accord sample corpus").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--source", "nowhere"), "There is no source 'nowhere'"),
        (("--source", "cvs"), "'cvs' fits 2 sources, name one: "),
        (("--publisher", "Accord sample korpus"), "Did you mean 'Accord sample corpus'?"),
    ],
)
def test_a_filter_that_names_nothing_is_refused(
    accord: Accord, arguments: tuple[str, str], text: str
) -> None:
    assert_one_sentence(accord("ask", FOUNDED, *arguments), EXIT_CODE_FAILED, text)


def test_a_chat_understands_each_question_with_those_before(accord: Accord) -> None:
    typed = "When was Haven announced?\nWhen did it close?\n/sources\n/what\n/new\n"
    done = accord("chat", stdin=f"{typed}When did it close?\n/quit\nnever asked\n")
    assert done.returncode == 0, done.stderr
    before, after = done.stdout.split("A new conversation.\n")
    assert "30 January 2018" in before
    assert "end of February 2021" in before
    assert "- Star Alliance: how competitors fly together" in before
    assert "There is no command /what." in before
    assert after.count("[1] ") <= 1


def test_search_shows_passages_best_first(accord: Accord) -> None:
    found = json.loads(accord("search", "Haven", "closed", "--json", "-n", "3").stdout)
    assert len(found) == 3
    assert "closed at the end of February 2021" in found[0]["text"]
    assert [each["score"] for each in found] == sorted((e["score"] for e in found), reverse=True)
    text = accord("search", "Haven closed", "-n", "1").stdout
    assert text.startswith("1. Haven: why three giants gave up")
    assert "    From announcement to end\n" in text
    assert text.count("From announcement to end") == 1


def test_show_prints_a_source_as_it_is_cited(accord: Accord) -> None:
    text = accord("show", "haven").stdout
    assert text.startswith("Haven: why three giants gave up on fixing health care together\n")
    assert "published  2021-06-07" in text
    shown = json.loads(accord("show", str(accord.corpus / "haven.md"), "--json").stdout)
    asked = json.loads(accord("ask", "When did Haven close?", "--json").stdout)
    (first, *_) = asked["citations"]
    assert shown["text"][first["start"] : first["end"]] == first["quote"]
    refused = accord("show", "haven", "--version", "0" * 12)
    assert (refused.returncode, refused.stdout) == (EXIT_CODE_FAILED, "")


def test_the_doctor_names_the_runtime_that_is_taken(accord: Accord) -> None:
    done = accord("doctor")
    assert done.returncode == 0, done.stdout
    assert "11 documents, " in done.stdout
    assert "for questions: onnx, since it starts fastest" in done.stdout
    embedder = build_embedder(EmbeddingSettings(), data_dir=accord.data_dir, purpose="query")
    assert embedder.runtime == "onnx"


def test_a_backup_is_restored_into_an_empty_folder_and_answers_the_same(
    accord: Accord, tmp_path: Path
) -> None:
    file = tmp_path / "accord.tar.gz"
    asked = accord("ask", "When did Haven close?").stdout
    assert "catalog.db and conversations.db" in accord("backup", str(file)).stdout
    other = Accord(borrow_models(accord.data_dir, tmp_path / "new"), accord.corpus)
    done = other("restore", str(file))
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("is built, verified and served\n")
    assert other("ask", "When did Haven close?").stdout == asked
    assert other("verify").stdout.startswith("11 documents, ")
    again = other("restore", str(file))
    assert (again.returncode, again.stdout) == (EXIT_CODE_FAILED, "")


def test_a_database_server_has_its_own_backup(accord: Accord, tmp_path: Path) -> None:
    url = {"ACCORD_DATABASE_URL": "postgresql://localhost/accord"}
    done = accord("backup", str(tmp_path / "b.tar.gz"), **url)
    assert_one_sentence(done, EXIT_CODE_FAILED, "pg_dump")


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
    assert "served now: 1 document, " in done.stdout


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
    checked = json.loads(accord("verify", "--json").stdout)
    assert (checked["documents"], checked["problems"]) == (11, [])


def test_one_writer_at_a_time(accord: Accord) -> None:
    with writer_lock(accord.data_dir / "ingest.lock"):
        done = accord.process("rebuild")
    assert_one_sentence(done, EXIT_CODE_LOCKED, "Another ingest job is writing")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"ACCORD_PORT": "abc"}, "ACCORD_PORT is 'abc', which is not allowed"),
        ({"ACCORD_EMBEDDING_RUNTIME": "warp"}, "There is no embedding runtime 'warp'."),
        ({"ACCORD_COMPOSER": "oracle"}, "ACCORD_COMPOSER is 'oracle', which is not a composer."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_bad_setting_is_named(accord: Accord, settings: dict[str, str], message: str) -> None:
    assert_one_sentence(accord("ask", FOUNDED, **settings), EXIT_CODE_FAILED, message)


@pytest.mark.parametrize("arguments", [("ask", FOUNDED), ("rebuild",)], ids=lambda v: v[0])
def test_without_data_one_is_told_what_to_do(untouched: Accord, arguments: tuple[str, ...]) -> None:
    text = "Nothing has been ingested yet; run `accord ingest PATH`."
    assert_one_sentence(untouched(*arguments), EXIT_CODE_FAILED, text)


def test_without_data_there_is_nothing_to_list(untouched: Accord, tmp_path: Path) -> None:
    assert Accord(tmp_path / "none", untouched.corpus)("sources").returncode == 0
    assert not (tmp_path / "none").exists()
    done = untouched("sources")
    assert (done.returncode, done.stdout) == (0, "")
    assert "run `accord ingest PATH`" in done.stderr


def test_an_unknown_path_is_refused_in_words(untouched: Accord, tmp_path: Path) -> None:
    done = untouched("ingest", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "1 refused" in done.stdout
    assert "There is no file or folder of this name." in done.stdout


def test_an_unknown_command_is_refused(untouched: Accord) -> None:
    text = "There is no command 'nonsense'. `accord -h` lists the commands."
    assert_one_sentence(untouched("nonsense"), USAGE_ERROR, text)


def test_removing_an_unknown_source_is_refused(accord: Accord) -> None:
    text = "There is no source '/nowhere.md'; `accord sources` lists what there is."
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
