"""The command line's own parts: help, completion, text on a terminal, errors in one sentence."""

from __future__ import annotations

import os
import re
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer
from rich.console import Console

from app.cli import as_sentence
from app.commands.filters import filters_of
from app.commands.memory import visitor
from app.commands.printing import body_of, print_claim
from app.commands.terminal import Page
from app.types import Claim
from app.web.state import _VISITOR
from tests.loaded_once import run_accord

ESCAPE = "\x1b"


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if "ACCORD_" in name]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)  # away from anybody's .env


def shown(claim: Claim, *, width: int, is_terminal: bool) -> str:
    out = StringIO()
    colours = "standard" if is_terminal else None
    console = Console(
        file=out, width=width, force_terminal=is_terminal, color_system=colours, highlight=False
    )
    print_claim(Page(console), claim)
    return out.getvalue()


LONG = Claim(
    "The mill in Hove opened in 1921 and was closed by its owners forty years later.", (1, 2)
)


def test_on_a_terminal_lines_break_between_words_and_numbers_stay_with_the_last_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    for width in range(24, 100):
        lines = shown(LONG, width=width, is_terminal=True).splitlines()
        plain = [line.replace(f"{ESCAPE}[1m", "").replace(f"{ESCAPE}[0m", "") for line in lines]
        assert all(len(line) <= width for line in plain)
        assert " ".join(plain) == f"{LONG.text} [1][2]"
        assert plain[-1].endswith("later. [1][2]")


def test_in_a_pipe_a_sentence_is_one_line_without_colour() -> None:
    assert shown(LONG, width=30, is_terminal=False) == f"{LONG.text} [1][2]\n"


def test_colour_is_left_out_where_no_color_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert f"{ESCAPE}[1;36m" in shown(LONG, width=200, is_terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "36m" not in shown(LONG, width=200, is_terminal=True)


def test_brackets_in_a_text_are_text() -> None:
    claim = Claim("[bold]Nothing[/bold] :smile: [link=x]is read[/link] as markup.", ())
    assert shown(claim, width=200, is_terminal=False) == f"{claim.text}\n"


@pytest.mark.parametrize(
    "name", ["ask", "chat", "search", "show", "sources", "ingest", "serve", "doctor", "eval"]
)
def test_help_is_h_everywhere_and_help_too(name: str) -> None:
    short, long, word = run_accord(name, "-h"), run_accord(name, "--help"), run_accord("help", name)
    assert short.returncode == long.returncode == word.returncode == 0
    assert short.stdout.strip() == long.stdout.strip() == word.stdout.strip()
    assert f"Usage: accord {name}" in short.stdout
    assert "<bool>" not in short.stdout


def test_help_of_an_unknown_command_says_what_it_resembles() -> None:
    done = run_accord("help", "servce")
    assert done.returncode == 2
    assert "Did you mean `accord serve`?" in done.stderr


def test_help_of_a_command_below_another() -> None:
    word, short = run_accord("help", "eval", "run"), run_accord("eval", "run", "-h")
    assert "Usage: accord eval run" in word.stdout
    assert word.stdout.strip() == short.stdout.strip()
    done = run_accord("help", "serve", "more")
    assert (done.returncode, done.stderr) == (2, "`accord serve` has no commands of its own.\n")


def test_no_command_at_all_shows_help() -> None:
    done = run_accord()
    assert done.returncode == 2
    assert "Ask and read" in done.stdout + done.stderr


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert run_accord("--version").stdout == f"accord {version('accord')}\n"


def completions(line: str) -> list[str]:
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    done = run_accord(_ACCORD_COMPLETE="complete_bash", **words)
    return [each.split(",")[-1] for each in done.stdout.split()]


def test_commands_and_options_are_completed() -> None:
    assert completions("accord se") == ["search", "serve"]
    assert completions("accord serve --p") == ["--port"]
    assert "compare" in completions("accord eval com")


def test_a_script_for_completion_can_be_printed() -> None:
    done = run_accord(_ACCORD_COMPLETE="source_bash")
    assert "_ACCORD_COMPLETE=complete_bash" in done.stdout


@pytest.mark.parametrize("port", ["99999", "-1", "abc"])
def test_a_port_that_cannot_be_is_refused(port: str) -> None:
    done = run_accord("serve", "--port", port)
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_a_question_is_asked_for_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    done = run_accord("ask", stdin="")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "text"),
    [
        ("ACCORD_SITES", "[", "ACCORD_SITES is not valid JSON"),
        ("ACCORD_DATABASE_URL", "nonsense", "is no database URL"),
        ("ACCORD_PORT", "abc", "ACCORD_PORT is 'abc', which is not allowed"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(
    variable: str, value: str, text: str
) -> None:
    done = run_accord("sources", **{variable: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert text in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_wrong_origin_gives_one_sentence() -> None:
    sites = '[{"key": "pk-intranet-0001", "origins": ["ftp:x"]}]'
    done = run_accord("sources", ACCORD_SITES=sites)
    assert done.stderr.startswith("ACCORD_SITES (0.origins.0) is 'ftp:x', which is not allowed: ")
    assert "at least 1 item" not in done.stderr
    assert "value error" not in done.stderr


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "a.md").write_text("# A\n\nAlpha works with Beta.\n")
    where = {"ACCORD_DATA_DIR": str(tmp_path / "file" / "below")}
    done = run_accord("ingest", str(tmp_path / "a.md"), **where)
    assert done.returncode == 1
    assert "cannot be written to" in done.stderr
    assert "set ACCORD_DATA_DIR" in done.stderr


@pytest.mark.parametrize("url", ["foo", "http://accord.example.org", "https://"])
def test_the_manifest_takes_addresses_that_slack_can_reach(url: str) -> None:
    done = run_accord("slack", "manifest", "--url", url)
    assert done.returncode == 2
    assert done.stdout == ""


def test_no_browser_can_pass_for_an_account_of_the_machine() -> None:
    assert _VISITOR.fullmatch(visitor()) is None


def test_a_package_that_serving_leaves_out_is_named_with_the_command_that_adds_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app import main as program
    from app.commands import group

    def needs(module: str) -> Any:
        def application(**_: object) -> None:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)

        return application

    monkeypatch.setattr(group, "application", needs("sklearn.metrics"))
    assert program.main([]) == 1
    said = capsys.readouterr().err
    assert "'sklearn'" in said
    assert "make setup" in said
    monkeypatch.setattr(group, "application", needs("app.gone"))
    with pytest.raises(ModuleNotFoundError):
        program.main([])


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("What went wrong\n\nThe goal\nstayed wide.", "The goal stayed wide."),
        ("Haven\n\nWhat  went wrong\n\nIt closed.", "It closed."),
        ("\nWhat went wrong\nWhat went wrong was the goal.", "What went wrong was the goal."),
        ("Haven said so.", "Haven said so."),
        ("What stayed\n\nNothing.", "What stayed Nothing."),
        ("What went wrong", ""),
        ("", ""),
    ],
)
def test_a_passage_is_printed_without_the_headings_above_it(text: str, body: str) -> None:
    assert body_of(text, ["Haven", "What went wrong"]) == body


