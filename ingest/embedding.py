"""The embedder of a run, loaded when the first passage needs it, and as large as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from vectorstore.embedding.build import build_embedder, identity_of
from vectorstore.embedding.embedder import RunningEmbedder
from vectorstore.embedding.settings import EmbeddingSettings
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.types import FloatMatrix

FEW_TEXTS = 128
"""OpenVINO takes .6 s to import and compile, which it gains on some hundred passages."""


class LateEmbedder:
    """Implements `Embedder`; a run that finds everything unchanged never loads the model.

    A run with few passages takes the runtime that starts fastest: its texts come in one group. A
    large run comes in full groups, and once the faster one is loaded it embeds whatever follows.
    """

    def __init__(self, settings: EmbeddingSettings, data_dir: Path) -> None:
        self._settings = settings
        self._data_dir = data_dir

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the model's weights, known without loading them."""
        return self._identity[0]

    @property
    def dimension(self) -> int:
        """Number of components of a vector."""
        return self._identity[1]

    @property
    def runtime(self) -> str:
        """Name of the runtime that computes the vectors, such as "onnx"."""
        return self._for(0).runtime

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """A matrix (number of texts, dimension) of unit vectors, from the model for so many texts.

        Raises:
            EmbeddingError: If the model cannot be loaded.
        """
        return self._for(len(texts)).embed(texts)

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        """For each text a vector for each of its spans, in their order.

        Raises:
            EmbeddingError: If the model cannot be loaded.
        """
        return self._for(len(texts)).embed_spanned(texts)

    def _for(self, num_texts: int) -> RunningEmbedder:
        is_large = num_texts >= FEW_TEXTS or "_for_many" in vars(self)
        return self._for_many if is_large else self._for_few

    @cached_property
    def _identity(self) -> tuple[str, int]:
        return identity_of(self._settings.model)

    @cached_property
    def _for_few(self) -> RunningEmbedder:
        return build_embedder(self._settings, data_dir=self._data_dir, purpose="few")

    @cached_property
    def _for_many(self) -> RunningEmbedder:
        return build_embedder(self._settings, data_dir=self._data_dir, purpose="ingest")
