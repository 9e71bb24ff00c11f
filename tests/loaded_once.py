"""Models that one run of the tests loads once, and the console command in this process.

A process of its own costs seconds of imports and loading. Two tests of tests/e2e/test_cli.py start
real ones, to prove the door; the others go through the same code here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def run_accord(*arguments: str, stdin: str | None = None, **environment: str | None) -> Done:
    """Run `accord` here, as `app.main` does; variables of value None are unset."""
    from app.commands.group import application
    from app.main import settling

    result = CliRunner().invoke(
        application,
        list(arguments),
        input=stdin,
        prog_name="accord",
        env=environment,
        obj=settling(arguments[:1]),
    )
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def once(function: Callable[..., Any], key: Callable[..., object | None]) -> Callable[..., Any]:
    """The function, but equal keys get the first result; a key of None is not remembered."""
    known: dict[object, Any] = {}

    def remembered(*arguments: Any, **options: Any) -> Any:
        name = key(*arguments, **options)
        if name is None:
            return function(*arguments, **options)
        if name not in known:
            known[name] = function(*arguments, **options)
        return known[name]

    return remembered


@pytest.fixture(scope="session", autouse=True)
def loaded_once() -> Iterator[None]:
    """Encoder and reader are loaded once, and generations verified in this process.

    What is damaged or made anew lies elsewhere. A child that verifies takes half a second of
    computing; `tests/integration/test_generations.py` and the commands that run in processes of
    their own have one.
    """
    from app.reading import build as reading
    from tests.store_trials import verify_here
    from vectorstore.embedding import build as embedding
    from vectorstore.embedding.export import export_path
    from vectorstore.embedding.stored import is_bert
    from vectorstore.generations import Generations

    def encoder(files: Any, data_dir: Path, *, threads: int) -> object | None:
        if is_bert(files):  # its weights are its own, wherever the library lies
            return (files.folder, files.expected_sha256, threads)
        path = export_path(files, data_dir)
        return (path.resolve(), path.stat().st_mtime_ns, threads) if path.is_file() else None

    def reader(**options: Any) -> object:
        folder = options.pop("folder", None)
        return (folder and folder.resolve(), *sorted(options.items()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedding, "_onnx", once(embedding._onnx, encoder))
        patch.setattr(reading, "build_cross_encoder", once(reading.build_cross_encoder, reader))
        patch.setitem(Generations.__init__.__kwdefaults__, "verifier", verify_here)
        yield
