"""Processes import what they use: counted in modules, never in seconds.

What an installation for serving leaves out (`.setup/not-for-serving.txt`) cannot be imported here.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.sample_library import borrow

UNUSED_BY_ANSWERS = (
    "torch transformers sentence_transformers langchain langchain_core chromadb onnx sklearn scipy "
    "sqlalchemy.dialects.postgresql trafilatura docx pypdf pypdfium2 lxml ingest eval "
    "opentelemetry.sdk"
).split()
"""What neither `accord ask` nor the server needs to answer in the sources' own words."""
ROOT = Path(__file__).resolve().parents[2]
UNUSED_BY_INGEST = "torch transformers sentence_transformers onnx sklearn eval".split()
MODULES = {"ask": 950, "serve": 1_250}
"""Who passes this has brought in something large; it may be raised for a reason."""

ASK = "main(['ask', 'When did Haven close?'])"
SERVE = """
from app.bootstrap import build_chat_service
from app.settings import load_settings
from app.types import Question
from app.web.api import create_app
settings = load_settings()
chat = build_chat_service(settings, watch=False)
create_app(settings, chat)
print(chat.answer(Question('When did Haven close?')).claims[0].text)
"""


@pytest.fixture(scope="module")
def asked_before(
    sample_library: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A library of which somebody has asked something: the first time assembles the reader."""
    data_dir = borrow(sample_library[1], tmp_path_factory.mktemp("asked"))
    run(ASK, data_dir)
    return data_dir


def left_out() -> list[str]:
    """Top-level modules that only packages left out by `install.py --serve` bring; and PyTorch."""
    names = set((ROOT / ".setup" / "not-for-serving.txt").read_text().splitlines()[1:])
    return ["torch"] + [
        module
        for module, owners in packages_distributions().items()
        if {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners} <= names
    ]


def test_what_serving_leaves_out_is_what_is_large() -> None:
    assert {"torch", "transformers", "sentence_transformers", "openvino", "scipy"} <= {*left_out()}
    assert not {"onnx", "onnxruntime", "numpy", "chromadb", "langchain_core"} & {*left_out()}


def run(code: str, data_dir: Path, unused: list[str] = UNUSED_BY_ANSWERS) -> str:
    """What a process prints that does something and then says what it has imported."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.modules.update(dict.fromkeys({left_out()!r}))\n"
            "from app.main import main, prepare_environment; prepare_environment()\n"
            f"try:\n    {code.strip().replace(chr(10), chr(10) + '    ')}\n"
            "except SystemExit as end:\n    assert not end.code, end.code\n"
            f"print('unused:', [name for name in {unused!r} if sys.modules.get(name)])\n"
            "print('modules:', len(sys.modules))",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "ACCORD_DATA_DIR": str(data_dir)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_ingest_needs_no_pytorch(sample_library: tuple[Path, Path], tmp_path: Path) -> None:
    data_dir = borrow(sample_library[1], tmp_path / "data")
    (tmp_path / "note.txt").write_text("Umber and Oslo Rail signed a contract on 3 May 2021.")

    said = run(f"main(['ingest', {str(tmp_path / 'note.txt')!r}])", data_dir, UNUSED_BY_INGEST)

    assert "1 added" in said
    assert "unused: []" in said


@pytest.mark.parametrize(("door", "code"), [("ask", ASK), ("serve", SERVE)])
def test_answering_imports_nothing_that_it_does_not_use(
    asked_before: Path, door: str, code: str
) -> None:
    said = run(code, asked_before)

    assert "February 2021" in said
    assert "unused: []" in said
    assert int(said.rsplit("modules: ")[1]) < MODULES[door]
