"""Which runtime `build_embedder` takes, and why, without loading a model."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

from vectorstore.embedding.errors import ExportError, MissingPackageError
from vectorstore.embedding.export import check_export, export_path
from vectorstore.embedding.processor import multiplies_bf16
from vectorstore.embedding.settings import EmbeddingSettings, Purpose, Runtime
from vectorstore.embedding.stored import is_bert
from vectorstore.embedding.weights import ModelFiles, locate
from vectorstore.errors import EmbeddingError


@dataclass(frozen=True, slots=True)
class Choice:
    """A runtime, and the reason as it follows "since"."""

    runtime: str
    reason: str
    remedy: str | None = None
    """What makes a faster one possible."""


def chosen_runtime(settings: EmbeddingSettings, *, data_dir: Path, purpose: Purpose) -> Choice:
    """What `build_embedder` would take for the same arguments.

    Raises:
        WeightsError: If the model is absent, damaged or unsafe to load.
        EmbeddingError: If there is no such runtime, or it is not installed.
    """
    files = locate(settings.model)
    check_runtime(settings.runtime)
    if settings.runtime == "openvino" and not _is_installed("openvino"):
        raise MissingPackageError(
            "openvino", wanted_for="That runtime", install="pip install 'accord[openvino]'"
        )
    if settings.runtime != "auto":
        return Choice(settings.runtime, "it is set")
    if not is_bert(files):
        return _of_other_models(files, data_dir, purpose)
    if purpose != "ingest":
        return Choice("onnx", "it starts fastest")
    if not multiplies_bf16():
        return Choice("onnx", "this processor has no instructions for bfloat16")
    if not _is_installed("openvino"):
        reason = "OpenVINO, which multiplies bfloat16 at once, is not installed"
        remedy = "pip install 'accord[openvino]' makes a large ingest about twice as fast."
        return Choice("onnx", reason, remedy)
    return Choice("openvino", "this processor multiplies bfloat16 at once")


def check_runtime(name: str) -> None:
    """Refuse what is no runtime.

    Raises:
        EmbeddingError: Naming those that there are.
    """
    if name not in get_args(Runtime):
        known = ", ".join(get_args(Runtime))
        raise EmbeddingError(f"There is no embedding runtime {name!r}. Choose one of: {known}.")


def _is_installed(module: str) -> bool:
    return find_spec(module) is not None


def _of_other_models(files: ModelFiles, data_dir: Path, purpose: Purpose) -> Choice:
    """Whose graph only PyTorch can write."""
    if purpose == "ingest":
        if multiplies_bf16():
            return Choice("torch-bf16", "this processor multiplies bfloat16 at once")
        return Choice("torch", "this processor has no instructions for bfloat16")
    if not files.is_plain:
        return Choice("torch", "this model cannot be exported to ONNX")
    if not export_path(files, data_dir).is_file():
        remedy = "The first ingest writes it; then a start takes a third of the time."
        return Choice("torch", "there is no ONNX export yet", remedy)
    try:
        check_export(files, export_path(files, data_dir))
    except ExportError as error:
        return Choice("torch", f"the ONNX export is damaged ({error})", "The next ingest mends it.")
    return Choice("onnx", "its export is there, and starts fastest")
