"""The doctor names what is wrong with its remedy, and changes nothing."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.commands.variables import unknown_variables
from app.doctor import choices, library, machine
from app.doctor.findings import Finding, Level
from app.settings import Settings
from tests.builders import make_document
from tests.builders_service import build_library
from tests.loaded_once import run_accord
from vectorstore.embedding import choice as choice_of_runtime
from vectorstore.embedding.choice import chosen_runtime
from vectorstore.embedding.settings import EmbeddingSettings
from vectorstore.errors import EmbeddingError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if "ACCORD_" in name]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)  # away from anybody's .env


def settings_for(folder: Path, **changes: object) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **changes)  # type: ignore[arg-type]


def problems(found: Iterator[Finding]) -> list[Finding]:
    return [each for each in found if each.level is Level.PROBLEM]


def test_a_machine_without_data_is_well_and_stays_as_it_is(tmp_path: Path) -> None:
    done = run_accord("doctor", ACCORD_DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == 0, done.stdout
    assert "Nothing has been ingested yet." in done.stdout
    assert "All is well." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_findings_come_as_json_and_each_problem_has_a_remedy(tmp_path: Path) -> None:
    environment = {"ACCORD_DATA_DIR": str(tmp_path / "data"), "ACCORD_SLACK_BOT_TOKEN": "xoxb-1"}
    done = run_accord("doctor", "--json", **environment)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    (trouble,) = (each for each in found if each["level"] == "problem")
    assert trouble["subject"] == "Slack"
    assert "ACCORD_SLACK_APP_TOKEN" in trouble["remedy"]
    assert "xoxb-1" not in done.stdout


def test_a_setting_that_cannot_be_read_is_the_finding(tmp_path: Path) -> None:
    done = run_accord("doctor", ACCORD_PORT="abc")
    assert done.returncode == 1
    assert "ACCORD_PORT is 'abc', which is not allowed" in done.stdout.replace("\n", " ")


def test_a_folder_of_another_account_is_named_with_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "catalog.db").touch()
    monkeypatch.setattr("os.access", lambda *_: False)
    found = problems(machine.data_folder(tmp_path))
    assert str(tmp_path / "catalog.db") in found[1].text
    assert tmp_path.owner() in found[1].text
    assert "chown" in (found[1].remedy or "")


def test_a_file_in_place_of_the_folder_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    (found,) = machine.data_folder(tmp_path / "data")
    assert found.level is Level.PROBLEM


@pytest.mark.parametrize(
    ("free", "level"),
    [(10 * 10**9, Level.OK), (10**9, Level.NOTE), (10**6, Level.PROBLEM)],
)
def test_a_full_disk_is_told_before_an_ingest_meets_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: Level
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free}))
    (space,) = (each for each in machine.data_folder(tmp_path) if "GB free" in each.text)
    assert space.level is level


def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    lines = ["a / ext4 rw 0 0", f"b {tmp_path} nfs4 rw 0 0", f"c {tmp_path}/deep/er ext4 rw 0 0"]
    mounts.write_text("\n".join(lines))
    assert machine.file_system(tmp_path / "deep", mounts) == "nfs4"
    assert machine.file_system(tmp_path.parent, mounts) == "ext4"
    assert machine.file_system(tmp_path, tmp_path / "none") is None


def test_every_extra_can_be_told_of() -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = stated["project"]["optional-dependencies"]
    assert set(machine.EXTRAS) == extras.keys() - {"dev"}


def test_a_damaged_database_is_a_problem_and_a_sound_one_is_not(tmp_path: Path) -> None:
    build_library(tmp_path, [make_document()])
    assert problems(machine.databases(tmp_path)) == []
    content = bytearray((tmp_path / "catalog.db").read_bytes())
    content[4096:8192] = b"\xff" * 4096
    (tmp_path / "catalog.db").write_bytes(content)
    (damaged,) = problems(machine.databases(tmp_path))
    assert damaged.remedy == "Restore it from a backup."


def test_an_index_that_opens_is_well_and_a_torn_one_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_library(tmp_path, [make_document()])
    monkeypatch.setattr("app.doctor.library._identity", lambda _: None)
    well = list(library.index(settings_for(tmp_path)))
    assert problems(iter(well)) == []
    assert well[0].text == "1 documents, 2 passages, generation 1"
    (tmp_path / "index" / "gen-000001" / "manifest.json").write_text("{")
    (torn,) = problems(library.index(settings_for(tmp_path)))
    assert torn.remedy == "Run `accord rebuild`."


def test_an_index_of_another_model_asks_for_embedding(tmp_path: Path) -> None:
    build_library(tmp_path, [make_document()])
    (other,) = problems(library.index(settings_for(tmp_path)))
    assert other.remedy == "Run `accord rebuild --embed`."


def test_values_that_may_hold_a_secret_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_CHROMA_URL", "http://me:geheim@chroma:8000")
    monkeypatch.setenv("ACCORD_ADMIN_TOKEN", "a-token-of-sixteen")
    monkeypatch.setenv("ACCORD_PORT", "8123")
    _, found = choices.settings()
    text = " ".join(each.text for each in found)
    assert "ACCORD_PORT = 8123" in text
    assert "geheim" not in text
    assert "a-token-of-sixteen" not in text


@pytest.mark.slow
def test_a_chat_model_without_its_key_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (found,) = choices.chat_model(settings_for(tmp_path, model="openai:any"))
    assert found.level is Level.PROBLEM
    assert "OPENAI_API_KEY" in found.text


def test_missing_weights_of_the_reader_are_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problems(choices.reader()) == []
    monkeypatch.setattr("app.reading.weights.BUNDLED", tmp_path / "none.npz")
    assert len(problems(choices.reader())) == 1


def test_the_runtime_that_is_set_is_the_one_that_is_chosen(tmp_path: Path) -> None:
    choice = chosen_runtime(EmbeddingSettings(runtime="onnx"), data_dir=tmp_path, purpose="query")
    assert (choice.runtime, choice.reason) == ("onnx", "it is set")
    with pytest.raises(EmbeddingError, match="no embedding runtime 'warp'"):
        chosen_runtime(
            EmbeddingSettings(runtime="warp"),  # type: ignore[arg-type]
            data_dir=tmp_path,
            purpose="query",
        )


@pytest.mark.parametrize(
    ("purpose", "bf16", "installed", "expected"),
    [
        ("query", True, True, "onnx"),
        ("few", True, True, "onnx"),
        ("ingest", True, True, "openvino"),
        ("ingest", True, False, "onnx"),
        ("ingest", False, True, "onnx"),
    ],
)
def test_a_large_ingest_takes_openvino_where_it_is_faster_and_there(
    purpose: Any,
    bf16: bool,
    installed: bool,
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choice_of_runtime, "multiplies_bf16", lambda: bf16)
    monkeypatch.setattr(choice_of_runtime, "_is_installed", lambda _: installed)
    choice = chosen_runtime(EmbeddingSettings(), data_dir=tmp_path, purpose=purpose)
    assert choice.runtime == expected
    is_slower_than_need_be = purpose == "ingest" and bf16 and not installed
    assert (choice.remedy is not None) == is_slower_than_need_be


def test_unknown_variables_are_named_with_what_they_resemble() -> None:
    (modle,) = unknown_variables(["ACCORD_MODLE", "ACCORD_MODEL", "ACCORD_TORCH_INDEX"])
    assert modle == "ACCORD_MODLE is not a setting and has no effect. Did you mean ACCORD_MODEL?"
    (other,) = unknown_variables(["ACCORD_ZZZ"])
    assert "docs/configuration.md lists all settings" in other


def test_a_misspelt_variable_in_the_file_of_settings_is_reported(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# ACCORD_OFF=1\nexport ACCORD_PROT=1\nOTHER=2\n")
    done = run_accord("sources")
    assert done.stderr.splitlines()[0] == (
        "ACCORD_PROT is not a setting and has no effect. Did you mean ACCORD_PORT?"
    )
