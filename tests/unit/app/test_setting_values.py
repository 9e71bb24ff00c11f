"""The settings in effect: values, where they come from, and no secrets."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.commands.config import config
from app.setting_values import SECRET, Origin, effective
from app.settings import Settings


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if "ACCORD_" in name]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)  # away from anybody's .env


HOOK = {"url": "https://example.org/geheim", "secret": "whsec_Z2VoZWltZ2VoZWltZ2VoZWltZ2VoZWlt"}


def printed(*options: str) -> dict[str, tuple[str, str]]:
    command = typer.Typer()
    command.command()(config)
    done = CliRunner().invoke(command, [*options, "--json"])
    assert done.exit_code == 0, done.output
    return {each["variable"]: (each["value"], each["origin"]) for each in json.loads(done.stdout)}


def test_every_setting_is_listed_once_and_by_default_none_is_set() -> None:
    found = effective(Settings(), environment=[], in_file=[])
    assert len({each.variable for each in found}) == len(found) == len(Settings.model_fields)
    assert {each.origin for each in found} == {Origin.DEFAULT}


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["ACCORD_PORT=8100", "export ACCORD_HOST=0.0.0.0", "ACCORD_THREADS=", "# ACCORD_X=1"]
    (tmp_path / ".env").write_text("\n".join(lines))
    monkeypatch.setenv("accord_port", "8200")
    found = printed()
    assert found["ACCORD_PORT"] == ("8200", "environment")
    assert found["ACCORD_HOST"] == ("0.0.0.0", ".env")
    assert found["ACCORD_THREADS"] == ("", "default")
    assert found["ACCORD_DATA_DIR"] == (".accord", "default")


def test_only_what_is_set_is_listed_where_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCORD_PORT", "8200")
    assert printed("--set") == {"ACCORD_PORT": ("8200", "environment")}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ACCORD_ADMIN_TOKEN", "geheim-geheim-geheim"),
        ("ACCORD_DATABASE_URL", "postgresql+psycopg://me:geheim@db/accord"),
        ("ACCORD_CHROMA_URL", "http://me:geheim@chroma:8000"),
        ("ACCORD_SLACK_BOT_TOKEN", "xoxb-geheim"),
        ("ACCORD_WEBHOOKS", json.dumps([HOOK])),
    ],
)
def test_no_secret_is_shown(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    shown, origin = printed("--set")[variable]
    assert shown in {SECRET, "1 addresses, not shown"}
    assert origin == "environment"


def test_lists_are_written_as_the_environment_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    sites = [{"key": "intranet-1", "origins": ["https://intranet.example.org"]}]
    monkeypatch.setenv("ACCORD_SITES", json.dumps(sites))
    shown, _ = printed()["ACCORD_SITES"]
    (site,) = json.loads(shown)
    assert (site["key"], site["origins"]) == ("intranet-1", ["https://intranet.example.org"])
