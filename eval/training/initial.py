"""Shipped weights back into the network, to continue from them."""

from __future__ import annotations

import torch

from app.reading.weights import ReaderWeights
from eval.errors import EvalError
from eval.training.export import UNUSED
from eval.training.network import ReaderNetwork


def put_into(network: ReaderNetwork, weights: ReaderWeights) -> None:
    """Overwrite a network's own weights with those of a file.

    Args:
        network: Of the same base and shape.
        weights: As `app.reading.weights.load` gives them.

    Raises:
        EvalError: If a weight is missing or of another shape.
    """
    with torch.no_grad():
        for name, tensor in network.own_weights().items():
            if not tensor.is_floating_point() or any(part in name for part in UNUSED):
                continue
            matrix = weights.matrices.get(name)
            values = weights.vectors.get(name) if matrix is None else matrix.single_precision()
            if values is None or values.shape != tuple(tensor.shape):
                found = "none" if values is None else f"one of shape {values.shape}"
                raise EvalError(
                    f"The weights to go on from do not fit: {name} of shape "
                    f"{tuple(tensor.shape)} is needed, and they have {found}."
                )
            tensor.copy_(torch.from_numpy(values))
