"""The scripts that are committed are what their sources build, and those have no type error."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

INSTALL_TIMEOUT_S = 180
MAX_COMPRESSED_BYTES = 60_000
BUILT = ("widget.js", "unanswered.js", "admin.js")


@pytest.fixture(scope="module")
def widget(repo_root: Path) -> Path:
    """The folder of the sources, with the locked packages installed; skips where that cannot be."""
    folder = repo_root / "app" / "widget"
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node and npm are not here; the built files are committed")
    if not _is_installed(folder):
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S
            )
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm ci took longer than {INSTALL_TIMEOUT_S} s")
        if done.returncode:
            pytest.skip(f"npm ci failed: {done.stderr.strip().splitlines()[-1:]}")
    return folder


def _is_installed(folder: Path) -> bool:
    """Whether what npm has installed is what the lock file names."""
    marker = folder / "node_modules" / ".package-lock.json"
    if not marker.exists():
        return False
    installed = json.loads(marker.read_text())["packages"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    return all(locked[path]["version"] == one["version"] for path, one in installed.items())


def test_committed_scripts_are_what_the_sources_build(
    widget: Path, repo_root: Path, tmp_path: Path
) -> None:
    subprocess.run(["node", "build.mjs", str(tmp_path)], cwd=widget, check=True)

    for name in BUILT:
        committed = repo_root / "app" / "web" / "static" / name
        assert committed.read_bytes() == (tmp_path / name).read_bytes(), "run `make widget`"


def test_sources_have_no_type_error(widget: Path) -> None:
    compiler = widget / "node_modules" / ".bin" / "tsc"
    done = subprocess.run(
        [str(compiler), "--noEmit"], cwd=widget, capture_output=True, text=True, env=os.environ
    )

    assert done.returncode == 0, done.stdout


def test_widget_is_light(repo_root: Path) -> None:
    built = (repo_root / "app" / "web" / "static" / "widget.js").read_bytes()

    assert len(gzip.compress(built, 9)) < MAX_COMPRESSED_BYTES


def test_packages_are_pinned_without_addresses(repo_root: Path) -> None:
    folder = repo_root / "app" / "widget"
    wanted = json.loads((folder / "package.json").read_text())
    lock = (folder / "package-lock.json").read_text()

    assert "dependencies" not in wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", one) for one in wanted["devDependencies"].values())
    assert "://" not in re.sub(r'"url": "[^"]*"', "", lock)
    packages = json.loads(lock)["packages"]
    assert all(one["integrity"].startswith("sha512-") for path, one in packages.items() if path)
