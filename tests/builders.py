"""Small documents and a deterministic embedder, for tests that need a store and no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date

import numpy as np

from vectorstore.passage_text import embedding_text
from vectorstore.protocols import SpannedText, SpannedVectors
from vectorstore.staging import NewVersion
from vectorstore.types import (
    Document,
    FloatMatrix,
    Metadata,
    Passage,
    PreparedDocument,
    Sentence,
    document_id,
    passage_id,
)

SENTENCES_PER_PASSAGE = 3


class HashingEmbedder:
    """Implements `Embedder`: a word is a random direction, a text the sum of its words."""

    def __init__(self, dimension: int = 32, *, name: str = "hashing") -> None:
        self.dimension = dimension
        self.fingerprint = f"{name}-{dimension}"
        self.num_embedded = 0
        self._words: dict[str, FloatMatrix] = {}

    def embed(self, texts: Sequence[str]) -> FloatMatrix:
        self.num_embedded += len(texts)
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dimension), dtype=np.float32)

    def embed_spanned(self, texts: Sequence[SpannedText]) -> list[SpannedVectors]:
        wholes = self.embed([item.text for item in texts])
        return [
            SpannedVectors(
                whole,
                np.stack([self._vector(item.text[a:b]) for a, b in item.spans])
                if item.spans
                else np.empty((0, self.dimension), dtype=np.float32),
            )
            for item, whole in zip(texts, wholes, strict=True)
        ]

    def _vector(self, text: str) -> FloatMatrix:
        total = np.zeros(self.dimension, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()) or [text]:
            if word not in self._words:
                seed = int.from_bytes(
                    hashlib.sha256(f"{self.fingerprint} {word}".encode()).digest()[:8]
                )
                draw = np.random.default_rng(seed).normal(size=self.dimension)
                self._words[word] = draw.astype(np.float32)
            total += self._words[word]
        unit: FloatMatrix = (total / max(float(np.linalg.norm(total)), 1e-9)).astype(np.float32)
        return unit


def make_document(
    uri: str = "/notes/alpha.md",
    text: str = "Alpha works with Beta. They share data. It began in 2019. Gamma left.",
    *,
    title: str = "Alpha and Beta",
    publisher: str | None = "Example Press",
    published: date | None = date(2019, 1, 15),
) -> PreparedDocument:
    """Sentences end at ". "; passages are runs of three."""
    version = hashlib.sha256(text.encode()).hexdigest()
    metadata = Metadata(
        title, ("A. Writer",), publisher, published, provenance={"title": "front matter"}
    )
    document = Document(document_id(uri), uri, version, text, metadata)
    sentences = tuple(
        Sentence(n, match.start(), match.end(), paragraph=n // 2)
        for n, match in enumerate(re.finditer(r"\S.*?(?:[.?!](?=\s|$)|$)", text))
    )
    passages = tuple(
        Passage(
            id=passage_id(document.id, version, n),
            document_id=document.id,
            version=version,
            ordinal=n,
            start=group[0].start,
            end=group[-1].end,
            heading=("Part",),
            first_sentence=group[0].ordinal,
            last_sentence=group[-1].ordinal,
        )
        for n, at in enumerate(range(0, len(sentences), SENTENCES_PER_PASSAGE))
        if (group := sentences[at : at + SENTENCES_PER_PASSAGE])
    )
    return PreparedDocument(document, sentences, passages)


def make_version(
    prepared: PreparedDocument, embedder: HashingEmbedder | None = None, *, pipeline: str = "test-1"
) -> NewVersion:
    """A prepared document with its vectors, ready for `Catalog.stage`."""
    embedder = embedder or HashingEmbedder()
    document = prepared.document
    items = []
    for passage in prepared.passages:
        text, _ = embedding_text(
            document.metadata.title, passage.heading, document.text[passage.start : passage.end]
        )
        items.append(text)
    return NewVersion(
        prepared=prepared,
        passage_vectors=embedder.embed(items),
        raw_sha256=document.version,
        pipeline=pipeline,
        embedder=embedder.fingerprint,
    )
