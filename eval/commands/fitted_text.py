"""What the commands that fit weights read and print alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any


def with_share(word: str) -> tuple[str, float]:
    """The dataset and the share in "DATASET=SHARE"; a share of 1 where none is named."""
    name, _, share = word.partition("=")
    return name, float(share or 1)


def weights_text(prefix: str, signs: type[Any], weights: Sequence[float], constant: float) -> str:
    """The lines of Python that hold the weights in the product."""
    lines = [f"    {field.name}={w}," for field, w in zip(fields(signs), weights, strict=True)]
    return "\n".join(
        [
            f"{prefix}WEIGHTS = {signs.__name__}(",
            *lines,
            ")",
            f"{prefix}CONSTANT = {constant}",
        ]
    )
