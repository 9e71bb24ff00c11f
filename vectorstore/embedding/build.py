"""Settings to embedder: the only place that picks a runtime."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.embedding.embedder import Encoder, WindowedEmbedder
from vectorstore.embedding.errors import ExportError, MissingPackageError
from vectorstore.embedding.export import check_export, export, export_path
from vectorstore.embedding.settings import AUTO_THREADS, EmbeddingSettings, Purpose, Runtime
from vectorstore.embedding.weights import ModelFiles, locate
from vectorstore.embedding.windows import WordPieces

if TYPE_CHECKING:
    from vectorstore.embedding.torch_runtime import TorchEncoder

_log = logging.getLogger(__name__)


def build_embedder(
    settings: EmbeddingSettings, *, data_dir: Path, purpose: Purpose = "query"
) -> WindowedEmbedder:
    """The embedder for answering ("query": starts fast) or for ingest (embeds fast).

    All runtimes of a model share a fingerprint, so the one may search what the other has indexed.

    Args:
        settings: Model, runtime, threads.
        data_dir: Holds the ONNX exports, under models/. Ingest writes a missing one.
        purpose: What the embedder is for; matters where the runtime is "auto".

    Raises:
        WeightsError: If the model is absent, damaged or unsafe to load.
        MissingPackageError: If the runtime's package is not installed.
    """
    files = locate(settings.model)
    threads = settings.threads if settings.threads != AUTO_THREADS else os.cpu_count() or 1
    runtime = _choose(settings.runtime, files, data_dir, purpose)
    encoder = _build_encoder(runtime, files, data_dir, threads=threads)
    return WindowedEmbedder(
        encoder,
        WordPieces(files.transformer_folder / "tokenizer.json", max_tokens=files.max_tokens),
        fingerprint=files.fingerprint,
        dimension=files.dimension,
        pad_id=files.pad_id,
        batch_tokens=settings.batch_tokens,
    )


def _choose(runtime: Runtime, files: ModelFiles, data_dir: Path, purpose: Purpose) -> Runtime:
    """What "auto" means for this model, machine and purpose."""
    if runtime != "auto":
        return runtime
    if purpose == "query" and files.is_plain and _has_sound_export(files, data_dir):
        return "onnx"
    return "torch"


def _has_sound_export(files: ModelFiles, data_dir: Path) -> bool:
    """Whether the quick start is there; a damaged export costs speed, never the answer."""
    path = export_path(files, data_dir)
    if not path.is_file():
        return False
    try:
        check_export(files, path)
    except ExportError as error:
        _log.warning("%s Until then the model starts slowly.", error)
        return False
    return True


def _build_encoder(runtime: Runtime, files: ModelFiles, data_dir: Path, *, threads: int) -> Encoder:
    if runtime == "onnx":
        from vectorstore.embedding.onnx_runtime import OnnxEncoder

        if not export_path(files, data_dir).is_file():
            from vectorstore.embedding.torch_runtime import load

            export(files, load(files), data_dir)
        return OnnxEncoder(files, export_path(files, data_dir), threads=threads)
    from vectorstore.embedding.torch_runtime import TorchEncoder

    encoder = TorchEncoder(files, threads=threads)
    _export_once(files, encoder, data_dir)
    return encoder


def _export_once(files: ModelFiles, encoder: TorchEncoder, data_dir: Path) -> None:
    """Make the next start quick. Not being able to is no reason to stop."""
    if not files.is_plain or _has_sound_export(files, data_dir):
        return
    try:
        export(files, encoder.model, data_dir)
    except (MissingPackageError, OSError) as error:
        _log.warning("No ONNX export of %s, later starts are slower: %s", files.name, error)
