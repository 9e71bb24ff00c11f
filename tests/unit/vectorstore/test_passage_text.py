"""What stands for a passage in both indexes, and what the model is given."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.builders import HashingEmbedder, make_document
from vectorstore.errors import EmbeddingError
from vectorstore.passage_text import embedding_text
from vectorstore.types import FloatMatrix
from vectorstore.vectorize import embed_documents


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Title", (), "Title\nText."),
        ("Title", ("One", "Two"), "Title\nOne\nTwo\nText."),
        ("Title", ("Title", "Two"), "Title\nTwo\nText."),
        ("", (), "Text."),
        (" ", ("One",), "One\nText."),
    ],
)
def test_title_and_headings_precede_the_text(
    title: str, heading: tuple[str, ...], expected: str
) -> None:
    text, offset = embedding_text(title, heading, "Text.")
    assert text == expected
    assert text[offset:] == "Text."


def test_each_document_gets_its_own_rows() -> None:
    documents = [make_document(f"/{n}.md", f"Text {n}. " * n) for n in (1, 4, 9)]
    embedder = HashingEmbedder()
    together = embed_documents(documents, embedder)
    for document, vectors in zip(documents, together, strict=True):
        [alone] = embed_documents([document], embedder)
        np.testing.assert_array_equal(vectors, alone)
        assert len(vectors) == len(document.passages)


class Broken(HashingEmbedder):
    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        return super().embed(texts) * np.float32("nan")


class Forgetful(HashingEmbedder):
    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        return super().embed(texts)[1:]


def test_a_model_that_gives_nonsense_is_noticed() -> None:
    with pytest.raises(EmbeddingError, match="not of unit length"):
        embed_documents([make_document()], Broken())


def test_a_model_that_gives_too_few_vectors_is_noticed() -> None:
    with pytest.raises(EmbeddingError, match="gave 1 vectors for 2 passages"):
        embed_documents([make_document()], Forgetful())


def test_no_documents_give_no_vectors() -> None:
    assert embed_documents([], HashingEmbedder()) == []
