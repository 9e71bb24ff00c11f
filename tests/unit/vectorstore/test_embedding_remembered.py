"""Vectors of questions are computed once, and depend on nothing else that is asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from vectorstore.embedding import remembered
from vectorstore.embedding.remembered import RememberingEmbedder
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.types import FloatMatrix


class CountingEmbedder:
    """Embeds a text by its length and by how many stand beside it."""

    fingerprint, runtime, dimension = "counting", "none", 2

    def __init__(self) -> None:
        self.calls: list[tuple[str, ...]] = []

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        self.calls.append(tuple(texts))
        return np.array([[len(text), len(texts)] for text in texts], dtype=np.float32)

    def pieces(self, text: str) -> tuple[int, ...]:
        return tuple(map(ord, text.lower()))

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        raise NotImplementedError


def test_a_text_asked_again_is_not_computed_again() -> None:
    inner = CountingEmbedder()
    embedder = RememberingEmbedder(inner)
    first, again = embedder.embed(["who?"]), embedder.embed(["who?"])
    assert inner.calls == [("who?",)]
    assert first.tolist() == again.tolist() == [[4.0, 1.0]]


def test_a_text_of_the_same_word_pieces_is_not_computed_again() -> None:
    inner = CountingEmbedder()
    embedder = RememberingEmbedder(inner)
    small, written = embedder.embed(["did sony pay?", "did Sony pay?"])
    assert inner.calls == [("did sony pay?",)]
    assert small.tolist() == written.tolist()


def test_only_the_latest_vectors_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "REMEMBERED", 2)
    inner = CountingEmbedder()
    embedder = RememberingEmbedder(inner)
    for text in ("a", "b", "a", "c", "a", "b"):
        embedder.embed([text])
    assert inner.calls == [("a",), ("b",), ("c",), ("b",)]


def test_a_text_beside_others_has_the_vector_that_it_has_alone() -> None:
    inner = CountingEmbedder()
    together = RememberingEmbedder(inner).embed(["who?", "and when?"])
    assert together.tolist() == [[4.0, 1.0], [9.0, 1.0]]


def test_no_text_gives_no_row() -> None:
    assert RememberingEmbedder(CountingEmbedder()).embed([]).shape == (0, 2)
