"""The set-up of `.venv`: room on the disk, and what is shown of a command that failed."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
GB = 1_000_000_000
WARNINGS = "\n".join(f"WARNING: Skipping page number {n}" for n in range(300))


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ModuleType]:
    """The installer, for an empty folder."""
    monkeypatch.syspath_prepend(str(ROOT / ".setup"))
    module = importlib.import_module("install")
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMPS", tmp_path / ".venv" / ".accord")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "")
    yield module
    for name in ("install", "space"):
        sys.modules.pop(name)


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=size))


def failing(output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command fails, having printed this."""
    monkeypatch.setattr(
        "subprocess.run", lambda command, **_: subprocess.CompletedProcess(command, 1, output)
    )


def test_too_small_a_disk_is_told_before_anything_is_done(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free(monkeypatch, GB // 2)
    with pytest.raises(install.SetupError) as refused:
        install.perform(install.steps(dev=True))
    told = str(refused.value)
    assert f"2.6 GB in {tmp_path}/.venv and 0.3 GB in " in told
    assert "0.5 GB free" in told
    assert "Make room and run the same command again" in told
    assert not (tmp_path / ".venv").exists()


def test_serving_needs_less_room_than_everything(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, GB)
    install.make_sure_of_space(install.steps(serve=True))
    with pytest.raises(install.SetupError):
        install.make_sure_of_space(install.steps())


def test_what_an_interrupted_set_up_installed_is_not_needed_again(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, GB)
    asked: list[list[Any]] = []
    monkeypatch.setattr(install, "shortage", asked.append)
    for there in (0, 2 * GB):
        monkeypatch.setattr(install, "size_of", lambda _, there=there: there)
        install.make_sure_of_space(install.steps(dev=True))
    (whole, _), (rest, _) = asked
    assert whole.size - rest.size == 2 * GB
    assert rest.size > 0


def test_downloads_are_kept_for_the_next_set_up_only_where_there_is_room(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, 10 * GB)
    install.make_sure_of_space(install.steps())
    assert os.environ["PIP_NO_CACHE_DIR"] == ""
    free(monkeypatch, 3 * GB)
    install.make_sure_of_space(install.steps())
    assert os.environ["PIP_NO_CACHE_DIR"] == "1"


def test_folders_on_two_disks_are_weighed_apart(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = sys.modules["space"]
    first, second = Path("/first"), Path("/second")
    monkeypatch.setattr(space, "existing", lambda folder: FakeFolder(folder))
    sizes = {first: 3 * GB, second: GB // 10}
    monkeypatch.setattr("shutil.disk_usage", lambda it: SimpleNamespace(free=sizes[it.path]))
    assert space.shortage([space.Need(first, 2 * GB)]) is None
    assert space.shortage([space.Need(first, 2 * GB), space.Need(second, GB)]) == (
        "The set-up still needs 1.0 GB in /second, and this disk has only 0.1 GB free."
    )


class FakeFolder:
    """A folder on a disk of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def stat(self) -> SimpleNamespace:
        return SimpleNamespace(st_dev=self.path.name)


def test_size_counts_the_files_below_a_folder(install: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(b"x" * 20_000)
    assert 20_000 <= install.size_of(tmp_path) < 100_000
    assert install.size_of(tmp_path / "missing") == 0


def test_reason_of_pip_stands_last_and_without_its_warnings(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "ERROR: No matching distribution found for torch"
    failing(f"{reason}\n{WARNINGS}\n[notice] new", monkeypatch)
    with pytest.raises(install.SetupError) as failed:
        install.pip("install", "torch")
    told = str(failed.value)
    assert told.splitlines()[-1] == reason
    assert "WARNING" not in told
    assert "[notice]" not in told


def test_a_full_disk_is_told_with_what_is_free(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free(monkeypatch, GB // 10)
    full = "ERROR: Could not install packages: [Errno 28] No space left on device"
    failing(f"{full}\n{WARNINGS}", monkeypatch)
    with pytest.raises(install.SetupError) as failed:
        install.pip("install", "torch")
    *_, reason, advice = str(failed.value).splitlines()
    assert reason == full
    assert f"there is 0.1 GB in {tmp_path}/.venv" in advice
    assert advice.endswith("run the same command again.")


def test_an_index_out_of_reach_is_told_once(install: ModuleType) -> None:
    tries = [f"WARNING: Retrying (Retry(total={n})) after connection broken" for n in range(5)]
    told = install.reason_in("\n".join([*tries, "ERROR: Could not find a version"]))
    assert told.splitlines() == [tries[-1], "ERROR: Could not find a version"]


def test_a_command_that_prints_only_warnings_shows_them(install: ModuleType) -> None:
    assert install.reason_in("WARNING: all there is") == "WARNING: all there is"
