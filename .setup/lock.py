"""Write the lock files: exact versions with hashes, for every platform, naming no index.

    python .setup/lock.py [--upgrade]     (or: make lock)

- `pip.lock`: the pip that installs the rest.
- `requirements.lock`: what the program runs on, chat models of every provider, MCP, Slack
  and sync included.
- `not-for-serving.txt`: names of packages of `requirements.lock` that `install.py --serve` leaves
  out: what only training, evaluation and other embedding models need, PyTorch above all.
- `requirements-dev.lock`: what tests, checks and the rare extras need on top.
- `requirements-local-llm.lock`: what a language model on this machine needs besides.

torch and llama-cpp-python are in none of them: `install.py` chooses the build. Versions that stand
in a lock stay unless pyproject.toml forbids them or `--upgrade` is given.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
UV = "uv==0.13.9"
PIP = "pip==26.3"
OLDEST_PYTHON = "3.11"
RUNTIME_EXTRAS = ("llm-openai", "llm-anthropic", "llm-ollama", "mcp", "oidc", "slack", "sync")
LOCAL_LLM = "local-llm"
NOT_FOR_SERVING = (
    "torch", "sentence-transformers", "transformers",  # embedding models that are no BERT
    "openvino",  # faster ingest on some processors
    "ir-measures", "rouge-score", "scikit-learn", "scipy",  # evaluation and training
    "kubernetes",  # chromadb as a cluster of its own
    "hf-xet",  # downloads of models
)  # fmt: skip
"""Left out with all that nothing else needs; `test_lean_processes` proves that it may be."""
UNLOCKED = ("torch", "llama-cpp-python")
# What `pip install --no-build-isolation --editable .` needs: nothing is fetched outside the lock.
BUILD_BACKEND = "hatchling\neditables\n"

HEADER = "# Written by .setup/lock.py; do not edit.\n"
_REQUIREMENT = re.compile(r"^\S+==.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def main() -> None:
    """Write the files."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compile_lock = Compiler(folder, upgrade)
        backend, pip = folder / "backend.in", folder / "pip.in"
        backend.write_text(BUILD_BACKEND)
        pip.write_text(PIP)
        project = str(ROOT / "pyproject.toml")
        old = [line for lock in HERE.glob("requirements*.lock") for line in requirements(lock)]
        everything = compile_lock([project, str(backend), "--all-extras"], old)
        others = extras(extra_names() - {LOCAL_LLM})
        usual = compile_lock([project, str(backend), *others], everything)
        runtime = compile_lock([project, str(backend), *extras(RUNTIME_EXTRAS)], everything)
        excluded = folder / "excluded.txt"
        excluded.write_text("\n".join(NOT_FOR_SERVING))
        asked = [project, str(backend), *extras(RUNTIME_EXTRAS), "--excludes", str(excluded)]
        serving = compile_lock(asked, runtime)
        write("requirements.lock", runtime)
        left_out = sorted(names(runtime) - names(serving))
        (HERE / "not-for-serving.txt").write_text(HEADER + "\n".join(left_out) + "\n")
        write("requirements-dev.lock", [line for line in usual if line not in runtime])
        write("requirements-local-llm.lock", [line for line in everything if line not in usual])
        write("pip.lock", compile_lock([str(pip)], []))


def extra_names() -> set[str]:
    """The extras that pyproject.toml declares."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return set(project["optional-dependencies"])


def extras(names: Iterable[str]) -> list[str]:
    """Arguments that ask for them."""
    return [word for name in sorted(names) for word in ("--extra", name)]


class Compiler:
    """uv in a virtual environment of its own."""

    def __init__(self, folder: Path, upgrade: list[str]) -> None:
        self.folder, self.upgrade = folder, upgrade
        venv.create(folder / "venv", with_pip=True)
        self.bin = folder / "venv" / "bin"
        run([str(self.bin / "pip"), "install", "--quiet", UV])

    def __call__(self, arguments: list[str], preferred: Iterable[str]) -> list[str]:
        """What `arguments` resolve to; `preferred` versions stay where they can."""
        output = self.folder / "out.lock"
        output.write_text("".join(preferred))
        command = [str(self.bin / "uv"), "pip", "compile", "--quiet", "--generate-hashes"]
        command += ["--universal", "--python-version", OLDEST_PYTHON]
        command += ["--config-file", str(HERE / "uv.toml"), "--no-header", "--no-annotate"]
        command += [word for name in UNLOCKED for word in ("--no-emit-package", name)]
        run([*command, *self.upgrade, *arguments, "--output-file", str(output)])
        return requirements(output)


def requirements(path: Path) -> list[str]:
    """The requirements of a lock file, each with its hashes."""
    return _REQUIREMENT.findall(path.read_text()) if path.exists() else []


def names(lines: Iterable[str]) -> set[str]:
    """The packages that requirements name."""
    return {line.partition("==")[0] for line in lines}


def write(name: str, lines: list[str]) -> None:
    """Write one lock file and say so."""
    (HERE / name).write_text(HEADER + "".join(lines))
    print(f"{name}: {len(lines)} packages")


def run(command: list[str]) -> None:
    """Run a command; leave with its status if it fails."""
    status = subprocess.run(command, check=False).returncode
    if status:
        sys.exit(status)


if __name__ == "__main__":
    main()
