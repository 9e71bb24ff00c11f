"""Writes a transformer that is no BERT as ONNX once, so that later starts need no PyTorch.

A BERT's graph is written without PyTorch (`encoder_graph`) and needs no export.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.embedding.errors import ExportError, MissingPackageError
from vectorstore.embedding.shared import only_one, written_whole
from vectorstore.embedding.weights import ModelFiles, hash_files

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODELS_FOLDER = "models"

# Raised whenever the graph written below changes, so that an older export is not mistaken for it.
EXPORT_FORMAT = 2
_OPSET = 17


@dataclass(frozen=True, slots=True)
class ExportSeal:
    """What is kept beside an export: where it comes from and what its bytes must be."""

    format: int
    source_sha256: str
    blake2b: str
    """Of the export's bytes. Half as long to compute as SHA-256 on a processor without its
    instructions, and every cold start waits for it."""


def export_path(files: ModelFiles, data_dir: Path) -> Path:
    """Where the export of these weights belongs."""
    return data_dir / MODELS_FOLDER / f"{files.slug}.onnx"


def check_export(files: ModelFiles, path: Path) -> None:
    """Compare an export with its seal.

    Raises:
        ExportError: If it is absent, damaged, or made from other weights.
    """
    seal = _read_seal(path)
    if seal is None or seal.format != EXPORT_FORMAT or not path.is_file():
        raise ExportError(
            f"There is no ONNX export of {files.name} in today's format at {path}. "
            "The next accord ingest writes it."
        )
    if seal.source_sha256 != files.sha256 or hash_files([path], "blake2b") != seal.blake2b:
        raise ExportError(
            f"The ONNX export {path} is damaged or made from other weights than {files.name}'s. "
            "Delete it; the next accord ingest writes it again."
        )


def export(files: ModelFiles, model: SentenceTransformer, data_dir: Path) -> Path:
    """Write the export and its seal; a reader sees both whole or does not see them.

    Raises:
        MissingPackageError: If the package `onnx` is not installed.
    """
    path = export_path(files, data_dir)
    with only_one(path):
        if is_sound(files, path):  # another process was first
            return path
        with written_whole(path) as temporary:
            _write_graph(model, temporary)
            seal = ExportSeal(EXPORT_FORMAT, files.sha256, hash_files([temporary], "blake2b"))
            # The seal goes last: an export without one does not count.
            _seal_path(path).unlink(missing_ok=True)
        with written_whole(_seal_path(path)) as temporary:
            temporary.write_text(json.dumps(asdict(seal), indent=1) + "\n", encoding="utf-8")
    return path


def remove_export(files: ModelFiles, data_dir: Path) -> None:
    """Delete an export and its seal, if they are there; a process that has loaded it keeps it."""
    path = export_path(files, data_dir)
    for each in (_seal_path(path), path):
        each.unlink(missing_ok=True)


def is_sound(files: ModelFiles, path: Path) -> bool:
    """Whether there is an export that `check_export` lets pass."""
    try:
        check_export(files, path)
    except ExportError:
        return False
    return True


def _write_graph(model: SentenceTransformer, path: Path) -> None:
    """Trace the transformer: ids and mask in, token vectors out."""
    import torch

    try:
        import onnx  # noqa: F401  # torch.onnx wants it and says so less clearly
    except ImportError as error:
        raise MissingPackageError(
            "onnx", wanted_for="Exporting the embedding model", install="pip install onnx"
        ) from error

    transformer = model.transformers_model
    if transformer is None:
        raise ExportError("The model has no transformer that could be exported.")

    class Transformer(torch.nn.Module):
        def __init__(self, transformer: torch.nn.Module) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            out = self.transformer(input_ids=input_ids, attention_mask=attention_mask)
            hidden: torch.Tensor = out.last_hidden_state
            return hidden

    # Two rows of unlike length, so that no size is taken for a constant.
    ids = torch.ones((2, 7), dtype=torch.int64)
    mask = torch.ones_like(ids)
    mask[1, 4:] = 0
    axes = {0: "rows", 1: "positions"}
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns about every Python branch it passes
        torch.onnx.export(
            Transformer(transformer).eval(),
            (ids, mask),
            str(path),
            input_names=["input_ids", "attention_mask"],
            output_names=["tokens"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "tokens": axes},
            opset_version=_OPSET,
            dynamo=False,
        )


def _seal_path(path: Path) -> Path:
    return path.with_suffix(".json")


def _read_seal(path: Path) -> ExportSeal | None:
    try:
        return ExportSeal(**json.loads(_seal_path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
