"""What can go wrong with the reader.

ReaderError
└── ReaderWeightsError
"""

from __future__ import annotations

from app.errors import ChatError


class ReaderError(ChatError):
    """The reader cannot be used."""


class ReaderWeightsError(ReaderError):
    """Its weights are absent, damaged, or made for another base model."""
