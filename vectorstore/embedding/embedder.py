"""The embedder that all runtimes share: cut, batch by length, run, pool, put back in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.embedding.batching import by_length
from vectorstore.embedding.pooling import pool_window, unit
from vectorstore.embedding.settings import DEFAULT_BATCH_TOKENS
from vectorstore.embedding.windows import WHOLE, TokenIds, Window, WordPieces
from vectorstore.protocols import Embedder, SpannedText, SpannedVectors
from vectorstore.types import FloatMatrix, FloatVector


class Encoder(Protocol):
    """A model in one runtime: padded word pieces to vectors. Safe to call from several threads."""

    @property
    def runtime(self) -> str:
        """Names runtime and precision, like "onnx" or "torch-bf16"."""
        ...

    def encode(self, ids: TokenIds, mask: TokenIds) -> tuple[NDArray[np.float32], FloatMatrix]:
        """Token vectors, shape (rows, positions, dimension), and the pooled vector of each row."""
        ...


class RunningEmbedder(Embedder, Protocol):
    """An `Embedder` that is loaded."""

    @property
    def runtime(self) -> str:
        """Names runtime and precision; kept beside the fingerprint in the index manifest."""
        ...

    def pieces(self, text: str) -> tuple[int, ...]:
        """What the model reads of a text: texts of the same pieces have the same vector."""
        ...


class WindowedEmbedder:
    """An `Embedder` around any `Encoder`."""

    def __init__(
        self,
        encoder: Encoder,
        pieces: WordPieces,
        *,
        fingerprint: str,
        dimension: int,
        pad_id: int = 0,
        batch_tokens: int = DEFAULT_BATCH_TOKENS,
        workers: int = 1,
    ) -> None:
        """`workers` is the number of batches that are computed at the same time."""
        self._encoder = encoder
        self._pieces = pieces
        self._fingerprint = fingerprint
        self._dimension = dimension
        self._pad_id = pad_id
        self._batch_tokens = batch_tokens
        self._workers = workers

    @property
    def fingerprint(self) -> str:
        """Names the weights and the vector space; the same for all runtimes of a model."""
        return self._fingerprint

    @property
    def runtime(self) -> str:
        """Names runtime and precision; kept beside the fingerprint in the index manifest."""
        return self._encoder.runtime

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def pieces(self, text: str) -> tuple[int, ...]:
        """See `RunningEmbedder`.

        Raises:
            EmptyTextError: If the text is empty or only white space.
        """
        (window,) = self._pieces.cut([SpannedText(text)])
        return tuple(window.ids.tolist())

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """Vectors of the texts, as the model itself gives them, of unit length.

        Raises:
            EmptyTextError: If a text is empty or only white space.
        """
        vectors = self.embed_spanned([SpannedText(text) for text in texts])
        if not vectors:
            return np.empty((0, self._dimension), dtype=np.float32)
        return np.stack([vector.whole for vector in vectors])

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        """Vectors of the texts and their spans, from one forward pass where a text fits the model.

        Raises:
            EmptyTextError: If a text is empty or only white space.
        """
        windows = self._pieces.cut(texts)
        found: list[dict[int, FloatVector]] = [{} for _ in texts]
        batches = by_length(windows, budget=self._batch_tokens)
        for batch, vectors in zip(batches, self._run_all(batches), strict=True):
            for window, pooled in zip(batch, vectors, strict=True):
                found[window.text].update(pooled)
        return [self._gather(text, vectors) for text, vectors in zip(texts, found, strict=True)]

    def _run_all(self, batches: list[list[Window]]) -> Iterator[list[dict[int, FloatVector]]]:
        """Results in the order of the batches, computed by all workers where that is worth it."""
        if self._workers == 1 or len(batches) == 1:
            yield from map(self._run, batches)
            return
        with ThreadPoolExecutor(self._workers, thread_name_prefix="embed") as pool:
            yield from pool.map(self._run, batches)

    def _run(self, batch: list[Window]) -> list[dict[int, FloatVector]]:
        """Vectors of every segment of every window of the batch."""
        longest = max(len(window.ids) for window in batch)
        ids = np.full((len(batch), longest), self._pad_id, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, window in enumerate(batch):
            ids[row, : len(window.ids)] = window.ids
            mask[row, : len(window.ids)] = 1
        tokens, wholes = self._encoder.encode(ids, mask)
        return [pool_window(window, tokens[row], wholes[row]) for row, window in enumerate(batch)]

    def _gather(self, text: SpannedText, vectors: dict[int, FloatVector]) -> SpannedVectors:
        """One text's vectors in the order of its spans, scaled to unit length."""
        rows = unit(np.stack([vectors[number] for number in range(WHOLE, len(text.spans))]))
        return SpannedVectors(whole=rows[0], spans=rows[1:])
