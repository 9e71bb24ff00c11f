"""The embedder of a run, loaded when the first passage needs it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from vectorstore.embedding.build import build_embedder, identity_of
from vectorstore.embedding.embedder import RunningEmbedder
from vectorstore.embedding.settings import EmbeddingSettings
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.types import FloatMatrix


class LateEmbedder:
    """Implements `Embedder`; a run that finds everything unchanged never loads the model."""

    def __init__(self, settings: EmbeddingSettings, data_dir: Path) -> None:
        self._settings = settings
        self._data_dir = data_dir

    @property
    def fingerprint(self) -> str:
        """Of the weights, which are checked without being loaded."""
        return self._identity[0]

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._identity[1]

    @property
    def runtime(self) -> str:
        """What computes the vectors."""
        return self._loaded.runtime

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        """As the model that is loaded."""
        return self._loaded.embed(texts)

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        """As the model that is loaded."""
        return self._loaded.embed_spanned(texts)

    @cached_property
    def _identity(self) -> tuple[str, int]:
        return identity_of(self._settings.model)

    @cached_property
    def _loaded(self) -> RunningEmbedder:
        return build_embedder(self._settings, data_dir=self._data_dir, purpose="ingest")
