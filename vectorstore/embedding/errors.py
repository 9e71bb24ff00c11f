"""What can go wrong while loading a model or embedding a text.

EmbeddingError
├── EmptyTextError
├── WeightsError
│   ├── UnsafeWeightsError
│   └── ExportError
└── MissingPackageError
"""

from __future__ import annotations

from vectorstore.errors import EmbeddingError


class EmptyTextError(EmbeddingError):
    """A text is empty or only white space."""


class WeightsError(EmbeddingError):
    """The model's files are absent, incomplete, or not the ones that were promised."""


class UnsafeWeightsError(WeightsError):
    """The model's files could run code when they are loaded."""


class ExportError(WeightsError):
    """The ONNX export of the model is absent or damaged."""


class MissingPackageError(EmbeddingError):
    """A runtime was asked for whose Python package is not installed."""

    def __init__(self, package: str, *, wanted_for: str, install: str) -> None:
        super().__init__(
            f"{wanted_for} needs the Python package {package!r}, which is not installed. "
            f"Install it with: {install}"
        )
