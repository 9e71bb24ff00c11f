"""Token vectors to text and span vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding.windows import WHOLE, TokenIds, Window
from vectorstore.types import FloatMatrix, FloatVector

# Below this length a vector has no direction worth keeping; any mean of real ones is far longer.
_SMALLEST_NORM = 1e-12


def unit(vectors: FloatMatrix) -> FloatMatrix:
    """The rows scaled to length one; a row of zeros stays as it is."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: FloatMatrix = (vectors / np.maximum(norms, _SMALLEST_NORM)).astype(np.float32)
    return scaled


def pool_window(window: Window, tokens: FloatMatrix, whole: FloatVector) -> dict[int, FloatVector]:
    """Vectors of a window's segments by span number, not yet of unit length.

    Args:
        window: Says which positions make up which span.
        tokens: One contextual vector a position; padding may follow.
        whole: The model's own vector of the window, used for WHOLE and for a span without a token.
    """
    vectors = {}
    for segment in window.segments:
        if segment.span == WHOLE or segment.start >= segment.end:
            vectors[segment.span] = whole
        else:
            vectors[segment.span] = tokens[segment.start : segment.end].mean(axis=0)
    return vectors


def pool_rows(tokens: NDArray[np.float32], mask: TokenIds, *, pooling: str) -> FloatMatrix:
    """The pooled vector of each row, shape (rows, dimension), as sentence-transformers computes it.

    Args:
        tokens: Shape (rows, positions, dimension).
        mask: 1 where a position holds a word piece, 0 where it is padding.
        pooling: "mean" over the word pieces, or "cls" for the first.
    """
    if pooling == "cls":
        return tokens[:, 0]
    weights = mask.astype(np.float32)
    sums: FloatMatrix = np.einsum("rp,rpd->rd", weights, tokens, optimize=True)
    means: FloatMatrix = sums / weights.sum(axis=1, keepdims=True)
    return means