@pytest.mark.parametrize(
    "command", ["", "ask", "sources", "ingest", "search", "serve", "sync", "token create"]
)
def test_help_names_kinds_of_values_in_words_and_not_types_of_python(command: str) -> None:
    told = run_accord(*command.split(), "-h").stdout
    assert "--help" in told
    assert re.findall(r"<(?!=)\S*|list\[", told) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ask", "--from", "2019", "why"), "'2019' is no day; write it as 2019-01-15."),
        (("audit", "--since", "x"), "'x' is no day; write it as 2019-01-15."),
        (("search", "--limit", "0", "why"), "it must be at least 1."),
        (("serve", "--port", "99999"), "it must be at most 65535."),
        (("serve", "--port", "x"), "it must be a number."),
        (("feedback", "--rating", "meh"), "'meh' is not one of 'up', 'down'."),
    ],
)
def test_wrong_values_of_options_are_told_in_words_for_people(
    arguments: tuple[str, ...], told: str
) -> None:
    done = run_accord(*arguments, COLUMNS="300", TERMINAL_WIDTH="300")
    assert done.returncode == 2
    assert told in " ".join(done.stderr.replace("│", " ").split())
    assert "Value error" not in done.stderr


def test_days_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(typer.BadParameter, match="2020-01-01 is later than --to 2019-01-01"):
        filters_of([], None, None, datetime(2020, 1, 1), datetime(2019, 1, 1))


def test_file_in_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("mine")
    for command in ("sources", "verify"):
        done = run_accord(command, ACCORD_DATA_DIR=str(place))
        assert done.returncode == 1
        assert done.stderr.startswith(f"ACCORD_DATA_DIR names {place}, which is a file.")
    assert place.read_text() == "mine"


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "nothing is there; run `accord ingest PATH`",
            "Nothing is there; run `accord ingest PATH`.",
        ),
        ("/a/path is full", "/a/path is full."),
        ("It is done.", "It is done."),
    ],
)
def test_messages_stand_alone_as_sentences(message: str, shown: str) -> None:
    assert as_sentence(message) == shown


def test_folder_without_any_file_to_read_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = run_accord("ingest", str(tmp_path / "in"), ACCORD_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 1
    assert f"Nothing was read: {tmp_path}/in holds no file that can be." in done.stderr
