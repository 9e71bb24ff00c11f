"""What ships of a trained network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.reading import weights
from eval.training.network import ReaderNetwork
from vectorstore.embedding.weights import ModelFiles

UNUSED = ("pooler.",)
"""Parts of the base that the reader does not compute."""


def export(
    network: ReaderNetwork,
    base: ModelFiles,
    path: Path,
    card: Mapping[str, Any],
    *,
    levels: int = weights.INT8_MAX,
) -> None:
    """Write the network's own weights as `app.reading` reads them.

    Args:
        network: Trained.
        base: What it was trained from.
        path: Overwritten.
        card: Calibration, data, figures; the base and its shape are added.
        levels: The largest integer of a matrix of the layers.
    """
    config = network.encoder.config
    parameters = {
        name: tensor.detach().float().numpy()
        for name, tensor in network.own_weights().items()
        if tensor.is_floating_point() and not any(part in name for part in UNUSED)
    }
    weights.save(
        path,
        {name: np.asarray(values, dtype=np.float32) for name, values in parameters.items()},
        {
            "base": base.name,
            "base_sha256": base.sha256,
            "exits": list(network.depths),
            "attention_heads": config.num_attention_heads,
            **card,
        },
        levels=levels,
    )
