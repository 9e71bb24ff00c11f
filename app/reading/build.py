"""Weights to a reader: the only place that picks one."""

from __future__ import annotations

import logging
import os
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.reading import weights as stored
from app.reading.cache import graph_path
from app.reading.calibration import Calibration
from app.reading.cross_encoder import CrossEncoder, Stage
from app.reading.errors import ReaderWeightsError
from app.reading.lexical import LexicalReader
from app.reading.pairs import Pairs
from app.reading.protocol import Reader
from app.reading.weights import Precision
from vectorstore.embedding.graph_cache import cached
from vectorstore.embedding.processor import multiplies_int8
from vectorstore.embedding.weights import ModelFiles, locate

_log = logging.getLogger(__name__)


def build_reader(
    *, folder: Path | None = None, threads: int | None = None, path: Path = stored.BUNDLED
) -> Reader:
    """The trained reader; the lexical one, with a warning, where its weights are not there.

    Args:
        folder: Keeps the assembled graphs; None assembles them each time.
        threads: For one question; None takes all cores.
        path: The weights.

    Raises:
        ReaderWeightsError: If the weights are damaged, or made for another base model.
    """
    if not path.is_file():
        _log.warning(
            "The trained reader's weights are not installed (%s): answers are chosen by words "
            "alone, and more questions are refused.",
            path.name,
        )
        return LexicalReader()
    return build_cross_encoder(path=path, folder=folder, threads=threads)


def build_cross_encoder(
    *,
    path: Path = stored.BUNDLED,
    precision: Precision | None = None,
    folder: Path | None = None,
    threads: int | None = None,
) -> CrossEncoder:
    """The trained reader from its file and the base model's word vectors.

    Args:
        path: The weights.
        folder: Keeps the assembled graphs; None assembles them each time.
        precision: None takes eight bits where the processor multiplies them faster.
        threads: None takes all cores.
    """
    card, weights_fingerprint = stored.read_card(path)
    base = locate()
    if card.get("base_sha256") != base.sha256:
        raise ReaderWeightsError(
            f"The reader {path.name} was trained on another base model than {base.name}. "
            "Reinstall both packages."
        )
    chosen = precision or ("int8" if multiplies_int8() else "fp32")
    fingerprint = f"{weights_fingerprint}/{chosen}"

    def assemble(stage: int) -> bytes:
        from app.reading.graph import build_graph  # brings `onnx`, which a later start spares

        return build_graph(stored.load(path), word_vectors(base), chosen, stage)

    stages = []
    for number, lines in enumerate(card["calibration"]):
        build = partial(assemble, number)
        kept = None if folder is None else graph_path(folder, fingerprint, number)
        stages.append(
            Stage(
                build() if kept is None else cached(kept, build),
                {name: Calibration(*line) for name, line in lines.items()},
                card["least"][number],
            )
        )
    return CrossEncoder(
        stages,
        Pairs(base.transformer_folder / "tokenizer.json"),
        fingerprint=fingerprint,
        threads=threads or len(os.sched_getaffinity(0)),
    )


def word_vectors(base: ModelFiles) -> NDArray[np.float32]:
    """The base model's table, (words, size)."""
    from safetensors import safe_open

    for path in base.weight_files:
        with safe_open(path, framework="numpy") as table:
            for name in table.keys():  # noqa: SIM118 - no mapping
                if name.endswith(stored.WORD_VECTORS):
                    return np.asarray(table.get_tensor(name), dtype=np.float32)
    raise ReaderWeightsError(f"{base.name} has no table of word vectors.")
