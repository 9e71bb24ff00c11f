"""A data folder that this account may not write to is refused in one sentence, by every command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.data_folder import check_writable
from app.errors import SettingsError

OTHER = 65534


def powerless(*arguments: str) -> list[str]:
    """A command without root's right to pass over permissions."""
    command = [sys.executable, "-m", "app.main", *arguments]
    if os.geteuid() != 0:
        return command
    if shutil.which("setpriv") is None:
        pytest.skip("root may write anywhere, and there is no setpriv to take that away")
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]


def closed_folder(parent: Path, kind: str) -> Path:
    folder = parent / "data"
    folder.mkdir()
    if kind == "read-only":
        folder.chmod(0o555)
    elif os.geteuid() == 0:
        os.chown(folder, OTHER, OTHER)
        folder.chmod(0o755)
    else:
        pytest.skip("only root can give a folder away")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("read-only", ["serve", "--port", "0"]),  # 8000 may be somebody's own server
        ("of another account", ["token", "list"]),
        ("of another account", ["verify"]),
    ],
)
def test_one_sentence_says_what_may_not_be_written(
    tmp_path: Path, kind: str, command: list[str]
) -> None:
    folder = closed_folder(tmp_path, kind)
    done = subprocess.run(
        powerless(*command),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ACCORD_DATA_DIR": str(folder)},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    assert str(folder) in line
    assert "written to" in line or "right to write" in line or "could not be" in line


def test_index_that_another_account_made_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "index" / "gen-000002" / "lexical"
    made.mkdir(parents=True)
    check_writable(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: path != made)
    with pytest.raises(SettingsError, match="gen-000002/lexical cannot be written to"):
        check_writable(tmp_path)


def test_folder_that_is_not_there_yet_is_fine(tmp_path: Path) -> None:
    check_writable(tmp_path / "none")
    assert not (tmp_path / "none").exists()
