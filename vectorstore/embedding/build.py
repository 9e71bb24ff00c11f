"""Settings to embedder: the only place that picks a runtime."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from vectorstore.embedding.choice import check_runtime
from vectorstore.embedding.e5_weights import DIMENSION, FINGERPRINT, locate_e5
from vectorstore.embedding.embedder import Encoder, RunningEmbedder, WindowedEmbedder
from vectorstore.embedding.errors import ExportError, MissingPackageError
from vectorstore.embedding.export import export, export_path, is_sound
from vectorstore.embedding.processor import multiplies_bf16
from vectorstore.embedding.settings import (
    AUTO_THREADS,
    MULTILINGUAL,
    EmbeddingSettings,
    Purpose,
    Runtime,
)
from vectorstore.embedding.weights import ModelFiles, locate
from vectorstore.embedding.windows import WordPieces
from vectorstore.errors import EmbeddingError

_log = logging.getLogger(__name__)


def build_embedder(
    settings: EmbeddingSettings, *, data_dir: Path, purpose: Purpose = "query"
) -> RunningEmbedder:
    """The embedder for answering ("query": starts fast) or for ingest (embeds fast).

    "few" is for ingests so small that loading PyTorch takes longer than embedding: ONNX Runtime
    then computes them, a batch on each core.

    All runtimes of a model share a fingerprint, so the one may search what the other has indexed.

    Args:
        settings: Model, runtime, threads.
        data_dir: Holds the ONNX exports, under models/. Ingest writes a missing one.
        purpose: What the embedder is for; matters where the runtime is "auto".

    Raises:
        WeightsError: If the model is absent, damaged or unsafe to load.
        MissingPackageError: If the package of the runtime or of the model is not installed.
        EmbeddingError: If there is no such runtime, or none for this model.
    """
    threads = settings.threads if settings.threads != AUTO_THREADS else _usable_cores()
    # One question is one batch: its threads share the work inside it. Ingest has many batches, and
    # a batch on each core needs no threads that wait for each other.
    inside, beside = (threads, 1) if purpose == "query" else (1, threads)
    if settings.model == MULTILINGUAL:
        return _multilingual(settings, threads=inside, workers=beside)
    files = locate(settings.model)
    return WindowedEmbedder(
        _build_encoder(settings.runtime, files, data_dir, threads=inside, purpose=purpose),
        WordPieces(files.transformer_folder / "tokenizer.json", max_tokens=files.max_tokens),
        fingerprint=files.fingerprint,
        dimension=files.dimension,
        pad_id=files.pad_id,
        batch_tokens=settings.batch_tokens,
        workers=beside,
    )


def identity_of(model: str) -> tuple[str, int]:
    """Fingerprint and dimension of a model, without loading it.

    Raises:
        WeightsError: If the model is absent, damaged or unsafe to load.
        MissingPackageError: If the multilingual model's package is not installed.
    """
    if model == MULTILINGUAL:
        locate_e5()
        return FINGERPRINT, DIMENSION
    files = locate(model)
    return files.fingerprint, files.dimension


def _multilingual(settings: EmbeddingSettings, *, threads: int, workers: int) -> RunningEmbedder:
    if settings.runtime not in {"auto", "onnx"}:
        raise EmbeddingError(
            f"The multilingual model runs in ONNX Runtime only, not in {settings.runtime!r}. "
            "Leave the embedding runtime unset, or set it to onnx."
        )
    from vectorstore.embedding.e5 import build_e5

    return build_e5(threads=threads, workers=workers, batch_tokens=settings.batch_tokens)


def _usable_cores() -> int:
    """Cores that this process may run on, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _build_encoder(
    runtime: Runtime, files: ModelFiles, data_dir: Path, *, threads: int, purpose: Purpose
) -> Encoder:
    check_runtime(runtime)
    match runtime:
        case "torch" | "torch-bf16":
            return _torch(files, data_dir, threads=threads, bf16=runtime == "torch-bf16")
        case "onnx":
            return _onnx(files, data_dir, threads=threads)
        case "openvino":
            from vectorstore.embedding.openvino_runtime import OpenVinoEncoder

            _require_export(files, data_dir)
            return OpenVinoEncoder(files, export_path(files, data_dir), threads=threads)
        case "auto":
            return _fastest(files, data_dir, threads=threads, purpose=purpose)


def _fastest(files: ModelFiles, data_dir: Path, *, threads: int, purpose: Purpose) -> Encoder:
    """What "auto" means: a quick start for questions, the most passages a second for ingest."""
    if purpose != "ingest" and files.is_plain and export_path(files, data_dir).is_file():
        try:
            return _onnx(files, data_dir, threads=threads)
        except (ExportError, MissingPackageError) as error:
            _log.warning("%s Until then the embedding model starts slowly.", error)
    bf16 = purpose == "ingest" and multiplies_bf16()
    return _torch(files, data_dir, threads=threads, bf16=bf16)


def _onnx(files: ModelFiles, data_dir: Path, *, threads: int) -> Encoder:
    from vectorstore.embedding.onnx_runtime import OnnxEncoder

    _require_export(files, data_dir)
    return OnnxEncoder(files, export_path(files, data_dir), threads=threads)


def _torch(files: ModelFiles, data_dir: Path, *, threads: int, bf16: bool) -> Encoder:
    """The reference, or half of its bits; writes the export in passing, as the model is loaded."""
    from vectorstore.embedding.torch_runtime import TorchEncoder, load

    model = load(files)
    if files.is_plain and not is_sound(files, export_path(files, data_dir)):
        try:
            export(files, model, data_dir)
        except (MissingPackageError, OSError) as error:
            _log.warning("No ONNX export of %s, later starts are slower: %s", files.name, error)
    return TorchEncoder(model, threads=threads, bf16=bf16)


def _require_export(files: ModelFiles, data_dir: Path) -> None:
    """Write the export if there is none. A damaged one is left for whoever loads it to report."""
    if not export_path(files, data_dir).is_file():
        from vectorstore.embedding.torch_runtime import load

        export(files, load(files), data_dir)
