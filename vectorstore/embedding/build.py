"""Settings to embedder: the only place that picks a runtime."""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path

from vectorstore.embedding.choice import chosen_runtime
from vectorstore.embedding.e5_weights import DIMENSION, FINGERPRINT, locate_e5
from vectorstore.embedding.embedder import Encoder, RunningEmbedder, WindowedEmbedder
from vectorstore.embedding.errors import MissingPackageError
from vectorstore.embedding.export import (
    MODELS_FOLDER,
    check_export,
    export,
    export_path,
    is_sound,
    remove_export,
)
from vectorstore.embedding.graph_cache import cached
from vectorstore.embedding.settings import (
    AUTO_THREADS,
    MULTILINGUAL,
    EmbeddingSettings,
    Purpose,
)
from vectorstore.embedding.stored import is_bert
from vectorstore.embedding.weights import ModelFiles, locate
from vectorstore.embedding.windows import WordPieces
from vectorstore.errors import EmbeddingError

GRAPH_FORMAT = 1
"""Raised whenever the written graph changes, so that an older file is not mistaken for it."""
_log = logging.getLogger(__name__)


def build_embedder(
    settings: EmbeddingSettings, *, data_dir: Path, purpose: Purpose = "query"
) -> RunningEmbedder:
    """The embedder for answering ("query": starts fast) or for ingest (embeds fast).

    "few" is for ingests so small that another runtime takes longer to load than ONNX Runtime to
    embed them, a batch on each core.

    All runtimes of a model share a fingerprint, so the one may search what the other has indexed.

    Args:
        settings: Model, runtime, threads.
        data_dir: Holds graphs, under models/; a missing one is written.
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
        _build_encoder(settings, files, data_dir, threads=inside, workers=beside, purpose=purpose),
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
    settings: EmbeddingSettings,
    files: ModelFiles,
    data_dir: Path,
    *,
    threads: int,
    workers: int,
    purpose: Purpose,
) -> Encoder:
    choice = chosen_runtime(settings, data_dir=data_dir, purpose=purpose)
    if choice.runtime == "torch" and choice.remedy is not None:
        _log.warning("The embedding model starts slowly: %s. %s", choice.reason, choice.remedy)
    match choice.runtime:
        case "onnx":
            return _onnx(files, data_dir, threads=threads)
        case "openvino":
            return _openvino(files, data_dir, threads=threads, workers=workers)
        case name:
            return _torch(files, data_dir, threads=threads, bf16=name == "torch-bf16")


def _onnx(files: ModelFiles, data_dir: Path, *, threads: int) -> Encoder:
    from vectorstore.embedding.onnx_runtime import OnnxEncoder, require_plain

    if is_bert(files):
        graph = written_graph(files, data_dir)
        return OnnxEncoder(files, graph, check=files.verify, threads=threads)
    require_plain(files)
    path = _required_export(files, data_dir)
    check = partial(check_export, files, path)
    return OnnxEncoder(files, path, check=check, threads=threads)


def _openvino(files: ModelFiles, data_dir: Path, *, threads: int, workers: int) -> Encoder:
    from vectorstore.embedding.onnx_runtime import require_plain
    from vectorstore.embedding.openvino_runtime import OpenVinoEncoder

    shared = {"threads": threads, "workers": workers}
    if is_bert(files):
        # It looks for weights beside the graph only, so they are handed over with it.
        graph = partial(_write_graph, files, inline=True)
        return OpenVinoEncoder(files, graph, check=files.verify, **shared)
    require_plain(files)
    path = _required_export(files, data_dir)
    return OpenVinoEncoder(files, path, check=partial(check_export, files, path), **shared)


def _torch(files: ModelFiles, data_dir: Path, *, threads: int, bf16: bool) -> Encoder:
    """The reference, or half of its bits; writes an export in passing where one is of use."""
    from vectorstore.embedding.torch_runtime import TorchEncoder, load

    model = load(files)
    is_wanted = files.is_plain and not is_bert(files)
    if is_wanted and not is_sound(files, export_path(files, data_dir)):
        try:
            export(files, model, data_dir)
        except (MissingPackageError, OSError) as error:
            _log.warning("No ONNX export of %s, later starts are slower: %s", files.name, error)
    return TorchEncoder(model, threads=threads, bf16=bf16)


def written_graph(files: ModelFiles, data_dir: Path) -> bytes:
    """The graph over a BERT's own weights, kept in the data folder.

    Writing it takes no time, but importing `onnx` takes as long as everything else of a start.
    """

    def write() -> bytes:
        graph = _write_graph(files)
        remove_export(files, data_dir)  # of an earlier version of the program
        return graph

    return cached(data_dir / MODELS_FOLDER / f"{files.slug}-{GRAPH_FORMAT}.graph", write)


def _write_graph(files: ModelFiles, *, inline: bool = False) -> bytes:
    try:
        from vectorstore.embedding.encoder_graph import encoder_graph
    except ImportError as error:
        raise MissingPackageError(
            "onnx", wanted_for="Computing the embedding model", install="pip install onnx"
        ) from error
    return encoder_graph(files, inline=inline)


def _required_export(files: ModelFiles, data_dir: Path) -> Path:
    """Write the export if there is none. A damaged one is left for whoever loads it to report."""
    path = export_path(files, data_dir)
    if not path.is_file():
        from vectorstore.embedding.torch_runtime import load

        export(files, load(files), data_dir)
    return path
