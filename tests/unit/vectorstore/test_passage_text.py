"""What stands for a passage in both indexes, and what the model is given."""

from __future__ import annotations

import numpy as np
import pytest

from tests.builders import HashingEmbedder, make_document
from vectorstore.errors import EmbeddingError
from vectorstore.passage_text import embedding_text
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.vectorize import embed_documents, spanned_text


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


def test_spans_point_at_the_sentences() -> None:
    prepared = make_document()
    for passage in prepared.passages:
        spanned = spanned_text(prepared, passage)
        sentences = prepared.sentences[passage.first_sentence : passage.last_sentence + 1]
        shown = [spanned.text[start:end] for start, end in spanned.spans]
        assert shown == [prepared.document.text[s.start : s.end] for s in sentences]


def test_each_document_gets_its_own_rows() -> None:
    documents = [make_document(f"/{n}.md", f"Text {n}. " * n) for n in (1, 4, 9)]
    embedder = HashingEmbedder()
    together = embed_documents(documents, embedder)
    for document, vectors in zip(documents, together, strict=True):
        [alone] = embed_documents([document], embedder)
        np.testing.assert_array_equal(vectors.passages, alone.passages)
        assert len(vectors.sentences) == len(document.passages)


class Broken(HashingEmbedder):
    def embed_spanned(self, texts: list[SpannedText]) -> list[SpannedVectors]:  # type: ignore[override]
        good = super().embed_spanned(texts)
        return [SpannedVectors(each.whole * np.float32("nan"), each.spans) for each in good]


def test_a_model_that_gives_nonsense_is_noticed() -> None:
    with pytest.raises(EmbeddingError, match="not of unit length"):
        embed_documents([make_document()], Broken())
